-- History: the logs of all epochs, also over several runs.
local common = require "knn.callbacks.common"

local History = {}

function History:init() self.history, self.epoch = {}, {} end

function History:on_train_begin() self.epoch = {} end

function History:on_epoch_end(epoch, logs)
  self.epoch[#self.epoch + 1] = epoch
  for name, value in pairs(logs) do
    local column = self.history[name] or {}
    self.history[name] = column
    column[#column + 1] = value
  end
end

return common.class("History", {
  summary = "Keeps the logs of every epoch; fit returns one anyway, this one goes on growing when it is used again.",
  detail = "history: a list per log; epoch: the numbers of the last run's epochs",
  source = "Keras, History",
  params = {},
}, History)
