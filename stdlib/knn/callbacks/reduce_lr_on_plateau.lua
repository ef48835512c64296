-- ReduceLROnPlateau: a smaller learning rate when a log no longer improves.
local common = require "knn.callbacks.common"

-- A number as a float32 holds it.
local function float32(x) return (string.unpack("f", string.pack("f", x))) end

local ReduceLROnPlateau = {state = {"best", "wait", "cooldown_counter"}}

function ReduceLROnPlateau:init()
  if self.factor >= 1 then
    error(("ReduceLROnPlateau: option 'factor' must be below 1, got %g"):format(self.factor), 4)
  end
end

function ReduceLROnPlateau:on_train_begin()
  self.best, self.wait, self.cooldown_counter, self.grows = nil, 0, 0, nil
end

function ReduceLROnPlateau:reduce(epoch)
  local optimizer = self.model.optimizer
  local old = optimizer.learning_rate
  if old <= float32(self.min_lr) then return end
  local new = math.max(old * self.factor, self.min_lr)
  optimizer.learning_rate = new
  if self.verbose > 0 then
    common.say("Epoch %d: ReduceLROnPlateau reducing learning rate to %s.", epoch, common.number(new))
  end
  self.cooldown_counter, self.wait = self.cooldown, 0
end

function ReduceLROnPlateau:on_epoch_end(epoch, logs)
  logs.learning_rate = self.model.optimizer.learning_rate
  local value = common.watched(self, "ReduceLROnPlateau", logs)
  if value == nil then return end
  local resting = self.cooldown_counter > 0
  if resting then
    self.cooldown_counter, self.wait = self.cooldown_counter - 1, 0
    resting = self.cooldown_counter > 0
  end
  if common.improves(self, "ReduceLROnPlateau", value, self.best) then
    self.best, self.wait = value, 0
  elseif not resting then
    self.wait = self.wait + 1
    if self.wait >= self.patience then self:reduce(epoch) end
  end
end

return common.class("ReduceLROnPlateau", {
  summary = "Multiplies the learning rate by a factor when a log has not improved for `patience` epochs.",
  detail = "rate = max(rate * factor, min_lr); logs get learning_rate as it was during the epoch",
  source = "Keras, ReduceLROnPlateau",
  params = common.watching {
    {name = "factor", default = 0.1, doc = "What the rate is multiplied by."},
    {name = "patience", default = 10, doc = "Epochs without improvement that are borne."},
    {name = "verbose", default = 0, doc = "1: tell when it reduces."},
    {name = "min_delta", default = 1e-4, doc = "Least change that counts."},
    {name = "cooldown", default = 0, doc = "Epochs of rest after a reduction."},
    {name = "min_lr", default = 0.0, doc = "Least rate."},
  },
}, ReduceLROnPlateau)
