"""A small network for test/ml/neural/backbones, as an ONNX file, and its features of four images by PyTorch.

Run from the repository root:  /usr/bin/python3 test/oracles/generate/backbone.py
"""
import json

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

rng = np.random.default_rng(3)
kernel = rng.normal(size=(5, 3, 3, 3)).astype(np.float32)  # out, in, height, width
bias = rng.normal(size=5).astype(np.float32)
pixels = rng.integers(0, 256, size=(4, 8, 6, 3), dtype=np.uint8)
mean, deviation = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])

nodes = [
    helper.make_node('Conv', ['image', 'kernel', 'bias'], ['maps'], kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
    helper.make_node('Relu', ['maps'], ['active']),
]
graph = helper.make_graph(
    nodes, 'backbone',
    [helper.make_tensor_value_info('image', TensorProto.FLOAT, ['n', 3, 8, 6])],
    [helper.make_tensor_value_info('active', TensorProto.FLOAT, ['n', 5, 8, 6])],
    [numpy_helper.from_array(kernel, 'kernel'), numpy_helper.from_array(bias, 'bias')],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 13)], producer_name='')
model.ir_version = 8
onnx.checker.check_model(model)
onnx.save(model, 'test/oracles/neural/backbone.onnx')

x = torch.tensor((pixels / 255 - mean) / deviation, dtype=torch.float64).permute(0, 3, 1, 2)
maps = torch.relu(torch.nn.functional.conv2d(x, torch.tensor(kernel).double(), torch.tensor(bias).double(), padding=1))
json.dump({
    'kernel': kernel.transpose(2, 3, 1, 0).flatten().tolist(),  # height, width, in, out
    'bias': bias.tolist(),
    'pixels': pixels.flatten().tolist(),
    'features': maps.mean((2, 3)).flatten().tolist(),
}, open('test/oracles/neural/backbone.json', 'w'))
