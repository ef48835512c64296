-- LearningRateScheduler: the learning rate of every epoch from a function.
local common = require "knn.callbacks.common"

local LearningRateScheduler = {}

function LearningRateScheduler:on_epoch_begin(epoch)
  local optimizer = self.model.optimizer
  local rate = self.schedule(epoch, optimizer.learning_rate)
  if type(rate) ~= "number" then
    error(("LearningRateScheduler: the schedule must return a number, got a %s"):format(type(rate)), 0)
  end
  optimizer.learning_rate = rate
  if self.verbose > 0 then
    common.say("Epoch %d: LearningRateScheduler setting learning rate to %s.", epoch, common.number(rate))
  end
end

function LearningRateScheduler:on_epoch_end(_, logs)
  logs.learning_rate = self.model.optimizer.learning_rate
end

return common.class("LearningRateScheduler", {
  summary = "Sets the learning rate at the beginning of every epoch: schedule(epoch, rate).",
  detail = "The first epoch is 1; Keras's schedules count from 0.",
  source = "Keras, LearningRateScheduler",
  params = {
    {name = "schedule", kind = "function", required = true, doc = "Function of epoch and rate that returns the rate."},
    {name = "verbose", default = 0, doc = "1: tell the rate."},
  },
}, LearningRateScheduler)
