"""Reference values for test/ml/neural, by PyTorch: AdamW with clipping, schedules, losses and gradients of a network.

Run from the repository root:  /usr/bin/python3 test/oracles/generate/neural.py
"""
import json

import torch

torch.manual_seed(0); torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
out = {}
# AdamW: two arrays (kernel decays, bias does not), fixed gradients per step, clipped to joint norm 1
k = torch.linspace(-1, 1, 6).reshape(2, 3).clone().requires_grad_(True)
b = torch.linspace(0.5, -0.5, 3).clone().requires_grad_(True)
opt = torch.optim.AdamW([{'params': [k], 'weight_decay': 0.1}, {'params': [b], 'weight_decay': 0.0}], lr=0.01)
steps = []
for t in range(12):
    k.grad = torch.sin(torch.arange(6.) + t).reshape(2, 3) * (1 + t)
    b.grad = torch.cos(torch.arange(3.) * 2 + t)
    gk, gb = k.grad.clone(), b.grad.clone()
    norm = torch.nn.utils.clip_grad_norm_([k, b], 1.0)
    lr = 0.01 * (t + 1) / 12
    for g in opt.param_groups: g['lr'] = lr
    opt.step()
    steps.append({'learningRate': lr, 'gradients': [gk.flatten().tolist(), gb.tolist()], 'norm': float(norm), 'parameters': [k.detach().flatten().tolist(), b.detach().tolist()]})
out['adamw'] = {'start': [torch.linspace(-1, 1, 6).tolist(), torch.linspace(0.5, -0.5, 3).tolist()], 'weightDecay': 0.1, 'maxNorm': 1.0, 'steps': steps}
# Cosine annealing
p = torch.zeros(1, requires_grad=True); o = torch.optim.SGD([p], lr=1.0)
s = torch.optim.lr_scheduler.CosineAnnealingLR(o, T_max=20); vals = []
for t in range(20): vals.append(o.param_groups[0]['lr']); o.step(); s.step()
out['cosine'] = vals
# Linear warm-up to 1
o = torch.optim.SGD([p], lr=1.0); s = torch.optim.lr_scheduler.LinearLR(o, start_factor=0.25, end_factor=1.0, total_iters=3); vals = []
for t in range(6): vals.append(o.param_groups[0]['lr']); o.step(); s.step()
out['warmUp4'] = vals
# Loss and gradients of a 3-4-4-3 network, cross-entropy and squared error
def net(loss):
    x = torch.sin(torch.arange(15.)).reshape(5, 3)
    ws = [torch.cos(torch.arange(12.)).reshape(3, 4), torch.arange(4.) / 10 - .1, torch.sin(torch.arange(16.) * 2).reshape(4, 4), torch.arange(4.) / 5 - .3, torch.cos(torch.arange(12.) * 3).reshape(4, 3), torch.arange(3.) / 3]
    ws = [w.clone().requires_grad_(True) for w in ws]
    h = torch.relu(x @ ws[0] + ws[1]); h = torch.relu(h @ ws[2] + ws[3]); y = h @ ws[4] + ws[5]
    t = torch.softmax(torch.sin(torch.arange(15.) * 5).reshape(5, 3), 1)
    l = torch.nn.functional.cross_entropy(y, t) if loss == 'crossEntropy' else torch.nn.functional.mse_loss(y, t)
    l.backward()
    return {'widths': [3, 4, 4, 3], 'inputs': x.flatten().tolist(), 'targets': t.flatten().tolist(), 'parameters': [w.detach().flatten().tolist() for w in ws], 'outputs': y.detach().flatten().tolist(), 'loss': float(l), 'gradients': [w.grad.flatten().tolist() for w in ws]}
out['network'] = {l: net(l) for l in ['crossEntropy', 'squaredError']}
json.dump(out, open('test/oracles/neural/training.json', 'w'))
