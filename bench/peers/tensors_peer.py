"""The networks of bench/tensors.ts in PyTorch: `tensors_peer.py NETWORK IMAGES REPEATS` prints JSON: seconds of each epoch,
the first (which allocates) left out. One thread."""
import json
import sys
import time

import torch
from torch import nn

torch.set_num_threads(1)
torch.manual_seed(0)
name, n_images, repeats = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
networks = {
    "wide": lambda: nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(9216, 128), nn.ReLU(), nn.Linear(128, 10)),
    "narrow": lambda: nn.Sequential(
        nn.Conv2d(1, 16, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(800, 64), nn.ReLU(), nn.Linear(64, 10)),
}
network = networks[name]()
optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3)
x = torch.rand(n_images, 1, 28, 28)
y = torch.arange(n_images) % 10
seconds = []
for _ in range(repeats + 1):
    started = time.perf_counter()
    for batch in torch.arange(n_images).split(32):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(network(x[batch]), y[batch])
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
    seconds.append(time.perf_counter() - started)
print(json.dumps({"seconds": seconds[1:], "loss": float(loss)}))
