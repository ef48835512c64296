-- TerminateOnNaN: the run ends when the loss is no number.
local common = require "knn.callbacks.common"
local core = require "knn.core"

local TerminateOnNaN = {}

function TerminateOnNaN:on_train_batch_end(batch, logs)
  local loss = logs.loss
  if loss == nil or (loss == loss and math.abs(loss) < math.huge) then return end
  if self.raise_error then error(("Batch %d: invalid loss %s, training ends"):format(batch, tostring(loss)), 0) end
  core.write(("Batch %d: Invalid loss, terminating training\n"):format(batch))
  self.model.stop_training = true
end

return common.class("TerminateOnNaN", {
  summary = "Ends the run when the loss is NaN or infinite after a batch.",
  source = "Keras, TerminateOnNaN",
  params = {{name = "raise_error", default = false, doc = "As an error."}},
}, TerminateOnNaN)
