"""The workloads: what is trained, how long, and how fast it could be. The models themselves stand in bench.lua,
peer_keras.py and peer_torch.py, each in its own language; `check` in bench.py sees that they are the same."""
from dataclasses import dataclass


def dense(inputs, units):
    return inputs * units


def conv(side, kernel, channels, filters):
    """One image whose result is side x side."""
    return side * side * kernel * kernel * channels * filters


@dataclass
class Workload:
    batch: int
    steps: int  # of one timed epoch
    macs: int = 0  # multiplications of one sample on the way forward
    first: int = 0  # those of the first layer, whose input needs no gradient
    update: int = 0  # numbers that the optimizer moves per weight
    activations: int = 0  # results of convolutions per sample
    target: float = 1  # how many times faster than the best peer knn is to train
    predict_target: float = 1  # and to predict one row


SGD, RMSPROP, ADAM = 3, 5, 7

WORKLOADS = {
    "tiny": Workload(4, 2000, dense(2, 8) + dense(8, 1), dense(2, 8), ADAM, target=40, predict_target=20),
    "mlp": Workload(32, 1000, dense(100, 64) + dense(64, 10), dense(100, 64), SGD, target=6, predict_target=10),
    "seed_mlp": Workload(32, 1000, dense(64, 128) + dense(128, 64) + dense(64, 10), dense(64, 128), ADAM,
                         target=6, predict_target=10),
    "mnist_mlp": Workload(128, 100, dense(784, 512) + dense(512, 512) + dense(512, 10), dense(784, 512), RMSPROP,
                          target=1.3),
    "autoenc": Workload(256, 100, dense(784, 32) + dense(32, 784), dense(784, 32), ADAM, target=2.2),
    "seed_cnn": Workload(32, 12, conv(62, 3, 3, 32) + conv(29, 3, 32, 64) + dense(12544, 512) + dense(512, 10),
                         conv(62, 3, 3, 32), ADAM, 62 * 62 * 32 + 29 * 29 * 64, target=2.5, predict_target=2),
    "cnn64": Workload(32, 12, conv(62, 3, 3, 32) + conv(60, 3, 32, 32) + conv(28, 3, 32, 64) + conv(26, 3, 64, 64)
                      + dense(10816, 256) + dense(256, 10), conv(62, 3, 3, 32), SGD,
                      (62 * 62 + 60 * 60) * 32 + (28 * 28 + 26 * 26) * 64, target=1.7),
    "mnist_cnn": Workload(128, 20, conv(26, 3, 1, 32) + conv(11, 3, 32, 64) + dense(1600, 10), conv(26, 3, 1, 32), ADAM,
                          26 * 26 * 32 + 11 * 11 * 64, target=2.3),
    "imdb_lstm": Workload(32, 25, 80 * 4 * (dense(128, 128) + dense(128, 128)) + dense(128, 1), 0, ADAM,
                          target=1.6, predict_target=1.6),
    "gru_char": Workload(64, 12, 100 * (3 * (dense(64, 256) + dense(256, 256)) + dense(256, 65)), 0, ADAM,
                         target=2, predict_target=1.4),
    "textformer": Workload(32, 15, 200 * (3 * dense(32, 64) + dense(64, 32) + 2 * dense(32, 32))
                           + 2 * 2 * 200 * 200 * 32 + dense(32, 20) + dense(20, 2), 0, ADAM, target=2.5),
    "resnet50": Workload(1, 0, 3_857_973_248, predict_target=1.6),
    "mobilenet": Workload(1, 0, 300_774_272, predict_target=2),
}


CACHE = 2 << 20  # bytes that stay near a core from one step to the next


def floors(name, params, machine):
    """Milliseconds that a training step and a prediction of one row take at least on a machine that does
    `flops` and moves `bytes` a second: the multiplications; the optimizer's pass over the weights; the results of
    convolutions, written once and read once. A prediction reads the weights once, but only some rows of a table."""
    w, flops, rate = WORKLOADS[name], machine["flops"], machine["bytes"]
    table = {"imdb_lstm": 20000 * 128, "textformer": 20000 * 32}.get(name, 0)
    train, predict = 2 * w.batch * (3 * w.macs - w.first) / flops, 2 * w.macs / flops
    if 4 * params > CACHE:
        train += 4 * w.update * params / rate
    if 4 * w.batch * w.activations > CACHE:
        train += 2 * 4 * w.batch * w.activations / rate
    if 4 * (params - table) > CACHE:
        predict = max(predict, 4 * (params - table) / rate)
    return (train * 1e3 if w.steps else None), predict * 1e3
