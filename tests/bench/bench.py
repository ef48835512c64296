#!/usr/bin/env python3
"""The benchmark: trains the workloads of workloads.py in knn and in the peers that are installed, one process at a
time, pinned to as many processors as there are threads, and says how they compare. Started by run.sh."""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

from peer import PEERS
from picture import draw
from workloads import WORKLOADS, floors

HERE = os.path.dirname(os.path.abspath(__file__))
KNN = os.path.join(os.environ.get("KNN_BUILD_DIR", os.path.join(HERE, "../../build")), "knn")
PYTHON = os.environ.get("KNN_BENCH_PYTHON", "")
LIMIT = 900  # seconds of one process
CLOSE = 1e-4  # relative difference of losses after some steps that rounding explains
# PyTorch's RMSprop adds epsilon to the root of the mean square, Keras's to the mean square itself.
LOOSE = {("mnist_mlp", "pytorch"): 0.02, ("mnist_mlp", "pytorch_compile"): 0.02}


def say(text):
    print(text, file=sys.stderr, flush=True)


def run(command, threads):
    """The JSON object in the last line of a process that is pinned to the last `threads` processors."""
    mine = sorted(os.sched_getaffinity(0))
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT,
                              preexec_fn=lambda: os.sched_setaffinity(0, mine[-threads:]))
    except subprocess.TimeoutExpired:
        return {"skip": f"took more than {LIMIT} s"}
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        return {"skip": "failed: " + (done.stderr.strip().splitlines() or ["without a word"])[-1]}
    return json.loads(lines[-1])


def command(contender, workload, steps, epochs, threads, dump=""):
    batch = WORKLOADS[workload].batch
    if contender == "knn":
        words = dict(workload=workload, batch=batch, steps=steps, epochs=epochs, threads=threads, dump=dump)
        return [KNN, os.path.join(HERE, "bench.lua"), *(f"--{k}={v}" for k, v in words.items())]
    words = [contender, workload, batch, steps, epochs, threads, *([dump] if dump else [])]
    return [PYTHON, os.path.join(HERE, "peer.py"), *map(str, words)]


def installed_peers(wanted):
    """Those of the wanted that the environment has; the others are named."""
    if not wanted:
        return []
    test = "import importlib.util, sys; print(*[m for m in sys.argv[1:] if importlib.util.find_spec(m)])"
    modules = {"keras", *PEERS.values()}
    found = subprocess.run([PYTHON, "-c", test, *modules], capture_output=True, text=True).stdout if PYTHON else ""
    peers = []
    for peer in wanted:
        needed = [PEERS[peer], "keras"] if peer.startswith("keras") else [PEERS[peer]]
        missing = [m for m in needed if m not in found.split()]
        if missing:
            say(f"SKIPPED: {peer}: {', '.join(missing)} not installed")
        else:
            peers.append(peer)
    return peers


def measure_startup(peers, runs):
    """Seconds from the start of a process until its library is there."""
    lines = {"knn": [KNN, "-e", "require 'knn'"]}
    for peer in peers:
        backend = {"keras_tf": "tensorflow"}.get(peer, peer.removeprefix("keras_"))
        module = "keras" if peer.startswith("keras") else "torch"
        lines[peer] = ["env", f"KERAS_BACKEND={backend}", "TF_CPP_MIN_LOG_LEVEL=3", PYTHON, "-c", f"import {module}"]
    for twin in ("pytorch_last", "pytorch_compile"):
        lines.pop(twin, None)
    times = {name: [] for name in lines}
    for _ in range(max(3, runs)):
        for name, line in lines.items():
            start = time.perf_counter()
            subprocess.run(line, stderr=subprocess.DEVNULL, check=False)
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(t) for name, t in times.items()}


