"""Makes torch_*.json: losses, gradients and ten AdamW steps computed by
PyTorch in float64 (made with 1.13.1; any later version should agree to 1e-12).

    python3 make_vectors.py

Every case gives the parameters in the tensor names of package seq, a batch,
the loss, the gradient of every parameter and the losses of ten training steps
(AdamW, lr 0.01, betas .9 .999, eps 1e-8, weight decay .1, gradient norm
clipped to 0.5).
"""
import json, math
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)


def case(name, cell, inputs, tokens, hidden, layers, head=None, targets=0, levels=None, factors=(), T=6, B=3):
    torch.manual_seed(sum(map(ord, name)))
    width = inputs + sum(d for _, _, d in tokens)
    rnn = {"lstm": nn.LSTM, "gru": nn.GRU, "elman": nn.RNN}[cell](width, hidden, layers)
    params = {({"elman": "rnn"}.get(cell, cell)) + "." + k: v for k, v in rnn.named_parameters()}
    emb = {}
    for n, v, d in tokens:
        emb[n] = nn.Embedding(v, d)
        params["embed.%s.weight" % n] = emb[n].weight
    if head:
        per = {"mse": 1, "mae": 1, "quantile": len(levels or []), "gaussian": 2, "student": 3, "negbin": 2, "bernoulli": 1}[head]
        out = nn.Linear(hidden, targets * per)
        params["head.out.weight"], params["head.out.bias"] = out.weight, out.bias
    fl, fe, u = [], [], hidden
    for n, v, d in factors:
        lin = nn.Linear(u, v)
        params["factor.%s.out.weight" % n], params["factor.%s.out.bias" % n] = lin.weight, lin.bias
        fl.append(lin)
        e = None
        if d:
            e = nn.Embedding(v, d)
            params["factor.%s.embed.weight" % n] = e.weight
        fe.append(e)
        u += d
    x = torch.randn(T, B, inputs)
    tok = [torch.randint(0, v, (T, B)) for _, v, _ in tokens]
    weight = torch.rand(T, B)
    weight[-1, 0] = 0
    y = torch.randn(T, B, targets)
    if head == "negbin":
        y = torch.randint(0, 9, (T, B, targets)).double()
    if head == "bernoulli":
        y = torch.randint(0, 2, (T, B, targets)).double()
    lab = [torch.randint(0, v, (T, B)) for _, v, _ in factors]

    def loss():
        z = torch.cat([x] + [emb[n](t) for (n, _, _), t in zip(tokens, tok)], -1)
        h, _ = rnn(z)
        total = torch.zeros(T, B)
        if head:
            o = out(h)
            if head == "mse":
                l = ((o - y) ** 2).mean(-1)
            elif head == "mae":
                l = (o - y).abs().mean(-1)
            elif head == "quantile":
                e = y.unsqueeze(-1) - o.view(T, B, targets, -1)
                q = torch.tensor(levels)
                l = 2 * torch.maximum(q * e, (q - 1) * e).mean(-1).mean(-1)
            elif head == "gaussian":
                o = o.view(T, B, targets, 2)
                l = -torch.distributions.Normal(o[..., 0], F.softplus(o[..., 1]) + 1e-6).log_prob(y).mean(-1)
            elif head == "student":
                o = o.view(T, B, targets, 3)
                l = -torch.distributions.StudentT(2 + F.softplus(o[..., 2]), o[..., 0], F.softplus(o[..., 1]) + 1e-6).log_prob(y).mean(-1)
            elif head == "negbin":
                o = o.view(T, B, targets, 2)
                mu, r = F.softplus(o[..., 0]) + 1e-6, 1 / (F.softplus(o[..., 1]) + 1e-6)
                l = -torch.distributions.NegativeBinomial(r, probs=mu / (mu + r)).log_prob(y).mean(-1)
            else:
                l = F.binary_cross_entropy_with_logits(o, y, reduction="none").sum(-1)
            total = total + l
        feats = h
        for k in range(len(factors)):
            logits = fl[k](feats)
            total = total + F.cross_entropy(logits.reshape(T * B, -1), lab[k].reshape(-1), reduction="none").view(T, B)
            if fe[k] is not None:
                feats = torch.cat([feats, fe[k](lab[k])], -1)
        return (total * weight).sum() / weight.sum()

    flat = lambda t: [float("%.15g" % v) for v in t.detach().reshape(-1).tolist()]
    doc = dict(
        name=name, torch=torch.__version__, cell=cell, inputs=inputs, tokens=tokens, hidden=hidden, layers=layers,
        head=head or "", targets=targets, levels=levels or [], factors=factors, T=T, B=B, x=flat(x), tok=[t.reshape(-1).tolist() for t in tok],
        weight=flat(weight), y=flat(y), labels=[t.reshape(-1).tolist() for t in lab],
        params={k: flat(v) for k, v in params.items()}, shapes={k: list(v.shape) for k, v in params.items()})
    l = loss()
    l.backward()
    doc["loss"] = l.item()
    doc["grad"] = {k: flat(v.grad) for k, v in params.items()}
    opt = torch.optim.AdamW(params.values(), lr=0.01, weight_decay=0.1)
    doc["training"] = []
    for _ in range(10):
        opt.zero_grad()
        l = loss()
        doc["training"].append(l.item())
        l.backward()
        torch.nn.utils.clip_grad_norm_(params.values(), 0.5)
        opt.step()
    with open("torch_%s.json" % name, "w") as f:
        json.dump(doc, f, separators=(",", ":"))


