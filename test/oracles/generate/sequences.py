"""Reference values for test/ml/neural/sequences.test.ts, by PyTorch: outputs and gradients of networks for sequences.

Run from the repository root:  /usr/bin/python3 test/oracles/generate/sequences.py
"""
import json

import torch
import torch.nn.functional as F

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)

N_ROWS = 5


def wave(shape, speed):
    return torch.sin(torch.arange(float(torch.Size(shape).numel())) * speed).reshape(shape)


class Case:
    """Parameters in the order in which layers ask for them; sequences are rows x channels x moments."""

    def __init__(self):
        self.parameters = []

    def parameter(self, shape, in_our_order):
        values = wave(shape, 1.3 + len(self.parameters)) / max(1, torch.Size(shape[1:]).numel()) ** 0.5
        self.parameters.append((values.requires_grad_(True), in_our_order))
        return values

    def convolution(self, x, channels, size, dilation, step=1):
        weights = self.parameter((channels, x.shape[1], size), lambda w: w.permute(2, 1, 0))
        bias = self.parameter((channels,), lambda b: b)
        # The last window ends with the sequence.
        first_end = (x.shape[2] - 1) % step
        return F.conv1d(F.pad(x, ((size - 1) * dilation - first_end, 0)), weights, bias, step, 0, dilation)

    def dense(self, x, units):
        weights = self.parameter((units, x.shape[1]), lambda w: w.T)
        return F.linear(x, weights, self.parameter((units,), lambda b: b))

    def layer_norm(self, x):
        scale, shift = (self.parameter((x.shape[1],), lambda v: v) for _ in range(2))
        return F.layer_norm(x.transpose(1, 2), (x.shape[1],), scale, shift, 1e-5).transpose(1, 2)

    def result(self, inputs, outputs):
        factors = wave(outputs.shape, 2.1)
        (outputs * factors).sum().backward()
        by_moment = lambda v: (v.transpose(1, 2) if v.dim() == 3 else v).flatten().tolist()
        return {
            "inputs": by_moment(inputs),
            "factors": by_moment(factors),
            "outputs": by_moment(outputs.detach()),
            "parameters": [order(p.detach()).flatten().tolist() for p, order in self.parameters],
            "gradients": [order(p.grad).flatten().tolist() for p, order in self.parameters],
        }


def dilated():
    case, x = Case(), wave((N_ROWS, 3, 13), 0.7)
    h = F.relu(case.convolution(x, 9, 3, 1))
    h = F.relu(case.convolution(h, 9, 3, 2))
    return case.result(x, case.convolution(h, 2, 2, 4))


def stepped():
    case, x = Case(), wave((N_ROWS, 1, 20), 0.7)
    h = F.relu(case.convolution(x, 10, 5, 1, 2))
    return case.result(x, case.convolution(h, 4, 3, 2, 3))


def beside():
    case, row = Case(), wave((N_ROWS, 4 + 9 * 2), 0.7)
    x = row[:, 4:].reshape(N_ROWS, 9, 2).transpose(1, 2)
    h = case.convolution(x, 5, 3, 1)
    normal = case.layer_norm(h)
    h = h + case.convolution(F.relu(normal), 5, 3, 2)
    h = F.relu(case.convolution(h, 6, 3, 1, 2))
    together = torch.cat([row[:, :4], h.transpose(1, 2).flatten(1)], 1)
    return case.result(row, case.dense(F.relu(case.dense(together, 8)), 3))


out = {"torch": torch.__version__, "dilated": dilated(), "stepped": stepped(), "beside": beside()}
json.dump(out, open("test/oracles/neural/sequences.json", "w"))
