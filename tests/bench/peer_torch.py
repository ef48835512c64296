"""PyTorch: eager, with pictures in channels-last order, or compiled. Losses take logits, as PyTorch users write it;
optimizers get Keras's numbers."""
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

PICTURES = ("seed_cnn", "cnn64", "mnist_cnn")


class LSTM(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(20000, 128)
        self.lstm = nn.LSTM(128, 128, batch_first=True)
        self.out = nn.Linear(128, 1)
        nn.init.zeros_(self.lstm.bias_hh_l0.requires_grad_(False))  # Keras has one bias

    def forward(self, x):
        _, (last, _) = self.lstm(self.embedding(x))
        return self.out(last[-1])


class GRU(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(65, 64)
        self.gru = nn.GRU(64, 256, batch_first=True)
        self.out = nn.Linear(256, 65)

    def forward(self, x):
        return self.out(self.gru(self.embedding(x))[0])


class Textformer(nn.Module):
    def __init__(self, drop):
        super().__init__()
        self.embedding, self.position = nn.Embedding(20000, 32), nn.Parameter(torch.zeros(200, 32))
        self.query, self.key, self.value = nn.Linear(32, 64), nn.Linear(32, 64), nn.Linear(32, 64)
        self.mix = nn.Linear(64, 32)
        self.norm1, self.norm2 = nn.LayerNorm(32, eps=1e-6), nn.LayerNorm(32, eps=1e-6)
        self.feed1, self.feed2 = nn.Linear(32, 32), nn.Linear(32, 32)
        self.head, self.out = nn.Linear(32, 20), nn.Linear(20, 2)
        self.drop = drop(.1)

    def attend(self, x):
        query, key, value = (f(x).view(len(x), 200, 2, 32).transpose(1, 2) for f in (self.query, self.key, self.value))
        return self.mix(F.scaled_dot_product_attention(query, key, value).transpose(1, 2).reshape(len(x), 200, 64))

    def forward(self, x):
        x = self.embedding(x) + self.position
        x = self.norm1(x + self.drop(self.attend(x)))
        x = self.norm2(x + self.drop(self.feed2(F.relu(self.feed1(x)))))
        return self.out(self.drop(F.relu(self.head(self.drop(x.mean(1))))))


def make_model(workload, drop):
    def conv(channels, filters):
        return [nn.Conv2d(channels, filters, 3), nn.ReLU()]

    def pool():
        return nn.MaxPool2d(2)

    def relu(inputs, units):
        return [nn.Linear(inputs, units), nn.ReLU()]

    parts = {
        "tiny": lambda: [nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1)],
        "mlp": lambda: [*relu(100, 64), nn.Linear(64, 10)],
        "seed_mlp": lambda: [*relu(64, 128), drop(.5), *relu(128, 64), drop(.5), nn.Linear(64, 10)],
        "mnist_mlp": lambda: [*relu(784, 512), drop(.2), *relu(512, 512), drop(.2), nn.Linear(512, 10)],
        "autoenc": lambda: [*relu(784, 32), nn.Linear(32, 784)],
        "seed_cnn": lambda: [*conv(3, 32), pool(), drop(.25), *conv(32, 64), pool(), drop(.25), nn.Flatten(),
                             *relu(64 * 14 * 14, 512), drop(.5), nn.Linear(512, 10)],
        "cnn64": lambda: [*conv(3, 32), *conv(32, 32), pool(), drop(.25), *conv(32, 64), *conv(64, 64), pool(),
                          drop(.25), nn.Flatten(), *relu(64 * 13 * 13, 256), drop(.5), nn.Linear(256, 10)],
        "mnist_cnn": lambda: [*conv(1, 32), pool(), *conv(32, 64), pool(), nn.Flatten(), drop(.5),
                              nn.Linear(64 * 5 * 5, 10)],
    }.get(workload)
    if parts:
        return nn.Sequential(*parts())
    if workload == "textformer":
        return Textformer(drop)
    return {"imdb_lstm": LSTM, "gru_char": GRU}[workload]()


def make_optimizer(workload, parameters):
    if workload in ("mlp", "cnn64"):
        return torch.optim.SGD(parameters, lr=0.01)
    if workload == "mnist_mlp":
        return torch.optim.RMSprop(parameters, lr=0.001, alpha=0.9, eps=1e-7)
    return torch.optim.Adam(parameters, lr=0.001, eps=1e-7)


class Peer:
    def __init__(self, name, workload, threads, dropout):
        if workload in ("resnet50", "mobilenet"):
            raise NotImplementedError("torchvision is no part of PyTorch")
        if name == "pytorch_last" and workload not in PICTURES:
            raise NotImplementedError("no pictures, no channels-last order")
        torch.set_num_threads(threads)
        torch.manual_seed(0)
        self.workload, self.last, self.steps = workload, name == "pytorch_last", 0
        self.module = make_model(workload, lambda rate: nn.Dropout(rate if dropout else 0))
        if self.last:
            self.module = self.module.to(memory_format=torch.channels_last)
        self.model = torch.compile(self.module) if name == "pytorch_compile" else self.module
        self.optimizer = make_optimizer(workload, [p for p in self.module.parameters() if p.requires_grad])

    def tensors(self, x, y=None):
        x = torch.from_numpy(x)
        if self.workload in PICTURES:
            x = x.permute(0, 3, 1, 2).contiguous()
            x = x.contiguous(memory_format=torch.channels_last) if self.last else x
        if y is None:
            return x, None
        y = torch.from_numpy(y)
        return x, y.long() if self.workload in ("gru_char", "textformer") else y

    def loss(self, x, y):
        out = self.model(x)
        if self.workload in ("tiny", "autoenc", "imdb_lstm"):
            return F.binary_cross_entropy_with_logits(out, y)
        if self.workload == "gru_char":
            return F.cross_entropy(out.reshape(-1, 65), y.reshape(-1))
        return F.cross_entropy(out, y)

    def step(self, x, y):
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.loss(x, y)
        loss.backward()
        self.optimizer.step()
        return loss

    def fit(self, x, y, batch):
        """Seconds, without the making of tensors; the rows in order, which spares gathering them."""
        x, y = self.tensors(x, y)
        self.model.train()
        start = time.perf_counter()
        for i in range(0, len(x), batch):
            loss = self.step(x[i:i + batch], y[i:i + batch])
        loss.item()
        return time.perf_counter() - start

    def predictor(self, x):
        x, _ = self.tensors(x)
        self.model.eval()
        return torch.inference_mode()(lambda: self.model(x))

    def step_loss(self, x, y):
        """Keras's Adam adds epsilon before it corrects the bias, PyTorch's after."""
        if isinstance(self.optimizer, torch.optim.Adam):
            self.steps += 1
            self.optimizer.param_groups[0]["eps"] = 1e-7 / (1 - 0.999**self.steps) ** 0.5
        return self.step(*self.tensors(x, y)).item()

    def set_weights(self, weights):
        with torch.no_grad():
            for p, w in zip(self.in_keras_order(), from_keras(self.workload, weights), strict=True):
                p.copy_(torch.from_numpy(np.ascontiguousarray(w)))

    def in_keras_order(self):
        m = self.module
        if self.workload != "textformer":
            return [p for p in m.parameters() if p.requires_grad]
        parts = [m.query, m.key, m.value, m.mix, m.norm1, m.feed1, m.feed2, m.norm2, m.head, m.out]
        return [m.embedding.weight, m.position, *(p for part in parts for p in part.parameters())]


def from_keras(workload, weights):
    """Keras's weights in PyTorch's layouts: (in, out) and (height, width, in, out) the other way round, pictures
    flattened channel by channel, a GRU's gates r, z, n instead of z, r, h, heads of attention side by side."""
    weights = list(weights)
    if workload == "gru_char":
        weights[1:4] = [w.reshape(-1, 3, 256)[:, [1, 0, 2]].reshape(w.shape) for w in weights[1:4]]
        weights[3:4] = list(weights[3])  # the biases of input and state
    if workload == "textformer":
        weights[2:8] = [w.reshape(*w.shape[:-2], 64) for w in weights[2:8]]
        weights[8] = weights[8].reshape(64, 32)
    tables = {"imdb_lstm": 1, "gru_char": 1, "textformer": 2}.get(workload, 0)
    side = {"seed_cnn": 14, "cnn64": 13, "mnist_cnn": 5}.get(workload)
    for i in range(tables, len(weights)):
        w = weights[i]
        if w.ndim == 4:
            weights[i] = w.transpose(3, 2, 0, 1)
        elif w.ndim == 2 and side:
            weights[i] = w.T.reshape(-1, side, side, len(w) // side**2).transpose(0, 3, 1, 2).reshape(-1, len(w))
            side = None
        elif w.ndim == 2:
            weights[i] = w.T
    return weights