def measure_machine(threads):
    mine = sorted(os.sched_getaffinity(0))
    code = f"knn.threads({threads}) print(string.format('%.6g %.6g', knn.machine())) print(knn.kernels())"
    done = subprocess.run([KNN, "-e", code], capture_output=True, text=True, check=True,
                          preexec_fn=lambda: os.sched_setaffinity(0, mine[-threads:]))
    numbers, kernels = done.stdout.strip().splitlines()
    flops, rate = map(float, numbers.split())
    model = [line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
    return {"cpu": model[0] if model else "", "flops": flops, "bytes": rate, "kernels": kernels}


def check(workloads, peers, steps):
    """Losses of the first steps from the same weights on the same batches."""
    good = True
    for workload in workloads:
        if not WORKLOADS[workload].steps:
            continue
        with tempfile.TemporaryDirectory() as folder:
            own = run(command("knn", workload, steps, 1, 1, folder), 1)
            if "skip" in own:
                say(f"SKIPPED: {workload}: knn: {own['skip']}")
                continue
            print(f"{workload:11} {'knn':15}", *(f"{x:10.6f}" for x in own["losses"]))
            for peer in peers:
                other = run(command(peer, workload, steps, 1, 1, folder), 1)
                if "skip" in other:
                    say(f"SKIPPED: {workload}: {peer}: {other['skip']}")
                    continue
                far = max(abs(a - b) / max(abs(a), 1e-3) for a, b in zip(own["losses"], other["losses"]))
                close = far <= LOOSE.get((workload, peer), CLOSE)
                good = good and close
                print(f"{'':11} {peer:15}", *(f"{x:10.6f}" for x in other["losses"]),
                      f"  off by {far:.1e}{'' if close else '  DIFFERS'}", flush=True)
    return good


def measure(workloads, peers, runs, threads, quick):
    """Every contender in turn, so that what else the machine does falls on all alike."""
    rows = []
    for workload in workloads:
        row = {"workload": workload, "threads": threads, "contenders": {}}
        steps, epochs = WORKLOADS[workload].steps, 3
        if quick:
            steps, epochs = (steps + 3) // 4, 2
        for i in range(runs):
            for contender in ["knn", *peers]:
                seen = row["contenders"].setdefault(contender, {"runs": []})
                if "skip" in seen:
                    continue
                result = run(command(contender, workload, steps, epochs, threads), threads)
                if "skip" in result:
                    seen["skip"] = result["skip"]
                    say(f"SKIPPED: {workload}: {contender}: {result['skip']}")
                    if contender == "knn":
                        break
                    continue
                seen["runs"].append(result)
                step = f"{min(result['step_ms']):9.4f} ms a step" if steps else ""
                say(f"{workload} {threads} thread{'s'[:threads > 1]} run {i + 1} of {runs}: {contender:15} {step}"
                    f" {result['predict_ms']:9.4f} ms a row {result['resident_mb']:6.0f} MB")
            if "skip" in row["contenders"]["knn"]:
                break
        rows.append(row)
    return rows


def summarize(row, machine):
    """Medians and spreads of a row's runs, and the best peer."""
    for c in row["contenders"].values():
        runs = c["runs"]
        if not runs:
            continue
        c["resident_mb"] = statistics.median(r["train_mb"] for r in runs)
        for key, times in (("step", [min(r["step_ms"]) for r in runs if "step_ms" in r]),
                           ("predict", [r["predict_ms"] for r in runs])):
            if times:
                c[key + "_ms"] = statistics.median(times)
                c[key + "_spread"] = (max(times) - min(times)) / c[key + "_ms"]
    for key in ("step_ms", "predict_ms"):
        times = {n: c[key] for n, c in row["contenders"].items() if n != "knn" and key in c}
        row["best_" + key] = min(times, key=times.get) if times else None
    own = row["contenders"]["knn"]
    if own["runs"]:
        row["floor_step_ms"], row["floor_predict_ms"] = floors(row["workload"], own["runs"][0]["params"], machine)


def print_table(rows, key, title, floor, target_of):
    print(f"\n{title}\n{'workload':11} {'knn ms':>10} {'spread':>7} {'best peer':>16} {'ms':>10} {'ratio':>7}"
          f" {'target':>7} {'':4} {'floor ms':>9} {'x floor':>8} {'knn MB':>7} {'peer MB':>8}")
    for row in rows:
        own, best = row["contenders"]["knn"], row["best_" + key]
        if key not in own:
            if "skip" in own:
                print(f"{row['workload']:11} skipped: {own['skip']}")
            continue
        line = f"{row['workload']:11} {own[key]:10.4f} {own[key.replace('_ms', '_spread')]:6.0%} "
        peer, target = row["contenders"].get(best), target_of(WORKLOADS[row["workload"]])
        if peer:
            ratio = peer[key] / own[key]
            reached = "yes" if ratio >= target else "no"
            line += f" {best:>16} {peer[key]:10.4f} {ratio:6.1f}x {target:6.1f}x {reached:>4}"
        else:
            line += f" {'-':>16} {'':10} {'':7} {target:6.1f}x {'':4}"
        line += f" {row[floor]:9.4f} {own[key] / row[floor]:7.1f}x {own['resident_mb']:7.0f}"
        print(line + (f" {peer['resident_mb']:8.0f}" if peer else ""))


def print_result(result):
    for threads, machine in result["machine"].items():
        rows = [r for r in result["rows"] if r["threads"] == int(threads)]
        head = f"{threads} thread{'s'[:int(threads) > 1]}"
        print(f"\n== {head}: {machine['flops'] / 1e9:.0f} GFLOP/s, {machine['bytes'] / 1e9:.1f} GB/s;"
              f" {machine['cpu']}; {machine['kernels']}")
        print_table(rows, "step_ms", f"Training, a step ({head})", "floor_step_ms", lambda w: w.target)
        print_table(rows, "predict_ms", f"Predicting one row ({head})", "floor_predict_ms", lambda w: w.predict_target)
    if result["startup"]:
        print("\nStart-up, seconds: " + ", ".join(f"{n} {t:.3f}" for n, t in result["startup"].items()))


def options():
    p = argparse.ArgumentParser(prog="sh tests/bench/run.sh", description=__doc__,
                                formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--workloads", default=",".join(WORKLOADS), help="names with commas (default: all: %(default)s)")
    p.add_argument("--peers", default=",".join(p for p in PEERS if p != "pytorch_compile"),
                   help=f"names with commas, or none (default: %(default)s; known: {','.join(PEERS)})")
    p.add_argument("--runs", type=int, default=3, help="processes per workload and contender (default: %(default)s)")
    p.add_argument("--threads", default="1,2", help="1, 2 or 1,2 (default: %(default)s)")
    p.add_argument("--quick", action="store_true", help="fewer steps: numbers to look at, not to show")
    p.add_argument("--check", action="store_true", help="compare the losses of the first steps instead of times")
    p.add_argument("--steps", type=int, default=5, help="steps of --check (default: %(default)s)")
    p.add_argument("--out", default=os.path.dirname(KNN) + "/bench", help="folder for results.json and picture.svg")
    p.add_argument("--draw", metavar="JSON", help="only print and draw this earlier result")
    return p.parse_args()


def split(text, known, what):
    names = [n for n in text.split(",") if n and n != "none"]
    for name in names:
        if name not in known:
            sys.exit(f"there is no {what} '{name}' (known: {', '.join(map(str, known))})")
    return names


def main():
    o = options()
    workloads = split(o.workloads, WORKLOADS, "workload")
    os.makedirs(o.out, exist_ok=True)
    if o.draw:
        result = json.load(open(o.draw))
    else:
        peers = installed_peers(split(o.peers, PEERS, "peer"))
        if o.check:
            sys.exit(0 if check(workloads, peers, o.steps) else 1)
        result = {"machine": {}, "startup": measure_startup(peers, o.runs), "rows": []}
        for threads in map(int, o.threads.split(",")):
            if threads > len(os.sched_getaffinity(0)):
                say(f"SKIPPED: {threads} threads: this process may run on {len(os.sched_getaffinity(0))} processors")
                continue
            machine = result["machine"][str(threads)] = measure_machine(threads)
            rows = measure(workloads, peers, o.runs, threads, o.quick)
            again = measure_machine(threads)  # others may have kept it busy the first time
            machine.update({key: max(machine[key], again[key]) for key in ("flops", "bytes")})
            for row in rows:
                summarize(row, machine)
            result["rows"] += rows
        json.dump(result, open(o.out + "/results.json", "w"), indent=1)
    print_result(result)
    open(o.out + "/picture.svg", "w").write(draw(result))
    say(f"\nwritten: {os.path.relpath(o.out)}/results.json and picture.svg")


if __name__ == "__main__":
    main()
