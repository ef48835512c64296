-- SwapEMAWeights: testing on the moving averages of the weights.
local common = require "knn.callbacks.common"

local SwapEMAWeights = {}

function SwapEMAWeights:init() self.averaged = false end

function SwapEMAWeights:swap(averaged)
  if self.averaged == averaged then return end
  self.model:swap_ema_weights()
  self.averaged = averaged
end

function SwapEMAWeights:on_train_begin() self.averaged = false end

function SwapEMAWeights:on_epoch_begin()
  if self.swap_on_epoch then self:swap(false) end
end

-- In the last epoch the averages stay the weights: they are their own averages, too, since the end of fit puts the
-- averages in.
function SwapEMAWeights:on_epoch_end(epoch)
  if not self.swap_on_epoch then return end
  self:swap(true)
  if epoch == self.params.epochs then self.model:set_ema_weights() end
end

function SwapEMAWeights:on_test_begin()
  self.before = self.averaged
  self:swap(true)
end

function SwapEMAWeights:on_test_end() self:swap(self.before) end

SwapEMAWeights.on_predict_begin = SwapEMAWeights.on_test_begin
SwapEMAWeights.on_predict_end = SwapEMAWeights.on_test_end

return common.class("SwapEMAWeights", {
  summary = "During validation, evaluation and prediction the weights are their moving averages.",
  detail = "The optimizer needs use_ema = true.",
  source = "Keras, SwapEMAWeights",
  params = {
    {name = "swap_on_epoch", default = false, doc = "Also between an epoch's end and the next one's beginning."},
  },
}, SwapEMAWeights)
