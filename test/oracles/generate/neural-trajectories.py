"""Reference trajectories for test/ml/neural/trajectories.test.ts and schedule.test.ts, by PyTorch 1.13.1: 20 steps of one
small network under each optimizer, loss and way of averaging; learning rate schedules.

Run from the repository root:  /usr/bin/python3 test/oracles/generate/neural-trajectories.py
"""
import json
import math

import torch
import torch.nn.functional as F
from torch.optim.swa_utils import AveragedModel

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)

ROWS, INPUTS, UNITS, CLASSES, STEPS = 24, 3, 6, 3, 20
X = torch.sin(torch.arange(float(ROWS * INPUTS)) * 1.7).reshape(ROWS, INPUTS)
LABELS = torch.tensor([(7 * i + i * i) % CLASSES if i % 5 else 0 for i in range(ROWS)])
TARGETS = torch.stack([X[:, 0] * X[:, 1], torch.cos(2 * X[:, 2]), X[:, 1] - X[:, 0] ** 2], 1)
ROW_WEIGHTS = 1 + (torch.arange(ROWS) % 4).double()
BATCHES = [[(5 * t + 7 * i) % ROWS for i in range(4 + t % 5)] for t in range(STEPS)]


def start(rows, columns, seed):
    return torch.cos(torch.arange(float(rows * columns)) * (1 + 0.37 * seed)).reshape(rows, columns) * 0.8


class Net(torch.nn.Module):
    def __init__(self, norm=None, tangent=False):
        super().__init__()
        self.tangent, self.norm = tangent, norm
        self.w0 = torch.nn.Parameter(start(INPUTS, UNITS, 1))
        self.b0 = torch.nn.Parameter(start(1, UNITS, 2) * 0.3)
        if norm:
            self.g = torch.nn.Parameter(1 + 0.2 * start(1, UNITS, 5))
            self.s = torch.nn.Parameter(0.2 * start(1, UNITS, 6))
            self.register_buffer('mean', torch.zeros(UNITS))
            self.register_buffer('variance', torch.ones(UNITS))
        self.w1 = torch.nn.Parameter(start(UNITS, CLASSES, 3))
        self.b1 = torch.nn.Parameter(start(1, CLASSES, 4) * 0.3)

    def forward(self, x):
        divisors = (math.sqrt(INPUTS), math.sqrt(UNITS)) if self.tangent else (1, 1)
        h = x @ self.w0 / divisors[0] + self.b0
        if self.norm == 'batchNorm':
            h = F.batch_norm(h, self.mean, self.variance, self.g[0], self.s[0], self.training, 0.1, 1e-5)
        if self.norm == 'layerNorm':
            h = F.layer_norm(h, (UNITS,), self.g[0], self.s[0], 1e-5)
        return F.selu(h) @ self.w1 / divisors[1] + self.b1

    def decayed(self):
        return [self.w0, self.w1]

    def others(self):
        return [p for n, p in self.named_parameters() if n not in ('w0', 'w1')]

    def arrays(self):
        """In the order of our layers: dense, normalisation, dense."""
        norm = [self.g, self.s] if self.norm else []
        kept = [self.mean[None], self.variance[None]] if self.norm == 'batchNorm' else []
        scale = (1 / math.sqrt(INPUTS), 1 / math.sqrt(UNITS)) if self.tangent else (1, 1)
        return [(p.detach() * s).flatten().tolist() for p, s in
                [(self.w0, scale[0]), (self.b0, 1), *((p, 1) for p in norm + kept), (self.w1, scale[1]), (self.b1, 1)]]


class Lion:
    """Chen et al. 2023, algorithm 2."""

    def __init__(self, groups, lr, betas):
        self.param_groups = [{**g, 'lr': lr} for g in groups]
        self.betas, self.moments = betas, {}

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group['params']:
                m = self.moments.setdefault(p, torch.zeros_like(p))
                update = torch.sign(self.betas[0] * m + (1 - self.betas[0]) * p.grad)
                p -= group['lr'] * (update + group['weight_decay'] * p)
                m.mul_(self.betas[1]).add_(p.grad, alpha=1 - self.betas[1])


class DecoupledRmsProp(torch.optim.RMSprop):
    """PyTorch's own step; the decay, which it would add to the gradients, taken from the values first."""

    def __init__(self, groups, **more):
        self.decays = [g.pop('weight_decay') for g in groups]
        super().__init__(groups, **more)

    def step(self):
        with torch.no_grad():
            for group, decay in zip(self.param_groups, self.decays):
                for p in group['params']:
                    p.mul_(1 - group['lr'] * decay)
        super().step()


def rate(t):
    return 0.02 * (1 - 0.5 * t / STEPS)


