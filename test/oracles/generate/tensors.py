"""Reference values for test/ml/neural/tensors, by PyTorch: outputs and gradients of each kind of layer and loss.

Run from the repository root:  /usr/bin/python3 test/oracles/generate/tensors.py

Inputs and weights are stored in the layout of TensorFlow (channels last, kernels as [height, width, in, out]). Each case
holds the scalar sum(output * coefficients) implicitly: `gradients` are of that sum, for the input first, then for each
weight.
"""
import json

import torch
import torch.nn.functional as F

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
counter = [0]


def numbers(*shape, scale=1.0, shift=0.0):
    counter[0] += 1
    n = 1
    for s in shape:
        n *= s
    t = torch.arange(float(n))
    return (torch.sin(t * 1.7 + counter[0]) + 0.5 * torch.cos(t * t * 0.31 + counter[0])).reshape(shape) * scale + shift


def flat(t):
    return [round(float(v), 9) for v in t.detach().flatten()]


cases = {}


def case(name, x, weights, compute):
    x = x.clone().requires_grad_(x.is_floating_point())
    weights = [w.clone().requires_grad_(True) for w in weights]
    y = compute(x, *weights)
    counter[0] = 100
    c = numbers(*y.shape)
    (y * c).sum().backward()
    leaves = ([x] if x.is_floating_point() else []) + weights
    cases[name] = {
        'input': {'shape': list(x.shape), 'values': flat(x)},
        'weights': [{'shape': list(w.shape), 'values': flat(w)} for w in weights],
        'coefficients': flat(c),
        'output': {'shape': list(y.shape), 'values': flat(y)},
        'gradients': [flat(v.grad) for v in leaves],
    }
    counter[0] = len(cases)


def first(x):
    return x.permute(0, 3, 1, 2)


def last(x):
    return x.permute(0, 2, 3, 1)


