-- Combinations: whole fits of models that use many parts at once: histories with metrics and
-- weighted metrics, predictions and weights after them, planned and eager.
local K = dofile "tests/lua/keras.lua"
local knn = require "knn"
local T = K.T

local function fit(case, run_eagerly)
  local model = K.model(case)
  model:compile{
    loss = case.loss, optimizer = K.optimizer(case), metrics = case.metrics,
    weighted_metrics = case.weighted_metrics, run_eagerly = run_eagerly,
  }
  local history = model:fit(K.tensor(case.x), K.targets(case), {
    batch_size = case.batch_size, epochs = case.epochs, shuffle = false, verbose = 0,
    validation_split = case.validation_split, sample_weight = K.tensor(case.sample_weight),
  })
  return model, history.history
end

local function check(case, run_eagerly)
  local model, history = fit(case, run_eagerly)
  for log, expected in pairs(case.history) do
    T.ok(history[log], "the history has no " .. log)
    K.close(knn.tensor(history[log], "float64"), expected, log)
  end
  for log in pairs(history) do T.ok(case.history[log], "Keras has no log " .. log) end
  for i, w in ipairs(model:get_weights()) do
    local flat, expected = w:reshape{-1}, case.final[i]
    K.close(flat[{{1, #expected.data}}], expected, case.initial[i].name)
  end
  K.close(model:predict(K.tensor(case.x)[{{1, 5}}], {verbose = 0}), case.predict, "predict")
end

for _, case in ipairs(K.golden.cases "combinations") do
  T.test(case.name, function() check(case, false) end)
  T.test(case.name .. ", eagerly", function() check(case, true) end)
end

T.run()
