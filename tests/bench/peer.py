"""A peer's side of the benchmark: one workload in one process. bench.py starts it and reads its last line, a JSON
object. usage: peer.py PEER WORKLOAD BATCH STEPS EPOCHS THREADS [DUMP]
With DUMP, a folder written by bench.lua, it prints the losses of the first steps from the weights and batches there."""
import json
import os
import sys
import time

PEERS = {  # name: the module it needs, for telling whether it is installed
    "pytorch": "torch",
    "pytorch_last": "torch",  # pictures in channels-last order
    "pytorch_compile": "torch",
    "keras_tf": "tensorflow",
    "keras_jax": "jax",
    "keras_torch": "torch",
}


def settle_threads(threads):
    """Before anything is imported: libraries read these once."""
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"):
        os.environ[name] = str(threads)
    os.environ.update(TF_NUM_INTEROP_THREADS="1", TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="")
    os.environ["JAX_PLATFORMS"] = "cpu"
    if threads == 1:
        os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"


def make_data(workload, n):
    """n rows, of the same kinds as in bench.lua."""
    import numpy as np
    rng = np.random.default_rng(0)

    def normal(*shape):
        return rng.standard_normal((n, *shape), dtype="float32")

    def below(bound, *shape):
        return rng.integers(0, bound, (n, *shape)).astype("int32")

    def labels():
        return np.eye(10, dtype="float32")[below(10)]

    if workload == "tiny":
        return normal(2), below(2, 1).astype("float32")
    if workload == "autoenc":
        x = rng.random((n, 784), dtype="float32")
        return x, x
    if workload == "imdb_lstm":
        return below(20000, 80), below(2, 1).astype("float32")
    if workload == "gru_char":
        return below(65, 100), below(65, 100)
    if workload == "textformer":
        return below(20000, 200), below(2)
    if workload in ("resnet50", "mobilenet"):
        return normal(224, 224, 3), None
    shape = {"mlp": (100,), "seed_mlp": (64,), "mnist_mlp": (784,), "mnist_cnn": (28, 28, 1)}.get(workload, (64, 64, 3))
    return normal(*shape), labels()


def read_dump(workload, folder, rows):
    """Weights, x and y as bench.lua wrote them."""
    import numpy as np
    shapes = [tuple(map(int, line.split())) for line in open(os.path.join(folder, "shapes"))]
    weights = [np.fromfile(f"{folder}/weight{i + 1}", "float32").reshape(s) for i, s in enumerate(shapes)]
    like_x, like_y = make_data(workload, rows)
    x = np.fromfile(f"{folder}/x", like_x.dtype).reshape(like_x.shape)
    y = np.fromfile(f"{folder}/y", like_y.dtype).reshape(like_y.shape)
    return weights, x, y


def time_call(call):
    """Milliseconds of one call, the middle of many groups that take a millisecond or more each; as in bench.lua."""
    calls, seconds = 1, 0.0
    while seconds < 1e-3:
        calls *= 2
        start = time.perf_counter()
        for _ in range(calls):
            call()
        seconds = time.perf_counter() - start
    times = []
    for _ in range(int(max(5, min(100, 0.3 / seconds)))):
        start = time.perf_counter()
        for _ in range(calls):
            call()
        times.append((time.perf_counter() - start) / calls * 1e3)
    return sorted(times)[(len(times) - 1) // 2]


def resident():
    """Most memory that the process held, in MB."""
    for line in open("/proc/self/status"):
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024


def time_all(peer, workload, batch, steps, epochs):
    result = {}
    if steps:
        x, y = make_data(workload, batch * steps)
        start = time.perf_counter()
        peer.fit(x[:2 * batch], y[:2 * batch], batch)
        result["first_s"] = time.perf_counter() - start
        result["step_ms"] = [peer.fit(x, y, batch) / steps * 1e3 for _ in range(epochs)]
        result["data_mb"] = (x.nbytes + (0 if y is x else y.nbytes)) / 2**20
    result["train_mb"] = resident()
    result["predict_ms"] = time_call(peer.predictor(make_data(workload, 1)[0]))
    result["resident_mb"] = resident()
    return result


def main():
    name, workload = sys.argv[1:3]
    batch, steps, epochs, threads = map(int, sys.argv[3:7])
    dump = sys.argv[7] if len(sys.argv) > 7 else None
    settle_threads(threads)
    if name.startswith("keras"):
        from peer_keras import Peer
    else:
        from peer_torch import Peer
    try:
        peer = Peer(name, workload, threads, dropout=not dump)
    except NotImplementedError as reason:
        print(json.dumps({"skip": str(reason)}))
        return
    if dump:
        weights, x, y = read_dump(workload, dump, batch * steps)
        peer.set_weights(weights)
        result = {"losses": [peer.step_loss(x[i * batch:(i + 1) * batch], y[i * batch:(i + 1) * batch])
                             for i in range(steps)]}
    else:
        result = time_all(peer, workload, batch, steps, epochs)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
