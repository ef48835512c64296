-- Fit histories: fit with shuffle = false; the validation part is the tail of the data. evaluate: loss and
-- metrics on all data after it; predict: outputs for the first five rows. class_weight[i]: of class i - 1.
-- A tensor with `lcg` is offset + scale (k / 2^23 - 1), k from golden.lcg(seed) in row-major order, which
-- float32 holds exactly; labels are k mod classes. golden.cases puts the data in.
-- rounding: largest relative distance of these float32 losses from the same run in float64.
-- final: of each weight after the last step its sum, sum of squares and first five numbers.
-- Written by gen/replay.py with Keras 3.15.1 on jax 0.10.2; see README.md. Do not edit.
return {
  keras = "3.15.1",
  backend = "jax 0.10.2",
  group = "fit",
  {
    name = "mlp",
    input_shape = {20},
    layers = {
      {layer = "Dense", options = {units = 32, activation = "relu"}},
      {layer = "Dense", options = {units = 16, activation = "relu"}},
      {layer = "Dense", options = {units = 5, activation = "softmax"}}},
    loss = "categorical_crossentropy",
    optimizer = "SGD",
    options = {learning_rate = 0.05},
    metrics = {"accuracy", "mae"},
    batch_size = 16,
    epochs = 3,
    validation_split = 0.2,
    x = {shape = {50, 20}, lcg = {seed = 7, scale = 1, offset = 0}},
    labels = {shape = {50}, dtype = "int32", lcg = {seed = 11, classes = 5}},
    initial = {
      {
        name = "dense/kernel",
        shape = {20, 32},
        lcg = {seed = 1000, scale = 0.25, offset = 0}},
      {
        name = "dense/bias",
        shape = {32},
        lcg = {seed = 1001, scale = 0.0625, offset = 0}},
      {
        name = "dense_1/kernel",
        shape = {32, 16},
        lcg = {seed = 1002, scale = 0.25, offset = 0}},
      {
        name = "dense_1/bias",
        shape = {16},
        lcg = {seed = 1003, scale = 0.0625, offset = 0}},
      {
        name = "dense_2/kernel",
        shape = {16, 5},
        lcg = {seed = 1004, scale = 0.5, offset = 0}},
      {
        name = "dense_2/bias",
        shape = {5},
        lcg = {seed = 1005, scale = 0.0625, offset = 0}}},
    history = {
      accuracy = {shape = {3}, dtype = "float64", data = {
        0.17499999701976776, 0.17499999701976776, 0.17499999701976776}},
      loss = {shape = {3}, dtype = "float64", data = {
        1.68976628780365, 1.6534150838851929, 1.6221023797988892}},
      mae = {shape = {3}, dtype = "float64", data = {
        0.3244491219520569, 0.3222355842590332, 0.3201296329498291}},
      val_accuracy = {shape = {3}, dtype = "float64", data = {
        0.30000001192092896, 0.30000001192092896, 0.30000001192092896}},
      val_loss = {shape = {3}, dtype = "float64", data = {
        1.6169780492782593, 1.605674386024475, 1.5959527492523193}},
      val_mae = {shape = {3}, dtype = "float64", data = {
        0.3186935484409332, 0.3182414174079895, 0.31774839758872986}}},
    evaluate = {shape = {3}, dtype = "float64", data = {
      1.5981755256652832, 0.23999999463558197, 0.3182491362094879}},
    predict = {shape = {5, 5}, data = {
      0.1801283, 0.22277048, 0.16969465, 0.2115796, 0.21582685, 0.18794137, 0.2306677, 0.1770344,
      0.21268755, 0.19166903, 0.20492323, 0.20617367, 0.20056108, 0.21159881, 0.17674325,
      0.17097624, 0.21270938, 0.17600536, 0.22915952, 0.21114954, 0.21482572, 0.1895601, 0.15223213,
      0.23154335, 0.21183863}},
    final = {
      {
        sum = 3.0864772453787737,
        squares = 12.819793698148072,
        first = {shape = {5}, data = {0.18130341, -0.1328267, -0.17656492, -0.12223206, 0.22131452}}},
      {
        sum = -0.3118313484592363,
        squares = 0.0351170920094323,
        first = {shape = {5}, data = {-0.0073413453, 0.02824996, -0.046239145, -0.050247524, 0.021263046}}},
      {
        sum = 0.39699482133437414,
        squares = 10.812328874576409,
        first = {shape = {5}, data = {0.19184797, -0.11545569, -0.17926764, 0.23156337, 0.07207745}}},
      {
        sum = 0.09118961542844772,
        squares = 0.03250303570823485,
        first = {shape = {5}, data = {-0.03651321, 0.02221901, -0.085887395, 0.031321008, -0.0021985099}}},
      {
        sum = 1.0111870029941201,
        squares = 7.495867742834652,
        first = {shape = {5}, data = {0.4199557, -0.17358737, -0.33568886, 0.18256356, -0.17518234}}},
      {
        sum = -0.0429022116586566,
        squares = 0.015187293397364146,
        first = {shape = {5}, data = {-0.04940459, 0.0701794, 0.018279124, 0.004457594, -0.08641374}}}},
    rounding = 1.1019552514923703e-07},
  {
    name = "mlp",
    input_shape = {20},
    layers = {
      {layer = "Dense", options = {units = 32, activation = "relu"}},
      {layer = "Dense", options = {units = 16, activation = "relu"}},
      {layer = "Dense", options = {units = 5, activation = "softmax"}}},
    loss = "categorical_crossentropy",
    optimizer = "Adam",
    options = {learning_rate = 0.01},
    metrics = {"accuracy", "mae"},
    batch_size = 16,
    epochs = 3,
    validation_split = 0.2,
    x = {shape = {50, 20}, lcg = {seed = 7, scale = 1, offset = 0}},
    labels = {shape = {50}, dtype = "int32", lcg = {seed = 11, classes = 5}},
    initial = {
      {
        name = "dense/kernel",
        shape = {20, 32},
        lcg = {seed = 1000, scale = 0.25, offset = 0}},
      {
        name = "dense/bias",
        shape = {32},
        lcg = {seed = 1001, scale = 0.0625, offset = 0}},
      {
        name = "dense_1/kernel",
        shape = {32, 16},
        lcg = {seed = 1002, scale = 0.25, offset = 0}},
      {
        name = "dense_1/bias",
        shape = {16},
        lcg = {seed = 1003, scale = 0.0625, offset = 0}},
      {
        name = "dense_2/kernel",
        shape = {16, 5},
        lcg = {seed = 1004, scale = 0.5, offset = 0}},
      {
        name = "dense_2/bias",
        shape = {5},
        lcg = {seed = 1005, scale = 0.0625, offset = 0}}},
    history = {
      accuracy = {shape = {3}, dtype = "float64", data = {0.17499999701976776, 0.5, 0.699999988079071}},
      loss = {shape = {3}, dtype = "float64", data = {
        1.6691551208496094, 1.5014917850494385, 1.4084060192108154}},
      mae = {shape = {3}, dtype = "float64", data = {
        0.32332688570022583, 0.310285747051239, 0.30093663930892944}},
      val_accuracy = {shape = {3}, dtype = "float64", data = {
        0.30000001192092896, 0.20000000298023224, 0.10000000149011612}},
      val_loss = {shape = {3}, dtype = "float64", data = {
        1.5845553874969482, 1.5921968221664429, 1.611611008644104}},
      val_mae = {shape = {3}, dtype = "float64", data = {
        0.3175884187221527, 0.317705363035202, 0.31815531849861145}}},
    evaluate = {shape = {3}, dtype = "float64", data = {
      1.3910027742385864, 0.5600000023841858, 0.2979331314563751}},
    predict = {shape = {5, 5}, data = {
      0.13975492, 0.23926266, 0.33526376, 0.16889377, 0.11682486, 0.11679774, 0.26298192,
      0.16720365, 0.25278544, 0.20023127, 0.18988772, 0.21496789, 0.2577866, 0.19129106, 0.14606671,
      0.14609858, 0.23481202, 0.22626662, 0.23687267, 0.15595013, 0.13186106, 0.24475421,
      0.14557987, 0.237459, 0.2403458}},
    final = {
      {
        sum = 3.6201905097987037,
        squares = 13.656245995677796,
        first = {shape = {5}, data = {0.16555311, -0.15347731, -0.14680853, -0.060208064, 0.15472391}}},
      {
        sum = -0.3192849732004106,
        squares = 0.0701749173209615,
        first = {shape = {5}, data = {-0.00025560847, 0.017671028, -0.038369745, -0.032397583, -0.03169901}}},
      {
        sum = -1.225294686621055,
        squares = 12.145693732934673,
        first = {shape = {5}, data = {0.16905613, -0.15593074, -0.22050081, 0.22968276, 0.091002814}}},
      {
        sum = 0.17931469157338142,
        squares = 0.06355821771248593,
        first = {shape = {5}, data = {-0.05799622, 0.03407752, -0.10327022, 0.010964669, 0.034821507}}},
      {
        sum = -0.18351863091811538,
        squares = 7.757058852108883,
        first = {shape = {5}, data = {0.4184089, -0.16125321, -0.2941904, 0.115976125, -0.24092229}}},
      {
        sum = -0.11876473762094975,
        squares = 0.0228509369442945,
        first = {shape = {5}, data = {-0.07712974, 0.066316985, 0.013728869, -0.011280357, -0.1104005}}}},
    rounding = 7.529021348595677e-07},
  {
    name = "cnn",
    input_shape = {16, 16, 3},
    layers = {
      {layer = "Conv2D", options = {filters = 8, kernel_size = 3, activation = "relu"}},
      {layer = "MaxPooling2D", options = {pool_size = 2}},
      {layer = "Conv2D", options = {filters = 16, kernel_size = 3, activation = "relu"}},
      {layer = "MaxPooling2D", options = {pool_size = 2}},
      {layer = "Flatten", options = {}},
      {layer = "Dense", options = {units = 32, activation = "relu"}},
      {layer = "Dense", options = {units = 10, activation = "softmax"}}},
    loss = "categorical_crossentropy",
    optimizer = "Adam",
    options = {learning_rate = 0.001},
    metrics = {"accuracy", "mae"},
    batch_size = 16,
    epochs = 3,
    validation_split = 0.2,
    x = {shape = {50, 16, 16, 3}, lcg = {seed = 7, scale = 1, offset = 0}},
    labels = {shape = {50}, dtype = "int32", lcg = {seed = 11, classes = 10}},
    initial = {
      {
        name = "conv2d/kernel",
        shape = {3, 3, 3, 8},
        lcg = {seed = 1000, scale = 0.25, offset = 0}},
      {
        name = "conv2d/bias",
        shape = {8},
        lcg = {seed = 1001, scale = 0.0625, offset = 0}},
      {
        name = "conv2d_1/kernel",
        shape = {3, 3, 8, 16},
        lcg = {seed = 1002, scale = 0.125, offset = 0}},
      {
        name = "conv2d_1/bias",
        shape = {16},
        lcg = {seed = 1003, scale = 0.0625, offset = 0}},
      {
        name = "dense/kernel",
        shape = {64, 32},
        lcg = {seed = 1004, scale = 0.25, offset = 0}},
      {
        name = "dense/bias",
        shape = {32},
        lcg = {seed = 1005, scale = 0.0625, offset = 0}},
      {
        name = "dense_1/kernel",
        shape = {32, 10},
        lcg = {seed = 1006, scale = 0.5, offset = 0}},
      {
        name = "dense_1/bias",
        shape = {10},
        lcg = {seed = 1007, scale = 0.0625, offset = 0}}},
    history = {
      accuracy = {shape = {3}, dtype = "float64", data = {0.10000000149011612, 0.125, 0.22499999403953552}},
      loss = {shape = {3}, dtype = "float64", data = {
        2.35482120513916, 2.2340009212493896, 2.1863293647766113}},
      mae = {shape = {3}, dtype = "float64", data = {
        0.17900820076465607, 0.1775641143321991, 0.1766086220741272}},
      val_accuracy = {shape = {3}, dtype = "float64", data = {0.20000000298023224, 0, 0.10000000149011612}},
      val_loss = {shape = {3}, dtype = "float64", data = {
        2.262324810028076, 2.2816343307495117, 2.283839225769043}},
      val_mae = {shape = {3}, dtype = "float64", data = {
        0.17777636647224426, 0.17873680591583252, 0.17867739498615265}}},
    evaluate = {shape = {3}, dtype = "float64", data = {
      2.187436819076538, 0.23999999463558197, 0.17646008729934692}},
    predict = {shape = {5, 10}, data = {
      0.08238346, 0.1377879, 0.07920816, 0.10118802, 0.11179234, 0.061239667, 0.120269574,
      0.15758106, 0.08628788, 0.06226198, 0.074013144, 0.1436842, 0.07064842, 0.0816907, 0.12014155,
      0.06298522, 0.13134122, 0.16160376, 0.09231025, 0.061581604, 0.067568384, 0.12477559,
      0.077722706, 0.11280006, 0.11857913, 0.05964135, 0.11873421, 0.15429896, 0.09299815,
      0.07288143, 0.07661569, 0.15861633, 0.061122164, 0.08527199, 0.10790834, 0.055630088,
      0.123231374, 0.16489254, 0.09759506, 0.06911633, 0.07981724, 0.11877646, 0.073127024,
      0.08979647, 0.13653179, 0.06256846, 0.11830866, 0.151212, 0.102076605, 0.06778537}},
    final = {
      {
        sum = 4.4431224196450785,
        squares = 4.573770382949792,
        first = {shape = {5}, data = {0.17781425, -0.12101644, -0.17492987, -0.12393835, 0.23011315}}},
      {
        sum = -0.14221538044512272,
        squares = 0.009334795493713455,
        first = {shape = {5}, data = {-0.019730616, 0.026436197, -0.042594388, -0.043406777, 0.03564437}}},
      {
        sum = 0.18233772381790914,
        squares = 6.186212316460409,
        first = {shape = {5}, data = {0.09264581, -0.06130427, -0.0884831, 0.1231548, 0.03223046}}},
      {
        sum = 0.19916099170222878,
        squares = 0.017183280444418345,
        first = {shape = {5}, data = {-0.018030686, 0.030978253, -0.047868717, 0.046760615, -0.0068381038}}},
      {
        sum = -3.3897921944299014,
        squares = 41.85537127235291,
        first = {shape = {5}, data = {0.20302601, -0.07974676, -0.16757065, 0.093253285, -0.08917401}}},
      {
        sum = 0.21708111837506294,
        squares = 0.05247093300022701,
        first = {shape = {5}, data = {-0.013222485, 0.050570402, -0.039817702, 0.005759977, -0.04518531}}},
      {
        sum = -0.2828315863516764,
        squares = 28.279563035390666,
        first = {shape = {5}, data = {0.4402772, -0.14186245, -0.33213627, -0.09032067, -0.49672174}}},
      {
        sum = -0.021419869735836983,
        squares = 0.012492215602643351,
        first = {shape = {5}, data = {-0.010224977, 0.040609024, -0.038000625, -0.02711252, 0.037155885}}}},
    rounding = 2.7632587218384685e-07},
  {
    name = "mlp",
    input_shape = {20},
    layers = {
      {layer = "Dense", options = {units = 32, activation = "relu"}},
      {layer = "Dense", options = {units = 16, activation = "relu"}},
      {layer = "Dense", options = {units = 5, activation = "softmax"}}},
    loss = "sparse_categorical_crossentropy",
    optimizer = "Adam",
    options = {learning_rate = 0.01},
    metrics = {"accuracy"},
    batch_size = 16,
    epochs = 3,
    validation_split = 0.2,
    x = {shape = {50, 20}, lcg = {seed = 7, scale = 1, offset = 0}},
    labels = {shape = {50}, dtype = "int32", lcg = {seed = 11, classes = 5}},
    initial = {
      {
        name = "dense/kernel",
        shape = {20, 32},
        lcg = {seed = 1000, scale = 0.25, offset = 0}},
      {
        name = "dense/bias",
        shape = {32},
        lcg = {seed = 1001, scale = 0.0625, offset = 0}},
      {
        name = "dense_1/kernel",
        shape = {32, 16},
        lcg = {seed = 1002, scale = 0.25, offset = 0}},
      {
        name = "dense_1/bias",
        shape = {16},
        lcg = {seed = 1003, scale = 0.0625, offset = 0}},
      {
        name = "dense_2/kernel",
        shape = {16, 5},
        lcg = {seed = 1004, scale = 0.5, offset = 0}},
      {
        name = "dense_2/bias",
        shape = {5},
        lcg = {seed = 1005, scale = 0.0625, offset = 0}}},
    history = {
      accuracy = {shape = {3}, dtype = "float64", data = {0.17499999701976776, 0.5, 0.699999988079071}},
      loss = {shape = {3}, dtype = "float64", data = {
        1.6691551208496094, 1.5014917850494385, 1.4084060192108154}},
      val_accuracy = {shape = {3}, dtype = "float64", data = {
        0.30000001192092896, 0.20000000298023224, 0.10000000149011612}},
      val_loss = {shape = {3}, dtype = "float64", data = {
        1.5845553874969482, 1.5921968221664429, 1.611611008644104}}},
    evaluate = {shape = {2}, dtype = "float64", data = {1.3910027742385864, 0.5600000023841858}},
    predict = {shape = {5, 5}, data = {
      0.13975492, 0.23926266, 0.33526376, 0.16889377, 0.11682486, 0.11679774, 0.26298192,
      0.16720365, 0.25278544, 0.20023127, 0.18988772, 0.21496789, 0.2577866, 0.19129106, 0.14606671,
      0.14609858, 0.23481202, 0.22626662, 0.23687267, 0.15595013, 0.13186106, 0.24475421,
      0.14557987, 0.237459, 0.2403458}},
    final = {
      {
        sum = 3.6201905097987037,
        squares = 13.656245995677796,
        first = {shape = {5}, data = {0.16555311, -0.15347731, -0.14680853, -0.060208064, 0.15472391}}},
      {
        sum = -0.3192849732004106,
        squares = 0.0701749173209615,
        first = {shape = {5}, data = {-0.00025560847, 0.017671028, -0.038369745, -0.032397583, -0.03169901}}},
      {
        sum = -1.225294686621055,
        squares = 12.145693732934673,
        first = {shape = {5}, data = {0.16905613, -0.15593074, -0.22050081, 0.22968276, 0.091002814}}},
      {
        sum = 0.17931469157338142,
        squares = 0.06355821771248593,
        first = {shape = {5}, data = {-0.05799622, 0.03407752, -0.10327022, 0.010964669, 0.034821507}}},
      {
        sum = -0.18351863091811538,
        squares = 7.757058852108883,
        first = {shape = {5}, data = {0.4184089, -0.16125321, -0.2941904, 0.115976125, -0.24092229}}},
      {
        sum = -0.11876473762094975,
        squares = 0.0228509369442945,
        first = {shape = {5}, data = {-0.07712974, 0.066316985, 0.013728869, -0.011280357, -0.1104005}}}},
    rounding = 7.529021348595677e-07},
  {
    name = "mlp",
    input_shape = {20},
    layers = {
      {layer = "Dense", options = {units = 32, activation = "relu"}},
      {layer = "Dense", options = {units = 16, activation = "relu"}},
      {layer = "Dense", options = {units = 5, activation = "softmax"}}},
    loss = "categorical_crossentropy",
    optimizer = "Adam",
    options = {learning_rate = 0.01},
    metrics = {"accuracy", "mae"},
    batch_size = 16,
    epochs = 3,
    validation_split = 0,
    x = {shape = {50, 20}, lcg = {seed = 7, scale = 1, offset = 0}},
    labels = {shape = {50}, dtype = "int32", lcg = {seed = 11, classes = 5}},
    initial = {
      {
        name = "dense/kernel",
        shape = {20, 32},
        lcg = {seed = 1000, scale = 0.25, offset = 0}},
      {
        name = "dense/bias",
        shape = {32},
        lcg = {seed = 1001, scale = 0.0625, offset = 0}},
      {
        name = "dense_1/kernel",
        shape = {32, 16},
        lcg = {seed = 1002, scale = 0.25, offset = 0}},
      {
        name = "dense_1/bias",
        shape = {16},
        lcg = {seed = 1003, scale = 0.0625, offset = 0}},
      {
        name = "dense_2/kernel",
        shape = {16, 5},
        lcg = {seed = 1004, scale = 0.5, offset = 0}},
      {
        name = "dense_2/bias",
        shape = {5},
        lcg = {seed = 1005, scale = 0.0625, offset = 0}}},
    history = {
      accuracy = {shape = {3}, dtype = "float64", data = {0.20000000298023224, 0.5, 0.5199999809265137}},
      loss = {shape = {3}, dtype = "float64", data = {
        1.6538273096084595, 1.4919788837432861, 1.397945523262024}},
      mae = {shape = {3}, dtype = "float64", data = {
        0.32227620482444763, 0.309340238571167, 0.299297571182251}}},
    evaluate = {shape = {3}, dtype = "float64", data = {
      1.323764681816101, 0.5199999809265137, 0.2905590534210205}},
    predict = {shape = {5, 5}, data = {
      0.16644229, 0.25868818, 0.31903738, 0.13542265, 0.12040957, 0.102387324, 0.32005244,
      0.1382587, 0.22301485, 0.21628667, 0.1994517, 0.2540987, 0.23770799, 0.16163453, 0.14710703,
      0.13738093, 0.2552523, 0.1944206, 0.23112258, 0.18182354, 0.11185916, 0.28505242, 0.12942071,
      0.21961854, 0.25404924}},
    final = {
      {
        sum = 2.2324733558343723,
        squares = 14.530144403500657,
        first = {shape = {5}, data = {0.14127377, -0.17667778, -0.15289669, -0.11065936, 0.14930221}}},
      {
        sum = -0.177528471685946,
        squares = 0.07176021117329892,
        first = {shape = {5}, data = {0.00266534, 0.028341029, -0.03618065, 0.00045759184, -0.013439046}}},
      {
        sum = 0.813612602185458,
        squares = 12.699493499765271,
        first = {shape = {5}, data = {0.14527628, -0.09768418, -0.2283524, 0.27309948, 0.11037837}}},
      {
        sum = 0.3043497148901224,
        squares = 0.07231330665084573,
        first = {shape = {5}, data = {-0.080121696, 0.065887675, -0.10968919, 0.071545966, 0.07586529}}},
      {
        sum = -0.7938442165032029,
        squares = 8.068387250379455,
        first = {shape = {5}, data = {0.38883525, -0.11787608, -0.28139222, 0.109818004, -0.23663211}}},
      {
        sum = -0.1506862724199891,
        squares = 0.03537205929637985,
        first = {shape = {5}, data = {-0.04398206, 0.101846084, -0.0025540749, -0.07265616, -0.13334006}}}},
    rounding = 7.811728630624515e-07},
  {
    name = "mlp",
    input_shape = {20},
    layers = {
      {layer = "Dense", options = {units = 32, activation = "relu"}},
      {layer = "Dense", options = {units = 16, activation = "relu"}},
      {layer = "Dense", options = {units = 5, activation = "softmax"}}},
    loss = "categorical_crossentropy",
    optimizer = "SGD",
    options = {learning_rate = 0.05},
    metrics = {"accuracy", "mae"},
    batch_size = 16,
    epochs = 3,
    validation_split = 0.2,
    x = {shape = {50, 20}, lcg = {seed = 7, scale = 1, offset = 0}},
    labels = {shape = {50}, dtype = "int32", lcg = {seed = 11, classes = 5}},
    sample_weight = {shape = {50}, lcg = {seed = 13, scale = 1, offset = 1}},
    initial = {
      {
        name = "dense/kernel",
        shape = {20, 32},
        lcg = {seed = 1000, scale = 0.25, offset = 0}},
      {
        name = "dense/bias",
        shape = {32},
        lcg = {seed = 1001, scale = 0.0625, offset = 0}},
      {
        name = "dense_1/kernel",
        shape = {32, 16},
        lcg = {seed = 1002, scale = 0.25, offset = 0}},
      {
        name = "dense_1/bias",
        shape = {16},
        lcg = {seed = 1003, scale = 0.0625, offset = 0}},
      {
        name = "dense_2/kernel",
        shape = {16, 5},
        lcg = {seed = 1004, scale = 0.5, offset = 0}},
      {
        name = "dense_2/bias",
        shape = {5},
        lcg = {seed = 1005, scale = 0.0625, offset = 0}}},
    history = {
      accuracy = {shape = {3}, dtype = "float64", data = {
        0.17499999701976776, 0.17499999701976776, 0.20000000298023224}},
      loss = {shape = {3}, dtype = "float64", data = {
        1.8960368633270264, 1.8393532037734985, 1.7922903299331665}},
      mae = {shape = {3}, dtype = "float64", data = {
        0.32432064414024353, 0.32168570160865784, 0.31928566098213196}},
      val_accuracy = {shape = {3}, dtype = "float64", data = {
        0.20000000298023224, 0.30000001192092896, 0.30000001192092896}},
      val_loss = {shape = {3}, dtype = "float64", data = {
        0.974460244178772, 0.9574729800224304, 0.944388747215271}},
      val_mae = {shape = {3}, dtype = "float64", data = {
        0.31888824701309204, 0.318588525056839, 0.31832990050315857}}},
    evaluate = {shape = {3}, dtype = "float64", data = {
      1.5928798913955688, 0.23999999463558197, 0.31754449009895325}},
    predict = {shape = {5, 5}, data = {
      0.17695507, 0.23017491, 0.17095996, 0.22052222, 0.20138784, 0.18570983, 0.2359897, 0.17677857,
      0.2218013, 0.17972061, 0.20509064, 0.20764832, 0.19829707, 0.22330339, 0.16566058, 0.16753565,
      0.21685451, 0.17703266, 0.24303366, 0.1955436, 0.2178475, 0.19507627, 0.15873712, 0.23907942,
      0.18925971}},
    final = {
      {
        sum = 3.1997959034160885,
        squares = 12.82319234516556,
        first = {shape = {5}, data = {0.18464343, -0.13033321, -0.17278886, -0.12106242, 0.22122079}}},
      {
        sum = -0.2960735820233822,
        squares = 0.03568608714858791,
        first = {shape = {5}, data = {-0.0022236244, 0.03265474, -0.048445173, -0.048416525, 0.01772709}}},
      {
        sum = 0.3984760403582186,
        squares = 10.816194931322254,
        first = {shape = {5}, data = {0.19704004, -0.11671424, -0.17390156, 0.22844245, 0.06854548}}},
      {
        sum = 0.11150314938277006,
        squares = 0.038192536952670414,
        first = {shape = {5}, data = {-0.026443623, 0.023520976, -0.08251445, 0.026761012, -0.012943871}}},
      {
        sum = 1.0111869694665074,
        squares = 7.502712946020385,
        first = {shape = {5}, data = {0.42373702, -0.17344381, -0.33691812, 0.18196252, -0.17727691}}},
      {
        sum = -0.04290224006399512,
        squares = 0.025371988543820195,
        first = {shape = {5}, data = {-0.054243334, 0.081351615, 0.007343261, 0.041216277, -0.11857006}}}},
    rounding = 4.7079921738912844e-08},
  {
    name = "mlp",
    input_shape = {20},
    layers = {
      {layer = "Dense", options = {units = 32, activation = "relu"}},
      {layer = "Dense", options = {units = 16, activation = "relu"}},
      {layer = "Dense", options = {units = 5, activation = "softmax"}}},
    loss = "sparse_categorical_crossentropy",
    optimizer = "SGD",
    options = {learning_rate = 0.05},
    metrics = {"accuracy"},
    batch_size = 16,
    epochs = 3,
    validation_split = 0.2,
    x = {shape = {50, 20}, lcg = {seed = 7, scale = 1, offset = 0}},
    labels = {shape = {50}, dtype = "int32", lcg = {seed = 11, classes = 5}},
    class_weight = {1, 2, 0.5, 1, 3},
    initial = {
      {
        name = "dense/kernel",
        shape = {20, 32},
        lcg = {seed = 1000, scale = 0.25, offset = 0}},
      {
        name = "dense/bias",
        shape = {32},
        lcg = {seed = 1001, scale = 0.0625, offset = 0}},
      {
        name = "dense_1/kernel",
        shape = {32, 16},
        lcg = {seed = 1002, scale = 0.25, offset = 0}},
      {
        name = "dense_1/bias",
        shape = {16},
        lcg = {seed = 1003, scale = 0.0625, offset = 0}},
      {
        name = "dense_2/kernel",
        shape = {16, 5},
        lcg = {seed = 1004, scale = 0.5, offset = 0}},
      {
        name = "dense_2/bias",
        shape = {5},
        lcg = {seed = 1005, scale = 0.0625, offset = 0}}},
    history = {
      accuracy = {shape = {3}, dtype = "float64", data = {
        0.15000000596046448, 0.22499999403953552, 0.20000000298023224}},
      loss = {shape = {3}, dtype = "float64", data = {
        2.193781614303589, 2.1292078495025635, 2.07484769821167}},
      val_accuracy = {shape = {3}, dtype = "float64", data = {
        0.30000001192092896, 0.30000001192092896, 0.4000000059604645}},
      val_loss = {shape = {3}, dtype = "float64", data = {
        1.6031486988067627, 1.5798851251602173, 1.5616909265518188}}},
    evaluate = {shape = {2}, dtype = "float64", data = {1.6061303615570068, 0.2800000011920929}},
    predict = {shape = {5, 5}, data = {
      0.15906887, 0.2551222, 0.13234796, 0.20579514, 0.24766585, 0.16718584, 0.26321933, 0.14386308,
      0.20546785, 0.220264, 0.19617222, 0.2261439, 0.18186587, 0.20069738, 0.19512066, 0.15186694,
      0.24430084, 0.14608262, 0.21922149, 0.23852809, 0.18240985, 0.21964289, 0.11463422, 0.2216643,
      0.26164868}},
    final = {
      {
        sum = 3.135754177958006,
        squares = 12.83808912895352,
        first = {shape = {5}, data = {0.18336052, -0.13697569, -0.185109, -0.12146264, 0.21989278}}},
      {
        sum = -0.28183139028260484,
        squares = 0.035407181867832226,
        first = {shape = {5}, data = {-0.0073185754, 0.01978569, -0.035701785, -0.041088637, 0.03583676}}},
      {
        sum = 0.5917769016159582,
        squares = 10.831233071562364,
        first = {shape = {5}, data = {0.19384761, -0.10915424, -0.18191153, 0.23731297, 0.071391165}}},
      {
        sum = 0.13169036759063601,
        squares = 0.04121652514855135,
        first = {shape = {5}, data = {-0.03161534, 0.08732841, -0.09566043, 0.043984488, -0.006375024}}},
      {
        sum = 1.011186652816832,
        squares = 7.520786868915737,
        first = {shape = {5}, data = {0.41988346, -0.16765118, -0.3407218, 0.18244626, -0.17589599}}},
      {
        sum = -0.04290222376585007,
        squares = 0.03286420021328659,
        first = {shape = {5}, data = {-0.07292708, 0.14895266, -0.060080875, -0.026444104, -0.03240283}}}},
    rounding = 2.603764737152403e-08},
}