case("lstm_factors", "lstm", 2, [("a", 5, 3)], 6, 2, factors=[("p", 7, 3), ("q", 4, 2), ("r", 3, 0)])
case("lstm_quantile", "lstm", 3, [], 5, 1, head="quantile", targets=2, levels=[0.1, 0.5, 0.9])
case("gru_gaussian", "gru", 3, [], 5, 2, head="gaussian", targets=2)
case("elman_mse", "elman", 3, [("a", 4, 2)], 5, 2, head="mse", targets=2)
case("lstm_student", "lstm", 2, [], 4, 1, head="student", targets=2)
case("gru_negbin", "gru", 2, [], 4, 1, head="negbin", targets=2)
case("elman_bernoulli", "elman", 2, [], 4, 1, head="bernoulli", targets=3)
case("gru_mae", "gru", 2, [], 4, 1, head="mae", targets=2)



def flat(t):
    return [float("%.15g" % v) for v in t.detach().reshape(-1).tolist()]


def ctc():
    """Connectionist temporal classification: loss and gradient of every sequence."""
    torch.manual_seed(11)
    T, V, cases = 9, 4, []
    for labels, steps in [([1, 2, 3], 9), ([2, 2], 9), ([], 5), ([4, 4, 4], 5), ([1], 1), ([3, 1, 1, 2], 7)]:
        logits = (2 * torch.randn(steps, V + 1)).requires_grad_()
        loss = F.ctc_loss(logits.log_softmax(-1)[:, None], torch.tensor([labels], dtype=torch.long).reshape(1, -1), [steps], [len(labels)], reduction="sum")
        loss.backward()
        cases.append(dict(labels=labels, logits=flat(logits), loss=loss.item(), grad=flat(logits.grad)))
    with open("ctc.json", "w") as f:
        json.dump(dict(torch=torch.__version__, classes=V, cases=cases), f, separators=(",", ":"))


def translate(name, cell, attend, layers=2, H=5, S=6, T=4, B=3):
    """An encoder-decoder of two networks, with and without attention."""
    torch.manual_seed(sum(map(ord, name)))
    make = {"lstm": nn.LSTM, "gru": nn.GRU, "elman": nn.RNN}[cell]
    prefix = {"elman": "rnn"}.get(cell, cell) + "."
    ein, din = nn.Embedding(7, 3), nn.Embedding(6, 4)
    enc, dec = make(3, H, layers), make(4, H, layers)
    deep = nn.Linear(2 * H if attend else H, 8)
    out = nn.Linear(8, 6)
    pe = {"embed.a.weight": ein.weight, **{prefix + k: v for k, v in enc.named_parameters()}}
    pd = {"embed.b.weight": din.weight, **{prefix + k: v for k, v in dec.named_parameters()}}
    for k, l in [("hidden", deep), ("out", out)]:
        pd["factor.p.%s.weight" % k], pd["factor.p.%s.bias" % k] = l.weight, l.bias
    lengths = [6, 3, 5]
    read, write, labels = torch.randint(0, 7, (S, B)), torch.randint(0, 6, (T, B)), torch.randint(0, 6, (T, B))
    weight = torch.rand(T, B)
    total = 0
    for b in range(B):
        memory, st = enc(ein(read[: lengths[b], b : b + 1]))
        h, _ = dec(din(write[:, b : b + 1]), st)
        h, m = h[:, 0], memory[:, 0]
        if attend:
            h = torch.cat([h, torch.softmax(h @ m.T, -1) @ m], -1)
        total = total + (F.cross_entropy(out(torch.relu(deep(h))), labels[:, b], reduction="none") * weight[:, b]).sum()
    loss = total / weight.sum()
    loss.backward()
    pack = lambda p: dict(params={k: flat(v) for k, v in p.items()}, grad={k: flat(v.grad) for k, v in p.items()})
    with open("translate_%s.json" % name, "w") as f:
        json.dump(dict(
            torch=torch.__version__, cell=cell, attend=attend, hidden=H, layers=layers, S=S, T=T, B=B, lengths=lengths, read=read.reshape(-1).tolist(),
            write=write.reshape(-1).tolist(), labels=labels.reshape(-1).tolist(), weight=flat(weight), loss=loss.item(),
            encoder=pack(pe), decoder=pack(pd)), f, separators=(",", ":"))


ctc()
translate("lstm", "lstm", False)
translate("lstm_attention", "lstm", True)
translate("gru_attention", "gru", True)
translate("elman", "elman", False)

# A state dict as PyTorch users write it, in the safetensors layout, so that
# loading does not depend on the safetensors package.
torch.manual_seed(5)
lstm = nn.LSTM(3, 4, 2)
out = nn.Linear(4, 2)
tensors = {"lstm." + k: v for k, v in lstm.named_parameters()}
tensors.update({"head.out.weight": out.weight, "head.out.bias": out.bias})
x = torch.randn(5, 2, 3)
h, _ = lstm(x)
head, body = {}, b""
for k, v in sorted(tensors.items()):
    raw = v.detach().float().numpy().tobytes()
    head[k] = {"dtype": "F32", "shape": list(v.shape), "data_offsets": [len(body), len(body) + len(raw)]}
    body += raw
hj = json.dumps(head).encode()
open("torch_lstm.safetensors", "wb").write(len(hj).to_bytes(8, "little") + hj + body)
json.dump({"x": x.reshape(-1).tolist(), "y": out(h).reshape(-1).tolist()}, open("torch_lstm.json", "w"))
