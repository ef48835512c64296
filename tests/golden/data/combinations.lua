-- Combinations: fit with shuffle = false and sample weights; the validation part is the tail of the
-- data. predict: outputs for the first five rows; final: the first eight numbers of each weight.
-- Labels are one-hot for categorical_crossentropy and kl_divergence, a column of 0 and 1 for
-- binary_crossentropy; in a regression `labels` are the targets. Tensors with `lcg`: see fit.lua.
-- Written by gen/combinations.py with Keras 3.15.1 on jax 0.10.2; see README.md. Do not edit.
return {
  keras = "3.15.1",
  backend = "jax 0.10.2",
  group = "combinations",
  {
    name = "normalised",
    input_shape = {7},
    layers = {
      {
        layer = "Dense",
        options = {
          units = 9,
          activation = "gelu",
          kernel_regularizer = {class_name = "L2", config = {l2 = 0.05}}}},
      {layer = "BatchNormalization", options = {momentum = 0.8, scale = false}},
      {
        layer = "Dense",
        options = {
          units = 6,
          activation = "selu",
          kernel_constraint = {class_name = "MaxNorm", config = {max_value = 0.7}}}},
      {layer = "BatchNormalization", options = {center = false, epsilon = 0.01}},
      {
        layer = "Dense",
        options = {units = 4, activation = "softmax", bias_regularizer = "l2"}}},
    loss = "categorical_crossentropy",
    optimizer = "SGD",
    options = {learning_rate = 0.05, momentum = 0.9, nesterov = true, clipnorm = 0.5},
    metrics = {"accuracy", "AUC"},
    weighted_metrics = {"accuracy", "mse"},
    batch_size = 8,
    epochs = 3,
    validation_split = 0.25,
    x = {shape = {26, 7}, lcg = {seed = 7, scale = 1, offset = 0}},
    labels = {shape = {26}, dtype = "int32", lcg = {seed = 11, classes = 4}},
    sample_weight = {shape = {26}, lcg = {seed = 13, scale = 1, offset = 1}},
    initial = {
      {
        name = "dense/kernel",
        shape = {7, 9},
        lcg = {seed = 1000, scale = 0.5, offset = 0}},
      {
        name = "dense/bias",
        shape = {9},
        lcg = {seed = 1001, scale = 0.0625, offset = 0}},
      {
        name = "batch_normalization/beta",
        shape = {9},
        lcg = {seed = 1002, scale = 0.0625, offset = 0}},
      {
        name = "batch_normalization/moving_mean",
        shape = {9},
        lcg = {seed = 1003, scale = 0.0625, offset = 0}},
      {
        name = "batch_normalization/moving_variance",
        shape = {9},
        lcg = {seed = 1004, scale = 1, offset = 1}},
      {
        name = "dense_1/kernel",
        shape = {9, 6},
        lcg = {seed = 1005, scale = 0.5, offset = 0}},
      {
        name = "dense_1/bias",
        shape = {6},
        lcg = {seed = 1006, scale = 0.0625, offset = 0}},
      {
        name = "batch_normalization_1/gamma",
        shape = {6},
        lcg = {seed = 1007, scale = 1, offset = 1}},
      {
        name = "batch_normalization_1/moving_mean",
        shape = {6},
        lcg = {seed = 1008, scale = 0.0625, offset = 0}},
      {
        name = "batch_normalization_1/moving_variance",
        shape = {6},
        lcg = {seed = 1009, scale = 1, offset = 1}},
      {
        name = "dense_2/kernel",
        shape = {6, 4},
        lcg = {seed = 1010, scale = 0.5, offset = 0}},
      {
        name = "dense_2/bias",
        shape = {4},
        lcg = {seed = 1011, scale = 0.0625, offset = 0}}},
    history = {
      AUC = {shape = {3}, dtype = "float64", data = {
        0.5249307751655579, 0.6241921186447144, 0.7109880447387695}},
      accuracy = {shape = {3}, dtype = "float64", data = {
        0.2631579041481018, 0.31578946113586426, 0.4736842215061188}},
      loss = {shape = {3}, dtype = "float64", data = {
        1.691561222076416, 1.4551810026168823, 1.246978998184204}},
      mse = {shape = {3}, dtype = "float64", data = {
        0.2179051637649536, 0.18928827345371246, 0.15931324660778046}},
      val_AUC = {shape = {3}, dtype = "float64", data = {
        0.6394557952880859, 0.6292517781257629, 0.5986394286155701}},
      val_accuracy = {shape = {3}, dtype = "float64", data = {
        0.5714285969734192, 0.2857142984867096, 0.4285714328289032}},
      val_loss = {shape = {3}, dtype = "float64", data = {
        2.1813957691192627, 2.235487937927246, 2.3373844623565674}},
      val_mse = {shape = {3}, dtype = "float64", data = {
        0.18919461965560913, 0.19389984011650085, 0.20275643467903137}},
      val_weighted_accuracy = {shape = {3}, dtype = "float64", data = {
        0.5486023426055908, 0.1844862848520279, 0.28872063755989075}},
      weighted_accuracy = {shape = {3}, dtype = "float64", data = {
        0.12928332388401031, 0.22364793717861176, 0.5824172496795654}}},
    predict = {shape = {5, 4}, data = {
      0.19669685, 0.39565057, 0.1697924, 0.23786014, 0.29569346, 0.18036944, 0.29287404, 0.231063,
      0.21150151, 0.17538114, 0.21422024, 0.39889717, 0.2319324, 0.19597572, 0.21743228, 0.35465956,
      0.22347969, 0.31690294, 0.18667614, 0.27294123}},
    final = {
      {shape = {8}, data = {
        0.22713928, -0.22586785, -0.30385503, -0.38307735, 0.45084032, 0.14121668, -0.42098054,
        0.057148278}},
      {shape = {8}, data = {
        0.028408574, 0.027818033, -0.033691652, -0.055238847, 0.0821001, -0.018268349, -0.049959503,
        -0.040542457}},
      {shape = {8}, data = {
        0.081080526, -0.019868858, -0.02433272, 0.1007704, 0.007222566, 0.05580843, -0.00092383556,
        0.022169637}},
      {shape = {8}, data = {
        0.066883065, 0.06836737, 0.14391379, 0.02611281, 0.13134906, 0.0925404, 0.064910345,
        0.087160856}},
      {shape = {8}, data = {
        0.27333713, 0.123158805, 0.17090493, 0.21065745, 0.13553245, 0.12541649, 0.3032226,
        0.10616723}},
      {shape = {8}, data = {
        -0.16193925, 0.14051662, -0.22093214, -0.033141416, -0.30377713, 0.3107657, -0.27456862,
        0.1616156}},
      {shape = {6}, data = {
        0.08261051, 0.09838669, -0.038544636, 0.004693807, -0.08359943, 0.019130437}},
      {shape = {6}, data = {1.0150911, 1.6524577, 0.22759177, 0.54314315, 1.6412361, 0.502294}},
      {shape = {6}, data = {
        0.05737079, -0.009065092, -0.050683305, -0.046286453, 0.011943366, 0.04339208}},
      {shape = {6}, data = {0.93592733, 1.7292007, 0.37102896, 1.8384352, 1.0243493, 1.1157008}},
      {shape = {8}, data = {
        -0.50308037, 0.025737416, -0.39094973, 0.34387782, -0.08900013, -0.3665521, -0.0071596,
        0.048247322}},
      {shape = {4}, data = {0.009949887, -0.17881542, 0.095928356, 0.11798829}}},
    rounding = 6.772607075156145e-08},
  {
    name = "image",
    input_shape = {9, 8, 2},
    layers = {
      {
        layer = "Conv2D",
        options = {
          filters = 5,
          kernel_size = 3,
          padding = "same",
          activation = "silu",
          kernel_regularizer = {class_name = "L1L2", config = {l1 = 0.001, l2 = 0.01}}}},
      {layer = "BatchNormalization", options = {}},
      {layer = "MaxPooling2D", options = {pool_size = 2, padding = "same"}},
      {
        layer = "Conv2D",
        options = {
          filters = 6,
          kernel_size = {2, 3},
          dilation_rate = 2,
          padding = "same",
          activation = "tanh"}},
      {layer = "AveragePooling2D", options = {pool_size = 2, strides = 1}},
      {layer = "GlobalAveragePooling2D", options = {}},
      {layer = "Dense", options = {units = 3, activation = "softmax"}}},
    loss = "sparse_categorical_crossentropy",
    optimizer = "RMSprop",
    options = {learning_rate = 0.002, centered = true, momentum = 0.5},
    metrics = {"accuracy", "sparse_top_k_categorical_accuracy"},
    weighted_metrics = {"sparse_categorical_crossentropy"},
    batch_size = 8,
    epochs = 3,
    validation_split = 0.25,
    x = {shape = {26, 9, 8, 2}, lcg = {seed = 7, scale = 1, offset = 0}},
    labels = {shape = {26}, dtype = "int32", lcg = {seed = 11, classes = 3}},
    sample_weight = {shape = {26}, lcg = {seed = 13, scale = 1, offset = 1}},
    initial = {
      {
        name = "conv2d/kernel",
        shape = {3, 3, 2, 5},
        lcg = {seed = 1000, scale = 0.5, offset = 0}},
      {
        name = "conv2d/bias",
        shape = {5},
        lcg = {seed = 1001, scale = 0.0625, offset = 0}},
      {
        name = "batch_normalization/gamma",
        shape = {5},
        lcg = {seed = 1002, scale = 1, offset = 1}},
      {
        name = "batch_normalization/beta",
        shape = {5},
        lcg = {seed = 1003, scale = 0.0625, offset = 0}},
      {
        name = "batch_normalization/moving_mean",
        shape = {5},
        lcg = {seed = 1004, scale = 0.0625, offset = 0}},
      {
        name = "batch_normalization/moving_variance",
        shape = {5},
        lcg = {seed = 1005, scale = 1, offset = 1}},
      {
        name = "conv2d_1/kernel",
        shape = {2, 3, 5, 6},
        lcg = {seed = 1006, scale = 0.5, offset = 0}},
      {
        name = "conv2d_1/bias",
        shape = {6},
        lcg = {seed = 1007, scale = 0.0625, offset = 0}},
      {
        name = "dense/kernel",
        shape = {6, 3},
        lcg = {seed = 1008, scale = 0.5, offset = 0}},
      {
        name = "dense/bias",
        shape = {3},
        lcg = {seed = 1009, scale = 0.0625, offset = 0}}},
    history = {
      accuracy = {shape = {3}, dtype = "float64", data = {
        0.4736842215061188, 0.42105263471603394, 0.4736842215061188}},
      loss = {shape = {3}, dtype = "float64", data = {
        1.0540436506271362, 1.0126848220825195, 0.9863060116767883}},
      sparse_categorical_crossentropy = {shape = {3}, dtype = "float64", data = {
        1.1057246923446655, 1.0646973848342896, 1.0395212173461914}},
      sparse_top_k_categorical_accuracy = {shape = {3}, dtype = "float64", data = {1, 1, 1}},
      val_accuracy = {shape = {3}, dtype = "float64", data = {
        0.7142857313156128, 0.7142857313156128, 0.7142857313156128}},
      val_loss = {shape = {3}, dtype = "float64", data = {
        1.3948516845703125, 1.4046211242675781, 1.4244509935379028}},
      val_sparse_categorical_crossentropy = {shape = {3}, dtype = "float64", data = {
        0.9592368602752686, 0.9700429439544678, 0.987478494644165}},
      val_sparse_top_k_categorical_accuracy = {shape = {3}, dtype = "float64", data = {1, 1, 1}}},
    predict = {shape = {5, 3}, data = {
      0.26865864, 0.40208364, 0.3292578, 0.28308618, 0.41272384, 0.30418998, 0.27233768, 0.3954573,
      0.3322051, 0.25920343, 0.4307715, 0.3100251, 0.28686774, 0.38830557, 0.32482672}},
    final = {
      {shape = {8}, data = {
        0.38237244, -0.21950918, -0.32580984, -0.25076425, 0.44635728, 0.20752726, -0.41297096,
        -0.010732947}},
      {shape = {5}, data = {-0.030795181, -0.03562366, -0.06560347, -0.08262015, 0.05155235}},
      {shape = {5}, data = {1.8426759, 0.63076174, 0.33208907, 1.9222897, 1.2320843}},
      {shape = {5}, data = {0.044785112, -0.007846929, -0.036583234, 0.015441361, -0.058923714}},
      {shape = {5}, data = {0.057825875, -0.00998302, -0.038203225, 0.024132956, -0.0075071617}},
      {shape = {5}, data = {0.8051211, 1.5580314, 0.2977607, 1.0036125, 0.32417506}},
      {shape = {8}, data = {
        0.4471233, -0.12377046, -0.2681634, -0.10232915, -0.520033, 0.117145225, -0.17499721,
        -0.19065765}},
      {shape = {6}, data = {
        -0.007864444, 0.05421459, -0.04382191, -0.030793251, 0.03874225, -0.020181503}},
      {shape = {8}, data = {
        0.49012822, -0.08445834, -0.31533912, -0.37378472, 0.18202329, 0.4700323, 0.25766805,
        0.049697667}},
      {shape = {3}, data = {-0.0037001357, 0.05573099, -0.07521449}}},
    rounding = 6.856430845303407e-08},
  {
    name = "sequence",
    input_shape = {10, 3},
    layers = {
      {
        layer = "Conv1D",
        options = {filters = 4, kernel_size = 3, padding = "causal", activation = "softplus"}},
      {layer = "ZeroPadding1D", options = {padding = {0, 2}}},
      {layer = "ELU", options = {alpha = 0.7}},
      {
        layer = "Conv1D",
        options = {filters = 5, kernel_size = 2, strides = 2, activation = "mish"}},
      {layer = "AveragePooling1D", options = {pool_size = 2}},
      {layer = "Permute", options = {dims = {2, 1}}},
      {layer = "Flatten", options = {}},
      {
        layer = "Dense",
        options = {units = 1, activation = "sigmoid", kernel_constraint = "unit_norm"}}},
    loss = "binary_crossentropy",
    optimizer = "Adam",
    options = {
      learning_rate = 0.003,
      use_ema = true,
      ema_momentum = 0.5,
      ema_overwrite_frequency = 2},
    metrics = {"accuracy", "Precision", "Recall"},
    weighted_metrics = {"AUC"},
    batch_size = 8,
    epochs = 3,
    validation_split = 0.25,
    x = {shape = {26, 10, 3}, lcg = {seed = 7, scale = 1, offset = 0}},
    labels = {shape = {26}, dtype = "int32", lcg = {seed = 11, classes = 2}},
    sample_weight = {shape = {26}, lcg = {seed = 13, scale = 1, offset = 1}},
    initial = {
      {
        name = "conv1d/kernel",
        shape = {3, 3, 4},
        lcg = {seed = 1000, scale = 0.5, offset = 0}},
      {
        name = "conv1d/bias",
        shape = {4},
        lcg = {seed = 1001, scale = 0.0625, offset = 0}},
      {
        name = "conv1d_1/kernel",
        shape = {2, 4, 5},
        lcg = {seed = 1002, scale = 0.5, offset = 0}},
      {
        name = "conv1d_1/bias",
        shape = {5},
        lcg = {seed = 1003, scale = 0.0625, offset = 0}},
      {
        name = "dense/kernel",
        shape = {15, 1},
        lcg = {seed = 1004, scale = 0.5, offset = 0}},
      {
        name = "dense/bias",
        shape = {1},
        lcg = {seed = 1005, scale = 0.0625, offset = 0}}},
    history = {
      AUC = {shape = {3}, dtype = "float64", data = {
        0.6414932012557983, 0.626184344291687, 0.6631227731704712}},
      Precision = {shape = {3}, dtype = "float64", data = {
        0.4736842215061188, 0.4736842215061188, 0.4736842215061188}},
      Recall = {shape = {3}, dtype = "float64", data = {1, 1, 1}},
      accuracy = {shape = {3}, dtype = "float64", data = {
        0.4736842215061188, 0.4736842215061188, 0.4736842215061188}},
      loss = {shape = {3}, dtype = "float64", data = {
        0.6271076202392578, 0.6276155710220337, 0.6227046847343445}},
      val_AUC = {shape = {3}, dtype = "float64", data = {
        0.5652820467948914, 0.5652820467948914, 0.6343615055084229}},
      val_Precision = {shape = {3}, dtype = "float64", data = {
        0.7142857313156128, 0.7142857313156128, 0.7142857313156128}},
      val_Recall = {shape = {3}, dtype = "float64", data = {1, 1, 1}},
      val_accuracy = {shape = {3}, dtype = "float64", data = {
        0.7142857313156128, 0.7142857313156128, 0.7142857313156128}},
      val_loss = {shape = {3}, dtype = "float64", data = {
        0.8247939944267273, 0.8283506035804749, 0.834827721118927}}},
    predict = {shape = {5, 1}, data = {0.64445937, 0.5747083, 0.6013092, 0.58211464, 0.5897306}},
    final = {
      {shape = {8}, data = {
        0.37757713, -0.24790815, -0.36496562, -0.23762444, 0.46128014, 0.17705935, -0.4372967,
        0.057134178}},
      {shape = {4}, data = {-0.019528857, 0.035778895, -0.048913136, -0.05310073}},
      {shape = {8}, data = {
        0.38780415, -0.21392637, -0.34236383, 0.46334562, 0.14992419, 0.48331368, -0.01576801,
        0.316962}},
      {shape = {5}, data = {-0.011884821, 0.04229196, -0.045916133, 0.036660485, -0.005487554}},
      {shape = {8}, data = {
        0.31875488, -0.14248939, -0.26918137, 0.14663301, -0.12708232, -0.16100779, 0.3193013,
        -0.3390507}},
      {shape = {1}, data = {-0.013126008}}},
    rounding = 5.081535903173062e-08},
  {
    name = "regression",
    input_shape = {6},
    layers = {
      {
        layer = "Dense",
        options = {units = 8, activation = "softsign", activity_regularizer = "l2"}},
      {layer = "RepeatVector", options = {n = 3}},
      {layer = "LeakyReLU", options = {}},
      {layer = "Flatten", options = {}},
      {
        layer = "Dense",
        options = {units = 2, use_bias = false, kernel_regularizer = "orthogonal_regularizer"}}},
    loss = "huber",
    optimizer = "AdamW",
    options = {
      learning_rate = 0.004,
      amsgrad = true,
      global_clipnorm = 0.4,
      gradient_accumulation_steps = 2},
    metrics = {"mse", "mae"},
    weighted_metrics = {"mae"},
    batch_size = 8,
    epochs = 3,
    validation_split = 0.25,
    x = {shape = {26, 6}, lcg = {seed = 7, scale = 1, offset = 0}},
    labels = {shape = {26, 2}, lcg = {seed = 17, scale = 1, offset = 0}},
    sample_weight = {shape = {26}, lcg = {seed = 13, scale = 1, offset = 1}},
    initial = {
      {
        name = "dense/kernel",
        shape = {6, 8},
        lcg = {seed = 1000, scale = 0.5, offset = 0}},
      {
        name = "dense/bias",
        shape = {8},
        lcg = {seed = 1001, scale = 0.0625, offset = 0}},
      {
        name = "dense_1/kernel",
        shape = {24, 2},
        lcg = {seed = 1002, scale = 0.5, offset = 0}}},
    history = {
      loss = {shape = {3}, dtype = "float64", data = {
        0.16495481133460999, 0.1588050127029419, 0.1533484011888504}},
      mae = {shape = {3}, dtype = "float64", data = {
        0.4874090850353241, 0.476905882358551, 0.4697778522968292}},
      mse = {shape = {3}, dtype = "float64", data = {
        0.36212247610092163, 0.35074910521507263, 0.3411064147949219}},
      val_loss = {shape = {3}, dtype = "float64", data = {
        0.3298380374908447, 0.3250168263912201, 0.3226666748523712}},
      val_mae = {shape = {3}, dtype = "float64", data = {
        0.5327771306037903, 0.5282670855522156, 0.5259167551994324}},
      val_mse = {shape = {3}, dtype = "float64", data = {
        0.45821911096572876, 0.45149368047714233, 0.4482550024986267}},
      val_weighted_mae = {shape = {3}, dtype = "float64", data = {
        0.555297315120697, 0.5502161979675293, 0.5476921796798706}},
      weighted_mae = {shape = {3}, dtype = "float64", data = {
        0.48535940051078796, 0.4736841320991516, 0.4650464355945587}}},
    predict = {shape = {5, 2}, data = {
      0.26801643, 0.26553774, -0.33373296, -0.6239714, -0.41728082, -0.6816514, -0.29863778,
      -0.4575886, 0.110612586, 0.34744278}},
    final = {
      {shape = {8}, data = {
        0.34896207, -0.24201347, -0.3436279, -0.23599966, 0.4518432, 0.1934407, -0.42964852,
        0.045072637}},
      {shape = {8}, data = {
        -0.030820837, 0.018146714, -0.041049562, -0.04388474, 0.02397332, -0.029527325,
        -0.026234213, -0.044232033}},
      {shape = {8}, data = {
        0.40630493, -0.20281444, -0.3660833, 0.4539049, 0.13670677, 0.47529507, -0.010182904,
        0.3058782}}},
    rounding = 5.73745436494022e-07},
  {
    name = "volume",
    input_shape = {5, 4, 4, 1},
    layers = {
      {layer = "Conv3D", options = {filters = 3, kernel_size = 2, activation = "elu"}},
      {layer = "ZeroPadding3D", options = {padding = 1}},
      {layer = "MaxPooling3D", options = {pool_size = 2}},
      {layer = "Reshape", options = {target_shape = {-1, 3}}},
      {layer = "Softmax", options = {}},
      {layer = "GlobalMaxPooling1D", options = {}},
      {
        layer = "Dense",
        options = {units = 3, activation = "softmax", kernel_constraint = "min_max_norm"}}},
    loss = "kl_divergence",
    optimizer = "Adagrad",
    options = {learning_rate = 0.02, weight_decay = 0.01, clipvalue = 0.1},
    metrics = {"accuracy", "kl_divergence"},
    weighted_metrics = {},
    batch_size = 8,
    epochs = 3,
    validation_split = 0.25,
    x = {shape = {26, 5, 4, 4, 1}, lcg = {seed = 7, scale = 1, offset = 0}},
    labels = {shape = {26}, dtype = "int32", lcg = {seed = 11, classes = 3}},
    sample_weight = {shape = {26}, lcg = {seed = 13, scale = 1, offset = 1}},
    initial = {
      {
        name = "conv3d/kernel",
        shape = {2, 2, 2, 1, 3},
        lcg = {seed = 1000, scale = 0.5, offset = 0}},
      {
        name = "conv3d/bias",
        shape = {3},
        lcg = {seed = 1001, scale = 0.0625, offset = 0}},
      {
        name = "dense/kernel",
        shape = {3, 3},
        lcg = {seed = 1002, scale = 0.5, offset = 0}},
      {
        name = "dense/bias",
        shape = {3},
        lcg = {seed = 1003, scale = 0.0625, offset = 0}}},
    history = {
      accuracy = {shape = {3}, dtype = "float64", data = {
        0.2631579041481018, 0.2631579041481018, 0.2631579041481018}},
      kl_divergence = {shape = {3}, dtype = "float64", data = {
        1.1373401880264282, 1.1347914934158325, 1.1326450109481812}},
      loss = {shape = {3}, dtype = "float64", data = {
        0.9599884152412415, 0.957941472530365, 0.9562006592750549}},
      val_accuracy = {shape = {3}, dtype = "float64", data = {
        0.1428571492433548, 0.1428571492433548, 0.1428571492433548}},
      val_kl_divergence = {shape = {3}, dtype = "float64", data = {
        1.1254633665084839, 1.121069073677063, 1.1171904802322388}},
      val_loss = {shape = {3}, dtype = "float64", data = {
        1.509229063987732, 1.5028032064437866, 1.4970881938934326}}},
    predict = {shape = {5, 3}, data = {
      0.39508653, 0.3335844, 0.27132908, 0.40232044, 0.3182787, 0.27940086, 0.38116655, 0.338036,
      0.2807975, 0.38542083, 0.33442393, 0.2801553, 0.41191298, 0.316832, 0.27125502}},
    final = {
      {shape = {8}, data = {
        0.3663033, -0.25961855, -0.35909906, -0.25843707, 0.47083223, 0.17612693, -0.44840917,
        0.055799592}},
      {shape = {3}, data = {-0.014115147, 0.038610388, -0.049647998}},
      {shape = {8}, data = {
        0.38287106, -0.21615507, -0.35523853, 0.45130312, 0.14883655, 0.49119893, -0.032148644,
        0.3098904}},
      {shape = {3}, data = {-0.028459765, 0.054674875, -0.035133306}}},
    rounding = 7.745751529064648e-08},
}
