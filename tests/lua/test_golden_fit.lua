-- Fit: histories over three epochs with a last partial batch, then evaluate and predict.
local K = dofile "tests/lua/keras.lua"
local knn = require "knn"
local T = K.T

local function class_weight(list)
  if not list then return nil end
  local out = {}
  for i, weight in ipairs(list) do out[i - 1] = weight end
  return out
end

for _, case in ipairs(K.golden.cases "fit") do
  local name = case.name .. " " .. case.optimizer .. " " .. case.loss
  T.test(K.title{name = name, options = case.options}, function()
    local model, x, y = K.model(case), K.tensor(case.x), K.targets(case)
    model:compile{loss = case.loss, optimizer = K.optimizer(case), metrics = case.metrics}
    local history = model:fit(x, y, {
      batch_size = case.batch_size, epochs = case.epochs, shuffle = false, verbose = 0,
      validation_split = case.validation_split, class_weight = class_weight(case.class_weight),
      sample_weight = case.sample_weight and K.tensor(case.sample_weight) or nil,
    })
    for log, expected in pairs(case.history) do
      T.ok(history.history[log], "the history has no " .. log)
      K.close(knn.tensor(history.history[log], "float64"), expected, log)
    end
    for log in pairs(history.history) do T.ok(case.history[log], "Keras has no log " .. log) end
    local scores = {model:evaluate(x, y, {batch_size = case.batch_size, verbose = 0})}
    K.close(knn.tensor(scores, "float64"), case.evaluate, "evaluate")
    K.close(model:predict(x[{{1, 5}}], {verbose = 0}), case.predict, "predict")
  end)
end

T.run()
