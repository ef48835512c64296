-- Histories: fit without shuffling, 14 rows in batches of 5, 3 epochs. Data, targets and initial weights by
-- the rules of gen/histories.py; final and last: the first numbers of the first weight and of the last
-- trainable one. {class = name, ...}: an object with its options.
-- Written by gen/histories.py with Keras 3.15.1 on jax 0.10.2; see README.md. Do not edit.
return {
  keras = "3.15.1",
  backend = "jax 0.10.2",
  group = "histories_models",
  models = {
    linear = {
      {layer = "Dense", options = {units = 4, activation = "tanh"}},
      {layer = "Dense", options = {units = 2}}},
    sigmoid = {
      {layer = "Dense", options = {units = 4, activation = "tanh"}},
      {layer = "Dense", options = {units = 2, activation = "sigmoid"}}},
    softmax = {
      {layer = "Dense", options = {units = 4, activation = "tanh"}},
      {layer = "Dense", options = {units = 3, activation = "softmax"}}},
    logits = {
      {layer = "Dense", options = {units = 4, activation = "tanh"}},
      {layer = "Dense", options = {units = 3}}},
    softplus = {
      {layer = "Dense", options = {units = 4, activation = "tanh"}},
      {layer = "Dense", options = {units = 2, activation = "softplus"}}},
    unit = {
      {layer = "Dense", options = {units = 4, activation = "tanh"}},
      {layer = "Dense", options = {units = 3}},
      {layer = "UnitNormalization", options = {}}},
    frames = {
      {layer = "Dense", options = {units = 4, activation = "tanh"}},
      {layer = "Dense", options = {units = 18}},
      {layer = "Reshape", options = {target_shape = {6, 3}}}},
    pixels = {
      {layer = "Dense", options = {units = 4, activation = "tanh"}},
      {layer = "Dense", options = {units = 12}},
      {layer = "Reshape", options = {target_shape = {4, 3}}},
      {layer = "Softmax", options = {}}}},
  {
    name = "regularizer l1",
    model = "",
    y = "numbers",
    loss = "mse",
    optimizer = {class = "SGD", learning_rate = 0.1},
    layers = {
      {
        layer = "Dense",
        options = {units = 4, activation = "tanh", kernel_regularizer = "l1"}},
      {
        layer = "Dense",
        options = {units = 2, bias_regularizer = "l2", activity_regularizer = "l2"}}},
    history = {loss = {shape = {3}, data = {0.37829915, 0.3491967, 0.3297778}}},
    final = {shape = {6}, data = {0.3088776, -0.1560311, -0.27165562, -0.18500102, 0.44626257, 0.18511768}},
    last = {shape = {2}, data = {0.014984101, -0.021400258}}},
  {
    name = "regularizer l2",
    model = "",
    y = "numbers",
    loss = "mse",
    optimizer = {class = "SGD", learning_rate = 0.1},
    layers = {
      {
        layer = "Dense",
        options = {units = 4, activation = "tanh", kernel_regularizer = "l2"}},
      {
        layer = "Dense",
        options = {units = 2, bias_regularizer = "l2", activity_regularizer = "l2"}}},
    history = {loss = {shape = {3}, data = {0.3451224, 0.31821042, 0.300195}}},
    final = {shape = {6}, data = {
      0.31154075, -0.16100857, -0.27484983, -0.18988447, 0.44718507, 0.19052124}},
    last = {shape = {2}, data = {0.015168108, -0.02210997}}},
  {
    name = "regularizer L1 l1=0.05",
    model = "",
    y = "numbers",
    loss = "mse",
    optimizer = {class = "SGD", learning_rate = 0.1},
    layers = {
      {
        layer = "Dense",
        options = {
          units = 4,
          activation = "tanh",
          kernel_regularizer = {class_name = "L1", config = {l1 = 0.05}}}},
      {
        layer = "Dense",
        options = {units = 2, bias_regularizer = "l2", activity_regularizer = "l2"}}},
    history = {loss = {shape = {3}, data = {0.5695558, 0.5160904, 0.48074773}}},
    final = {shape = {6}, data = {
      0.2739109, -0.121363334, -0.23614116, -0.14978719, 0.40939555, 0.15024444}},
    last = {shape = {2}, data = {0.014242542, -0.0182412}}},
  {
    name = "regularizer L1L2 l1=0.02 l2=0.03",
    model = "",
    y = "numbers",
    loss = "mse",
    optimizer = {class = "SGD", learning_rate = 0.1},
    layers = {
      {
        layer = "Dense",
        options = {
          units = 4,
          activation = "tanh",
          kernel_regularizer = {class_name = "L1L2", config = {l1 = 0.02, l2 = 0.03}}}},
      {
        layer = "Dense",
        options = {units = 2, bias_regularizer = "l2", activity_regularizer = "l2"}}},
    history = {loss = {shape = {3}, data = {0.47192654, 0.43005207, 0.4013755}}},
    final = {shape = {6}, data = {0.28269723, -0.13706635, -0.24642833, -0.16511345, 0.41297948, 0.1670686}},
    last = {shape = {2}, data = {0.014882809, -0.020309739}}},
  {
    name = "regularizer OrthogonalRegularizer factor=0.1",
    model = "",
    y = "numbers",
    loss = "mse",
    optimizer = {class = "SGD", learning_rate = 0.1},
    layers = {
      {
        layer = "Dense",
        options = {
          units = 4,
          activation = "tanh",
          kernel_regularizer = {class_name = "OrthogonalRegularizer", config = {factor = 0.1}}}},
      {
        layer = "Dense",
        options = {units = 2, bias_regularizer = "l2", activity_regularizer = "l2"}}},
    history = {loss = {shape = {3}, data = {0.36942476, 0.3464121, 0.3304835}}},
    final = {shape = {6}, data = {0.2830737, -0.1899951, -0.29046693, -0.20398676, 0.45062307, 0.20289716}},
    last = {shape = {2}, data = {0.015358357, -0.023063585}}},
  {
    name = "regularizer OrthogonalRegularizer factor=0.1 mode=columns",
    model = "",
    y = "numbers",
    loss = "mse",
    optimizer = {class = "SGD", learning_rate = 0.1},
    layers = {
      {
        layer = "Dense",
        options = {
          units = 4,
          activation = "tanh",
          kernel_regularizer = {
            class_name = "OrthogonalRegularizer",
            config = {factor = 0.1, mode = "columns"}}}},
      {
        layer = "Dense",
        options = {units = 2, bias_regularizer = "l2", activity_regularizer = "l2"}}},
    history = {loss = {shape = {3}, data = {0.36017153, 0.3333595, 0.31487826}}},
    final = {shape = {6}, data = {0.32057112, -0.1647181, -0.27801865, -0.18736842, 0.44844413, 0.20577069}},
    last = {shape = {2}, data = {0.016224846, -0.022169797}}},
  {
    name = "constraint MaxNorm max_value=0.5",
    model = "",
    y = "numbers",
    loss = "mse",
    optimizer = {class = "SGD", learning_rate = 0.1},
    layers = {
      {
        layer = "Dense",
        options = {
          units = 4,
          activation = "tanh",
          kernel_constraint = {class_name = "MaxNorm", config = {max_value = 0.5}}}},
      {layer = "Dense", options = {units = 2, bias_constraint = "non_neg"}}},
    history = {loss = {shape = {3}, data = {0.31562924, 0.28735575, 0.2735805}}},
    final = {shape = {6}, data = {0.1888989, -0.17009225, -0.1770084, -0.17766055, 0.2896167, 0.1858397}},
    last = {shape = {2}, data = {0.0276614, 0.023563035}}},
  {
    name = "constraint MinMaxNorm min_value=0.7 max_value=0.9 rate=0.5",
    model = "",
    y = "numbers",
    loss = "mse",
    optimizer = {class = "SGD", learning_rate = 0.1},
    layers = {
      {
        layer = "Dense",
        options = {
          units = 4,
          activation = "tanh",
          kernel_constraint = {
            class_name = "MinMaxNorm",
            config = {min_value = 0.7, max_value = 0.9, rate = 0.5}}}},
      {layer = "Dense", options = {units = 2, bias_constraint = "non_neg"}}},
    history = {loss = {shape = {3}, data = {0.33353418, 0.32404235, 0.30817714}}},
    final = {shape = {6}, data = {0.31230235, -0.35689, -0.28369167, -0.268857, 0.46060693, 0.33163378}},
    last = {shape = {2}, data = {0.03120014, 0.023318036}}},
  {
    name = "constraint UnitNorm",
    model = "",
    y = "numbers",
    loss = "mse",
    optimizer = {class = "SGD", learning_rate = 0.1},
    layers = {
      {
        layer = "Dense",
        options = {
          units = 4,
          activation = "tanh",
          kernel_constraint = {class_name = "UnitNorm", config = {}}}},
      {layer = "Dense", options = {units = 2, bias_constraint = "non_neg"}}},
    history = {loss = {shape = {3}, data = {0.3563415, 0.36764273, 0.3421877}}},
    final = {shape = {6}, data = {0.41449106, -0.5403747, -0.42989048, -0.40421703, 0.6012609, 0.4608122}},
    last = {shape = {2}, data = {0.03527958, 0.023973623}}},
  {
    name = "constraint NonNeg",
    model = "",
    y = "numbers",
    loss = "mse",
    optimizer = {class = "SGD", learning_rate = 0.1},
    layers = {
      {
        layer = "Dense",
        options = {
          units = 4,
          activation = "tanh",
          kernel_constraint = {class_name = "NonNeg", config = {}}}},
      {layer = "Dense", options = {units = 2, bias_constraint = "non_neg"}}},
    history = {loss = {shape = {3}, data = {0.3032388, 0.24111547, 0.23253128}}},
    final = {shape = {6}, data = {0.32542166, 0.059415363, 0.055643722, 0.03462258, 0.45333582, 0.18740793}},
    last = {shape = {2}, data = {0.018809482, 0.023679337}}},
  {
    name = "constraint MaxNorm max_value=0.5 axis=1",
    model = "",
    y = "numbers",
    loss = "mse",
    optimizer = {class = "SGD", learning_rate = 0.1},
    layers = {
      {
        layer = "Dense",
        options = {
          units = 4,
          activation = "tanh",
          kernel_constraint = {class_name = "MaxNorm", config = {max_value = 0.5, axis = 1}}}},
      {layer = "Dense", options = {units = 2, bias_constraint = "non_neg"}}},
    history = {loss = {shape = {3}, data = {0.31909412, 0.28918552, 0.27528968}}},
    final = {shape = {6}, data = {0.26130748, -0.12935105, -0.2245372, -0.15606636, 0.3355781, 0.14401945}},
    last = {shape = {2}, data = {0.022648793, 0.024395896}}},
  {
    name = "batch normalization",
    model = "",
    y = "numbers",
    loss = "mse",
    optimizer = {class = "SGD", learning_rate = 0.1},
    layers = {
      {layer = "Dense", options = {units = 4}},
      {layer = "BatchNormalization", options = {momentum = 0.8}},
      {layer = "Activation", options = {activation = "tanh"}},
      {layer = "Dense", options = {units = 2}}},
    fit = {validation_split = 0.25},
    history = {
      loss = {shape = {3}, data = {0.26835737, 0.21217394, 0.18587303}},
      val_loss = {shape = {3}, data = {0.34703255, 0.37032247, 0.38974932}}},
    final = {shape = {6}, data = {0.35066497, -0.25375208, -0.34707722, -0.2714826, 0.45868385, 0.16209438}},
    last = {shape = {2}, data = {-0.024042666, -0.085848436}}},
  {
    name = "batch normalization, frozen",
    model = "",
    y = "numbers",
    loss = "mse",
    optimizer = {class = "SGD", learning_rate = 0.1},
    layers = {
      {layer = "Dense", options = {units = 4}},
      {layer = "BatchNormalization", options = {momentum = 0.8}},
      {layer = "Activation", options = {activation = "tanh"}},
      {layer = "Dense", options = {units = 2}}},
    frozen = 1,
    history = {loss = {shape = {3}, data = {0.28027353, 0.26212335, 0.24962889}}},
    final = {shape = {6}, data = {
      0.30405968, -0.25412652, -0.33592445, -0.28058434, 0.43237737, 0.18828225}},
    last = {shape = {2}, data = {0.001014442, -0.026633006}}},
  {
    name = "layer normalization",
    model = "",
    y = "numbers",
    loss = "mse",
    optimizer = {class = "Adam", learning_rate = 0.02},
    layers = {
      {layer = "Dense", options = {units = 4}},
      {layer = "LayerNormalization", options = {}},
      {layer = "Dense", options = {units = 2}}},
    history = {loss = {shape = {3}, data = {0.97941864, 0.54712635, 0.33742046}}},
    final = {shape = {6}, data = {0.41048613, -0.20787002, -0.36509547, -0.38883638, 0.39251035, 0.2993527}},
    last = {shape = {2}, data = {0.114543416, -0.1143259}}},
  {
    name = "first layer frozen",
    model = "linear",
    y = "numbers",
    loss = "mse",
    optimizer = {class = "Adam", learning_rate = 0.02},
    frozen = 0,
    history = {loss = {shape = {3}, data = {0.33069974, 0.30769068, 0.29200622}}},
    final = {shape = {6}, data = {0.3643353, -0.2575912, -0.35799283, -0.2517864, 0.46621, 0.17842877}},
    last = {shape = {2}, data = {0.045704573, -0.05760016}}},
  {
    name = "last layer frozen",
    model = "linear",
    y = "numbers",
    loss = "mse",
    optimizer = {class = "Adam", learning_rate = 0.02},
    frozen = 1,
    history = {loss = {shape = {3}, data = {0.3239998, 0.2839919, 0.25512987}}},
    final = {shape = {6}, data = {
      0.20136605, -0.10351013, -0.23180866, -0.11598582, 0.38453954, 0.24784376}},
    last = {shape = {4}, data = {0.10919853, -0.05844354, -0.114894696, -0.12786315}}},
  {
    name = "recurrent SimpleRNN",
    model = "",
    y = "numbers",
    loss = "mse",
    optimizer = {class = "Adam", learning_rate = 0.02},
    layers = {
      {layer = "SimpleRNN", options = {units = 3}},
      {layer = "Dense", options = {units = 2}}},
    input_shape = {4, 3},
    history = {loss = {shape = {3}, data = {0.2455356, 0.2229007, 0.2100685}}},
    final = {shape = {6}, data = {0.3625159, -0.22321756, -0.22756888, -0.20142391, 0.521431, 0.26069558}},
    last = {shape = {2}, data = {-0.011446992, -0.071495324}}},
  {
    name = "recurrent LSTM",
    model = "",
    y = "numbers",
    loss = "mse",
    optimizer = {class = "Adam", learning_rate = 0.02},
    layers = {{layer = "LSTM", options = {units = 3}}, {layer = "Dense", options = {units = 2}}},
    input_shape = {4, 3},
    history = {loss = {shape = {3}, data = {0.23189104, 0.22004716, 0.21281508}}},
    final = {shape = {6}, data = {0.37975353, -0.43031186, -0.2942838, -0.288953, 0.52028817, 0.11461141}},
    last = {shape = {2}, data = {-0.017824823, -0.09033747}}},
  {
    name = "recurrent GRU",
    model = "",
    y = "numbers",
    loss = "mse",
    optimizer = {class = "Adam", learning_rate = 0.02},
    layers = {{layer = "GRU", options = {units = 3}}, {layer = "Dense", options = {units = 2}}},
    input_shape = {4, 3},
    history = {loss = {shape = {3}, data = {0.22997896, 0.21298715, 0.2051852}}},
    final = {shape = {6}, data = {0.38448912, -0.11267007, -0.32465902, -0.268351, 0.4059158, 0.22607079}},
    last = {shape = {2}, data = {0.050405003, -0.05554801}}},
  {
    name = "recurrent LSTM backwards",
    model = "",
    y = "numbers",
    loss = "mse",
    optimizer = {class = "Adam", learning_rate = 0.02},
    layers = {
      {layer = "LSTM", options = {units = 3, go_backwards = true}},
      {layer = "Dense", options = {units = 2}}},
    input_shape = {4, 3},
    history = {loss = {shape = {3}, data = {0.23089173, 0.21781948, 0.20893541}}},
    final = {shape = {6}, data = {
      0.48385498, -0.2439845, -0.25582156, -0.33955443, 0.45236602, 0.076535344}},
    last = {shape = {2}, data = {-0.007891748, -0.09274659}}},
  {
    name = "masked LSTM",
    model = "",
    y = "numbers",
    loss = "mse",
    optimizer = {class = "Adam", learning_rate = 0.02},
    layers = {
      {layer = "Embedding", options = {input_dim = 6, output_dim = 3, mask_zero = true}},
      {layer = "LSTM", options = {units = 3}},
      {layer = "Dense", options = {units = 2}}},
    input_shape = {4},
    x = 6,
    history = {loss = {shape = {3}, data = {0.2417425, 0.22922239, 0.223668}}},
    final = {shape = {6}, data = {0.3643353, -0.2575912, -0.35799283, -0.41068912, 0.4160274, 0.0935151}},
    last = {shape = {2}, data = {-0.03732156, -0.052513957}}},
  {
    name = "masked GRU",
    model = "",
    y = "numbers",
    loss = "mse",
    optimizer = {class = "Adam", learning_rate = 0.02},
    layers = {
      {layer = "Embedding", options = {input_dim = 6, output_dim = 3, mask_zero = true}},
      {layer = "GRU", options = {units = 3}},
      {layer = "Dense", options = {units = 2}}},
    input_shape = {4},
    x = 6,
    history = {loss = {shape = {3}, data = {0.23981972, 0.22067606, 0.21605563}}},
    final = {shape = {6}, data = {0.3643353, -0.2575912, -0.35799283, -0.34464487, 0.54124856, 0.32176572}},
    last = {shape = {2}, data = {-0.08823545, -0.018316565}}},
  {
    name = "masked SimpleRNN",
    model = "",
    y = "numbers",
    loss = "mse",
    optimizer = {class = "Adam", learning_rate = 0.02},
    layers = {
      {layer = "Embedding", options = {input_dim = 6, output_dim = 3, mask_zero = true}},
      {layer = "SimpleRNN", options = {units = 3}},
      {layer = "Dense", options = {units = 2}}},
    input_shape = {4},
    x = 6,
    history = {loss = {shape = {3}, data = {0.23868766, 0.21222022, 0.19987045}}},
    final = {shape = {6}, data = {0.3643353, -0.2575912, -0.35799283, -0.4060458, 0.4488389, 0.014643953}},
    last = {shape = {2}, data = {0.016884504, -0.06342713}}},
  {
    name = "masked steps",
    model = "",
    y = "labels",
    loss = "sparse_categorical_crossentropy",
    optimizer = {class = "Adam", learning_rate = 0.02},
    metrics = {"accuracy"},
    layers = {
      {layer = "Embedding", options = {input_dim = 6, output_dim = 3, mask_zero = true}},
      {layer = "LSTM", options = {units = 3, return_sequences = true}},
      {layer = "Dense", options = {units = 2, activation = "softmax"}}},
    input_shape = {4},
    x = 6,
    history = {
      accuracy = {shape = {3}, data = {0.53571427, 0.51785713, 0.51785713}},
      loss = {shape = {3}, data = {0.69152826, 0.6860172, 0.68386215}}},
    final = {shape = {6}, data = {0.3643353, -0.2575912, -0.35799283, -0.19650258, 0.5143854, 0.23870602}},
    last = {shape = {2}, data = {-0.108225174, 0.14310046}}},
  {
    name = "masked steps, one-hot",
    model = "",
    y = "one_hot",
    loss = "categorical_crossentropy",
    optimizer = {class = "SGD", learning_rate = 0.1},
    metrics = {"accuracy", "mse"},
    layers = {
      {layer = "Embedding", options = {input_dim = 6, output_dim = 3, mask_zero = true}},
      {layer = "LSTM", options = {units = 3, return_sequences = true}},
      {layer = "Dense", options = {units = 2, activation = "softmax"}}},
    input_shape = {4},
    x = 6,
    history = {
      accuracy = {shape = {3}, data = {0.53571427, 0.51785713, 0.51785713}},
      loss = {shape = {3}, data = {0.69242615, 0.6905174, 0.6891233}},
      mse = {shape = {3}, data = {0.2497249, 0.24962057, 0.24964705}}},
    final = {shape = {6}, data = {0.3643353, -0.2575912, -0.35799283, -0.25162786, 0.46681064, 0.17917764}},
    last = {shape = {2}, data = {-0.052360583, 0.08723584}}},
  {
    name = "table without mask",
    model = "",
    y = "numbers",
    loss = "mse",
    optimizer = {class = "SGD", learning_rate = 0.1},
    layers = {
      {layer = "Embedding", options = {input_dim = 6, output_dim = 3}},
      {layer = "GlobalAveragePooling1D", options = {}},
      {layer = "Dense", options = {units = 2}}},
    input_shape = {4},
    x = 6,
    history = {loss = {shape = {3}, data = {0.19492714, 0.1931537, 0.19157887}}},
    final = {shape = {6}, data = {
      0.36930183, -0.26503804, -0.36134726, -0.25605375, 0.49121934, 0.17363577}},
    last = {shape = {2}, data = {0.028093234, -0.024291467}}},
  {
    name = "convolution",
    model = "",
    y = "labels",
    loss = "sparse_categorical_crossentropy",
    optimizer = {class = "SGD", learning_rate = 0.1},
    metrics = {"accuracy"},
    layers = {
      {layer = "Conv1D", options = {filters = 3, kernel_size = 3, activation = "relu"}},
      {layer = "GlobalAveragePooling1D", options = {}},
      {layer = "Dense", options = {units = 3, activation = "softmax"}}},
    input_shape = {6, 2},
    history = {
      accuracy = {shape = {3}, data = {0.2857143, 0.35714287, 0.5}},
      loss = {shape = {3}, data = {1.1047425, 1.0835165, 1.066448}}},
    final = {shape = {6}, data = {0.34512162, -0.25301445, -0.3646871, -0.23880364, 0.45932555, 0.18537429}},
    last = {shape = {3}, data = {-0.17214522, 0.10047835, 0.054619066}}},
  {
    name = "class weights",
    model = "softmax",
    y = "labels",
    loss = "sparse_categorical_crossentropy",
    optimizer = {class = "SGD", learning_rate = 0.1},
    metrics = {"accuracy"},
    weighted_metrics = {"accuracy"},
    fit = {class_weight = {1, 3, 0.5}},
    history = {
      accuracy = {shape = {3}, data = {0.35714287, 0.42857143, 0.42857143}},
      loss = {shape = {3}, data = {1.6856135, 1.4372063, 1.2836748}},
      weighted_accuracy = {shape = {3}, data = {0.5652174, 0.7826087, 0.7826087}}},
    final = {shape = {6}, data = {0.3906285, -0.19743316, -0.42057952, -0.34492725, 0.42214823, 0.12603413}},
    last = {shape = {3}, data = {-0.2763802, 0.5068945, -0.24756211}}},
  {
    name = "sample weights, validation",
    model = "linear",
    y = "numbers",
    loss = "mse",
    optimizer = {class = "Adam", learning_rate = 0.02},
    metrics = {"mae"},
    weighted_metrics = {"mae"},
    fit = {validation_split = 0.25},
    weights = true,
    history = {
      loss = {shape = {3}, data = {0.20015912, 0.16935195, 0.15081303}},
      mae = {shape = {3}, data = {0.40063953, 0.3872908, 0.3849267}},
      val_loss = {shape = {3}, data = {0.4466789, 0.47639337, 0.4984275}},
      val_mae = {shape = {3}, data = {0.48900604, 0.51011586, 0.52501863}},
      val_weighted_mae = {shape = {3}, data = {0.5001575, 0.5365811, 0.5615811}},
      weighted_mae = {shape = {3}, data = {0.31376788, 0.30822596, 0.31356496}}},
    final = {shape = {6}, data = {0.2562152, -0.14651875, -0.31497502, -0.17834061, 0.3659676, 0.21365607}},
    last = {shape = {2}, data = {0.03667226, -0.053339247}}},
}
