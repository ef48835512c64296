"""Normalisation besides BatchNormalization, and layers that draw, in inference mode."""

import numpy as np
from common import write
from layer_case import ABOUT, inputs, make

norm = [make("GroupNormalization", o, inputs(*s)) for o, s in [
    ({"groups": 2}, (3, 4)), ({"groups": 3, "axis": 1}, (2, 6, 2, 2)), ({"groups": -1}, (2, 3, 2, 4)),
    ({"groups": 1, "epsilon": 0.1, "scale": False}, (2, 5, 3)),
    ({"groups": 2, "axis": 2, "center": False}, (2, 3, 4, 2))]]
norm += [make("UnitNormalization", o, inputs(*s)) for o, s in [
    ({}, (3, 4)), ({"axis": 1}, (2, 3, 4)), ({"axis": [1, 2]}, (2, 3, 4)), ({"axis": -2}, (2, 3, 4))]]
norm += [make("RMSNormalization", o, inputs(*s)) for o, s in [
    ({}, (3, 4)), ({"axis": [1, 2]}, (2, 3, 4)), ({"axis": 2}, (2, 3, 4)),
    ({"axis": -1, "epsilon": 0.3}, (2, 3, 2, 2))]]
norm += [make("BatchNormalization", {"renorm": True, **o}, inputs(*s)) for o, s in [
    ({}, (5, 3)), ({"renorm_clipping": {"rmin": 0.8, "rmax": 1.2, "dmax": 0.3}}, (5, 3)),
    ({"scale": False, "axis": 1, "renorm_momentum": 0.7, "momentum": 0.9}, (2, 3, 4)),
    ({"center": False, "renorm_clipping": {"rmax": 1.1}}, (2, 3, 2))]]
some = np.array([[1, 1, 0], [1, 0, 1]], "bool")
norm += [make("BatchNormalization", o, inputs(2, 3, 4), "mask", some) for o in (
    {"momentum": 0.8}, {"axis": 1}, {"renorm": True})]
norm += [make("SpectralNormalization", {"layer": {"class_name": c, "config": config}, **o}, inputs(*s))
         for c, config, o, s in [
             ("Dense", {"units": 3}, {}, (2, 4)),
             ("Dense", {"units": 3, "use_bias": False, "activation": "tanh"}, {"power_iterations": 3}, (3, 2)),
             ("Conv2D", {"filters": 2, "kernel_size": 2}, {"power_iterations": 2}, (1, 3, 3, 2))]]
norm += [make("PReLU", o, inputs(*s)) for o, s in [
    ({}, (3, 4)), ({"shared_axes": [1]}, (2, 3, 4)), ({"shared_axes": [1, 2]}, (2, 2, 3, 4)),
    ({"shared_axes": [2]}, (2, 3, 4))]]
norm += [make("ELU", o, inputs(3, 5)) for o in ({}, {"alpha": 0.3}, {"alpha": 2.0})]
norm += [make("Activation", {"activation": a}, inputs(3, 6)) for a in
         ("gelu", "silu", "hard_sigmoid", "glu", "log_softmax", "softsign")]
write("layers_norm_more", norm, ABOUT)

drawn = [make("Dropout", o, inputs(*s)) for o, s in [
    ({"rate": 0.5}, (2, 4)), ({"rate": 0.3, "seed": 2}, (2, 3, 2)),
    ({"rate": 0.3, "noise_shape": [2, 1, 2]}, (2, 3, 2))]]
for rank, shape in ((1, (2, 3, 2)), (2, (2, 2, 3, 2)), (3, (1, 2, 2, 1, 2))):
    first = {} if rank == 1 else {"data_format": "channels_first"}
    drawn += [make("SpatialDropout%dD" % rank, o, inputs(*shape)) for o in
              ({"rate": 0.5}, {"rate": 0.2, "seed": 5}, {"rate": 0.5, **first, "seed": 1})]
drawn += [make("GaussianNoise", o, inputs(2, 4)) for o in
          ({"stddev": 0.5}, {"stddev": 0.0}, {"stddev": 1.0, "seed": 3})]
drawn += [make("GaussianDropout", o, inputs(2, 4)) for o in
          ({"rate": 0.5}, {"rate": 0.0}, {"rate": 0.2, "seed": 3})]
drawn += [make("AlphaDropout", o, inputs(2, 4)) for o in
          ({"rate": 0.5}, {"rate": 0.2, "seed": 3}, {"rate": 0.5, "noise_shape": [2, 1]})]
drawn += [make("ActivityRegularization", o, inputs(2, 4)) for o in
          ({"l1": 0.1}, {"l2": 0.1}, {"l1": 0.5, "l2": 0.25})]
write("layers_drawn", drawn, ABOUT)
