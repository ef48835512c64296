-- EarlyStopping: the run ends when a log no longer improves.
local common = require "knn.callbacks.common"
local core = require "knn.core"

local EarlyStopping = {state = {"best", "best_epoch", "wait", "stopped_epoch"}}

function EarlyStopping:on_train_begin()
  self.wait, self.stopped_epoch, self.best_epoch = 0, 0, 0
  self.best, self.best_weights, self.grows = nil, nil, nil
end

function EarlyStopping:remember(value, epoch)
  self.best, self.best_epoch = value, epoch
  if self.restore_best_weights then self.best_weights = self.model:get_weights() end
end

function EarlyStopping:on_epoch_end(epoch, logs)
  local value = common.watched(self, "EarlyStopping", logs)
  if value == nil or epoch <= self.start_from_epoch then return end
  if self.restore_best_weights and not self.best_weights then
    self.best_weights, self.best_epoch = self.model:get_weights(), epoch
  end
  self.wait = self.wait + 1
  if common.improves(self, "EarlyStopping", value, self.best) then
    self:remember(value, epoch)
    if common.improves(self, "EarlyStopping", value, self.baseline) then self.wait = 0 end
  elseif self.wait >= self.patience and epoch > 1 then
    self.stopped_epoch = epoch
    self.model.stop_training = true
  end
end

function EarlyStopping:on_train_end()
  if self.stopped_epoch > 0 and self.verbose > 0 then
    core.write(("Epoch %d: early stopping\n"):format(self.stopped_epoch))
  end
  if not self.best_weights then return end
  if self.verbose > 0 then
    core.write(("Restoring model weights from the end of the best epoch: %d.\n"):format(self.best_epoch))
  end
  self.model:set_weights(self.best_weights)
  self.best_weights = nil
end

return common.class("EarlyStopping", {
  summary = "Ends the run when a log has not improved for `patience` epochs.",
  detail = "An improvement is more than min_delta. One that does not beat the baseline is remembered, but waiting goes on.",
  source = "Keras, EarlyStopping",
  params = common.watching {
    {name = "min_delta", default = 0, doc = "Least change that counts."},
    {name = "patience", default = 0, doc = "Epochs without improvement that are borne."},
    {name = "verbose", default = 0, doc = "1: tell when it stops."},
    {name = "baseline", kind = "number", doc = "Value that the log has to beat."},
    {name = "restore_best_weights", default = false, doc = "At the end the weights of the best epoch come back."},
    {name = "start_from_epoch", default = 0, doc = "Epochs that are not watched."},
  },
}, EarlyStopping)