def trajectory(optimizer='adamw', decay=0.0, loss='crossEntropy', norm=None, tangent=False, smoothing=0.0, gamma=0.0,
               class_weights=None, row_weights=False, clip_norm=0.0, clip_value=0.0, share=0.0, betas=(0.9, 0.999)):
    net = Net(norm, tangent)
    first = net.arrays()
    groups = [{'params': net.decayed(), 'weight_decay': decay}, {'params': net.others(), 'weight_decay': 0.0}]
    if tangent:
        biases = [net.b0, net.b1]
        groups = [{'params': net.decayed(), 'weight_decay': 0.0}, {'params': biases, 'weight_decay': 0.0, 'factor': 0.1}]
    opt = {
        'adamw': lambda: torch.optim.AdamW(groups, lr=1, betas=betas),
        'nesterov': lambda: torch.optim.SGD(groups, lr=1, momentum=0.9, nesterov=True),
        'lion': lambda: Lion(groups, 1, (0.9, 0.99)),
        'rmsprop': lambda: DecoupledRmsProp(groups, lr=1, alpha=0.99),
    }[optimizer]()
    average = AveragedModel(net, avg_fn=lambda a, p, n: a + max(share, 1 / (int(n) + 1)) * (p - a)) if share else None
    weights = torch.ones(ROWS)
    if class_weights:
        weights = weights * torch.tensor(class_weights)[LABELS]
    if row_weights:
        weights = weights * ROW_WEIGHTS
    weights = weights / weights.mean()
    losses, norms = [], []
    for t, rows in enumerate(BATCHES):
        opt_rate = rate(t)
        for group in opt.param_groups:
            group['lr'] = opt_rate * group.get('factor', 1)
        net.train()
        net.zero_grad()
        y = net(X[rows])
        if loss == 'squaredError':
            each = ((y - TARGETS[rows]) ** 2).mean(1)
        elif loss == 'huberError':
            each = 2 * F.huber_loss(y, TARGETS[rows], reduction='none', delta=0.4).mean(1)
        elif loss == 'focalLoss':
            logs = F.log_softmax(y, 1).gather(1, LABELS[rows][:, None])[:, 0]
            each = -((1 - logs.exp()) ** gamma) * logs
        else:
            each = F.cross_entropy(y, LABELS[rows], reduction='none', label_smoothing=smoothing)
        value = (each * weights[rows]).mean()
        value.backward()
        losses.append(float(value))
        scale = {id(net.w0): math.sqrt(INPUTS), id(net.w1): math.sqrt(UNITS)} if tangent else {}
        norms.append(math.sqrt(sum(float((p.grad * scale.get(id(p), 1)).pow(2).sum()) for p in net.parameters())))
        if clip_value:
            torch.nn.utils.clip_grad_value_(net.parameters(), clip_value)
        if clip_norm:
            torch.nn.utils.clip_grad_norm_(net.parameters(), clip_norm)
        opt.step()
        if average:
            average.update_parameters(net)
    last = average.module if average else net
    last.eval()
    return {'start': first, 'losses': losses, 'norms': norms, 'parameters': last.arrays(),
            'outputs': last(X).detach().flatten().tolist()}


TRAJECTORIES = {
    'adamw': trajectory(decay=0.3),
    'nesterov': trajectory(optimizer='nesterov', decay=0.3),
    'lion': trajectory(optimizer='lion', decay=0.3),
    'rmsprop': trajectory(optimizer='rmsprop', decay=0.3),
    'squaredError': trajectory(loss='squaredError'),
    'huberError': trajectory(loss='huberError'),
    'labelSmoothing': trajectory(smoothing=0.1),
    'focalLoss': trajectory(loss='focalLoss', gamma=2.0),
    'classWeights': trajectory(class_weights=[0.4, 2.0, 1.3]),
    'rowWeights': trajectory(row_weights=True),
    'clipNorm': trajectory(clip_norm=0.2),
    'clipValue': trajectory(clip_value=0.05),
    'average': trajectory(share=0.2),
    # What goes before a batch normalisation has no use for its bias: Adam would blow up its rounding errors.
    'batchNorm': trajectory(optimizer='nesterov', norm='batchNorm'),
    'layerNorm': trajectory(norm='layerNorm'),
    'tangent': trajectory(tangent=True, betas=(0.9, 0.95)),
}


def shares(scheduler, total):
    p = torch.zeros(1, requires_grad=True)
    opt = torch.optim.SGD([p], lr=1.0)
    schedule = scheduler(opt)
    values = []
    for _ in range(total):
        values.append(opt.param_groups[0]['lr'])
        opt.step()
        schedule.step()
    return values


def plateau(losses, patience):
    p = torch.zeros(1, requires_grad=True)
    opt = torch.optim.SGD([p], lr=1.0)
    schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(opt, factor=0.2, patience=patience, threshold=0, eps=0)
    values = []
    for loss in losses:
        values.append(opt.param_groups[0]['lr'])
        schedule.step(loss)
    return values


S = torch.optim.lr_scheduler
LOSSES = [2 + math.sin(1.3 * t) / (1 + 0.2 * t) for t in range(30)]
SCHEDULES = {
    'steps': shares(lambda o: S.StepLR(o, 20, 0.1), 60),
    'cosine': shares(lambda o: S.CosineAnnealingLR(o, 60), 60),
    'restarts': shares(lambda o: S.CosineAnnealingWarmRestarts(o, 4, 2), 60),
    'oneCycle': shares(lambda o: S.OneCycleLR(o, 1.0, total_steps=60, pct_start=0.3), 59),
    'flatCosine': [1.0 if t < 30 else (1 + math.cos(math.pi * (t - 30) / 30)) / 2 for t in range(60)],
    'cosineLog': [0.5 * (1 - math.cos(2 * math.pi * math.log2(1 + 15 * t / 60))) for t in range(60)],
}
out = {
    'inputs': X.flatten().tolist(), 'labels': LABELS.tolist(), 'targets': TARGETS.flatten().tolist(),
    'rowWeights': ROW_WEIGHTS.tolist(), 'batches': BATCHES, 'rates': [rate(t) for t in range(STEPS)],
    'trajectories': TRAJECTORIES, 'schedules': SCHEDULES,
    'plateau': {'losses': LOSSES, 'shares': plateau(LOSSES, 3)},
}
json.dump(out, open('test/oracles/neural/trajectories.json', 'w'))
