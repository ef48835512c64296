-- knn.clone_model: the same architecture with weights of its own.
local T = dofile "tests/lua/harness.lua"
local knn = require "knn"
local L = knn.layers

-- What holds of every clone: paths, shapes and layers are the same, and no weight is shared.
local function check(model, x)
  local clone = knn.clone_model(model)
  T.equal(clone.name, model.name)
  T.equal(clone:summary{print = false}, model:summary{print = false})
  T.equal(#clone.weights, #model.weights)
  for i, layer in ipairs(model.layers) do
    T.equal(clone.layers[i].name, layer.name)
    T.equal(clone.layers[i].class_name, layer.class_name)
    T.equal(clone.layers[i].trainable, layer.trainable)
  end
  local before = model(x)
  T.equal(clone(x).shape, before.shape)
  T.ok(tostring(clone(x)) ~= tostring(before), "the clone has the same weights")
  clone:set_weights(model:get_weights())
  T.equal(clone(x):totable(), before:totable())
  for _, w in ipairs(clone.weights) do w[{}] = 0 end
  T.equal(model(x):totable(), before:totable())
  return clone
end

T.test("a stack", function()
  local model = knn.Sequential{
    L.Dense{4, activation = "tanh", input_shape = {3}, name = "first"},
    L.Dense{2, kernel_regularizer = "l2", trainable = false}}
  local clone = check(model, knn.randn(5, 3))
  model:compile{loss = "mse", optimizer = "sgd"}
  T.raises("compile", clone.fit, clone, knn.randn(5, 3), knn.randn(5, 2))
end)

T.test("a stack built by its data, and wrappers", function()
  local model = knn.Sequential{L.Bidirectional{L.GRU{3, return_sequences = true}}, L.TimeDistributed{L.Dense{2}}}
  model(knn.randn(2, 4, 3))
  check(model, knn.randn(2, 4, 3))
  T.equal(#knn.clone_model(knn.Sequential{L.Dense{2}}).weights, 0)
end)

T.test("a drawn model: shared layers, operators, branches, a model inside", function()
  local inner = knn.Sequential{L.Dense{3, input_shape = {3}}, name = "inner"}
  local x = knn.Input{shape = {3}, name = "x"}
  local shared = L.Dense{3, activation = "relu"}
  local a = shared(x)
  local b = shared(inner(a) * 2 + a)
  local model = knn.Model{inputs = x, outputs = L.Concatenate{}({a, b}), name = "drawn"}
  local clone = check(model, knn.randn(4, 3))
  T.equal(#clone.weights, 4)
  T.equal(clone:get_layer("inner").class_name, "Sequential")
end)

T.test("names of inputs and outputs", function()
  local a, b = knn.Input{shape = {2}}, knn.Input{shape = {2}}
  local model = knn.Model{inputs = {left = a, right = b}, outputs = {sum = L.Dense{1}(a + b)}}
  local out = knn.clone_model(model){left = knn.ones(1, 2), right = knn.ones(1, 2)}
  T.equal(out.shape or out.sum.shape, {1, 1})
end)

T.test("a layer written in Lua is refused", function()
  local Twice = knn.layer("Twice", {call = function(_, x) return x * 2 end})
  T.raises("cannot be made again", knn.clone_model, knn.Sequential{Twice{input_shape = {2}}})
  T.raises("knn.Model expected", knn.clone_model, 3)
end)

T.run()
