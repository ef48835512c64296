-- Losses: the reduced value, the loss of each sample, the gradient by the predictions; with and
-- without sample weights.
local K = dofile "tests/lua/keras.lua"
local knn = require "knn"

local function check(case, class)
  local loss = class(K.options(case.options))
  local y_true, y_pred = K.tensor(case.y_true), K.tensor(case.y_pred)
  local weight = case.sample_weight and K.tensor(case.sample_weight)
  K.close(loss(y_true, y_pred, weight), case.value)
  K.close(knn.grad(function(p) return loss(y_true, p, weight) end)(y_pred), case.grad, "gradient")
  local options = K.options(case.options)
  options.reduction = "none"
  K.close(class(options)(y_true, y_pred), case.each, "losses of the samples")
end

K.each("losses", "losses", check)
K.each("losses_more", "losses", check)

K.T.run()
