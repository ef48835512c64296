-- Replays: 50 training steps; losses[k] is the loss of batch (k - 1) mod batches (k from 1), measured before
-- the update of step k. Labels are one-hot unless the loss is sparse_categorical_crossentropy.
-- A tensor with `lcg` is offset + scale (k / 2^23 - 1), k from golden.lcg(seed) in row-major order, which
-- float32 holds exactly; labels are k mod classes. golden.cases puts the data in.
-- rounding: largest relative distance of these float32 losses from the same run in float64.
-- final: of each weight after the last step its sum, sum of squares and first five numbers.
-- Written by gen/replay.py with Keras 3.15.1 on jax 0.10.2; see README.md. Do not edit.
return {
  keras = "3.15.1",
  backend = "jax 0.10.2",
  group = "replay",
  {
    name = "mlp",
    input_shape = {20},
    layers = {
      {layer = "Dense", options = {units = 32, activation = "relu"}},
      {layer = "Dense", options = {units = 16, activation = "relu"}},
      {layer = "Dense", options = {units = 5, activation = "softmax"}}},
    loss = "categorical_crossentropy",
    optimizer = "SGD",
    options = {learning_rate = 0.01},
    batch_size = 16,
    batches = 10,
    x = {shape = {160, 20}, lcg = {seed = 7, scale = 1, offset = 0}},
    labels = {shape = {160}, dtype = "int32", lcg = {seed = 11, classes = 5}},
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
    losses = {shape = {50}, data = {
      1.7171965, 1.7108084, 1.6455566, 1.6525718, 1.6801624, 1.5822651, 1.7256775, 1.6697909,
      1.6452425, 1.6657522, 1.6977634, 1.6927629, 1.6367898, 1.6416794, 1.6643674, 1.5762931,
      1.7094774, 1.6611176, 1.6354856, 1.6556418, 1.6800964, 1.676332, 1.628294, 1.6320004,
      1.6502686, 1.571137, 1.694949, 1.6535821, 1.6273019, 1.6465015, 1.6637554, 1.6610273,
      1.6207129, 1.6238911, 1.6373445, 1.5664687, 1.6815953, 1.6468258, 1.6201309, 1.6372766,
      1.6490808, 1.6473829, 1.6137322, 1.6165234, 1.6256852, 1.5624087, 1.6696122, 1.641159,
      1.6138973, 1.6291394}},
    final = {
      {
        sum = 3.124786489759572,
        squares = 12.81335011903556,
        first = {shape = {5}, data = {0.18041047, -0.12864482, -0.17795567, -0.12527557, 0.2325952}}},
      {
        sum = -0.3367548855021596,
        squares = 0.037753069595325775,
        first = {shape = {5}, data = {-0.016218672, 0.022210546, -0.053299155, -0.05176887, 0.030680623}}},
      {
        sum = 0.4629783544805832,
        squares = 10.808688347314,
        first = {shape = {5}, data = {0.19233155, -0.11380689, -0.18008922, 0.23211224, 0.07470123}}},
      {
        sum = 0.09773055277764797,
        squares = 0.02773587102760684,
        first = {shape = {5}, data = {-0.036368925, 0.021359067, -0.07914667, 0.034492712, 0.0007208743}}},
      {
        sum = 1.0111867664381862,
        squares = 7.490694915219201,
        first = {shape = {5}, data = {0.417475, -0.17359127, -0.33667943, 0.18252835, -0.17167196}}},
      {
        sum = -0.042902205139398575,
        squares = 0.010477664260698495,
        first = {shape = {5}, data = {-0.048242003, 0.058522597, 0.020633003, -0.008842157, -0.064973645}}}},
    rounding = 9.609255702258679e-08},
  {
    name = "mlp",
    input_shape = {20},
    layers = {
      {layer = "Dense", options = {units = 32, activation = "relu"}},
      {layer = "Dense", options = {units = 16, activation = "relu"}},
      {layer = "Dense", options = {units = 5, activation = "softmax"}}},
    loss = "categorical_crossentropy",
    optimizer = "SGD",
    options = {learning_rate = 0.01, momentum = 0.9},
    batch_size = 16,
    batches = 10,
    x = {shape = {160, 20}, lcg = {seed = 7, scale = 1, offset = 0}},
    labels = {shape = {160}, dtype = "int32", lcg = {seed = 11, classes = 5}},
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
    losses = {shape = {50}, data = {
      1.7171965, 1.7108084, 1.644769, 1.6484108, 1.6705372, 1.5769432, 1.7059343, 1.6564174,
      1.6305681, 1.6412711, 1.6371436, 1.6293142, 1.5978739, 1.5985262, 1.5942986, 1.5522742,
      1.6258101, 1.6247761, 1.5955255, 1.5908086, 1.5510132, 1.5689104, 1.5659151, 1.573446,
      1.5385709, 1.5429326, 1.578516, 1.6101928, 1.5754046, 1.5629355, 1.4958706, 1.5414786,
      1.5537634, 1.5637505, 1.5012231, 1.5399895, 1.5553371, 1.602838, 1.5604898, 1.5501168,
      1.4609014, 1.5279812, 1.5499543, 1.5559645, 1.4745001, 1.5361434, 1.5405228, 1.597595,
      1.5438576, 1.5418944}},
    final = {
      {
        sum = 3.173476131167263,
        squares = 12.801234196296688,
        first = {shape = {5}, data = {0.17818393, -0.13445269, -0.17879784, -0.12711507, 0.2358824}}},
      {
        sum = -0.5240703608142212,
        squares = 0.043756669253719314,
        first = {shape = {5}, data = {-0.012459823, 0.0026541292, -0.0629832, -0.064812295, 0.0033385074}}},
      {
        sum = -0.6528660340700299,
        squares = 10.82600556734081,
        first = {shape = {5}, data = {0.18243471, -0.14159402, -0.19708957, 0.23283115, 0.077393785}}},
      {
        sum = -0.10060178046114743,
        squares = 0.14543591790479438,
        first = {shape = {5}, data = {-0.118638806, -0.03289789, -0.16914888, 0.012147656, 0.0026386078}}},
      {
        sum = 1.0111864279024303,
        squares = 7.516979220073049,
        first = {shape = {5}, data = {0.41824555, -0.17161676, -0.32219094, 0.1691576, -0.17553478}}},
      {
        sum = -0.04290224611759186,
        squares = 0.1502720236975883,
        first = {shape = {5}, data = {-0.21096268, 0.09963837, 0.26818496, -0.055366367, -0.14439653}}}},
    rounding = 8.785848992776124e-08},
  {
    name = "mlp",
    input_shape = {20},
    layers = {
      {layer = "Dense", options = {units = 32, activation = "relu"}},
      {layer = "Dense", options = {units = 16, activation = "relu"}},
      {layer = "Dense", options = {units = 5, activation = "softmax"}}},
    loss = "categorical_crossentropy",
    optimizer = "SGD",
    options = {learning_rate = 0.01, momentum = 0.9, nesterov = true},
    batch_size = 16,
    batches = 10,
    x = {shape = {160, 20}, lcg = {seed = 7, scale = 1, offset = 0}},
    labels = {shape = {160}, dtype = "int32", lcg = {seed = 11, classes = 5}},
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
    losses = {shape = {50}, data = {
      1.7171965, 1.7087264, 1.6430302, 1.6460004, 1.666424, 1.5747538, 1.7011647, 1.6534956,
      1.6281499, 1.6377902, 1.6305394, 1.6230159, 1.5945239, 1.5974497, 1.5904014, 1.5512984,
      1.6223955, 1.6241803, 1.5939567, 1.5890818, 1.5479342, 1.5672696, 1.5653994, 1.5736306,
      1.5370989, 1.5424173, 1.5782974, 1.6100049, 1.5741084, 1.5619378, 1.4945743, 1.5413518,
      1.5534306, 1.5636511, 1.5010002, 1.5385575, 1.5559223, 1.602977, 1.5589299, 1.5493727,
      1.4600489, 1.5282187, 1.5487502, 1.5555012, 1.4739927, 1.5339624, 1.5412467, 1.597722,
      1.5418667, 1.5406475}},
    final = {
      {
        sum = 3.1822753896703944,
        squares = 12.817328169400401,
        first = {shape = {5}, data = {0.17814407, -0.13356565, -0.17892069, -0.12645051, 0.23535928}}},
      {
        sum = -0.5068092917790636,
        squares = 0.042086029962963914,
        first = {shape = {5}, data = {-0.012818453, 0.003644312, -0.05923452, -0.06373398, 0.0029312957}}},
      {
        sum = -0.5283836297749076,
        squares = 10.83610028996732,
        first = {shape = {5}, data = {0.18223551, -0.14109519, -0.19636291, 0.23318706, 0.077461846}}},
      {
        sum = -0.07309369553695433,
        squares = 0.14367211811125136,
        first = {shape = {5}, data = {-0.11840171, -0.029896773, -0.16477485, 0.012730792, 0.002604055}}},
      {
        sum = 1.011186451651156,
        squares = 7.535469817394377,
        first = {shape = {5}, data = {0.41908816, -0.17203753, -0.32304093, 0.16921364, -0.17516237}}},
      {
        sum = -0.042902324348688126,
        squares = 0.1462958302863347,
        first = {shape = {5}, data = {-0.20829366, 0.097291, 0.26518917, -0.055551734, -0.1415371}}}},
    rounding = 8.15416364430277e-08},
  {
    name = "mlp",
    input_shape = {20},
    layers = {
      {layer = "Dense", options = {units = 32, activation = "relu"}},
      {layer = "Dense", options = {units = 16, activation = "relu"}},
      {layer = "Dense", options = {units = 5, activation = "softmax"}}},
    loss = "categorical_crossentropy",
    optimizer = "RMSprop",
    options = {learning_rate = 0.001},
    batch_size = 16,
    batches = 10,
    x = {shape = {160, 20}, lcg = {seed = 7, scale = 1, offset = 0}},
    labels = {shape = {160}, dtype = "int32", lcg = {seed = 11, classes = 5}},
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
    losses = {shape = {50}, data = {
      1.7171965, 1.6975508, 1.6340845, 1.6346169, 1.6631565, 1.5634482, 1.701277, 1.6495796,
      1.6279112, 1.6433964, 1.639643, 1.6310887, 1.5912758, 1.600847, 1.6231844, 1.5382535,
      1.6597761, 1.6287166, 1.5981808, 1.6159372, 1.608107, 1.6002162, 1.5672429, 1.5845025,
      1.5995815, 1.5232666, 1.6320661, 1.6144266, 1.5759523, 1.5943551, 1.5818444, 1.5777284,
      1.5505977, 1.5717783, 1.577496, 1.5070267, 1.609191, 1.6028874, 1.5557396, 1.5784681,
      1.5586865, 1.5616896, 1.5376202, 1.5602727, 1.5562224, 1.4902256, 1.5910189, 1.5942692,
      1.5378296, 1.5640364}},
    final = {
      {
        sum = 3.1430897973077663,
        squares = 12.846139887125577,
        first = {shape = {5}, data = {0.1756426, -0.13098276, -0.17454042, -0.12699637, 0.23204923}}},
      {
        sum = -0.3921586163341999,
        squares = 0.04375136051660718,
        first = {shape = {5}, data = {-0.015632685, 0.009642535, -0.07550529, -0.049583547, 0.019022677}}},
      {
        sum = -0.7666103719820967,
        squares = 11.030393331641665,
        first = {shape = {5}, data = {0.1774016, -0.14784433, -0.20243135, 0.2323102, 0.096348844}}},
      {
        sum = 0.15562168578617275,
        squares = 0.02887769399166079,
        first = {shape = {5}, data = {-0.045137767, 0.013757444, -0.078530565, 0.02986388, 0.012136821}}},
      {
        sum = 0.5354376775212586,
        squares = 7.593017876287021,
        first = {shape = {5}, data = {0.41447154, -0.16909511, -0.3219401, 0.15603924, -0.18178916}}},
      {
        sum = -0.08235889906063676,
        squares = 0.009411398566018652,
        first = {shape = {5}, data = {-0.041363996, 0.051287457, -0.0039820657, -0.02011177, -0.068188526}}}},
    rounding = 7.898899800906634e-08},
  {
    name = "mlp",
    input_shape = {20},
    layers = {
      {layer = "Dense", options = {units = 32, activation = "relu"}},
      {layer = "Dense", options = {units = 16, activation = "relu"}},
      {layer = "Dense", options = {units = 5, activation = "softmax"}}},
    loss = "categorical_crossentropy",
    optimizer = "Adam",
    options = {learning_rate = 0.001},
    batch_size = 16,
    batches = 10,
    x = {shape = {160, 20}, lcg = {seed = 7, scale = 1, offset = 0}},
    labels = {shape = {160}, dtype = "int32", lcg = {seed = 11, classes = 5}},
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
    losses = {shape = {50}, data = {
      1.7171965, 1.7079715, 1.6428087, 1.6453531, 1.6743557, 1.5741332, 1.7162921, 1.6595563,
      1.6374424, 1.6538899, 1.6553025, 1.6519513, 1.6046872, 1.6110588, 1.6375281, 1.5491866,
      1.6758461, 1.6375346, 1.6105297, 1.6275582, 1.6212416, 1.6146743, 1.5775056, 1.5901587,
      1.6097487, 1.5325792, 1.6431007, 1.6221986, 1.588243, 1.604222, 1.5943885, 1.5877192,
      1.5563253, 1.5768766, 1.5872468, 1.5181761, 1.6173394, 1.6094909, 1.5678341, 1.5853186,
      1.5703003, 1.5674454, 1.5405028, 1.565253, 1.5670023, 1.5030056, 1.5977081, 1.6000868,
      1.5495329, 1.5712848}},
    final = {
      {
        sum = 3.0763869339134544,
        squares = 12.730420181714486,
        first = {shape = {5}, data = {0.17219469, -0.1317813, -0.17320015, -0.11775623, 0.22963102}}},
      {
        sum = -0.44600568199530244,
        squares = 0.04568356749450087,
        first = {shape = {5}, data = {-0.017556151, 0.01003788, -0.07308364, -0.06026691, 0.017663144}}},
      {
        sum = -1.1791729380202014,
        squares = 10.97120333781292,
        first = {shape = {5}, data = {0.17304893, -0.14034975, -0.1982719, 0.22819117, 0.09033577}}},
      {
        sum = 0.13275540294125676,
        squares = 0.026603026407693204,
        first = {shape = {5}, data = {-0.0450885, 0.015224336, -0.075344674, 0.026914174, 0.009199378}}},
      {
        sum = 0.6625299585284665,
        squares = 7.527193516366078,
        first = {shape = {5}, data = {0.41073704, -0.16651078, -0.3173863, 0.1609407, -0.18296479}}},
      {
        sum = -0.07540745195001364,
        squares = 0.009793046156207876,
        first = {shape = {5}, data = {-0.039814137, 0.0566434, -0.00691053, -0.017056732, -0.068269454}}}},
    rounding = 3.9006102658944997e-07},
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
    optimizer = "SGD",
    options = {learning_rate = 0.01},
    batch_size = 16,
    batches = 10,
    x = {shape = {160, 16, 16, 3}, lcg = {seed = 7, scale = 1, offset = 0}},
    labels = {shape = {160}, dtype = "int32", lcg = {seed = 11, classes = 10}},
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
    losses = {shape = {50}, data = {
      2.5021472, 2.1736555, 2.3558261, 2.484816, 2.3102677, 2.423843, 2.3270938, 2.4077566,
      2.3010445, 2.262487, 2.3576078, 2.1339595, 2.2873979, 2.3700619, 2.2750075, 2.3524075,
      2.2959375, 2.3581219, 2.2788548, 2.224794, 2.301545, 2.1382194, 2.264009, 2.3321702, 2.249917,
      2.3342335, 2.279931, 2.3557873, 2.2652059, 2.2130136, 2.26375, 2.135654, 2.2561626, 2.31767,
      2.2273302, 2.333415, 2.2673638, 2.3561172, 2.2544117, 2.203413, 2.239126, 2.131212, 2.2499638,
      2.3057253, 2.2094862, 2.3285823, 2.2551427, 2.3575807, 2.2490773, 2.1985214}},
    final = {
      {
        sum = 4.349940972868353,
        squares = 4.591015567879752,
        first = {shape = {5}, data = {0.18252216, -0.12917739, -0.18132849, -0.121361695, 0.23432806}}},
      {
        sum = -0.14111001510173082,
        squares = 0.009202771157970278,
        first = {shape = {5}, data = {-0.014737914, 0.02235878, -0.04186192, -0.05295077, 0.035330243}}},
      {
        sum = 0.07301056923461147,
        squares = 6.135544173066074,
        first = {shape = {5}, data = {0.092734925, -0.06416801, -0.086262144, 0.1173962, 0.0354246}}},
      {
        sum = 0.1666568098589778,
        squares = 0.01694756158611572,
        first = {shape = {5}, data = {-0.02900311, 0.013591313, -0.048103247, 0.045708276, -0.007204843}}},
      {
        sum = -2.3392042281629983,
        squares = 41.85561139589559,
        first = {shape = {5}, data = {0.20889594, -0.08517238, -0.17201602, 0.093253285, -0.08529671}}},
      {
        sum = 0.17778302496299148,
        squares = 0.054041932406467985,
        first = {shape = {5}, data = {-0.01427126, 0.053911977, -0.036153946, 0.005759977, -0.04325758}}},
      {
        sum = 0.09748684137593955,
        squares = 28.317307028478822,
        first = {shape = {5}, data = {0.44644693, -0.13833158, -0.33402726, -0.09255203, -0.490507}}},
      {
        sum = -0.02267793845385313,
        squares = 0.011981345480434804,
        first = {shape = {5}, data = {-0.010374284, 0.020716934, -0.02917844, -0.021777276, 0.02599842}}}},
    rounding = 1.2522417647264916e-07},
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
    optimizer = "SGD",
    options = {learning_rate = 0.01, momentum = 0.9},
    batch_size = 16,
    batches = 10,
    x = {shape = {160, 16, 16, 3}, lcg = {seed = 7, scale = 1, offset = 0}},
    labels = {shape = {160}, dtype = "int32", lcg = {seed = 11, classes = 10}},
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
    losses = {shape = {50}, data = {
      2.5021472, 2.1736555, 2.342922, 2.4354827, 2.2710223, 2.3477178, 2.3036141, 2.3369284,
      2.2686393, 2.2072384, 2.2544532, 2.2085285, 2.2953222, 2.3142984, 2.1899257, 2.3526416,
      2.2207909, 2.3862934, 2.278303, 2.2293978, 2.1403108, 2.153425, 2.2478979, 2.2779393,
      2.1226604, 2.2862782, 2.2065647, 2.3498044, 2.2621253, 2.2138758, 2.1444416, 2.1386018,
      2.2188334, 2.2435226, 2.1459374, 2.231587, 2.1997273, 2.3211005, 2.2394128, 2.1678317,
      2.1175897, 2.1042519, 2.2017899, 2.2276528, 2.1161244, 2.2276368, 2.1630297, 2.3168404,
      2.2163575, 2.1333804}},
    final = {
      {
        sum = 4.548131488671061,
        squares = 4.683523831805327,
        first = {shape = {5}, data = {0.18973328, -0.13416176, -0.19775285, -0.10762454, 0.23565291}}},
      {
        sum = -0.2679107361473143,
        squares = 0.01463744632160195,
        first = {shape = {5}, data = {-0.030866267, -0.0047153113, -0.050669953, -0.08462258, 0.006363167}}},
      {
        sum = -4.089143028075341,
        squares = 6.522293793234027,
        first = {shape = {5}, data = {0.087755136, -0.08238494, -0.079730384, 0.11193311, 0.036640182}}},
      {
        sum = 0.044720229459926486,
        squares = 0.024480507858710823,
        first = {shape = {5}, data = {-0.054705374, -0.046795614, -0.044469763, 0.053357914, -0.01235435}}},
      {
        sum = -4.879524497519014,
        squares = 42.02646151956334,
        first = {shape = {5}, data = {0.20777772, -0.08066168, -0.17151645, 0.093253285, -0.08626837}}},
      {
        sum = 0.027696512639522552,
        squares = 0.06584750374586078,
        first = {shape = {5}, data = {-0.011178064, 0.07949929, -0.028192721, -0.00069616735, -0.052559454}}},
      {
        sum = 0.0974869797937572,
        squares = 28.37724142811466,
        first = {shape = {5}, data = {0.44735134, -0.15087183, -0.3330274, -0.08611374, -0.49846154}}},
      {
        sum = -0.022677945205941796,
        squares = 0.025804851595286848,
        first = {shape = {5}, data = {0.015866196, -0.039292235, 0.028667312, -0.031535726, -0.05474159}}}},
    rounding = 1.2840930752044954e-07},
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
    optimizer = "SGD",
    options = {learning_rate = 0.01, momentum = 0.9, nesterov = true},
    batch_size = 16,
    batches = 10,
    x = {shape = {160, 16, 16, 3}, lcg = {seed = 7, scale = 1, offset = 0}},
    labels = {shape = {160}, dtype = "int32", lcg = {seed = 11, classes = 10}},
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
    losses = {shape = {50}, data = {
      2.5021472, 2.157141, 2.3302803, 2.412252, 2.2731273, 2.3564522, 2.2986887, 2.3569343,
      2.2734926, 2.2112722, 2.2510362, 2.1906004, 2.2875445, 2.3063636, 2.1736732, 2.357234,
      2.2126725, 2.4098966, 2.2754474, 2.2409081, 2.151507, 2.1354136, 2.2442899, 2.2669616,
      2.160995, 2.280347, 2.217101, 2.3387167, 2.2376478, 2.1765141, 2.1650496, 2.1209798,
      2.2245574, 2.2412157, 2.14883, 2.269839, 2.1777968, 2.3375425, 2.22683, 2.1731815, 2.1079438,
      2.0864985, 2.2056854, 2.2187257, 2.1196392, 2.2412753, 2.1544442, 2.2986264, 2.190116,
      2.1224232}},
    final = {
      {
        sum = 4.626229032524861,
        squares = 4.725426723522135,
        first = {shape = {5}, data = {0.20326827, -0.13563524, -0.19530283, -0.1013175, 0.24933967}}},
      {
        sum = -0.2450882918201387,
        squares = 0.012572304286826213,
        first = {shape = {5}, data = {-0.03365014, -0.0030512116, -0.042114045, -0.06856398, 0.015166489}}},
      {
        sum = -3.7119193596881814,
        squares = 6.530124862013457,
        first = {shape = {5}, data = {0.087511025, -0.077463895, -0.08706944, 0.11163435, 0.03163141}}},
      {
        sum = 0.05828346940688789,
        squares = 0.020965245366128107,
        first = {shape = {5}, data = {-0.048984732, -0.028914496, -0.043175966, 0.048870802, -0.01696247}}},
      {
        sum = -4.338966632327356,
        squares = 42.048129395677286,
        first = {shape = {5}, data = {0.20703462, -0.08176387, -0.1718818, 0.093253285, -0.08619621}}},
      {
        sum = 0.06296379468403757,
        squares = 0.06139965124125123,
        first = {shape = {5}, data = {-0.025035512, 0.06534015, -0.026077516, -0.0027809783, -0.054305296}}},
      {
        sum = 0.09748784825205803,
        squares = 28.41417017991431,
        first = {shape = {5}, data = {0.44386023, -0.14649196, -0.3320067, -0.08799327, -0.49534297}}},
      {
        sum = -0.022677945788018405,
        squares = 0.026109747321555143,
        first = {shape = {5}, data = {0.014468765, -0.04476098, 0.031261854, -0.032129683, -0.05404215}}}},
    rounding = 9.744479090301184e-08},
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
    optimizer = "RMSprop",
    options = {learning_rate = 0.001},
    batch_size = 16,
    batches = 10,
    x = {shape = {160, 16, 16, 3}, lcg = {seed = 7, scale = 1, offset = 0}},
    labels = {shape = {160}, dtype = "int32", lcg = {seed = 11, classes = 10}},
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
    losses = {shape = {50}, data = {
      2.5021472, 2.1324067, 2.3251188, 2.4028633, 2.2912703, 2.3553524, 2.3002608, 2.4132724,
      2.28597, 2.2231896, 2.2578483, 2.1200042, 2.244278, 2.324567, 2.214723, 2.3335466, 2.2506337,
      2.3940525, 2.2590475, 2.2114637, 2.223092, 2.1092985, 2.226417, 2.2983117, 2.1815863,
      2.3045578, 2.2245939, 2.380455, 2.2440357, 2.1963058, 2.1940806, 2.096998, 2.2083676,
      2.2758684, 2.1586914, 2.2846642, 2.1994014, 2.3654559, 2.22649, 2.1818497, 2.1738658,
      2.0810535, 2.1954398, 2.2552993, 2.1449313, 2.264049, 2.179884, 2.3522165, 2.2120667,
      2.1667912}},
    final = {
      {
        sum = 4.35567605344113,
        squares = 4.65351679384531,
        first = {shape = {5}, data = {0.17830342, -0.12581404, -0.18941313, -0.11962444, 0.23323637}}},
      {
        sum = -0.1552212182432413,
        squares = 0.009704262033864184,
        first = {shape = {5}, data = {-0.020175844, 0.024426607, -0.040995754, -0.05012059, 0.032660753}}},
      {
        sum = -0.948889942279493,
        squares = 6.306928829438045,
        first = {shape = {5}, data = {0.10262342, -0.06728452, -0.08525821, 0.116041735, 0.037325796}}},
      {
        sum = 0.18559493264183402,
        squares = 0.015354172789359896,
        first = {shape = {5}, data = {-0.0155570675, 0.026355507, -0.0453665, 0.04468738, -0.006488076}}},
      {
        sum = -4.241277274679305,
        squares = 42.09827355427545,
        first = {shape = {5}, data = {0.20904684, -0.07889549, -0.18670943, 0.093253285, -0.09009541}}},
      {
        sum = 0.18877531164616812,
        squares = 0.05942951746465458,
        first = {shape = {5}, data = {-0.014671073, 0.053907905, -0.03609447, 0.005759977, -0.047403444}}},
      {
        sum = -0.7351294062100351,
        squares = 28.465966657220562,
        first = {shape = {5}, data = {0.44885343, -0.1682731, -0.3254643, -0.08190816, -0.5048598}}},
      {
        sum = -0.011322022182866931,
        squares = 0.010237118158403747,
        first = {shape = {5}, data = {-0.003717345, 0.023122016, -0.022930244, -0.024361609, 0.024251368}}}},
    rounding = 1.3405788956699638e-07},
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
    batch_size = 16,
    batches = 10,
    x = {shape = {160, 16, 16, 3}, lcg = {seed = 7, scale = 1, offset = 0}},
    labels = {shape = {160}, dtype = "int32", lcg = {seed = 11, classes = 10}},
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
    losses = {shape = {50}, data = {
      2.5021472, 2.1635137, 2.3476315, 2.4576488, 2.2655172, 2.3849592, 2.3019135, 2.3632386,
      2.2858686, 2.2184196, 2.2639284, 2.1410718, 2.2507417, 2.3264563, 2.2516766, 2.3122578,
      2.2809207, 2.3316028, 2.2651224, 2.1989408, 2.2034695, 2.1329708, 2.2302673, 2.2974758,
      2.194277, 2.3111095, 2.2398329, 2.3539948, 2.254213, 2.198818, 2.1575167, 2.107286, 2.206964,
      2.2827897, 2.156096, 2.2883239, 2.216299, 2.3481078, 2.2449565, 2.1810853, 2.1457186,
      2.0927742, 2.1892471, 2.2698004, 2.143558, 2.259233, 2.1986332, 2.3276095, 2.231841, 2.1582394}},
    final = {
      {
        sum = 4.420321567260544,
        squares = 4.578269106849561,
        first = {shape = {5}, data = {0.17948969, -0.12835242, -0.19193333, -0.114373185, 0.23394978}}},
      {
        sum = -0.17845733277499676,
        squares = 0.011560651649292212,
        first = {shape = {5}, data = {-0.024364738, 0.024508204, -0.045377623, -0.060611457, 0.03168239}}},
      {
        sum = -0.41642345854779705,
        squares = 6.243670058682609,
        first = {shape = {5}, data = {0.09891054, -0.06537109, -0.084038906, 0.121167675, 0.03461364}}},
      {
        sum = 0.1952473926357925,
        squares = 0.016475549091562756,
        first = {shape = {5}, data = {-0.017240789, 0.029139183, -0.04422805, 0.048186388, -0.00548576}}},
      {
        sum = -4.86838077666107,
        squares = 41.9979734714762,
        first = {shape = {5}, data = {0.20512381, -0.076348156, -0.18285008, 0.093253285, -0.090563454}}},
      {
        sum = 0.18723779311403632,
        squares = 0.057536128315169924,
        first = {shape = {5}, data = {-0.010361313, 0.051827006, -0.03587193, 0.005759977, -0.05120724}}},
      {
        sum = -0.7146593313664198,
        squares = 28.282623021351668,
        first = {shape = {5}, data = {0.44746256, -0.15612532, -0.3310045, -0.0819779, -0.5067651}}},
      {
        sum = -0.006824114825576544,
        squares = 0.010598321871627757,
        first = {shape = {5}, data = {-0.005565259, 0.026340479, -0.022597477, -0.026320273, 0.023311289}}}},
    rounding = 2.7678071212733357e-07},
  {
    name = "mlp",
    input_shape = {20},
    layers = {
      {layer = "Dense", options = {units = 32, activation = "relu"}},
      {layer = "Dense", options = {units = 16, activation = "relu"}},
      {layer = "Dense", options = {units = 5, activation = "softmax"}}},
    loss = "sparse_categorical_crossentropy",
    optimizer = "Adam",
    options = {learning_rate = 0.001},
    batch_size = 16,
    batches = 10,
    x = {shape = {160, 20}, lcg = {seed = 7, scale = 1, offset = 0}},
    labels = {shape = {160}, dtype = "int32", lcg = {seed = 11, classes = 5}},
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
    losses = {shape = {50}, data = {
      1.7171965, 1.7079715, 1.6428087, 1.6453531, 1.6743557, 1.5741332, 1.7162921, 1.6595563,
      1.6374424, 1.6538899, 1.6553025, 1.6519513, 1.6046872, 1.6110588, 1.6375281, 1.5491866,
      1.6758461, 1.6375346, 1.6105297, 1.6275582, 1.6212416, 1.6146743, 1.5775056, 1.5901587,
      1.6097487, 1.5325792, 1.6431007, 1.6221986, 1.588243, 1.604222, 1.5943885, 1.5877192,
      1.5563253, 1.5768766, 1.5872468, 1.5181761, 1.6173394, 1.6094909, 1.5678341, 1.5853186,
      1.5703003, 1.5674454, 1.5405028, 1.565253, 1.5670023, 1.5030056, 1.5977081, 1.6000868,
      1.5495329, 1.5712848}},
    final = {
      {
        sum = 3.0763869339134544,
        squares = 12.730420181714486,
        first = {shape = {5}, data = {0.17219469, -0.1317813, -0.17320015, -0.11775623, 0.22963102}}},
      {
        sum = -0.44600568199530244,
        squares = 0.04568356749450087,
        first = {shape = {5}, data = {-0.017556151, 0.01003788, -0.07308364, -0.06026691, 0.017663144}}},
      {
        sum = -1.1791729380202014,
        squares = 10.97120333781292,
        first = {shape = {5}, data = {0.17304893, -0.14034975, -0.1982719, 0.22819117, 0.09033577}}},
      {
        sum = 0.13275540294125676,
        squares = 0.026603026407693204,
        first = {shape = {5}, data = {-0.0450885, 0.015224336, -0.075344674, 0.026914174, 0.009199378}}},
      {
        sum = 0.6625299585284665,
        squares = 7.527193516366078,
        first = {shape = {5}, data = {0.41073704, -0.16651078, -0.3173863, 0.1609407, -0.18296479}}},
      {
        sum = -0.07540745195001364,
        squares = 0.009793046156207876,
        first = {shape = {5}, data = {-0.039814137, 0.0566434, -0.00691053, -0.017056732, -0.068269454}}}},
    rounding = 3.9006102658944997e-07},
}
