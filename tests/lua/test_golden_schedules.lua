-- Learning-rate schedules by step, as functions and inside an optimizer that is stepping.
local K = dofile "tests/lua/keras.lua"
local knn = require "knn"

local steps = K.golden.cases("schedules").step

K.each("schedules", "schedules", function(case, class)
  local schedule = class(K.options(case.options))
  for i, step in ipairs(steps) do
    K.close(schedule(step), case.values.data[i], "rate of step " .. step)
  end
end)

K.T.test("an optimizer takes the rate of its step", function()
  local case = K.golden.cases("schedules")[1]
  local layer = knn.layers.Dense{1, use_bias = false}
  layer(knn.zeros{1, 1})
  local schedule = knn.schedules[case.name](K.options(case.options))
  local optimizer = knn.optimizers.SGD{learning_rate = schedule}
  local gradient, at = knn.ones{1, 1}, 1
  for step = 0, steps[#steps] do
    if step == steps[at] then
      K.close(optimizer.learning_rate, case.values.data[at], "rate of step " .. step)
      at = at + 1
    end
    optimizer:apply({gradient}, layer.trainable_weights)
  end
end)

K.T.run()
