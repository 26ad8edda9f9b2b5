"""Reference values for test/ml/neural/layers.test.ts, by PyTorch 1.13.1: outputs and gradients of small networks.

Run from the repository root:  /usr/bin/python3 test/oracles/generate/neural-layers.py
"""
import json

import torch
import torch.nn.functional as F

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)


def numbers(count, seed):
    return torch.sin(torch.arange(float(count)) * (1.3 + 0.7 * seed) + seed)


def activation(name):
    return {'selu': F.selu, 'mish': F.mish, 'relu': F.relu}[name]


def piecewise(x, edges):
    """Gorishniy et al. 2022, equation 1, for values between the outermost edges and up to a bin's width beyond."""
    parts = []
    for j, own in enumerate(edges):
        if not own:
            parts.append(x[:, j:j + 1])
            continue
        last = len(own) - 2
        for t in range(last + 1):
            share = (x[:, j] - own[t]) / (own[t + 1] - own[t])
            low = -1.0 if t == 0 else 0.0
            high = 2.0 if t == last else 1.0
            parts.append(share.clamp(low, high)[:, None])
    return torch.cat(parts, 1)


def case(layers, n_inputs, n_rows):
    parameters = []

    def parameter(rows, columns, like=None):
        values = numbers(rows * columns, len(parameters) + 1).reshape(rows, columns)
        parameters.append(values.clone().requires_grad_(True))
        return parameters[-1]

    x = 1.5 * numbers(n_rows * n_inputs, 0.3).reshape(n_rows, n_inputs)
    h = x[:, None, :]  # rows, positions, channels
    for layer in layers:
        kind, width = layer['kind'], h.shape[2]
        if kind == 'dense':
            w, b = parameter(width, layer['units']), parameter(1, layer['units'])
            h = h @ w + b
        elif kind == 'activation':
            h = activation(layer['name'])(h)
        elif kind == 'scale':
            s = parameter(layer['members'], width)
            h = (h[:, :, None, :] * s).reshape(n_rows, -1, width)
        elif kind == 'heads':
            w = [parameter(width, layer['units']) for _ in range(h.shape[1])]
            b = parameter(h.shape[1], layer['units'])
            h = torch.stack([h[:, p] @ w[p] for p in range(h.shape[1])], 1) + b
        elif kind == 'blocks':
            parts, start = [], 0
            for block in layer['blocks']:
                part = h[:, :, start:start + block['inputs']]
                start += block['inputs']
                parts.append(part @ parameter(block['inputs'], block['units']) if block['units'] else part)
            h = torch.cat(parts, 2)
        elif kind == 'piecewise':
            h = piecewise(h[:, 0], layer['edges'])[:, None, :]
        elif kind == 'layerNorm':
            g, b = parameter(1, width), parameter(1, width)
            h = F.layer_norm(h, (width,), g[0], b[0], 1e-5)
        elif kind == 'batchNorm':
            g, b = parameter(1, width), parameter(1, width)
            # What is kept: the mean and the variance so far, with other names than those of the parameters.
            kept = [torch.zeros(width), torch.ones(width)]
            parameters += [kept[0][None].clone(), kept[1][None].clone()]
            h = F.batch_norm(h[:, 0], kept[0], kept[1], g[0], b[0], True, layer['momentum'], 1e-5)[:, None]
    factors = numbers(h.numel(), 0.9).reshape(h.shape)
    (h * factors).sum().backward()
    return {
        'spec': {'input': {'height': 1, 'width': 1, 'channels': n_inputs, 'groups': 1}, 'layers': layers},
        'nRows': n_rows,
        'inputs': x.flatten().tolist(),
        'parameters': [p.detach().flatten().tolist() for p in parameters],
        'outputs': h.detach().flatten().tolist(),
        'factors': factors.flatten().tolist(),
        'gradients': [p.grad.flatten().tolist() if p.grad is not None else None for p in parameters],
    }


def dense(units, **more):
    return {'kind': 'dense', 'units': units, 'initial': 'he', **more}


def act(name):
    return {'kind': 'activation', 'name': name, 'dropout': 0}


edges = [[-1.5, -0.5, 0.25, 1.0], [], [-1.0, 1.0], [-0.5, 0.0, 0.5]]
blocks = [{'inputs': 3, 'units': 4, 'deviation': 1}, {'inputs': 1, 'units': 0, 'deviation': 1},
          {'inputs': 1, 'units': 2, 'deviation': 1}, {'inputs': 2, 'units': 9, 'deviation': 1}]
CASES = {
    'selu with scales': [{'kind': 'scale', 'members': 1, 'initial': 'ones', 'rate': 6}, dense(6), act('selu'), dense(3)],
    'mish': [dense(6), act('mish'), dense(2)],
    'members and heads': [{'kind': 'scale', 'members': 3, 'initial': 'signs', 'rate': 1}, dense(5), act('relu'), {'kind': 'heads', 'units': 2, 'initial': 'he'}],
    'piecewise-linear encoding with blocks': [{'kind': 'piecewise', 'edges': edges}, {'kind': 'blocks', 'blocks': blocks}, dense(3)],
    'layer normalisation': [dense(6), {'kind': 'layerNorm'}, act('relu'), dense(2)],
    'batch normalisation': [dense(6), {'kind': 'batchNorm', 'momentum': 0.1}, act('relu'), dense(2)],
}
out = {name: case(layers, 4, 7) for name, layers in CASES.items()}
json.dump(out, open('test/oracles/neural/layers.json', 'w'))
