-- Models drawn with symbolic values: knn.Input, layers and operators on it, knn.Model.
local T = dofile "tests/lua/harness.lua"
local knn = require "knn"
local L = knn.layers

local function names(model)
  local list = {}
  for i, layer in ipairs(model.layers) do list[i] = layer.name end
  return table.concat(list, " ")
end

local function paths(model)
  local list = {}
  for i, w in ipairs(model:named_weights()) do list[i] = w.path end
  return table.concat(list, " ")
end

local function close(a, b)
  T.ok((a - b):abs():max():item() < 1e-5, "values differ: " .. tostring(a) .. tostring(b))
end

T.test("an input is a symbolic value", function()
  local x = knn.Input{shape = {4}, name = "x"}
  T.equal(tostring(x), "Tensor float32 Nonex4 (symbolic)")
  T.equal(tostring(knn.Input{shape = {}, batch_size = 3, dtype = "int32"}),
    "Tensor int32 3 (symbolic)")
  T.raises("symbolic value has no data", function() return x:item() end)
end)

T.test("layers, operators and ops draw", function()
  local x = knn.Input{shape = {4}}
  local a, b = L.Dense{3, activation = "relu"}, L.Dense{3}
  local y = (a(x) + b(x) * 2 - 1):reshape{-1, 3, 1}[{{}, {1, 2}}]
  T.equal(tostring(y), "Tensor float32 Nonex2x1 (symbolic)")
  local model = knn.Model{inputs = x, outputs = y}
  local data = knn.randn(5, 4)
  close(model(data), (a(data) + b(data) * 2 - 1):reshape{5, 3, 1}[{{}, {1, 2}}])
  close(model:predict(data, {verbose = 0}), model(data))
end)

T.test("layers stand in Keras's order, not in that of their making", function()
  knn.clear_session()
  local a, b = knn.Input{shape = {2}, name = "a"}, knn.Input{shape = {2}, name = "b"}
  local db1, da, db2 = L.Dense{2, name = "db1"}, L.Dense{2, name = "da"}, L.Dense{2, name = "db2"}
  local out = L.Dense{1, name = "o"}(db2(db1(b)) + da(a))
  local model = knn.Model{inputs = {a, b}, outputs = out}
  T.equal(names(model), "b db1 a db2 da o")
  T.equal(paths(model), "db1/kernel db1/bias db2/kernel db2/bias da/kernel da/bias o/kernel o/bias")
end)

