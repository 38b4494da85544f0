"""Does the work of `segue-lab bench speed` with PyTorch. Reads one JSON request a
line and answers with the seconds per unit of work. How many threads OpenBLAS and
OpenMP use and on which cores is set before it starts: torch.set_num_threads comes too
late for OpenBLAS."""
import json, sys, time
import torch
import torch.nn as nn
import torch.nn.functional as F

print(torch.__version__, flush=True)
cache = {}


def build(r):
    torch.manual_seed(1)
    rnn = nn.LSTM(r["i"], r["h"], r["layers"])
    out = nn.Linear(r["h"], r["out"])
    emb = nn.Embedding(r["v"], r["i"]) if r["v"] else None
    params = list(rnn.parameters()) + list(out.parameters()) + (list(emb.parameters()) if emb else [])
    T, B = r["t"], r["b"]
    if emb:
        x = torch.randint(0, r["v"], (T, B))
        y = torch.randint(0, r["v"], (T, B))
    else:
        x = torch.randn(T, B, r["i"])
        y = torch.randn(T, B, r["out"])
    if r["mode"] == "train":
        opt = torch.optim.Adam(params)

        def unit():
            opt.zero_grad()
            h, _ = rnn(emb(x) if emb else x)
            o = out(h)
            loss = F.cross_entropy(o.view(T * B, -1), y.view(-1)) if emb else F.mse_loss(o, y)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(params, 1.0)
            opt.step()

    elif r["mode"] == "forward":

        def unit():
            with torch.no_grad():
                h, _ = rnn(emb(x) if emb else x)
                out(h)

    else:
        state = [None, x[:1, :1]]

        def unit():
            with torch.no_grad():
                h, state[0] = rnn(emb(state[1]) if emb else state[1], state[0])
                o = out(h)
                if emb:
                    state[1] = torch.multinomial(torch.softmax(o[0], -1), 1)

    return unit


for line in sys.stdin:
    r = json.loads(line)
    key = json.dumps(r)
    if key not in cache:
        cache.clear()
        unit = build(r)
        begin = time.perf_counter()
        unit()
        for _ in range(2):
            if time.perf_counter() - begin < 1:
                unit()
        t = time.perf_counter()
        unit()
        n = max(1, int(0.5 / (time.perf_counter() - t)))
        cache[key] = (unit, n)
    unit, n = cache[key]
    t = time.perf_counter()
    for _ in range(n):
        unit()
    print((time.perf_counter() - t) / n, flush=True)
