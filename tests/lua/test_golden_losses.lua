-- Losses: the reduced value, the loss of each sample, the gradient by the predictions; with and
-- without sample weights.
local K = dofile "tests/lua/keras.lua"
local knn = require "knn"

local function check(case, class)
  local loss = class(K.options(case.options))
  local y_true, y_pred = K.tensor(case.y_true), K.tensor(case.y_pred)
  local weight = case.sample_weight and K.tensor(case.sample_weight)
  K.close(loss(y_true, y_pred, weight), case.value)
  local function total(p)
    local value = loss(y_true, p, weight)
    return value.rank > 0 and value:sum() or value
  end
  K.close(knn.grad(total)(y_pred), case.grad, "gradient")
  local options = K.options(case.options)
  options.reduction = "none"
  K.close(class(options)(y_true, y_pred), case.each, "losses of the samples")
end

K.each("losses", "losses", check)
K.each("losses_more", "losses", check)
K.each("losses_rest", "losses", check)

K.T.run()