T.test("a layer called twice has one set of weights", function()
  local shared = L.Dense{2}
  local a, b = knn.Input{shape = {3}}, knn.Input{shape = {3}}
  local model = knn.Model{inputs = {a, b}, outputs = shared(a) - shared(b)}
  T.equal(#model.weights, 2)
  local x, y = knn.randn(4, 3), knn.randn(4, 3)
  close(model{x, y}, shared(x) - shared(y))
  model:compile{loss = "mse", optimizer = "sgd"}
  model:fit({x, y}, knn.zeros(4, 2), {verbose = 0})
end)

T.test("models stand in models; stacks open a scope, drawn models do not", function()
  knn.clear_session()
  local x = knn.Input{shape = {3}}
  local inner = knn.Model{inputs = x, outputs = L.Dense{4}(x), name = "inner"}
  local stack = knn.Sequential{L.Dense{2, input_shape = {4}}, name = "stack"}
  local z = knn.Input{shape = {3}}
  local outer = knn.Model{inputs = z, outputs = stack(inner(z))}
  T.equal(names(outer), "input_layer_2 inner stack")
  T.equal(paths(outer), "dense/kernel dense/bias stack/dense_1/kernel stack/dense_1/bias")
  local data = knn.randn(2, 3)
  close(outer(data), stack(inner(data)))
  T.ok(outer:get_layer "inner" == inner)
end)

T.test("a model can be made of inner values of another one", function()
  local x = knn.Input{shape = {4}}
  local hidden = L.Dense{5, activation = "relu", name = "hidden"}
  local model = knn.Model{inputs = x, outputs = L.Dense{2}(hidden(x))}
  local head = knn.Model{inputs = model.inputs, outputs = model:get_layer "hidden".output}
  local tail = knn.Model{inputs = model:get_layer "hidden".output, outputs = model.outputs}
  local data = knn.randn(3, 4)
  close(head(data), hidden(data))
  close(tail(head(data)), model(data))
  T.equal(names(tail), "hiddenCLONE " .. model.layers[3].name)
end)

T.test("so can parts of a stack", function()
  local stack = knn.Sequential{
    L.Dense{5, input_shape = {4}, name = "first"}, L.Dense{2, name = "second"}}
  local head = knn.Model{inputs = stack.inputs, outputs = stack:get_layer "first".output}
  local data = knn.randn(3, 4)
  close(head(data), stack.layers[1](data))
  T.equal(tostring(stack.output), "Tensor float32 Nonex2 (symbolic)")
  T.raises("it is not built", function() return knn.Sequential{L.Dense{2}}.inputs end)
end)

T.test("inputs and outputs by name", function()
  local a, b = knn.Input{shape = {2}, name = "left"}, knn.Input{shape = {2}, name = "right"}
  local model = knn.Model{
    inputs = {left = a, right = b}, outputs = {sum = a + b, difference = a - b}}
  local x, y = knn.randn(3, 2), knn.randn(3, 2)
  local out = model{right = y, left = x}
  close(out.sum, x + y)
  close(out.difference, x - y)
  T.raises("the input 'right' is missing", function() return model{left = x} end)
end)

T.test("a list of outputs gives several results", function()
  local x = knn.Input{shape = {2}}
  local model = knn.Model{inputs = x, outputs = {x * 2, x * 3}}
  local a, b = model(knn.ones(1, 2))
  close(a, knn.full({1, 2}, 2))
  close(b, knn.full({1, 2}, 3))
  a, b = model:predict(knn.ones(4, 2), {verbose = 0})
  close(b, knn.full({4, 2}, 3))
end)

T.test("an input takes an axis of 1 more or less", function()
  local x = knn.Input{shape = {3}}
  local model = knn.Model{inputs = x, outputs = x * 2}
  close(model(knn.ones(2, 3, 1)), knn.full({2, 3}, 2))
  close(model:predict(knn.ones(2, 3, 1), {verbose = 0}), knn.full({2, 3}, 2))
end)

T.test("training of a call can be fixed when it is drawn", function()
  local x = knn.Input{shape = {100}}
  local drop = L.Dropout{0.5}
  local model = knn.Model{inputs = x, outputs = drop(x, {training = true})}
  T.ok(model:predict(knn.ones(1, 100), {verbose = 0}):min():item() == 0)
  local plain = knn.Model{inputs = x, outputs = drop(x)}
  T.ok(plain:predict(knn.ones(1, 100), {verbose = 0}):min():item() == 1)
end)

T.test("masks go along", function()
  local x = knn.Input{shape = {knn.ANY, 2}}
  local y = L.Dense{3}(L.Masking{}(x))
  local model = knn.Model{inputs = x, outputs = y}
  local data = knn.tensor{{{1, 1}, {0, 0}}}:float()
  T.equal(tostring(model(data).mask), "Tensor bool 1x2\n[[ true false]]")
end)

T.test("ids stay whole where an input is of integers", function()
  local ids = knn.Input{shape = {knn.ANY}, dtype = "int32"}
  local model = knn.Model{inputs = ids, outputs = L.Embedding{10, 3}(ids):mean(2)}
  T.equal(model:predict(knn.tensor{{1, 2}, {3, 9}}, {verbose = 0}).shape[2], 3)
end)

T.test("drawings go with their last value", function()
  collectgarbage()
  local _, before = knn.memory()
  do
    local x = knn.Input{shape = {4}}
    for _ = 1, 20000 do x = x + 1 end
  end
  collectgarbage()
  collectgarbage()
  local _, after = knn.memory()
  T.ok(after <= before, "blocks were left behind: " .. after - before)
end)

T.test("merging layers, as classes and as functions", function()
  local a, b = knn.Input{shape = {3, 4}}, knn.Input{shape = {5, 4}}
  T.equal(tostring(L.Dot{3}{a, b}), "Tensor float32 Nonex3x5 (symbolic)")
  T.equal(tostring(L.concatenate({a, b}, {axis = 2})), "Tensor float32 Nonex8x4 (symbolic)")
  T.equal(L.add{knn.ones{1, 2, 2}, knn.full({1, 2}, 2)}:totable(), {{{3, 3}, {3, 3}}})
  T.equal(L.average{knn.ones{1, 2}, knn.full({1, 2}, 2)}:totable(), {{1.5, 1.5}})
  T.near(L.dot({knn.tensor{{3., 4}}, knn.tensor{{4., 3}}}, {axes = 2, normalize = true}), {{0.96}})
  T.raises("2 inputs expected, got 1", L.Subtract{}, {a})
end)

T.test("merging layers and masks", function()
  local mask = L.Masking{}
  local x = mask(knn.tensor{{{1., 1}, {0, 0}, {3, 3}}})
  local y = mask(knn.tensor{{{0., 0}, {0, 0}, {5, 5}}})
  local product = L.multiply{x, y}
  T.equal(product:totable(), {{{1, 1}, {0, 0}, {15, 15}}})
  T.equal(product.mask:totable(), {{true, false, true}})
  T.equal(L.maximum{-x, -y}.mask, nil)
  T.equal(L.minimum{x, y}:totable(), {{{1, 1}, {0, 0}, {3, 3}}})
  T.equal(L.add{x, y + 0}.mask, nil)
  T.equal(L.concatenate({x, y + 0}, {axis = 2}).mask:totable(),
    {{true, false, true, true, true, true}})
end)

T.test("wrong drawings", function()
  local a, b = knn.Input{shape = {2}, name = "a"}, knn.Input{shape = {2}, name = "b"}
  local function fails(options, text)
    T.raises(text, function() return knn.Model(options) end)
  end
  fails({inputs = a, outputs = a + b}, "an output depends on the input 'b', which is not among")
  fails({inputs = a, outputs = knn.ones(2)}, "outputs: value 1 is no symbolic value")
  fails({inputs = knn.ones(2), outputs = a}, "inputs: value 1 is no symbolic value")
  fails({inputs = {a, a}, outputs = a}, "inputs: 'a' is given twice")
  fails({inputs = a}, "Model: 'outputs' is missing")
  fails({inputs = a, outputs = 3}, "Model: outputs must be symbolic values")
  fails({inputs = a, outputs = a, units = 3}, "Model: unknown option 'units'")
  fails({inputs = {a, x = b}, outputs = a}, "Model: 'inputs' has values by position and by name")
  local d, e = L.Dense{2, name = "d"}, L.Dense{2, name = "d"}
  fails({inputs = a, outputs = d(e(a))}, "two of its operations are called 'd'")
  T.raises("has never been called on symbolic values", function() return L.Dense{2}.output end)
  T.raises("input with 4 axes (batch first) expected", function() return L.Conv2D{2, 3}(a) end)
  local model = knn.Model{inputs = {a, b}, outputs = a + b, name = "m"}
  T.raises("2 inputs expected (a, b), got 1", function() return model(knn.ones(1, 2)) end)
  T.raises("model 'm' has 2 inputs, but 1", function() return model:predict(knn.ones(1, 2)) end)
  T.raises("input 2 ('b') has shape (None, 2), got x 2 of shape (1, 3)", function() return model:predict{knn.ones(1, 2), knn.ones(1, 3)} end)
end)

T.test("a symbolic value cannot be used inside a call", function()
  local x = knn.Input{shape = {2}}
  local Bad = knn.layer("Bad", {call = function(_, y) return y + x end})
  T.raises("symbolic value of a model's drawing was used inside a call", function() return Bad{}(knn.Input{shape = {2}}) end)
end)

T.test("images of any size: padding = same with strides is placed when the size is known", function()
  local L = knn.layers
  local x = knn.Input{shape = {knn.ANY, knn.ANY, 2}}
  local conv = L.Conv2D{3, 3, strides = 2, padding = "same"}
  local pool = L.MaxPooling2D{3, strides = 2, padding = "same"}
  local model = knn.Model{inputs = x, outputs = pool(conv(x))}
  T.equal(model.outputs[1].shape, {knn.ANY, knn.ANY, knn.ANY, 3})
  for _, size in ipairs {{7, 8}, {10, 5}} do
    local image = knn.rand(1, size[1], size[2], 2)
    T.equal(model:predict(image, {verbose = 0}):totable(), pool(conv(image)):totable())
  end
end)

T.run()
