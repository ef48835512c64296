-- Functional models: names of the layers in model.layers, paths and shapes of the weights, predictions for the
-- first three of 20 rows before and after three epochs in batches of 8, histories, evaluate. Weight i is
-- 0.5 (k / 2^23 - 1), k from golden.lcg(1000 + i), or 0.5 + its absolute value if it is a gamma or a variance.
-- summaries: kinds of summary, in summary_<name><kind>.txt. partial: the history holds the losses only.
-- Written by gen/functional.py with Keras 3.15.1 on jax 0.10.2; see README.md. Do not edit.
return {
  keras = "3.15.1",
  backend = "jax 0.10.2",
  group = "functional",
  {
    name = "toy_resnet",
    model = "toy_resnet",
    layers = {
      "img",
      "conv2d",
      "max_pooling2d",
      "conv2d_1",
      "conv2d_2",
      "add",
      "global_average_pooling2d",
      "dense",
      "dense_1"},
    paths = {
      "conv2d/kernel",
      "conv2d/bias",
      "conv2d_1/kernel",
      "conv2d_1/bias",
      "conv2d_2/kernel",
      "conv2d_2/bias",
      "dense/kernel",
      "dense/bias",
      "dense_1/kernel",
      "dense_1/bias"},
    shapes = {{3, 3, 3, 4}, {4}, {3, 3, 4, 4}, {4}, {3, 3, 4, 4}, {4}, {4, 6}, {6}, {6, 3}, {3}},
    output_names = {"dense_1"},
    summaries = {""},
    partial = false,
    predict = {
      {shape = {3, 3}, data = {
        -0.06565234, 0.46965194, -0.2675825, 0.0025177393, 0.43046, -0.33989924, -0.024877705,
        0.4329509, -0.30892038}}},
    history = {
      acc = {shape = {3}, dtype = "float64", data = {0.25, 0.25, 0.30000001192092896}},
      loss = {shape = {3}, dtype = "float64", data = {
        1.1792347431182861, 1.1450530290603638, 1.1215384006500244}}},
    evaluate = {shape = {2}, dtype = "float64", data = {1.1114343404769897, 0.4000000059604645}},
    after = {
      {shape = {3, 3}, data = {
        0.2537054, 0.32743242, -0.41225916, 0.20013247, 0.33232823, -0.37391666, 0.17269678,
        0.33483547, -0.35428077}}}},
  {
    name = "autoencoder",
    model = "autoencoder",
    layers = {"img", "encoder", "decoder"},
    paths = {
      "dense/kernel",
      "dense/bias",
      "dense_1/kernel",
      "dense_1/bias",
      "dense_2/kernel",
      "dense_2/bias",
      "dense_3/kernel",
      "dense_3/bias"},
    shapes = {{6, 5}, {5}, {5, 2}, {2}, {2, 5}, {5}, {5, 6}, {6}},
    output_names = {"decoder"},
    summaries = {"", "_nested", "_all"},
    partial = false,
    predict = {
      {shape = {3, 6}, data = {
        -0.14392814, 0.390218, -0.04699275, -0.15266909, 0.27709943, -0.38352, -0.26718163,
        0.12784794, 0.032366544, 0.020183802, 0.45196128, -0.51818645, -0.16183391, 0.28072634,
        -0.04424128, -0.077996865, 0.31138024, -0.42727676}}},
    history = {
      loss = {shape = {3}, dtype = "float64", data = {
        0.38927096128463745, 0.3806433081626892, 0.37521594762802124}},
      mae = {shape = {3}, dtype = "float64", data = {
        0.536639392375946, 0.5304111242294312, 0.5265804529190063}}},
    evaluate = {shape = {2}, dtype = "float64", data = {0.3714006245136261, 0.5236495733261108}},
    after = {
      {shape = {3, 6}, data = {
        -0.10578878, 0.34783462, -0.038283706, -0.13304287, 0.23499721, -0.35084504, -0.24313495,
        0.07970655, 0.059809685, 0.04152198, 0.40471512, -0.4808016, -0.12532368, 0.2516324,
        -0.030083388, -0.06812793, 0.26206166, -0.38773915}}}},
  {
    name = "ensemble",
    model = "functional_3",
    layers = {"input_layer_3", "functional", "functional_1", "functional_2", "average"},
    paths = {
      "dense/kernel",
      "dense/bias",
      "dense_1/kernel",
      "dense_1/bias",
      "dense_2/kernel",
      "dense_2/bias"},
    shapes = {{5, 1}, {1}, {5, 1}, {1}, {5, 1}, {1}},
    output_names = {"average"},
    summaries = {"", "_nested"},
    partial = false,
    predict = {{shape = {3, 1}, data = {-0.53192794, 0.13888003, -0.32751977}}},
    history = {
      loss = {shape = {3}, dtype = "float64", data = {
        0.5063518285751343, 0.495170533657074, 0.48443689942359924}}},
    evaluate = {shape = {1}, dtype = "float64", data = {0.4762880206108093}},
    after = {{shape = {3, 1}, data = {-0.48782855, 0.14874825, -0.32457697}}}},
  {
    name = "tickets_list",
    model = "functional",
    layers = {
      "title",
      "body",
      "embedding",
      "embedding_1",
      "global_average_pooling1d",
      "global_max_pooling1d",
      "tags",
      "concatenate",
      "priority",
      "department"},
    paths = {
      "embedding/embeddings",
      "embedding_1/embeddings",
      "priority/kernel",
      "priority/bias",
      "department/kernel",
      "department/bias"},
    shapes = {{10, 4}, {10, 4}, {11, 1}, {1}, {11, 4}, {4}},
    output_names = {"priority", "department"},
    summaries = {""},
    partial = false,
    predict = {
      {shape = {3, 1}, data = {-0.47424576, -0.37142983, 0.17889318}},
      {shape = {3, 4}, data = {
        0.5995577, 0.7306097, 0.4705342, 0.033476293, -0.15435745, 0.86865026, 0.642562,
        -0.62813056, 0.47142845, 0.39021325, -0.21345143, 0.4654116}}},
    history = {
      department_accuracy = {shape = {3}, dtype = "float64", data = {
        0.3499999940395355, 0.3499999940395355, 0.3499999940395355}},
      department_loss = {shape = {3}, dtype = "float64", data = {
        1.3607418537139893, 1.353324055671692, 1.348925232887268}},
      department_mae = {shape = {3}, dtype = "float64", data = {
        0.47055864334106445, 0.4672725796699524, 0.4649654030799866}},
      loss = {shape = {3}, dtype = "float64", data = {
        0.9412078857421875, 0.93391352891922, 0.929153561592102}},
      priority_accuracy = {shape = {3}, dtype = "float64", data = {0.75, 0.75, 0.75}},
      priority_loss = {shape = {3}, dtype = "float64", data = {
        0.6690593957901001, 0.6632486581802368, 0.6593684554100037}}},
    evaluate = {shape = {6}, dtype = "float64", data = {
      0.9254501461982727, 0.6565053462982178, 1.3447240591049194, 0.3499999940395355,
      0.462559312582016, 0.75}},
    after = {
      {shape = {3, 1}, data = {-0.5271331, -0.44240355, 0.11443177}},
      {shape = {3, 4}, data = {
        0.64624566, 0.69578713, 0.4517797, 0.037231423, -0.113934316, 0.842096, 0.61800766,
        -0.6239507, 0.47661293, 0.37990773, -0.22571474, 0.47459576}}}},
  {
    name = "tickets_named",
    model = "functional",
    layers = {
      "title",
      "body",
      "embedding",
      "embedding_1",
      "global_average_pooling1d",
      "global_max_pooling1d",
      "tags",
      "concatenate",
      "priority",
      "department"},
    paths = {
      "embedding/embeddings",
      "embedding_1/embeddings",
      "priority/kernel",
      "priority/bias",
      "department/kernel",
      "department/bias"},
    shapes = {{10, 4}, {10, 4}, {11, 1}, {1}, {11, 4}, {4}},
    output_names = {"priority", "department"},
    partial = false,
    predict = {
      {shape = {3, 1}, data = {-0.47424576, -0.37142983, 0.17889318}},
      {shape = {3, 4}, data = {
        0.5995577, 0.7306097, 0.4705342, 0.033476293, -0.15435745, 0.86865026, 0.642562,
        -0.62813056, 0.47142845, 0.39021325, -0.21345143, 0.4654116}}},
    history = {
      department_acc = {shape = {3}, dtype = "float64", data = {
        0.3499999940395355, 0.3499999940395355, 0.3499999940395355}},
      department_loss = {shape = {3}, dtype = "float64", data = {
        1.3607418537139893, 1.353324055671692, 1.348925232887268}},
      department_mse = {shape = {3}, dtype = "float64", data = {
        0.3090938925743103, 0.30372604727745056, 0.30001527070999146}},
      department_weighted_mse = {shape = {3}, dtype = "float64", data = {
        0.3090938925743103, 0.30372604727745056, 0.30001527070999146}},
      loss = {shape = {3}, dtype = "float64", data = {
        0.9412078857421875, 0.93391352891922, 0.929153561592102}},
      priority_loss = {shape = {3}, dtype = "float64", data = {
        0.6690593957901001, 0.6632486581802368, 0.6593684554100037}},
      priority_mae = {shape = {3}, dtype = "float64", data = {
        0.47869712114334106, 0.4869433045387268, 0.492887020111084}}},
    evaluate = {shape = {7}, dtype = "float64", data = {
      0.9254501461982727, 0.6565053462982178, 1.3447240591049194, 0.3499999940395355,
      0.29635366797447205, 0.29635366797447205, 0.4970479905605316}},
    after = {
      {shape = {3, 1}, data = {-0.5271331, -0.44240355, 0.11443177}},
      {shape = {3, 4}, data = {
        0.64624566, 0.69578713, 0.4517797, 0.037231423, -0.113934316, 0.842096, 0.61800766,
        -0.6239507, 0.47661293, 0.37990773, -0.22571474, 0.47459576}}}},
  {
    name = "tickets_weighted",
    model = "functional",
    layers = {
      "title",
      "body",
      "embedding",
      "embedding_1",
      "global_average_pooling1d",
      "global_max_pooling1d",
      "tags",
      "concatenate",
      "priority",
      "department"},
    paths = {
      "embedding/embeddings",
      "embedding_1/embeddings",
      "priority/kernel",
      "priority/bias",
      "department/kernel",
      "department/bias"},
    shapes = {{10, 4}, {10, 4}, {11, 1}, {1}, {11, 4}, {4}},
    output_names = {"priority", "department"},
    partial = false,
    predict = {
      {shape = {3, 1}, data = {-0.47424576, -0.37142983, 0.17889318}},
      {shape = {3, 4}, data = {
        0.5995577, 0.7306097, 0.4705342, 0.033476293, -0.15435745, 0.86865026, 0.642562,
        -0.62813056, 0.47142845, 0.39021325, -0.21345143, 0.4654116}}},
    history = {
      department_loss = {shape = {3}, dtype = "float64", data = {
        0.2778175175189972, 0.2682870030403137, 0.26235562562942505}},
      department_mse = {shape = {3}, dtype = "float64", data = {
        0.3038581609725952, 0.2947126030921936, 0.2887019217014313}},
      loss = {shape = {3}, dtype = "float64", data = {
        0.5637224912643433, 0.5363433957099915, 0.5196734666824341}},
      priority_loss = {shape = {3}, dtype = "float64", data = {
        0.28590503334999084, 0.26805636286735535, 0.25731778144836426}},
      priority_mae = {shape = {3}, dtype = "float64", data = {
        0.47220301628112793, 0.45860910415649414, 0.45023155212402344}},
      priority_weighted_mae = {shape = {3}, dtype = "float64", data = {
        0.4246539771556854, 0.40991902351379395, 0.4007892608642578}}},
    evaluate = {shape = {6}, dtype = "float64", data = {
      0.5082664489746094, 0.25026997923851013, 0.25799646973609924, 0.2842620015144348,
      0.444054514169693, 0.39403918385505676}},
    after = {
      {shape = {3, 1}, data = {-0.37458754, -0.29231733, 0.2346512}},
      {shape = {3, 4}, data = {
        0.5835653, 0.67969644, 0.47054502, 0.109001845, -0.1609258, 0.82727754, 0.6269995,
        -0.5444693, 0.4436869, 0.35768628, -0.19894612, 0.5227467}}}},
  {
    name = "tickets_one_loss",
    model = "functional",
    layers = {
      "title",
      "body",
      "embedding",
      "embedding_1",
      "global_average_pooling1d",
      "global_max_pooling1d",
      "tags",
      "concatenate",
      "priority",
      "department"},
    paths = {
      "embedding/embeddings",
      "embedding_1/embeddings",
      "priority/kernel",
      "priority/bias",
      "department/kernel",
      "department/bias"},
    shapes = {{10, 4}, {10, 4}, {11, 1}, {1}, {11, 4}, {4}},
    output_names = {"priority", "department"},
    partial = false,
    predict = {
      {shape = {3, 1}, data = {-0.47424576, -0.37142983, 0.17889318}},
      {shape = {3, 4}, data = {
        0.5995577, 0.7306097, 0.4705342, 0.033476293, -0.15435745, 0.86865026, 0.642562,
        -0.62813056, 0.47142845, 0.39021325, -0.21345143, 0.4654116}}},
    history = {
      loss = {shape = {3}, dtype = "float64", data = {
        0.301724910736084, 0.2898455560207367, 0.282879501581192}}},
    evaluate = {shape = {1}, dtype = "float64", data = {0.27786827087402344}},
    after = {
      {shape = {3, 1}, data = {-0.4660663, -0.36022037, 0.1786904}},
      {shape = {3, 4}, data = {
        0.6277241, 0.6420177, 0.45095223, 0.10119626, -0.11867426, 0.7961105, 0.62604004,
        -0.54449916, 0.4786057, 0.34001154, -0.19447213, 0.51347613}}}},
  {
    name = "shared",
    model = "functional",
    layers = {"a", "b", "embedding", "flatten", "flatten_1", "both", "dense"},
    paths = {"embedding/embeddings", "both/kernel", "both/bias", "dense/kernel", "dense/bias"},
    shapes = {{12, 3}, {12, 4}, {4}, {4, 1}, {1}},
    output_names = {"dense"},
    summaries = {""},
    partial = false,
    predict = {{shape = {3, 1}, data = {0.59397525, 0.5641922, 0.63961166}}},
    history = {
      accuracy = {shape = {3}, dtype = "float64", data = {
        0.4000000059604645, 0.4000000059604645, 0.4000000059604645}},
      loss = {shape = {3}, dtype = "float64", data = {
        0.77335524559021, 0.7704188227653503, 0.7678095698356628}}},
    evaluate = {shape = {2}, dtype = "float64", data = {0.7660912275314331, 0.4000000059604645}},
    after = {{shape = {3, 1}, data = {0.58969414, 0.5601176, 0.6333776}}}},
  {
    name = "masked",
    model = "functional",
    layers = {"ids", "embedding", "dense", "global_average_pooling1d", "steps", "whole"},
    paths = {
      "embedding/embeddings",
      "dense/kernel",
      "dense/bias",
      "steps/kernel",
      "steps/bias",
      "whole/kernel",
      "whole/bias"},
    shapes = {{6, 4}, {4, 3}, {3}, {3, 2}, {2}, {3, 1}, {1}},
    output_names = {"steps", "whole"},
    partial = true,
    predict = {
      {shape = {3, 5, 2}, data = {
        0.6302524, 0.3697476, 0.6302524, 0.3697476, 0.6302524, 0.3697476, 0.6302524, 0.3697476,
        0.61026037, 0.38973963, 0.6263806, 0.37361938, 0.6302524, 0.3697476, 0.6302524, 0.3697476,
        0.6302524, 0.3697476, 0.61026037, 0.38973963, 0.63162214, 0.36837786, 0.6582433, 0.34175664,
        0.63162214, 0.36837786, 0.63162214, 0.36837786, 0.6582433, 0.34175664}},
      {shape = {3, 1}, data = {0.61362743, 0.5770196, 0.28634518}}},
    history = {
      loss = {shape = {3}, dtype = "float64", data = {
        1.3935834169387817, 1.3398115634918213, 1.294750452041626}},
      steps_loss = {shape = {3}, dtype = "float64", data = {
        0.6409341096878052, 0.6409756541252136, 0.6410130858421326}},
      whole_loss = {shape = {3}, dtype = "float64", data = {
        0.7526492476463318, 0.6988359093666077, 0.6537371873855591}}},
    evaluate = {shape = {6}, dtype = "float64", data = {
      1.2647454738616943, 0.6409348845481873, 0.6238106489181519, 0.604938268661499,
      0.6588838696479797, 0.7083056569099426}},
    after = {
      {shape = {3, 5, 2}, data = {
        0.63241035, 0.36758962, 0.63241035, 0.36758962, 0.63241035, 0.36758962, 0.63241035,
        0.36758962, 0.61265093, 0.3873491, 0.6288995, 0.37110052, 0.63241035, 0.36758962,
        0.63241035, 0.36758962, 0.63241035, 0.36758962, 0.61265093, 0.3873491, 0.6337606,
        0.36623943, 0.65967125, 0.3403287, 0.6337606, 0.36623943, 0.6337606, 0.36623943, 0.65967125,
        0.3403287}},
      {shape = {3, 1}, data = {0.4889257, 0.45077756, 0.15148012}}}},
  {
    name = "crossed",
    model = "functional",
    layers = {"b", "db1", "a", "db2", "da", "sum", "o"},
    paths = {
      "db1/kernel",
      "db1/bias",
      "db2/kernel",
      "db2/bias",
      "da/kernel",
      "da/bias",
      "o/kernel",
      "o/bias"},
    shapes = {{2, 2}, {2}, {2, 2}, {2}, {2, 2}, {2}, {2, 1}, {1}},
    output_names = {"o"},
    summaries = {"", "_trainable"},
    partial = false,
    predict = {{shape = {3, 1}, data = {-0.1747414, -1.0070639, 0.1846971}}},
    history = {
      loss = {shape = {3}, dtype = "float64", data = {
        0.9771409034729004, 0.7259253859519958, 0.5906163454055786}}},
    evaluate = {shape = {1}, dtype = "float64", data = {0.520248532295227}},
    after = {{shape = {3, 1}, data = {0.11297192, -0.40746734, 0.26915133}}}},
  {
    name = "frozen",
    model = "functional",
    layers = {"input_layer_1", "base", "dense_1"},
    paths = {
      "dense/kernel",
      "dense/bias",
      "batch_normalization/gamma",
      "batch_normalization/beta",
      "batch_normalization/moving_mean",
      "batch_normalization/moving_variance",
      "dense_1/kernel",
      "dense_1/bias"},
    shapes = {{4, 3}, {3}, {3}, {3}, {3}, {3}, {3, 1}, {1}},
    output_names = {"dense_1"},
    summaries = {"", "_all"},
    partial = false,
    predict = {{shape = {3, 1}, data = {-0.17903319, -0.40643963, -0.15297718}}},
    history = {
      loss = {shape = {3}, dtype = "float64", data = {
        0.676445722579956, 0.6299036145210266, 0.5945581793785095}}},
    evaluate = {shape = {1}, dtype = "float64", data = {0.5735574960708618}},
    after = {{shape = {3, 1}, data = {-0.056224745, -0.2578932, -0.036348518}}}},
}
