-- Replays: the losses of 50 training steps from the same weights on the same batches, planned and
-- eager, and the weights after them.
local K = dofile "tests/lua/keras.lua"
local knn = require "knn"
local T = K.T

local function train(case, run_eagerly)
  local model = K.model(case)
  local x, y, losses = K.tensor(case.x), K.targets(case), {}
  model:compile{loss = case.loss, optimizer = K.optimizer(case), run_eagerly = run_eagerly}
  for step = 1, #case.losses.data do
    local first = (step - 1) % case.batches * case.batch_size + 1
    local range = {first, first + case.batch_size - 1}
    losses[step] = model:train_on_batch(x[{range}], y[{range}])
  end
  return losses, model
end

-- Weights after the last step: mean, sum of squares and the first numbers of each.
local function check_weights(case, model)
  for i, w in ipairs(model:get_weights()) do
    local final, name, all = case.final[i], case.initial[i].name, w:reshape{-1}:double()
    local n = #all
    K.close(all:mean(), final.sum / n, name .. ": mean", nil, math.sqrt(final.squares / n))
    K.close(all:square():sum(), final.squares, name .. ": sum of squares")
    K.close(all[{{1, #final.first.data}}], final.first, name .. ": first numbers")
  end
end

for _, case in ipairs(K.golden.cases "replay") do
  T.test(K.title{name = case.name .. " " .. case.optimizer, options = case.options}, function()
    for _, run_eagerly in ipairs{false, true} do
      local losses, model = train(case, run_eagerly)
      for step, loss in ipairs(losses) do
        local expected = case.losses.data[step]
        if not (math.abs(loss - expected) <= 1e-5 * math.abs(expected)) then
          local text = "loss of step %d: got %.9g, Keras has %.9g (run_eagerly %s)"
          error(text:format(step, loss, expected, run_eagerly))
        end
      end
      check_weights(case, model)
    end
  end)
end

T.run()
