--- Callbacks: tables with methods that `fit`, `evaluate` and `predict` call.
-- A callback of your own is any table with some of on_train_begin(self, logs), on_train_end,
-- on_epoch_begin(self, epoch, logs), on_epoch_end, on_train_batch_begin(self, batch, logs), on_train_batch_end and the
-- same for test and predict. Epochs and batches count from 1. `self.model` is the model, `self.params` what the run is
-- about: {verbose, epochs, steps}, `self.callbacks` the list that it stands in. `self.model.stop_training = true` ends it.
-- Numbers that a method puts into logs stay there, for later callbacks and the history.
-- Callbacks with names of their own, as in Keras; each is a file in stdlib/knn/callbacks.
-- @module knn.callbacks
local files = {
  BackupAndRestore = "backup_and_restore",
  CSVLogger = "csv_logger",
  EarlyStopping = "early_stopping",
  History = "history",
  LambdaCallback = "lambda_callback",
  LearningRateScheduler = "learning_rate_scheduler",
  ModelCheckpoint = "model_checkpoint",
  ReduceLROnPlateau = "reduce_lr_on_plateau",
  RemoteMonitor = "remote_monitor",
  SwapEMAWeights = "swap_ema_weights",
  TerminateOnNaN = "terminate_on_nan",
}

-- Classes of keras.callbacks that are not here, and why.
local absent = {
  Callback = "any table with such methods is a callback",
  CallbackList = "fit takes a list",
  OrbaxCheckpoint = "checkpoints of a Python library; ModelCheckpoint and BackupAndRestore keep Keras's files",
  ProgbarLogger = "the bar is fit's option verbose",
}

-- __methods lets the prompt complete names that are not loaded yet.
local M = {}
local names = {}
for name in pairs(files) do names[name] = function(...) return M[name](...) end end

return setmetatable(M, {
  __methods = names,
  absent = absent,
  __index = function(t, name)
    if not files[name] then return nil end
    local class = require("knn.callbacks." .. files[name])
    rawset(t, name, class)
    return class
  end,
})
