-- Optimizers: two weights, of shapes (3, 2) and (4), after each of five steps.
local K = dofile "tests/lua/keras.lua"
local knn = require "knn"

-- Weights to change: the kernel of one layer and the bias of another. The layers own them.
local function weights(start)
  local kernel, bias = knn.layers.Dense{2, use_bias = false}, knn.layers.Dense{4}
  kernel(knn.zeros{1, 3})
  bias(knn.zeros{1, 1})
  kernel:set_weights{K.tensor(start[1])}
  bias:set_weights{bias:get_weights()[1], K.tensor(start[2])}
  return {kernel.weights[1], bias.weights[2]}, {kernel, bias}
end

local function check(cases)
  return function(case, class)
    local optimizer = class(K.options(case.options))
    local ws <const>, layers <const> = weights(cases.start)
    local grads = {K.tensor(cases.grads[1]), K.tensor(cases.grads[2])}
    local after = {K.tensor(case.after[1]), K.tensor(case.after[2])}
    if case.learning_rate then
      K.close(optimizer.learning_rate, case.learning_rate, "default learning rate")
    end
    for step = 1, #grads[1] do
      optimizer:apply({grads[1][step], grads[2][step]}, ws)
      for i, w in ipairs(ws) do
        local expected = after[i][step]
        local data = expected:reshape{-1}:totable()
        local what = ("weight %d after step %d"):format(i, step)
        K.close(w, {shape = expected.shape, data = data}, what)
      end
    end
    K.T.equal(optimizer.iterations, #grads[1] // (case.options.gradient_accumulation_steps or 1))
    K.T.equal(#layers, #ws)
  end
end

for _, group in ipairs{"optimizers", "optimizers_more"} do
  K.each(group, "optimizers", check(K.golden.cases(group)))
end

K.T.run()
