"""Reference values for test/ml/neural/convolution.test.ts, by PyTorch: outputs and gradients of networks for images.

Run from the repository root:  /usr/bin/python3 test/oracles/generate/convolution.py
"""
import json

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)


def wave(shape, speed):
    return torch.sin(torch.arange(float(torch.Size(shape).numel())) * speed).reshape(shape)


class Residual(nn.Module):
    def __init__(self, layers, shortcut):
        super().__init__()
        self.layers, self.shortcut = nn.Sequential(*layers), nn.Sequential(*shortcut)

    def forward(self, x):
        return self.layers(x) + self.shortcut(x)


class Flatten(nn.Module):
    """In our order: position by position, channels side by side."""

    def forward(self, x):
        return x.permute(0, 2, 3, 1).flatten(1)


def conv(inputs, outputs, size, step=1, padding="same"):
    return nn.Conv2d(inputs, outputs, size, step, (size - 1) // 2 if padding == "same" else 0)


def in_our_order(module, values):
    if isinstance(module, nn.Conv2d) and values.dim() == 4:
        return values.permute(2, 3, 1, 0).flatten().tolist()
    return (values.T if values.dim() == 2 else values).flatten().tolist()


def case(height, width, channels, layers):
    network = nn.Sequential(*layers)
    parameters = []
    for module in network.modules():
        for name, parameter in module.named_parameters(recurse=False):
            parameter.data = wave(parameter.shape, 1.3 + len(parameters)) / max(1, parameter[0].numel()) ** 0.5
            if isinstance(module, nn.BatchNorm2d) and name == "weight":
                parameter.data += 1.5
            parameters.append((module, parameter))
    x = wave((5, channels, height, width), 0.7).requires_grad_(True)
    y = network(x)
    factors = wave(y.shape, 2.1)
    (y * factors).sum().backward()

    def by_position(values):
        return (values.permute(0, 2, 3, 1) if values.dim() == 4 else values).flatten().tolist()

    return {
        "inputs": by_position(x.detach()),
        "factors": by_position(factors),
        "outputs": by_position(y.detach()),
        "parameters": [in_our_order(m, p.detach()) for m, p in parameters],
        "gradients": [in_our_order(m, p.grad) for m, p in parameters],
    }


out = {
    "torch": torch.__version__,
    "same": case(5, 4, 3, [conv(3, 9, 3), nn.ReLU(), conv(9, 2, 3, 2)]),
    "valid": case(7, 8, 1, [conv(1, 4, 3, 2, "valid"), nn.ReLU(), conv(4, 10, 2, 1, "valid")]),
    "pooled": case(8, 7, 1, [conv(1, 5, 3), nn.BatchNorm2d(5), nn.ReLU(), nn.MaxPool2d(3, 2), Flatten(), nn.Linear(45, 3)]),
    "residual": case(
        6,
        5,
        2,
        [
            conv(2, 4, 3),
            nn.ReLU(),
            Residual([conv(4, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), conv(4, 4, 3)], []),
            nn.ReLU(),
            Residual([nn.ReLU(), conv(4, 9, 3, 2), nn.ReLU(), conv(9, 9, 3)], [conv(4, 9, 1, 2)]),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d(1),
            Flatten(),
            nn.Linear(9, 2),
        ],
    ),
}
json.dump(out, open("test/oracles/neural/convolution.json", "w"))
