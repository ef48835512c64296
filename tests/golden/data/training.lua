-- Histories of fit (or of train_on_batch, three times, each batch by itself) with shuffle = false, and
-- evaluate after it in batches of 8, with the weights. A model of that name is built by the test. Rows of x of the
-- sequence: the last i mod 3 steps of row i are zeros. class_weight's keys are labels.
-- A tensor with `lcg` is offset + scale (k / 2^23 - 1), k from golden.lcg(seed).
-- Written by gen/training.py with Keras 3.15.1 on jax 0.10.2; see README.md. Do not edit.
return {
  keras = "3.15.1",
  backend = "jax 0.10.2",
  group = "training",
  {
    name = "dense",
    tag = "last batch",
    compiled = {loss = "sparse_categorical_crossentropy", metrics = {"accuracy"}},
    options = {batch_size = 8, epochs = 3},
    x = {shape = {26, 3}, lcg = {seed = 7, scale = 1, offset = 0}},
    y = {shape = {26}, dtype = "int32", lcg = {seed = 11, classes = 4}},
    validation = false,
    on_batch = false,
    initial = {
      {shape = {3, 6}, lcg = {seed = 1000, scale = 0.5, offset = 0}},
      {shape = {6}, lcg = {seed = 1001, scale = 0.0625, offset = 0}},
      {shape = {6, 4}, lcg = {seed = 1002, scale = 0.5, offset = 0}},
      {shape = {4}, lcg = {seed = 1003, scale = 0.0625, offset = 0}}},
    history = {
      accuracy = {shape = {3}, dtype = "float64", data = {
        0.23076923191547394, 0.3076923191547394, 0.3461538553237915}},
      loss = {shape = {3}, dtype = "float64", data = {
        1.383055329322815, 1.3606454133987427, 1.348433256149292}}},
    evaluate = {accuracy = 0.42307692766189575, loss = 1.3343297243118286}},
  {
    name = "dense",
    tag = "weights",
    compiled = {
      loss = "sparse_categorical_crossentropy",
      metrics = {"accuracy"},
      weighted_metrics = {"accuracy", "sparse_categorical_crossentropy"}},
    options = {batch_size = 8, epochs = 3},
    x = {shape = {26, 3}, lcg = {seed = 7, scale = 1, offset = 0}},
    y = {shape = {26}, dtype = "int32", lcg = {seed = 11, classes = 4}},
    sample_weight = {shape = {26}, lcg = {seed = 17, scale = 1, offset = 1}},
    validation = false,
    on_batch = false,
    initial = {
      {shape = {3, 6}, lcg = {seed = 1000, scale = 0.5, offset = 0}},
      {shape = {6}, lcg = {seed = 1001, scale = 0.0625, offset = 0}},
      {shape = {6, 4}, lcg = {seed = 1002, scale = 0.5, offset = 0}},
      {shape = {4}, lcg = {seed = 1003, scale = 0.0625, offset = 0}}},
    history = {
      accuracy = {shape = {3}, dtype = "float64", data = {
        0.23076923191547394, 0.26923078298568726, 0.3076923191547394}},
      loss = {shape = {3}, dtype = "float64", data = {
        1.2797138690948486, 1.2555673122406006, 1.2362793684005737}},
      sparse_categorical_crossentropy = {shape = {3}, dtype = "float64", data = {
        1.3884638547897339, 1.3622652292251587, 1.3413382768630981}},
      weighted_accuracy = {shape = {3}, dtype = "float64", data = {
        0.19680096209049225, 0.28925415873527527, 0.41448545455932617}}},
    evaluate = {
      accuracy = 0.3461538553237915,
      loss = 1.2176604270935059,
      sparse_categorical_crossentropy = 1.3211370706558228,
      weighted_accuracy = 0.4497007131576538}},
  {
    name = "dense",
    tag = "weights in a column",
    compiled = {
      loss = "sparse_categorical_crossentropy",
      metrics = {"accuracy"},
      weighted_metrics = {"accuracy", "sparse_categorical_crossentropy"}},
    options = {batch_size = 8, epochs = 3},
    x = {shape = {26, 3}, lcg = {seed = 7, scale = 1, offset = 0}},
    y = {shape = {26}, dtype = "int32", lcg = {seed = 11, classes = 4}},
    sample_weight = {shape = {26, 1}, lcg = {seed = 17, scale = 1, offset = 1}},
    validation = false,
    on_batch = false,
    initial = {
      {shape = {3, 6}, lcg = {seed = 1000, scale = 0.5, offset = 0}},
      {shape = {6}, lcg = {seed = 1001, scale = 0.0625, offset = 0}},
      {shape = {6, 4}, lcg = {seed = 1002, scale = 0.5, offset = 0}},
      {shape = {4}, lcg = {seed = 1003, scale = 0.0625, offset = 0}}},
    history = {
      accuracy = {shape = {3}, dtype = "float64", data = {
        0.23076923191547394, 0.26923078298568726, 0.3076923191547394}},
      loss = {shape = {3}, dtype = "float64", data = {
        1.2797138690948486, 1.2555673122406006, 1.2362793684005737}},
      sparse_categorical_crossentropy = {shape = {3}, dtype = "float64", data = {
        1.3884638547897339, 1.3622652292251587, 1.3413382768630981}},
      weighted_accuracy = {shape = {3}, dtype = "float64", data = {
        0.19680096209049225, 0.28925415873527527, 0.41448545455932617}}},
    evaluate = {
      accuracy = 0.3461538553237915,
      loss = 1.2176604270935059,
      sparse_categorical_crossentropy = 1.3211370706558228,
      weighted_accuracy = 0.4497007131576538}},
  {
    name = "dense",
    tag = "classes",
    compiled = {
      loss = "sparse_categorical_crossentropy",
      metrics = {"accuracy"},
      weighted_metrics = {"accuracy", "sparse_categorical_crossentropy"}},
    options = {batch_size = 8, epochs = 3, class_weight = {["0"] = 1, ["1"] = 2, ["3"] = 0.5}},
    x = {shape = {26, 3}, lcg = {seed = 7, scale = 1, offset = 0}},
    y = {shape = {26}, dtype = "int32", lcg = {seed = 11, classes = 4}},
    validation = false,
    on_batch = false,
    initial = {
      {shape = {3, 6}, lcg = {seed = 1000, scale = 0.5, offset = 0}},
      {shape = {6}, lcg = {seed = 1001, scale = 0.0625, offset = 0}},
      {shape = {6, 4}, lcg = {seed = 1002, scale = 0.5, offset = 0}},
      {shape = {4}, lcg = {seed = 1003, scale = 0.0625, offset = 0}}},
    history = {
      accuracy = {shape = {3}, dtype = "float64", data = {
        0.19230769574642181, 0.26923078298568726, 0.19230769574642181}},
      loss = {shape = {3}, dtype = "float64", data = {
        1.425060749053955, 1.3678830862045288, 1.3472360372543335}},
      sparse_categorical_crossentropy = {shape = {3}, dtype = "float64", data = {
        1.3981727361679077, 1.3420740365982056, 1.3218164443969727}},
      weighted_accuracy = {shape = {3}, dtype = "float64", data = {
        0.16981132328510284, 0.4150943458080292, 0.37735849618911743}}},
    evaluate = {
      accuracy = 0.19230769574642181,
      loss = 1.4575377702713013,
      sparse_categorical_crossentropy = 1.4575377702713013,
      weighted_accuracy = 0.19230769574642181}},
  {
    name = "dense",
    tag = "split",
    compiled = {loss = "sparse_categorical_crossentropy", metrics = {"accuracy"}},
    options = {batch_size = 8, epochs = 3, validation_split = 0.3},
    x = {shape = {26, 3}, lcg = {seed = 7, scale = 1, offset = 0}},
    y = {shape = {26}, dtype = "int32", lcg = {seed = 11, classes = 4}},
    validation = false,
    on_batch = false,
    initial = {
      {shape = {3, 6}, lcg = {seed = 1000, scale = 0.5, offset = 0}},
      {shape = {6}, lcg = {seed = 1001, scale = 0.0625, offset = 0}},
      {shape = {6, 4}, lcg = {seed = 1002, scale = 0.5, offset = 0}},
      {shape = {4}, lcg = {seed = 1003, scale = 0.0625, offset = 0}}},
    history = {
      accuracy = {shape = {3}, dtype = "float64", data = {
        0.2777777910232544, 0.3888888955116272, 0.4444444477558136}},
      loss = {shape = {3}, dtype = "float64", data = {
        1.3470185995101929, 1.3155697584152222, 1.2942534685134888}},
      val_accuracy = {shape = {3}, dtype = "float64", data = {0.125, 0.125, 0.25}},
      val_loss = {shape = {3}, dtype = "float64", data = {
        1.4666718244552612, 1.4905928373336792, 1.5236337184906006}}},
    evaluate = {accuracy = 0.42307692766189575, loss = 1.3523387908935547}},
  {
    name = "dense",
    tag = "split with weights",
    compiled = {
      loss = "sparse_categorical_crossentropy",
      metrics = {"accuracy"},
      weighted_metrics = {"accuracy", "sparse_categorical_crossentropy"}},
    options = {batch_size = 8, epochs = 3, validation_split = 0.3},
    x = {shape = {26, 3}, lcg = {seed = 7, scale = 1, offset = 0}},
    y = {shape = {26}, dtype = "int32", lcg = {seed = 11, classes = 4}},
    sample_weight = {shape = {26}, lcg = {seed = 17, scale = 1, offset = 1}},
    validation = false,
    on_batch = false,
    initial = {
      {shape = {3, 6}, lcg = {seed = 1000, scale = 0.5, offset = 0}},
      {shape = {6}, lcg = {seed = 1001, scale = 0.0625, offset = 0}},
      {shape = {6, 4}, lcg = {seed = 1002, scale = 0.5, offset = 0}},
      {shape = {4}, lcg = {seed = 1003, scale = 0.0625, offset = 0}}},
    history = {
      accuracy = {shape = {3}, dtype = "float64", data = {0.2777777910232544, 0.3888888955116272, 0.5}},
      loss = {shape = {3}, dtype = "float64", data = {
        1.097101092338562, 1.0797395706176758, 1.064780831336975}},
      sparse_categorical_crossentropy = {shape = {3}, dtype = "float64", data = {
        1.3433778285980225, 1.3221189975738525, 1.3038023710250854}},
      val_accuracy = {shape = {3}, dtype = "float64", data = {0.125, 0, 0}},
      val_loss = {shape = {3}, dtype = "float64", data = {
        1.693495512008667, 1.700890302658081, 1.7098366022109985}},
      val_sparse_categorical_crossentropy = {shape = {3}, dtype = "float64", data = {
        1.4625177383422852, 1.4689040184020996, 1.4766300916671753}},
      val_weighted_accuracy = {shape = {3}, dtype = "float64", data = {0.08007723093032837, 0, 0}},
      weighted_accuracy = {shape = {3}, dtype = "float64", data = {
        0.27035579085350037, 0.40972501039505005, 0.6058039665222168}}},
    evaluate = {
      accuracy = 0.38461539149284363,
      loss = 1.2517657279968262,
      sparse_categorical_crossentropy = 1.3581407070159912,
      weighted_accuracy = 0.40829136967658997}},
  {
    name = "dense",
    tag = "validation in batches of its own",
    compiled = {loss = "sparse_categorical_crossentropy", metrics = {"accuracy"}},
    options = {batch_size = 8, epochs = 3, validation_batch_size = 5},
    x = {shape = {26, 3}, lcg = {seed = 7, scale = 1, offset = 0}},
    y = {shape = {26}, dtype = "int32", lcg = {seed = 11, classes = 4}},
    validation = true,
    on_batch = false,
    initial = {
      {shape = {3, 6}, lcg = {seed = 1000, scale = 0.5, offset = 0}},
      {shape = {6}, lcg = {seed = 1001, scale = 0.0625, offset = 0}},
      {shape = {6, 4}, lcg = {seed = 1002, scale = 0.5, offset = 0}},
      {shape = {4}, lcg = {seed = 1003, scale = 0.0625, offset = 0}}},
    history = {
      accuracy = {shape = {3}, dtype = "float64", data = {
        0.23076923191547394, 0.3076923191547394, 0.3461538553237915}},
      loss = {shape = {3}, dtype = "float64", data = {
        1.383055329322815, 1.3606454133987427, 1.348433256149292}},
      val_accuracy = {shape = {3}, dtype = "float64", data = {
        0.3076923191547394, 0.3076923191547394, 0.42307692766189575}},
      val_loss = {shape = {3}, dtype = "float64", data = {
        1.3582687377929688, 1.3445007801055908, 1.3343297243118286}}},
    evaluate = {accuracy = 0.42307692766189575, loss = 1.3343297243118286}},
  {
    name = "dense",
    tag = "validation in steps",
    compiled = {loss = "sparse_categorical_crossentropy", metrics = {"accuracy"}},
    options = {batch_size = 8, epochs = 3, validation_steps = 2},
    x = {shape = {26, 3}, lcg = {seed = 7, scale = 1, offset = 0}},
    y = {shape = {26}, dtype = "int32", lcg = {seed = 11, classes = 4}},
    validation = true,
    on_batch = false,
    initial = {
      {shape = {3, 6}, lcg = {seed = 1000, scale = 0.5, offset = 0}},
      {shape = {6}, lcg = {seed = 1001, scale = 0.0625, offset = 0}},
      {shape = {6, 4}, lcg = {seed = 1002, scale = 0.5, offset = 0}},
      {shape = {4}, lcg = {seed = 1003, scale = 0.0625, offset = 0}}},
    history = {
      accuracy = {shape = {3}, dtype = "float64", data = {
        0.23076923191547394, 0.3076923191547394, 0.3461538553237915}},
      loss = {shape = {3}, dtype = "float64", data = {
        1.383055329322815, 1.3606454133987427, 1.348433256149292}},
      val_accuracy = {shape = {3}, dtype = "float64", data = {0.3125, 0.3125, 0.4375}},
      val_loss = {shape = {3}, dtype = "float64", data = {
        1.3324196338653564, 1.3365609645843506, 1.3391098976135254}}},
    evaluate = {accuracy = 0.42307692766189575, loss = 1.3343297243118286}},
  {
    name = "dense",
    tag = "validation every second epoch",
    compiled = {loss = "sparse_categorical_crossentropy", metrics = {"accuracy"}},
    options = {batch_size = 8, epochs = 4, validation_freq = 2},
    x = {shape = {26, 3}, lcg = {seed = 7, scale = 1, offset = 0}},
    y = {shape = {26}, dtype = "int32", lcg = {seed = 11, classes = 4}},
    validation = true,
    on_batch = false,
    initial = {
      {shape = {3, 6}, lcg = {seed = 1000, scale = 0.5, offset = 0}},
      {shape = {6}, lcg = {seed = 1001, scale = 0.0625, offset = 0}},
      {shape = {6, 4}, lcg = {seed = 1002, scale = 0.5, offset = 0}},
      {shape = {4}, lcg = {seed = 1003, scale = 0.0625, offset = 0}}},
    history = {
      accuracy = {shape = {4}, dtype = "float64", data = {
        0.23076923191547394, 0.3076923191547394, 0.3461538553237915, 0.42307692766189575}},
      loss = {shape = {4}, dtype = "float64", data = {
        1.383055329322815, 1.3606454133987427, 1.348433256149292, 1.3393456935882568}},
      val_accuracy = {shape = {2}, dtype = "float64", data = {0.3076923191547394, 0.42307692766189575}},
      val_loss = {shape = {2}, dtype = "float64", data = {1.3445007801055908, 1.3259550333023071}}},
    evaluate = {accuracy = 0.42307692766189575, loss = 1.3259550333023071}},
  {
    name = "dense",
    tag = "validation after some epochs",
    compiled = {loss = "sparse_categorical_crossentropy", metrics = {"accuracy"}},
    options = {batch_size = 8, epochs = 4, validation_freq = {1, 4}},
    x = {shape = {26, 3}, lcg = {seed = 7, scale = 1, offset = 0}},
    y = {shape = {26}, dtype = "int32", lcg = {seed = 11, classes = 4}},
    validation = true,
    on_batch = false,
    initial = {
      {shape = {3, 6}, lcg = {seed = 1000, scale = 0.5, offset = 0}},
      {shape = {6}, lcg = {seed = 1001, scale = 0.0625, offset = 0}},
      {shape = {6, 4}, lcg = {seed = 1002, scale = 0.5, offset = 0}},
      {shape = {4}, lcg = {seed = 1003, scale = 0.0625, offset = 0}}},
    history = {
      accuracy = {shape = {4}, dtype = "float64", data = {
        0.23076923191547394, 0.3076923191547394, 0.3461538553237915, 0.42307692766189575}},
      loss = {shape = {4}, dtype = "float64", data = {
        1.383055329322815, 1.3606454133987427, 1.348433256149292, 1.3393456935882568}},
      val_accuracy = {shape = {2}, dtype = "float64", data = {0.3076923191547394, 0.42307692766189575}},
      val_loss = {shape = {2}, dtype = "float64", data = {1.3582686185836792, 1.3259550333023071}}},
    evaluate = {accuracy = 0.42307692766189575, loss = 1.3259550333023071}},
  {
    name = "dense",
    tag = "epochs cut by steps",
    compiled = {loss = "sparse_categorical_crossentropy", metrics = {"accuracy"}},
    options = {batch_size = 8, epochs = 4, steps_per_epoch = 2},
    x = {shape = {26, 3}, lcg = {seed = 7, scale = 1, offset = 0}},
    y = {shape = {26}, dtype = "int32", lcg = {seed = 11, classes = 4}},
    validation = false,
    on_batch = false,
    initial = {
      {shape = {3, 6}, lcg = {seed = 1000, scale = 0.5, offset = 0}},
      {shape = {6}, lcg = {seed = 1001, scale = 0.0625, offset = 0}},
      {shape = {6, 4}, lcg = {seed = 1002, scale = 0.5, offset = 0}},
      {shape = {4}, lcg = {seed = 1003, scale = 0.0625, offset = 0}}},
    history = {
      accuracy = {shape = {4}, dtype = "float64", data = {
        0.25, 0.20000000298023224, 0.3125, 0.30000001192092896}},
      loss = {shape = {4}, dtype = "float64", data = {
        1.3493638038635254, 1.4369618892669678, 1.3426568508148193, 1.3894271850585938}}},
    evaluate = {accuracy = 0.3076923191547394, loss = 1.3445007801055908}},
  {
    name = "dense",
    tag = "steps that make a pass",
    compiled = {loss = "sparse_categorical_crossentropy", metrics = {"accuracy"}},
    options = {steps_per_epoch = 4, epochs = 2},
    x = {shape = {26, 3}, lcg = {seed = 7, scale = 1, offset = 0}},
    y = {shape = {26}, dtype = "int32", lcg = {seed = 11, classes = 4}},
    validation = false,
    on_batch = false,
    initial = {
      {shape = {3, 6}, lcg = {seed = 1000, scale = 0.5, offset = 0}},
      {shape = {6}, lcg = {seed = 1001, scale = 0.0625, offset = 0}},
      {shape = {6, 4}, lcg = {seed = 1002, scale = 0.5, offset = 0}},
      {shape = {4}, lcg = {seed = 1003, scale = 0.0625, offset = 0}}},
    history = {
      accuracy = {shape = {2}, dtype = "float64", data = {0.23076923191547394, 0.3076923191547394}},
      loss = {shape = {2}, dtype = "float64", data = {1.3833250999450684, 1.3614170551300049}}},
    evaluate = {accuracy = 0.42307692766189575, loss = 1.3391852378845215}},
  {
    name = "dense",
    tag = "later epochs",
    compiled = {loss = "sparse_categorical_crossentropy", metrics = {"accuracy"}},
    options = {batch_size = 8, epochs = 3, initial_epoch = 1},
    x = {shape = {26, 3}, lcg = {seed = 7, scale = 1, offset = 0}},
    y = {shape = {26}, dtype = "int32", lcg = {seed = 11, classes = 4}},
    validation = false,
    on_batch = false,
    initial = {
      {shape = {3, 6}, lcg = {seed = 1000, scale = 0.5, offset = 0}},
      {shape = {6}, lcg = {seed = 1001, scale = 0.0625, offset = 0}},
      {shape = {6, 4}, lcg = {seed = 1002, scale = 0.5, offset = 0}},
      {shape = {4}, lcg = {seed = 1003, scale = 0.0625, offset = 0}}},
    history = {
      accuracy = {shape = {2}, dtype = "float64", data = {0.23076923191547394, 0.3076923191547394}},
      loss = {shape = {2}, dtype = "float64", data = {1.383055329322815, 1.3606454133987427}}},
    evaluate = {accuracy = 0.3076923191547394, loss = 1.3445007801055908}},
  {
    name = "dense",
    tag = "steps together",
    compiled = {
      loss = "sparse_categorical_crossentropy",
      metrics = {"accuracy"},
      steps_per_execution = 2},
    options = {batch_size = 8, epochs = 3},
    x = {shape = {26, 3}, lcg = {seed = 7, scale = 1, offset = 0}},
    y = {shape = {26}, dtype = "int32", lcg = {seed = 11, classes = 4}},
    validation = false,
    on_batch = false,
    initial = {
      {shape = {3, 6}, lcg = {seed = 1000, scale = 0.5, offset = 0}},
      {shape = {6}, lcg = {seed = 1001, scale = 0.0625, offset = 0}},
      {shape = {6, 4}, lcg = {seed = 1002, scale = 0.5, offset = 0}},
      {shape = {4}, lcg = {seed = 1003, scale = 0.0625, offset = 0}}},
    history = {
      accuracy = {shape = {3}, dtype = "float64", data = {
        0.23076923191547394, 0.3076923191547394, 0.3461538553237915}},
      loss = {shape = {3}, dtype = "float64", data = {
        1.383055329322815, 1.3606454133987427, 1.348433256149292}}},
    evaluate = {accuracy = 0.42307692766189575, loss = 1.3343297243118286}},
  {
    name = "dense",
    tag = "eagerly",
    compiled = {
      loss = "sparse_categorical_crossentropy",
      metrics = {"accuracy"},
      run_eagerly = true},
    options = {batch_size = 8, epochs = 3},
    x = {shape = {26, 3}, lcg = {seed = 7, scale = 1, offset = 0}},
    y = {shape = {26}, dtype = "int32", lcg = {seed = 11, classes = 4}},
    validation = false,
    on_batch = false,
    initial = {
      {shape = {3, 6}, lcg = {seed = 1000, scale = 0.5, offset = 0}},
      {shape = {6}, lcg = {seed = 1001, scale = 0.0625, offset = 0}},
      {shape = {6, 4}, lcg = {seed = 1002, scale = 0.5, offset = 0}},
      {shape = {4}, lcg = {seed = 1003, scale = 0.0625, offset = 0}}},
    history = {
      accuracy = {shape = {3}, dtype = "float64", data = {
        0.23076923191547394, 0.3076923191547394, 0.3461538553237915}},
      loss = {shape = {3}, dtype = "float64", data = {
        1.3830552101135254, 1.3606452941894531, 1.348433256149292}}},
    evaluate = {accuracy = 0.42307692766189575, loss = 1.3343297243118286}},
  {
    name = "regression",
    tag = "weights",
    compiled = {loss = "mse", metrics = {"mae"}, weighted_metrics = {"mae"}},
    options = {batch_size = 8, epochs = 3},
    x = {shape = {26, 3}, lcg = {seed = 7, scale = 1, offset = 0}},
    y = {shape = {26, 2}, lcg = {seed = 13, scale = 1, offset = 0}},
    sample_weight = {shape = {26}, lcg = {seed = 17, scale = 1, offset = 1}},
    validation = false,
    on_batch = false,
    initial = {
      {shape = {3, 5}, lcg = {seed = 1000, scale = 0.5, offset = 0}},
      {shape = {5}, lcg = {seed = 1001, scale = 0.0625, offset = 0}},
      {shape = {5, 2}, lcg = {seed = 1002, scale = 0.5, offset = 0}},
      {shape = {2}, lcg = {seed = 1003, scale = 0.0625, offset = 0}}},
    history = {
      loss = {shape = {3}, dtype = "float64", data = {
        0.5392653942108154, 0.4636911153793335, 0.4261530041694641}},
      mae = {shape = {3}, dtype = "float64", data = {
        0.6025399565696716, 0.5762777924537659, 0.5621992945671082}},
      weighted_mae = {shape = {3}, dtype = "float64", data = {
        0.650957465171814, 0.6180028319358826, 0.5978420376777649}}},
    evaluate = {
      loss = 0.403961718082428,
      mae = 0.5521306395530701,
      weighted_mae = 0.5838824510574341}},
  {
    name = "regression",
    tag = "a loss with a weight",
    compiled = {loss = "mse", metrics = {"mae"}, loss_weights = 0.25},
    options = {batch_size = 8, epochs = 3},
    x = {shape = {26, 3}, lcg = {seed = 7, scale = 1, offset = 0}},
    y = {shape = {26, 2}, lcg = {seed = 13, scale = 1, offset = 0}},
    validation = false,
    on_batch = false,
    initial = {
      {shape = {3, 5}, lcg = {seed = 1000, scale = 0.5, offset = 0}},
      {shape = {5}, lcg = {seed = 1001, scale = 0.0625, offset = 0}},
      {shape = {5, 2}, lcg = {seed = 1002, scale = 0.5, offset = 0}},
      {shape = {2}, lcg = {seed = 1003, scale = 0.0625, offset = 0}}},
    history = {
      loss = {shape = {3}, dtype = "float64", data = {
        0.1308375746011734, 0.12525179982185364, 0.12061481922864914}},
      mae = {shape = {3}, dtype = "float64", data = {
        0.6069933176040649, 0.598709762096405, 0.5913065671920776}}},
    evaluate = {loss = 0.11742734163999557, mae = 0.5861479043960571}},
  {
    name = "regression",
    tag = "cross entropy is picked by shapes",
    compiled = {loss = "mae", metrics = {"mse"}},
    options = {batch_size = 8, epochs = 3},
    x = {shape = {26, 3}, lcg = {seed = 7, scale = 1, offset = 0}},
    y = {shape = {26, 2}, lcg = {seed = 13, scale = 1, offset = 0}},
    validation = false,
    on_batch = false,
    initial = {
      {shape = {3, 5}, lcg = {seed = 1000, scale = 0.5, offset = 0}},
      {shape = {5}, lcg = {seed = 1001, scale = 0.0625, offset = 0}},
      {shape = {5, 2}, lcg = {seed = 1002, scale = 0.5, offset = 0}},
      {shape = {2}, lcg = {seed = 1003, scale = 0.0625, offset = 0}}},
    history = {
      loss = {shape = {3}, dtype = "float64", data = {
        0.6106312274932861, 0.6058242917060852, 0.5847153663635254}},
      mse = {shape = {3}, dtype = "float64", data = {
        0.5294225215911865, 0.5126690864562988, 0.47391435503959656}}},
    evaluate = {loss = 0.578796923160553, mse = 0.46780210733413696}},
  {
    name = "sequence",
    tag = "masks",
    compiled = {loss = "sparse_categorical_crossentropy", metrics = {"accuracy"}},
    options = {batch_size = 8, epochs = 3},
    x = {shape = {26, 5, 3}, lcg = {seed = 7, scale = 1, offset = 0}},
    y = {shape = {26, 5}, dtype = "int32", lcg = {seed = 11, classes = 4}},
    validation = false,
    on_batch = false,
    initial = {
      {shape = {3, 4}, lcg = {seed = 1000, scale = 0.5, offset = 0}},
      {shape = {4, 4}, lcg = {seed = 1001, scale = 0.5, offset = 0}},
      {shape = {4}, lcg = {seed = 1002, scale = 0.0625, offset = 0}},
      {shape = {4, 4}, lcg = {seed = 1003, scale = 0.5, offset = 0}},
      {shape = {4}, lcg = {seed = 1004, scale = 0.0625, offset = 0}}},
    history = {
      accuracy = {shape = {3}, dtype = "float64", data = {
        0.26153844594955444, 0.2230769246816635, 0.23846152424812317}},
      loss = {shape = {3}, dtype = "float64", data = {
        1.4079641103744507, 1.4011218547821045, 1.3972587585449219}}},
    evaluate = {accuracy = 0.20952381193637848, loss = 1.393555760383606}},
  {
    name = "sequence",
    tag = "masks and weights of steps",
    compiled = {
      loss = "sparse_categorical_crossentropy",
      metrics = {"accuracy"},
      weighted_metrics = {"accuracy", "sparse_categorical_crossentropy"}},
    options = {batch_size = 8, epochs = 3},
    x = {shape = {26, 5, 3}, lcg = {seed = 7, scale = 1, offset = 0}},
    y = {shape = {26, 5}, dtype = "int32", lcg = {seed = 11, classes = 4}},
    sample_weight = {shape = {26, 5}, lcg = {seed = 17, scale = 1, offset = 1}},
    validation = false,
    on_batch = false,
    initial = {
      {shape = {3, 4}, lcg = {seed = 1000, scale = 0.5, offset = 0}},
      {shape = {4, 4}, lcg = {seed = 1001, scale = 0.5, offset = 0}},
      {shape = {4}, lcg = {seed = 1002, scale = 0.0625, offset = 0}},
      {shape = {4, 4}, lcg = {seed = 1003, scale = 0.5, offset = 0}},
      {shape = {4}, lcg = {seed = 1004, scale = 0.0625, offset = 0}}},
    history = {
      accuracy = {shape = {3}, dtype = "float64", data = {
        0.253846138715744, 0.2153846174478531, 0.253846138715744}},
      loss = {shape = {3}, dtype = "float64", data = {
        1.2798722982406616, 1.2680147886276245, 1.2592527866363525}},
      sparse_categorical_crossentropy = {shape = {3}, dtype = "float64", data = {
        1.3960438966751099, 1.382180094718933, 1.3712764978408813}},
      weighted_accuracy = {shape = {3}, dtype = "float64", data = {
        0.2538397014141083, 0.23608563840389252, 0.29244062304496765}}},
    evaluate = {
      accuracy = 0.24761906266212463,
      loss = 1.25221586227417,
      sparse_categorical_crossentropy = 1.3724288940429688,
      weighted_accuracy = 0.3035905361175537}},
  {
    name = "outputs",
    tag = "by name",
    compiled = {
      loss = {a = "sparse_categorical_crossentropy", b = "mse"},
      loss_weights = {a = 1, b = 0.3},
      metrics = {a = {"accuracy"}, b = {"mae"}}},
    options = {batch_size = 8, epochs = 3},
    x = {shape = {26, 3}, lcg = {seed = 7, scale = 1, offset = 0}},
    y = {
      a = {shape = {26}, dtype = "int32", lcg = {seed = 11, classes = 4}},
      b = {shape = {26, 2}, lcg = {seed = 13, scale = 1, offset = 0}}},
    validation = false,
    on_batch = false,
    initial = {
      {shape = {3, 5}, lcg = {seed = 1000, scale = 0.5, offset = 0}},
      {shape = {5}, lcg = {seed = 1001, scale = 0.0625, offset = 0}},
      {shape = {5, 4}, lcg = {seed = 1002, scale = 0.5, offset = 0}},
      {shape = {4}, lcg = {seed = 1003, scale = 0.0625, offset = 0}},
      {shape = {5, 2}, lcg = {seed = 1004, scale = 0.5, offset = 0}},
      {shape = {2}, lcg = {seed = 1005, scale = 0.0625, offset = 0}}},
    history = {
      a_accuracy = {shape = {3}, dtype = "float64", data = {
        0.3461538553237915, 0.3461538553237915, 0.38461539149284363}},
      a_loss = {shape = {3}, dtype = "float64", data = {
        1.3526769876480103, 1.338774561882019, 1.3318432569503784}},
      b_loss = {shape = {3}, dtype = "float64", data = {
        0.368782103061676, 0.36971792578697205, 0.3722628355026245}},
      b_mae = {shape = {3}, dtype = "float64", data = {
        0.5218994617462158, 0.5233311653137207, 0.5256839990615845}},
      loss = {shape = {3}, dtype = "float64", data = {
        1.4633116722106934, 1.4496901035308838, 1.4435220956802368}}},
    evaluate = {
      a_accuracy = 0.4615384638309479,
      a_loss = 1.3204076290130615,
      b_loss = 0.3705461919307709,
      b_mae = 0.5251429677009583,
      loss = 1.4315714836120605}},
  {
    name = "outputs",
    tag = "by position",
    compiled = {
      loss = {"sparse_categorical_crossentropy", "huber"},
      loss_weights = {0.5, 2},
      metrics = {{"accuracy"}, {"mse"}}},
    options = {batch_size = 8, epochs = 3},
    x = {shape = {26, 3}, lcg = {seed = 7, scale = 1, offset = 0}},
    y = {
      a = {shape = {26}, dtype = "int32", lcg = {seed = 11, classes = 4}},
      b = {shape = {26, 2}, lcg = {seed = 13, scale = 1, offset = 0}}},
    validation = false,
    on_batch = false,
    initial = {
      {shape = {3, 5}, lcg = {seed = 1000, scale = 0.5, offset = 0}},
      {shape = {5}, lcg = {seed = 1001, scale = 0.0625, offset = 0}},
      {shape = {5, 4}, lcg = {seed = 1002, scale = 0.5, offset = 0}},
      {shape = {4}, lcg = {seed = 1003, scale = 0.0625, offset = 0}},
      {shape = {5, 2}, lcg = {seed = 1004, scale = 0.5, offset = 0}},
      {shape = {2}, lcg = {seed = 1005, scale = 0.0625, offset = 0}}},
    history = {
      a_accuracy = {shape = {3}, dtype = "float64", data = {
        0.3461538553237915, 0.3461538553237915, 0.3461538553237915}},
      a_loss = {shape = {3}, dtype = "float64", data = {
        1.3507943153381348, 1.3424121141433716, 1.3372098207473755}},
      b_loss = {shape = {3}, dtype = "float64", data = {
        0.18504589796066284, 0.18468636274337769, 0.18506953120231628}},
      b_mse = {shape = {3}, dtype = "float64", data = {
        0.37287837266921997, 0.3715382218360901, 0.3719930946826935}},
      loss = {shape = {3}, dtype = "float64", data = {
        1.045488953590393, 1.0405787229537964, 1.0387439727783203}}},
    evaluate = {
      a_accuracy = 0.3461538553237915,
      a_loss = 1.3287365436553955,
      b_loss = 0.18111753463745117,
      b_mse = 0.36382248997688293,
      loss = 1.0266032218933105}},
  {
    name = "outputs",
    tag = "one loss only",
    compiled = {loss = {"sparse_categorical_crossentropy", false}, metrics = {{"accuracy"}, false}},
    options = {batch_size = 8, epochs = 3},
    x = {shape = {26, 3}, lcg = {seed = 7, scale = 1, offset = 0}},
    y = {
      a = {shape = {26}, dtype = "int32", lcg = {seed = 11, classes = 4}},
      b = {shape = {26, 2}, lcg = {seed = 13, scale = 1, offset = 0}}},
    validation = false,
    on_batch = false,
    initial = {
      {shape = {3, 5}, lcg = {seed = 1000, scale = 0.5, offset = 0}},
      {shape = {5}, lcg = {seed = 1001, scale = 0.0625, offset = 0}},
      {shape = {5, 4}, lcg = {seed = 1002, scale = 0.5, offset = 0}},
      {shape = {4}, lcg = {seed = 1003, scale = 0.0625, offset = 0}},
      {shape = {5, 2}, lcg = {seed = 1004, scale = 0.5, offset = 0}},
      {shape = {2}, lcg = {seed = 1005, scale = 0.0625, offset = 0}}},
    history = {
      a_accuracy = {shape = {3}, dtype = "float64", data = {
        0.3461538553237915, 0.3461538553237915, 0.38461539149284363}},
      loss = {shape = {3}, dtype = "float64", data = {
        1.3521091938018799, 1.3384368419647217, 1.3315167427062988}}},
    evaluate = {a_accuracy = 0.4615384638309479, loss = 1.320702314376831}},
  {
    name = "dense",
    tag = "single batches",
    compiled = {
      loss = "sparse_categorical_crossentropy",
      metrics = {"accuracy"},
      weighted_metrics = {"accuracy", "sparse_categorical_crossentropy"}},
    options = {class_weight = {["0"] = 1, ["1"] = 2, ["3"] = 0.5}},
    x = {shape = {26, 3}, lcg = {seed = 7, scale = 1, offset = 0}},
    y = {shape = {26}, dtype = "int32", lcg = {seed = 11, classes = 4}},
    validation = false,
    on_batch = true,
    initial = {
      {shape = {3, 6}, lcg = {seed = 1000, scale = 0.5, offset = 0}},
      {shape = {6}, lcg = {seed = 1001, scale = 0.0625, offset = 0}},
      {shape = {6, 4}, lcg = {seed = 1002, scale = 0.5, offset = 0}},
      {shape = {4}, lcg = {seed = 1003, scale = 0.0625, offset = 0}}},
    history = {
      accuracy = {shape = {3}, dtype = "float64", data = {
        0.26923078298568726, 0.3076923191547394, 0.26923078298568726}},
      loss = {shape = {3}, dtype = "float64", data = {
        1.4244754314422607, 1.41813063621521, 1.4092535972595215}},
      sparse_categorical_crossentropy = {shape = {3}, dtype = "float64", data = {
        1.3975985050201416, 1.3913733959197998, 1.3826639652252197}},
      weighted_accuracy = {shape = {3}, dtype = "float64", data = {
        0.22641509771347046, 0.2641509473323822, 0.2830188572406769}}},
    evaluate = {
      accuracy = 0.23076923191547394,
      loss = 1.380409836769104,
      sparse_categorical_crossentropy = 1.380409836769104,
      weighted_accuracy = 0.23076923191547394}},
  {
    name = "dense",
    tag = "single batches with weights",
    compiled = {
      loss = "sparse_categorical_crossentropy",
      metrics = {"accuracy"},
      weighted_metrics = {"accuracy", "sparse_categorical_crossentropy"}},
    options = {},
    x = {shape = {26, 3}, lcg = {seed = 7, scale = 1, offset = 0}},
    y = {shape = {26}, dtype = "int32", lcg = {seed = 11, classes = 4}},
    sample_weight = {shape = {26}, lcg = {seed = 17, scale = 1, offset = 1}},
    validation = false,
    on_batch = true,
    initial = {
      {shape = {3, 6}, lcg = {seed = 1000, scale = 0.5, offset = 0}},
      {shape = {6}, lcg = {seed = 1001, scale = 0.0625, offset = 0}},
      {shape = {6, 4}, lcg = {seed = 1002, scale = 0.5, offset = 0}},
      {shape = {4}, lcg = {seed = 1003, scale = 0.0625, offset = 0}}},
    history = {
      accuracy = {shape = {3}, dtype = "float64", data = {
        0.26923078298568726, 0.3076923191547394, 0.3461538553237915}},
      loss = {shape = {3}, dtype = "float64", data = {
        1.2772648334503174, 1.2725374698638916, 1.2657546997070312}},
      sparse_categorical_crossentropy = {shape = {3}, dtype = "float64", data = {
        1.385806679725647, 1.3806777000427246, 1.3733184337615967}},
      weighted_accuracy = {shape = {3}, dtype = "float64", data = {
        0.2760311961174011, 0.306915283203125, 0.3435846269130707}}},
    evaluate = {
      accuracy = 0.3461538553237915,
      loss = 1.2583153247833252,
      sparse_categorical_crossentropy = 1.3652468919754028,
      weighted_accuracy = 0.3435846269130707}},
}