def same(size, kernel, stride):
    """TensorFlow's padding before and after."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def padded(x, kernel, stride, value=0.0):
    top, bottom = same(x.shape[2], kernel, stride)
    left, right = same(x.shape[3], kernel, stride)
    return F.pad(x, (left, right, top, bottom), value=value)


def conv2d(stride, pad):
    def compute(x, w, b):
        x = first(x)
        if pad == 'same':
            x = padded(x, w.shape[0], stride)
        return last(F.conv2d(x, w.permute(3, 2, 0, 1), b, stride=stride))
    return compute


def depthwise(x, w, stride, pad):
    kernel, _, channels, multiplier = w.shape
    x = first(x)
    if pad == 'same':
        x = padded(x, kernel, stride)
    return F.conv2d(x, w.permute(2, 3, 0, 1).reshape(channels * multiplier, 1, kernel, kernel), stride=stride, groups=channels)


ACTIVATIONS = {
    'linear': lambda v: v, 'relu': torch.relu, 'sigmoid': torch.sigmoid, 'tanh': torch.tanh, 'elu': F.elu,
    'selu': F.selu, 'softplus': F.softplus, 'softmax': lambda v: torch.softmax(v, -1), 'swish': F.silu,
    'gelu': F.gelu, 'relu6': F.relu6, 'softsign': F.softsign,
}
for name, activation in ACTIVATIONS.items():
    case(f'dense {name}', numbers(4, 5), [numbers(5, 3), numbers(3, scale=.3)], lambda x, w, b: activation(x @ w + b))
case('conv1d', numbers(2, 9, 3), [numbers(3, 3, 4), numbers(4)],
     lambda x, w, b: F.conv1d(x.transpose(1, 2), w.permute(2, 1, 0), b, stride=2).transpose(1, 2))
case('conv1d same', numbers(2, 8, 2), [numbers(4, 2, 3), numbers(3)],
     lambda x, w, b: F.conv1d(F.pad(x.transpose(1, 2), same(8, 4, 1)), w.permute(2, 1, 0), b).transpose(1, 2))
for stride in (1, 2):
    for pad in ('same', 'valid'):
        case(f'conv2d {pad} {stride}', numbers(2, 6, 7, 3), [numbers(3, 3, 3, 4), numbers(4)], conv2d(stride, pad))
        case(f'depthwise {pad} {stride}', numbers(2, 6, 7, 3), [numbers(3, 3, 3, 2), numbers(6)],
             lambda x, w, b: last(depthwise(x, w, stride, pad)) + b)
case('separable', numbers(2, 6, 5, 3), [numbers(3, 3, 3, 2), numbers(1, 1, 6, 4), numbers(4)],
     lambda x, d, p, b: last(depthwise(x, d, 1, 'same')) @ p[0, 0] + b)


def transposed(stride, pad):
    def compute(x, w, b):
        # Kernel [height, width, out, in]; TensorFlow's 'same' cuts what 'valid' yields too much, as it pads.
        y = F.conv_transpose2d(first(x), w.permute(3, 2, 0, 1), b, stride=stride)
        if pad == 'same':
            size = x.shape[1] * stride, x.shape[2] * stride
            top, left = same(size[0], w.shape[0], stride)[0], same(size[1], w.shape[1], stride)[0]
            y = y[:, :, top:top + size[0], left:left + size[1]]
        return last(y)
    return compute


case('conv2dTranspose valid 2', numbers(2, 3, 4, 3), [numbers(3, 3, 2, 3), numbers(2)], transposed(2, 'valid'))
case('conv2dTranspose same 2', numbers(2, 3, 4, 3), [numbers(3, 3, 2, 3), numbers(2)], transposed(2, 'same'))
case('batchNorm', numbers(3, 4, 4, 2), [numbers(2, scale=.5, shift=1), numbers(2)],
     lambda x, g, b: last(F.batch_norm(first(x), None, None, g, b, training=True, eps=1e-3)))
case('batchNorm at rest', numbers(3, 4, 4, 2), [numbers(2, scale=.5, shift=1), numbers(2)],
     lambda x, g, b: last(F.batch_norm(first(x), torch.tensor([.3, -.2]), torch.tensor([1.5, .7]), g, b, eps=1e-3)))
case('layerNorm', numbers(4, 6), [numbers(6, scale=.5, shift=1), numbers(6)],
     lambda x, g, b: F.layer_norm(x, (6,), g, b, eps=1e-3))
case('maxPool', numbers(2, 6, 6, 3), [], lambda x: last(F.max_pool2d(first(x), 2)))
case('maxPool of negatives', numbers(2, 5, 6, 3, shift=-9), [],
     lambda x: last(F.max_pool2d(padded(first(x), 3, 2, float('-inf')), 3, 2)))
case('avgPool', numbers(2, 6, 6, 3), [], lambda x: last(F.avg_pool2d(first(x), 2)))
case('globalMaxPool', numbers(2, 4, 5, 3, shift=-5), [], lambda x: x.amax((1, 2)))
case('globalAveragePool', numbers(2, 4, 5, 3), [], lambda x: x.mean((1, 2)))
case('embedding', torch.tensor([[1, 0, 3], [3, 3, 2]]), [numbers(5, 4)], lambda i, w: w[i])


def lstm(x, w, u, b):
    h = c = torch.zeros(x.shape[0], u.shape[0])
    for t in range(x.shape[1]):
        i, f, g, o = (x[:, t] @ w + h @ u + b).chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
    return h


def lstm_of_torch(x, w, u, b):
    """The same by nn.LSTM, whose gates have the same order, to check the recurrence above."""
    layer = torch.nn.LSTM(w.shape[0], u.shape[0], batch_first=True)
    with torch.no_grad():
        layer.weight_ih_l0.copy_(w.T); layer.weight_hh_l0.copy_(u.T); layer.bias_ih_l0.copy_(b); layer.bias_hh_l0.zero_()
    return layer(x)[1][0][0]


x, w, u, b = numbers(2, 4, 3), numbers(3, 12, scale=.5), numbers(3, 12, scale=.5), numbers(12, scale=.3)
assert torch.allclose(lstm(x, w, u, b), lstm_of_torch(x, w, u, b))
case('lstm', x, [w, u, b], lstm)


def gru(x, w, u, b):
    """Reset before the product, as in Cho et al. 2014; nn.GRU resets after it."""
    n = u.shape[0]
    h = torch.zeros(x.shape[0], n)
    for t in range(x.shape[1]):
        inner = x[:, t] @ w + b
        z = torch.sigmoid(inner[:, :n] + h @ u[:, :n])
        r = torch.sigmoid(inner[:, n:2 * n] + h @ u[:, n:2 * n])
        h = z * h + (1 - z) * torch.tanh(inner[:, 2 * n:] + (r * h) @ u[:, 2 * n:])
    return h


case('gru', numbers(2, 4, 3), [numbers(3, 9, scale=.5), numbers(3, 9, scale=.5), numbers(9, scale=.3)], gru)
case('cumsum', numbers(3, 4, 2), [], lambda x: torch.cumsum(x, 1))
case('einsum', numbers(2, 3, 4), [numbers(2, 5, 4)], lambda x, w: torch.einsum('bqd,bkd->bqk', x, w))
case('einsum with letters of its own', numbers(2, 3, 4), [numbers(3, 5)], lambda x, w: torch.einsum('ijk,jl->il', x, w))

# Losses: mean over the rows, of outputs against targets
outputs, shares = numbers(4, 3), torch.softmax(numbers(4, 3), 1)
bits, reals = (numbers(4, 3) > 0).double(), numbers(4, 3)
losses = {
    'softmaxCrossEntropy': (lambda y: F.cross_entropy(y, shares), shares),
    'sigmoidCrossEntropy': (lambda y: F.binary_cross_entropy_with_logits(y, bits), bits),
    'squaredError': (lambda y: F.mse_loss(y, reals), reals),
    'absoluteError': (lambda y: F.l1_loss(y, reals), reals),
    'huber': (lambda y: F.huber_loss(y, reals), reals),
}
stored = {}
for name, (loss, targets) in losses.items():
    y = outputs.clone().requires_grad_(True)
    value = loss(y)
    value.backward()
    stored[name] = {'outputs': flat(y), 'targets': flat(targets), 'loss': float(value), 'gradient': flat(y.grad)}

json.dump({'layers': cases, 'losses': stored}, open('test/oracles/neural/tensors.json', 'w'))
