"""Draws a result of bench.py as SVG: a line per workload on a logarithmic axis of speed, where 1 is the best peer."""
from math import log10
from xml.sax.saxutils import escape

from workloads import WORKLOADS

LEFT, WIDTH, RIGHT, ROW, TOP = 110, 560, 210, 26, 84
FASTEST, SLOWEST = 300, 1 / 30
COLOURS = {"pytorch": "#d1495b", "pytorch_last": "#e9967a", "pytorch_compile": "#a23b72", "keras_tf": "#edae49",
           "keras_jax": "#3c6997", "keras_torch": "#8d96a3"}
NAMES = {"pytorch": "PyTorch", "pytorch_last": "PyTorch channels-last", "pytorch_compile": "torch.compile",
         "keras_tf": "Keras TensorFlow", "keras_jax": "Keras JAX", "keras_torch": "Keras PyTorch"}


def at(speed):
    speed = min(max(speed, SLOWEST), FASTEST)
    return LEFT + WIDTH * log10(speed / SLOWEST) / log10(FASTEST / SLOWEST)


def text(x, y, words, anchor="start", colour="#222", size=12, weight="normal"):
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}" font-size="{size}"'
            f' font-weight="{weight}">{escape(words)}</text>')


def milliseconds(ms):
    return f"{ms:.3g} ms" if ms < 1 else f"{ms:.1f} ms" if ms < 100 else f"{ms:.0f} ms"


def draw_row(row, y):
    own, best = row["contenders"]["knn"], row["best_step_ms"]
    base = row["contenders"][best]["step_ms"]
    ratio, target = base / own["step_ms"], WORKLOADS[row["workload"]].target
    left, right = sorted((at(1), at(ratio)))
    parts = [text(LEFT - 12, y + 4, row["workload"], "end"),
             f'<rect x="{left:.1f}" y="{y - 7}" width="{right - left:.1f}" height="14" rx="2"'
             f' fill="{"#2e8b57" if ratio >= 1 else "#b0b0b0"}"/>',
             f'<line x1="{at(target):.1f}" x2="{at(target):.1f}" y1="{y - 10}" y2="{y + 10}" stroke="#222"'
             f' stroke-width="1.5" stroke-dasharray="2 2"/>',
             text(LEFT + WIDTH + 12, y + 4, f"{ratio:.1f}x" if ratio < 100 else f"{ratio:.0f}x", weight="bold"),
             text(LEFT + WIDTH + 64, y + 4, f"{milliseconds(own['step_ms'])} : {milliseconds(base)}", colour="#666")]
    for name, c in row["contenders"].items():
        if name in COLOURS and "step_ms" in c:
            parts.append(f'<circle cx="{at(base / c["step_ms"]):.1f}" cy="{y}" r="4.5" fill="{COLOURS[name]}"'
                         f' stroke="#fff"><title>{NAMES[name]} {milliseconds(c["step_ms"])}</title></circle>')
    return parts


def draw_axis(bottom):
    parts = []
    ticks = {1 / 10: "1/10", 1 / 3: "1/3", 1: "best peer", 3: "3x", 10: "10x", 30: "30x", 100: "100x", 300: "300x"}
    for speed, label in ticks.items():
        x = at(speed)
        colour = "#555" if speed == 1 else "#ddd"
        parts += [f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 18}" y2="{bottom}" stroke="{colour}"/>',
                  text(x, TOP - 24, label, "middle", "#666", 11)]
    return parts


def draw_legend(names, y):
    parts, x = [f'<rect x="{LEFT}" y="{y - 7}" width="14" height="10" rx="2" fill="#2e8b57"/>',
                text(LEFT + 19, y + 2, "knn", size=11)], LEFT + 54
    for name in names:
        parts += [f'<circle cx="{x}" cy="{y - 2}" r="4.5" fill="{COLOURS[name]}"/>',
                  text(x + 8, y + 2, NAMES[name], size=11)]
        x += 22 + 6.2 * len(NAMES[name])
    return parts + [f'<line x1="{x}" x2="{x}" y1="{y - 10}" y2="{y + 6}" stroke="#222" stroke-width="1.5"'
                    ' stroke-dasharray="2 2"/>', text(x + 6, y + 2, "goal", size=11)]


def draw(result):
    threads = min(map(int, result["machine"]), default=1)
    rows = [r for r in result["rows"]
            if r["threads"] == threads and r.get("best_step_ms") and "step_ms" in r["contenders"]["knn"]]
    bottom, width = TOP + ROW * len(rows), LEFT + WIDTH + RIGHT
    seen = {n for r in rows for n, c in r["contenders"].items() if "step_ms" in c}
    machine = result["machine"].get(str(threads), {"cpu": "", "flops": 0})
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {bottom + 40}" width="{width}"'
             f' height="{bottom + 40}" font-family="sans-serif">',
             f'<rect width="{width}" height="{bottom + 40}" fill="#fff"/>',
             text(LEFT, 24, f"Speed of a training step against the best peer, {threads} thread{'s'[:threads > 1]}",
                  size=15, weight="bold"),
             text(LEFT, 42, f"{machine['cpu']}, {machine['flops'] / 1e9:.0f} GFLOP/s; medians", colour="#666", size=11),
             *draw_axis(bottom)]
    for i, row in enumerate(rows):
        parts += draw_row(row, TOP + ROW * i + ROW // 2)
    return "\n".join([*parts, *draw_legend([n for n in COLOURS if n in seen], bottom + 24), "</svg>", ""])
