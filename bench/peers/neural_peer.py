"""PyTorch's side of the neural bench: one thread, Adam, the layers as `bench/neural/workloads.ts` describes them.

Every request is a line of JSON: `load` makes made-up rows and the network, `epoch` trains once over all rows in a new order
and returns seconds on the clock and of the processor. Images are tried in both memory formats; the faster one is kept.
"""
import json
import os
import sys
import time

import torch
from torch import nn

torch.set_num_threads(1)
WARM_SECONDS = 1


def modules(layers, height, width, channels):
    for layer in layers:
        kind = layer["kind"]
        if kind == "conv2d":
            pad = (layer["size"] - 1) // 2 if layer["padding"] == "same" else 0
            yield nn.Conv2d(channels, layer["channels"], layer["size"], layer["step"], pad)
            height = (height + 2 * pad - layer["size"]) // layer["step"] + 1
            width = (width + 2 * pad - layer["size"]) // layer["step"] + 1
            channels = layer["channels"]
        elif kind == "maxPool2d":
            yield nn.MaxPool2d(layer["size"], layer["step"])
            height = (height - layer["size"]) // layer["step"] + 1
            width = (width - layer["size"]) // layer["step"] + 1
        elif kind == "flatten":
            yield nn.Flatten()
            height, width, channels = 1, 1, height * width * channels
        elif kind == "dense":
            yield nn.Linear(channels, layer["units"])
            channels = layer["units"]
        elif kind == "activation" and layer["name"] == "relu":
            yield nn.ReLU()
            if layer["dropout"] > 0:
                yield nn.Dropout(layer["dropout"])
        elif kind == "batchNorm" and height * width == 1:
            yield nn.BatchNorm1d(channels, momentum=layer["momentum"])
        else:
            raise ValueError(f"no module for {layer}")


class Peer:
    def load(self, network, loss, rows, batch, outputs):
        torch.manual_seed(1)
        shape = network["input"]
        is_image = shape["height"] * shape["width"] > 1
        size = (shape["channels"], shape["height"], shape["width"]) if is_image else (shape["channels"],)
        self.x, self.batch = torch.randn(rows, *size), batch
        self.y = torch.randn(rows, outputs) if loss == "squaredError" else torch.randint(outputs, (rows,))
        self.loss = nn.MSELoss() if loss == "squaredError" else nn.CrossEntropyLoss()
        self.network = nn.Sequential(*modules(network["layers"], shape["height"], shape["width"], shape["channels"]))
        self.optimizer = torch.optim.Adam(self.network.parameters(), lr=1e-3)
        times = {"contiguous": self.warm()}
        if is_image:
            self.network.to(memory_format=torch.channels_last)
            self.x = self.x.to(memory_format=torch.channels_last)
            times["channels last"] = self.warm()
            if times["contiguous"] < times["channels last"]:
                self.network.to(memory_format=torch.contiguous_format)
                self.x = self.x.contiguous()
        return {"way": min(times, key=times.get)}

    def warm(self):
        end, best = time.perf_counter() + WARM_SECONDS, float("inf")
        while time.perf_counter() < end or best == float("inf"):
            best = min(best, self.epoch()["cpuSeconds"])
        return best

    def epoch(self):
        start, cpu = time.perf_counter(), time.process_time()
        order = torch.randperm(len(self.x))
        for at in range(0, len(order), self.batch):
            rows = order[at : at + self.batch]
            self.optimizer.zero_grad(set_to_none=True)
            self.loss(self.network(self.x[rows]), self.y[rows]).backward()
            self.optimizer.step()
        return {"seconds": time.perf_counter() - start, "cpuSeconds": time.process_time() - cpu}


def main():
    # Replies have the pipe for themselves: what libraries print goes to stderr.
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    peer = Peer()
    for line in sys.stdin:
        request = json.loads(line)
        try:
            reply = getattr(peer, request.pop("do"))(**request)
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        replies.write(json.dumps(reply) + "\n")
        replies.flush()


main()
