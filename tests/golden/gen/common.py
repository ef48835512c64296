"""Shared by the generators: seeded numbers, the Lua writer, the formula that replays rebuild.

A data file is `return { keras = "...", backend = "...", group = "...", {case}, {case}, ... }`.
A tensor is `{shape = {..}, data = {..}}`, row-major, float32 unless it has a field `dtype`.
Digits are the fewest that give back the same float32 (or double). Python's None is left out,
except among options, where it is `false`.
"""

import os
import sys
import warnings
import zlib

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("COLUMNS", "80")
warnings.filterwarnings("ignore")

import jax  # noqa: E402
import keras  # noqa: E402
import numpy as np  # noqa: E402

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data")
WIDTH = 100


def rng(name):
    """A generator of its own for each case, so that adding a case moves no other."""
    return np.random.default_rng(zlib.crc32(name.encode()))


def normal(r, *shape, scale=1.0):
    return (scale * r.standard_normal(shape)).astype("float32")


def uniform(r, low, high, *shape):
    return r.uniform(low, high, shape).astype("float32")


def arr(x):
    """A NumPy copy of a Keras or jax tensor."""
    return np.array(keras.ops.convert_to_numpy(x))


# --- the Lua writer -------------------------------------------------------------------------

def _number(x):
    if isinstance(x, (bool, np.bool_)):
        return "true" if x else "false"
    if isinstance(x, (int, np.integer)):
        return str(int(x))
    if np.isnan(x):
        return "nan"
    if np.isinf(x):
        return "inf" if x > 0 else "-inf"
    if x == int(x) and abs(x) < 1e6:
        return "-0.0" if x == 0 and np.signbit(x) else str(int(x))
    if isinstance(x, np.float32):
        for digits in range(1, 10):
            text = "%.*g" % (digits, x)
            if np.float32(float(text)) == x:
                break
    else:
        text = repr(float(x))
    return text


def _wrap(items, indent):
    """Joins items with commas, at most WIDTH columns a line."""
    lines, line = [], ""
    for i, item in enumerate(items):
        item += "," if i + 1 < len(items) else ""
        if line and len(line) + 1 + len(item) > WIDTH - indent:
            lines.append(line)
            line = item
        else:
            line = line + " " + item if line else item
    lines.append(line)
    return ("\n" + " " * indent).join(lines)


def _bytes(b):
    """Bytes as a Lua string: ASCII as it is, the rest as decimal escapes."""
    plain = {ord('"'): '\\"', ord("\\"): "\\\\"}
    return '"%s"' % "".join(plain.get(c) or (chr(c) if 32 <= c < 127 else "\\%03d" % c) for c in b)


def _tensor(x, indent):
    if x.dtype == object:
        items = _wrap([_bytes(v) for v in x.ravel()], indent + 2) if x.size else ""
        return "{shape = {%s}, dtype = \"string\", data = {\n%s}}" % (
            ", ".join(str(n) for n in x.shape), " " * (indent + 2) + items)
    kind = "" if x.dtype == np.float32 else ' dtype = "%s",' % x.dtype
    shape = ", ".join(str(n) for n in x.shape)
    flat = [_number(v) for v in x.ravel()]
    body = _wrap(flat, indent + 2) if flat else ""
    text = "{shape = {%s},%s data = {%s}}" % (shape, kind, body)
    if "\n" in body or len(text) + indent > WIDTH:
        text = "{shape = {%s},%s data = {\n%s}}" % (shape, kind, " " * (indent + 2) + body)
    return text


def _key(k):
    words = ("and break do else elseif end false for function goto if in local nil not or repeat "
             "return then true until while").split()
    return k if k.isidentifier() and k not in words else '["%s"]' % k


def _options(options):
    """An option that is None where None is not the default is written as false."""
    return {k: False if x is None else x for k, x in options.items()}


def lua(v, indent=0):
    """Python value to Lua text; nested tables go on lines of their own when they are long."""
    if isinstance(v, np.ndarray):
        return _tensor(v, indent)
    if v is None:
        return "false"
    if isinstance(v, bytes):
        return _bytes(v)
    if isinstance(v, str):
        return '"%s"' % v.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    if isinstance(v, dict):
        items = [_key(k) + " = " + lua(_options(x) if k == "options" else x, indent + 2)
                 for k, x in v.items() if x is not None]
    elif isinstance(v, (list, tuple)):
        items = [lua(x, indent + 2) for x in v]
    else:
        return _number(v)
    flat = "{" + ", ".join(items) + "}"
    if "\n" not in flat and len(flat) + indent + 12 <= WIDTH:
        return flat
    if all(isinstance(x, (bool, int, float, np.number)) for x in v) and isinstance(v, (list, tuple)):
        return "{" + _wrap(items, indent + 2) + "}"
    pad = "\n" + " " * (indent + 2)
    return "{" + pad + ("," + pad).join(items) + "}"


def backend():
    if keras.backend.backend() == "jax":
        return "jax " + jax.__version__
    import tensorflow
    return "tensorflow " + tensorflow.__version__


def write(group, cases, about, extra=None):
    """Writes data/<group>.lua; refuses a file over 100 KB."""
    fields = {
        "keras": keras.version(),
        "backend": backend(),
        "group": group,
        **(extra or {}),
    }
    path = os.path.join(DATA, group + ".lua")
    lines = ["-- %s" % line for line in about.strip().split("\n")]
    lines.append("-- Written by gen/%s with Keras %s on %s; see README.md. Do not edit."
                 % (os.path.basename(sys.argv[0]), keras.version(), backend()))
    lines.append("local inf, nan = math.huge, 0 / 0")
    lines.append("return {")
    for k, v in fields.items():
        lines.append("  %s = %s," % (k, lua(v, 2)))
    for c in cases:
        lines.append("  " + lua(c, 2) + ",")
    lines.append("}")
    text = "\n".join(lines) + "\n"
    if "inf" not in text.split("return {", 1)[1] and "nan" not in text.split("return {", 1)[1]:
        text = text.replace("local inf, nan = math.huge, 0 / 0\n", "")
    assert len(text) < 100 * 1024, "%s: %d bytes" % (group, len(text))
    with open(path, "w") as f:
        f.write(text)
    print("%-28s %4d cases %7d bytes" % (group, len(cases), len(text)))


# --- numbers by formula ---------------------------------------------------------------------

def lcg(seed, n):
    """n integers of s <- (1103515245 s + 12345) mod 2^31, s starting at seed, each s >> 7."""
    out = np.empty(n, "int64")
    s = seed
    for i in range(n):
        s = (1103515245 * s + 12345) % 2**31
        out[i] = s >> 7
    return out


def lcg_float(seed, shape, scale=1.0, offset=0.0):
    """offset + scale (k / 2^23 - 1), k from lcg(): exact in float32 for scale a power of two."""
    k = lcg(seed, int(np.prod(shape)))
    x = offset + scale * (k / 2.0**23 - 1.0)
    assert np.all(x == x.astype("float32"))
    return x.astype("float32").reshape(shape)


def lcg_label(seed, n, classes):
    """n labels in 0 .. classes-1: k mod classes."""
    return (lcg(seed, n) % classes).astype("int32")
