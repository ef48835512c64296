-- Callbacks, driven by the logs {val_x = sequence[epoch]}. EarlyStopping: waits after each epoch until
-- it stopped (epochs from 1). ReduceLROnPlateau: the rate after each epoch, 0.1 at first.
-- ModelCheckpoint: the paths that were saved, three batches to an epoch. CSVLogger: the file's text.
-- signature: names and defaults of the arguments of a class; None is left out.
-- Written by gen/callbacks.py with Keras 3.15.1 on jax 0.10.2; see README.md. Do not edit.
local inf, nan = math.huge, 0 / 0
return {
  keras = "3.15.1",
  backend = "jax 0.10.2",
  group = "callbacks",
  {
    name = "EarlyStopping",
    options = {mode = "min"},
    sequence = {shape = {10}, dtype = "float64", data = {5, 4, 3, 2.5, 2.4, 2.39, 2.389, 2.388, 2.387, 2.386}},
    waits = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
    best = 2.386,
    best_epoch = 10},
  {
    name = "EarlyStopping",
    options = {mode = "min"},
    sequence = {shape = {12}, dtype = "float64", data = {5, 3, 2, 2.5, 1.9, 2.6, 2.7, 1.95, 2.2, 3, 3.1, 0.5}},
    waits = {0, 0, 0, 1},
    stopped = 4,
    best = 2,
    best_epoch = 3},
  {
    name = "EarlyStopping",
    options = {mode = "min", patience = 2},
    sequence = {shape = {12}, dtype = "float64", data = {5, 3, 2, 2.5, 1.9, 2.6, 2.7, 1.95, 2.2, 3, 3.1, 0.5}},
    waits = {0, 0, 0, 1, 0, 1, 2},
    stopped = 7,
    best = 1.9,
    best_epoch = 5},
  {
    name = "EarlyStopping",
    options = {mode = "min", patience = 3},
    sequence = {shape = {12}, dtype = "float64", data = {5, 3, 2, 2.5, 1.9, 2.6, 2.7, 1.95, 2.2, 3, 3.1, 0.5}},
    waits = {0, 0, 0, 1, 0, 1, 2, 3},
    stopped = 8,
    best = 1.9,
    best_epoch = 5},
  {
    name = "EarlyStopping",
    options = {mode = "min", patience = 3},
    sequence = {shape = {10}, dtype = "float64", data = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1}},
    waits = {0, 1, 2, 3},
    stopped = 4,
    best = 1,
    best_epoch = 1},
  {
    name = "EarlyStopping",
    options = {mode = "min", patience = 2},
    sequence = {shape = {10}, dtype = "float64", data = {3, 1, 2.9, 0.9, 2.8, 0.85, 2.7, 0.84, 2.6, 0.839}},
    waits = {0, 0, 1, 0, 1, 0, 1, 0, 1, 0},
    best = 0.839,
    best_epoch = 10},
  {
    name = "EarlyStopping",
    options = {mode = "min", patience = 1, min_delta = 0.05},
    sequence = {shape = {10}, dtype = "float64", data = {3, 1, 2.9, 0.9, 2.8, 0.85, 2.7, 0.84, 2.6, 0.839}},
    waits = {0, 0, 1},
    stopped = 3,
    best = 1,
    best_epoch = 2},
  {
    name = "EarlyStopping",
    options = {mode = "max", patience = 2, min_delta = 0.01},
    sequence = {shape = {10}, dtype = "float64", data = {
      0.1, 0.2, 0.4, 0.5, 0.55, 0.5, 0.56, 0.57, 0.571, 0.58}},
    waits = {0, 0, 0, 0, 0, 1, 2},
    stopped = 7,
    best = 0.55,
    best_epoch = 5},
  {
    name = "EarlyStopping",
    options = {mode = "max", patience = 2, baseline = 0.5},
    sequence = {shape = {10}, dtype = "float64", data = {
      0.1, 0.2, 0.4, 0.5, 0.55, 0.5, 0.56, 0.57, 0.571, 0.58}},
    waits = {1, 2, 3, 4, 0, 1, 0, 0, 0, 0},
    best = 0.58,
    best_epoch = 10},
  {
    name = "EarlyStopping",
    options = {mode = "max", patience = 5, baseline = 0.45},
    sequence = {shape = {10}, dtype = "float64", data = {
      0.1, 0.2, 0.4, 0.5, 0.55, 0.5, 0.56, 0.57, 0.571, 0.58}},
    waits = {1, 2, 3, 0, 0, 1, 0, 0, 0, 0},
    best = 0.58,
    best_epoch = 10},
  {
    name = "EarlyStopping",
    options = {mode = "min", patience = 2, start_from_epoch = 4},
    sequence = {shape = {12}, dtype = "float64", data = {5, 3, 2, 2.5, 1.9, 2.6, 2.7, 1.95, 2.2, 3, 3.1, 0.5}},
    waits = {0, 0, 0, 0, 0, 1, 2},
    stopped = 7,
    best = 1.9,
    best_epoch = 5},
  {
    name = "EarlyStopping",
    options = {mode = "min", patience = 3, min_delta = -0.1},
    sequence = {shape = {10}, dtype = "float64", data = {5, 4, 3, 2.5, 2.4, 2.39, 2.389, 2.388, 2.387, 2.386}},
    waits = {0, 0, 0, 0, 1, 0, 1, 2, 3},
    stopped = 9,
    best = 2.39,
    best_epoch = 6},
  {
    name = "EarlyStopping",
    options = {mode = "min", patience = 1, start_from_epoch = 2, baseline = 2},
    sequence = {shape = {12}, dtype = "float64", data = {5, 3, 2, 2.5, 1.9, 2.6, 2.7, 1.95, 2.2, 3, 3.1, 0.5}},
    waits = {0, 0, 1, 2},
    stopped = 4,
    best = 2,
    best_epoch = 3},
  {
    name = "EarlyStopping",
    options = {mode = "min", patience = 2},
    sequence = {shape = {10}, dtype = "float64", data = {3, 2, nan, nan, 1.5, 1.6, 1.7, 1.8, 1.9, 2}},
    waits = {0, 0, 1, 2},
    stopped = 4,
    best = 2,
    best_epoch = 2},
  {
    name = "EarlyStopping",
    options = {mode = "min", patience = 3},
    sequence = {shape = {10}, dtype = "float64", data = {3, 2, nan, nan, 1.5, 1.6, 1.7, 1.8, 1.9, 2}},
    waits = {0, 0, 1, 2, 0, 1, 2, 3},
    stopped = 8,
    best = 1.5,
    best_epoch = 5},
  {
    name = "ReduceLROnPlateau",
    options = {mode = "min", patience = 2},
    sequence = {shape = {10}, dtype = "float64", data = {5, 4, 3, 2.5, 2.4, 2.39, 2.389, 2.388, 2.387, 2.386}},
    rates = {shape = {10}, dtype = "float64", data = {
      0.10000000149011612, 0.10000000149011612, 0.10000000149011612, 0.10000000149011612,
      0.10000000149011612, 0.10000000149011612, 0.10000000149011612, 0.10000000149011612,
      0.10000000149011612, 0.10000000149011612}}},
  {
    name = "ReduceLROnPlateau",
    options = {mode = "min", patience = 2},
    sequence = {shape = {10}, dtype = "float64", data = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1}},
    rates = {shape = {10}, dtype = "float64", data = {
      0.10000000149011612, 0.10000000149011612, 0.009999999776482582, 0.009999999776482582,
      0.0009999999310821295, 0.0009999999310821295, 9.99999901978299e-05, 9.99999901978299e-05,
      9.99999883788405e-06, 9.99999883788405e-06}}},
  {
    name = "ReduceLROnPlateau",
    options = {mode = "min", patience = 1, factor = 0.5, cooldown = 2},
    sequence = {shape = {10}, dtype = "float64", data = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1}},
    rates = {shape = {10}, dtype = "float64", data = {
      0.10000000149011612, 0.05000000074505806, 0.05000000074505806, 0.02500000037252903,
      0.02500000037252903, 0.012500000186264515, 0.012500000186264515, 0.0062500000931322575,
      0.0062500000931322575, 0.0031250000465661287}}},
  {
    name = "ReduceLROnPlateau",
    options = {mode = "min", patience = 1, factor = 0.5, min_lr = 0.02},
    sequence = {shape = {10}, dtype = "float64", data = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1}},
    rates = {shape = {10}, dtype = "float64", data = {
      0.10000000149011612, 0.05000000074505806, 0.02500000037252903, 0.019999999552965164,
      0.019999999552965164, 0.019999999552965164, 0.019999999552965164, 0.019999999552965164,
      0.019999999552965164, 0.019999999552965164}}},
  {
    name = "ReduceLROnPlateau",
    options = {mode = "min", patience = 2, factor = 0.3, min_delta = 0.2},
    sequence = {shape = {12}, dtype = "float64", data = {5, 3, 2, 2.5, 1.9, 2.6, 2.7, 1.95, 2.2, 3, 3.1, 0.5}},
    rates = {shape = {12}, dtype = "float64", data = {
      0.10000000149011612, 0.10000000149011612, 0.10000000149011612, 0.10000000149011612,
      0.030000001192092896, 0.030000001192092896, 0.009000000543892384, 0.009000000543892384,
      0.0027000000700354576, 0.0027000000700354576, 0.0008099999977275729, 0.0008099999977275729}}},
  {
    name = "ReduceLROnPlateau",
    options = {mode = "max", patience = 2, min_delta = 0.05},
    sequence = {shape = {10}, dtype = "float64", data = {
      0.1, 0.2, 0.4, 0.5, 0.55, 0.5, 0.56, 0.57, 0.571, 0.58}},
    rates = {shape = {10}, dtype = "float64", data = {
      0.10000000149011612, 0.10000000149011612, 0.10000000149011612, 0.10000000149011612,
      0.10000000149011612, 0.009999999776482582, 0.009999999776482582, 0.009999999776482582,
      0.0009999999310821295, 0.0009999999310821295}}},
  {
    name = "ReduceLROnPlateau",
    options = {mode = "min", patience = 1, factor = 0.7, cooldown = 1},
    sequence = {shape = {10}, dtype = "float64", data = {3, 1, 2.9, 0.9, 2.8, 0.85, 2.7, 0.84, 2.6, 0.839}},
    rates = {shape = {10}, dtype = "float64", data = {
      0.10000000149011612, 0.10000000149011612, 0.07000000029802322, 0.07000000029802322,
      0.04899999871850014, 0.04899999871850014, 0.034299999475479126, 0.034299999475479126,
      0.02400999888777733, 0.02400999888777733}}},
  {
    name = "ReduceLROnPlateau",
    options = {mode = "min", patience = 2},
    sequence = {shape = {10}, dtype = "float64", data = {3, 2, nan, nan, 1.5, 1.6, 1.7, 1.8, 1.9, 2}},
    rates = {shape = {10}, dtype = "float64", data = {
      0.10000000149011612, 0.10000000149011612, 0.10000000149011612, 0.009999999776482582,
      0.009999999776482582, 0.009999999776482582, 0.0009999999310821295, 0.0009999999310821295,
      9.99999901978299e-05, 9.99999901978299e-05}}},
  {
    name = "ReduceLROnPlateau",
    options = {mode = "min", patience = 1, min_delta = 0.5, cooldown = 3},
    sequence = {shape = {10}, dtype = "float64", data = {5, 4, 3, 2.5, 2.4, 2.39, 2.389, 2.388, 2.387, 2.386}},
    rates = {shape = {10}, dtype = "float64", data = {
      0.10000000149011612, 0.10000000149011612, 0.10000000149011612, 0.009999999776482582,
      0.009999999776482582, 0.009999999776482582, 0.0009999999310821295, 0.0009999999310821295,
      0.0009999999310821295, 9.99999901978299e-05}}},
  {
    name = "ModelCheckpoint",
    options = {mode = "min"},
    sequence = {shape = {12}, dtype = "float64", data = {5, 3, 2, 2.5, 1.9, 2.6, 2.7, 1.95, 2.2, 3, 3.1, 0.5}},
    saved = {
      "net-01-5.00.weights.h5",
      "net-02-3.00.weights.h5",
      "net-03-2.00.weights.h5",
      "net-04-2.50.weights.h5",
      "net-05-1.90.weights.h5",
      "net-06-2.60.weights.h5",
      "net-07-2.70.weights.h5",
      "net-08-1.95.weights.h5",
      "net-09-2.20.weights.h5",
      "net-10-3.00.weights.h5",
      "net-11-3.10.weights.h5",
      "net-12-0.50.weights.h5"}},
  {
    name = "ModelCheckpoint",
    options = {mode = "min", save_best_only = true},
    sequence = {shape = {12}, dtype = "float64", data = {5, 3, 2, 2.5, 1.9, 2.6, 2.7, 1.95, 2.2, 3, 3.1, 0.5}},
    saved = {
      "net-01-5.00.weights.h5",
      "net-02-3.00.weights.h5",
      "net-03-2.00.weights.h5",
      "net-05-1.90.weights.h5",
      "net-12-0.50.weights.h5"}},
  {
    name = "ModelCheckpoint",
    options = {mode = "max", save_best_only = true},
    sequence = {shape = {10}, dtype = "float64", data = {
      0.1, 0.2, 0.4, 0.5, 0.55, 0.5, 0.56, 0.57, 0.571, 0.58}},
    saved = {
      "net-01-0.10.weights.h5",
      "net-02-0.20.weights.h5",
      "net-03-0.40.weights.h5",
      "net-04-0.50.weights.h5",
      "net-05-0.55.weights.h5",
      "net-07-0.56.weights.h5",
      "net-08-0.57.weights.h5",
      "net-09-0.57.weights.h5",
      "net-10-0.58.weights.h5"}},
  {
    name = "ModelCheckpoint",
    options = {mode = "min", save_best_only = true, initial_value_threshold = 2.2},
    sequence = {shape = {12}, dtype = "float64", data = {5, 3, 2, 2.5, 1.9, 2.6, 2.7, 1.95, 2.2, 3, 3.1, 0.5}},
    saved = {"net-03-2.00.weights.h5", "net-05-1.90.weights.h5", "net-12-0.50.weights.h5"}},
  {
    name = "ModelCheckpoint",
    options = {mode = "min", save_freq = 4},
    sequence = {shape = {10}, dtype = "float64", data = {3, 1, 2.9, 0.9, 2.8, 0.85, 2.7, 0.84, 2.6, 0.839}},
    saved = {
      "net-02-1.00.weights.h5",
      "net-03-2.90.weights.h5",
      "net-04-0.90.weights.h5",
      "net-06-0.85.weights.h5",
      "net-07-2.70.weights.h5",
      "net-08-0.84.weights.h5",
      "net-10-0.84.weights.h5"}},
  {
    name = "ModelCheckpoint",
    options = {mode = "min", save_freq = 3},
    sequence = {shape = {10}, dtype = "float64", data = {3, 1, 2.9, 0.9, 2.8, 0.85, 2.7, 0.84, 2.6, 0.839}},
    saved = {
      "net-01-3.00.weights.h5",
      "net-02-1.00.weights.h5",
      "net-03-2.90.weights.h5",
      "net-04-0.90.weights.h5",
      "net-05-2.80.weights.h5",
      "net-06-0.85.weights.h5",
      "net-07-2.70.weights.h5",
      "net-08-0.84.weights.h5",
      "net-09-2.60.weights.h5",
      "net-10-0.84.weights.h5"}},
  {
    name = "CSVLogger",
    options = {},
    records = {
      {loss = 0.5, accuracy = 0.3333333333333333},
      {loss = 1e-07, accuracy = 1},
      {loss = nan, accuracy = 1e+20}},
    text = "epoch,accuracy,loss,val_accuracy,val_loss\r\n0,0.3333333333333333,0.5,NA,NA\r\n1,1.0,1e-07,NA,NA\r\n2,1e+20,nan,NA,NA\r\n"},
  {
    name = "CSVLogger",
    options = {separator = ";"},
    records = {{loss = 2}, {loss = 1.5, val_loss = 0.1}, {val_loss = 3}},
    text = "epoch;loss;val_loss\r\n0;2.0;NA\r\n1;1.5;0.1\r\n2;NA;3.0\r\n"},
  {
    name = "signature",
    options = {},
    class = "BackupAndRestore",
    params = {
      {name = "backup_dir", required = true},
      {name = "save_freq", default = "epoch"},
      {name = "double_checkpoint", default = false},
      {name = "delete_checkpoint", default = true}}},
  {
    name = "signature",
    options = {},
    class = "CSVLogger",
    params = {
      {name = "filename", required = true},
      {name = "separator", default = ","},
      {name = "append", default = false}}},
  {
    name = "signature",
    options = {},
    class = "EarlyStopping",
    params = {
      {name = "monitor", default = "val_loss"},
      {name = "min_delta", default = 0},
      {name = "patience", default = 0},
      {name = "verbose", default = 0},
      {name = "mode", default = "auto"},
      {name = "baseline"},
      {name = "restore_best_weights", default = false},
      {name = "start_from_epoch", default = 0}}},
  {
    name = "signature",
    options = {},
    class = "LearningRateScheduler",
    params = {{name = "schedule", required = true}, {name = "verbose", default = 0}}},
  {
    name = "signature",
    options = {},
    class = "ModelCheckpoint",
    params = {
      {name = "filepath", required = true},
      {name = "monitor", default = "val_loss"},
      {name = "verbose", default = 0},
      {name = "save_best_only", default = false},
      {name = "save_weights_only", default = false},
      {name = "mode", default = "auto"},
      {name = "save_freq", default = "epoch"},
      {name = "initial_value_threshold"}}},
  {
    name = "signature",
    options = {},
    class = "ReduceLROnPlateau",
    params = {
      {name = "monitor", default = "val_loss"},
      {name = "factor", default = 0.1},
      {name = "patience", default = 10},
      {name = "verbose", default = 0},
      {name = "mode", default = "auto"},
      {name = "min_delta", default = 0.0001},
      {name = "cooldown", default = 0},
      {name = "min_lr", default = 0}}},
  {
    name = "signature",
    options = {},
    class = "RemoteMonitor",
    params = {
      {name = "root", default = "http://localhost:9000"},
      {name = "path", default = "/publish/epoch/end/"},
      {name = "field", default = "data"},
      {name = "headers"},
      {name = "send_as_json", default = false}}},
  {
    name = "signature",
    options = {},
    class = "SwapEMAWeights",
    params = {{name = "swap_on_epoch", default = false}}},
  {
    name = "signature",
    options = {},
    class = "TerminateOnNaN",
    params = {{name = "raise_error", default = false}}},
}
