"""Signatures: names, order and defaults of the arguments of Keras's public classes, and the words
that stand for them."""

import inspect

from common import keras, write

FAMILIES = {
    "layer": (keras.layers, keras.layers.Layer),
    "loss": (keras.losses, keras.losses.Loss),
    "metric": (keras.metrics, keras.metrics.Metric),
    "optimizer": (keras.optimizers, keras.optimizers.Optimizer),
    "schedule": (keras.optimizers.schedules, keras.optimizers.schedules.LearningRateSchedule),
    "initializer": (keras.initializers, keras.initializers.Initializer),
    "regularizer": (keras.regularizers, keras.regularizers.Regularizer),
    "constraint": (keras.constraints, keras.constraints.Constraint),
}


def text(v):
    """A default in the text form of options: null, true, 0.5, word, [1,1]."""
    if v is None:
        return "null"
    if isinstance(v, bool):
        return "true" if v else "false"
    if isinstance(v, (list, tuple)):
        return "[" + ",".join(text(x) for x in v) + "]"
    return str(v)


def arguments(function, skip=0):
    """"units, activation=null, use_bias=true": in order, those with a default as name=default."""
    out = []
    for p in list(inspect.signature(function).parameters.values())[skip:]:
        if p.name != "self" and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD):
            out.append(p.name if p.default is p.empty else p.name + "=" + text(p.default))
    return ", ".join(out)


def members(module, base):
    """Public classes below `base`, each under its own name."""
    found = {}
    for name, c in sorted(vars(module).items()):
        if inspect.isclass(c) and issubclass(c, base) and c is not base and c.__name__ == name:
            found[name] = c
    return found


def strings(module, family):
    """Words that module.get takes, with the name of what they stand for."""
    out = {}
    words = {c for n in members(module, FAMILIES[family][1]) for c in (n, n.lower())}
    words |= {n for n in vars(module) if n.islower() or n.isupper()}
    words |= set("mse MSE mae MAE mape MAPE msle MSLE bce BCE kld KLD log_cosh logcosh zero zeros "
                 "one ones normal uniform l1_l2 max_norm unit_norm non_neg".split())
    for word in sorted(words):
        try:
            found = module.get(word)
        except Exception:
            continue
        if found is not None and not inspect.ismodule(found):
            out[word] = getattr(found, "__name__", None) or type(found).__name__
    return out


cases = []
for family, (module, base) in FAMILIES.items():
    for name, c in members(module, base).items():
        cases.append({"family": family, "name": name, "arguments": arguments(c.__init__)})
for name, f in sorted(vars(keras.activations).items()):
    if inspect.isfunction(f) and name not in ("get", "serialize", "deserialize"):
        cases.append({"family": "activation", "name": name, "arguments": arguments(f, 1)})
for family in ("loss", "metric", "optimizer", "initializer", "regularizer", "constraint"):
    cases.append({"family": family, "strings": strings(FAMILIES[family][0], family)})

write("signatures", cases, """
Signatures: arguments of Keras's public classes in their order, with defaults as option text (null,
true, 0.5, word, [1,1]); without a default they are required. strings: words that stand for a class
or function of Keras.
""")
