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
  T.test(K.title{name = case.name .. " " .. case.optimizer .. " " .. case.loss, options = case.options}, function()
    local model, x, y = K.model(case), K.tensor(case.x), K.targets(case)
    model:compile{loss = case.loss, optimizer = knn.optimizers[case.optimizer](K.options(case.options)), metrics = case.metrics}
    local history = model:fit(x, y, {
      batch_size = case.batch_size, epochs = case.epochs, shuffle = false, verbose = 0,
      validation_split = case.validation_split, class_weight = class_weight(case.class_weight),
      sample_weight = case.sample_weight and K.tensor(case.sample_weight) or nil,
    })
    for name, expected in pairs(case.history) do
      T.ok(history.history[name], "the history has no " .. name)
      K.close(knn.tensor(history.history[name], "float64"), expected, name)
    end
    for name in pairs(history.history) do T.ok(case.history[name], "Keras's history has no " .. name) end
    K.close(knn.tensor({model:evaluate(x, y, {batch_size = case.batch_size, verbose = 0})}, "float64"), case.evaluate, "evaluate")
    K.close(model:predict(x[{{1, 5}}], {verbose = 0}), case.predict, "predict")
  end)
end

T.run()
