-- knn.compile: a function as a plan gives the bits of the function itself.
local T = dofile "tests/lua/harness.lua"
local knn = require "knn"
local L = knn.layers

-- Both have the same type, shape and bits.
local function same(a, b)
  T.equal(a.dtype, b.dtype)
  T.equal(a.shape, b.shape)
  T.equal(a:totable(), b:totable())
end

T.test("elementwise, products and sums", function()
  local w, b = knn.randn(7, 5), knn.randn(5)
  local f = function(x) return knn.ops.tanh(x:matmul(w) + b):sum(2, true) * 0.3 end
  local fast = knn.compile(f)
  for _, rows in ipairs {4, 1, 4, 9} do
    local x = knn.randn(rows, 7)
    same(fast(x), f(x))
  end
end)

T.test("f runs once per signature: shapes, types, and the values of what is no tensor", function()
  local runs = 0
  local fast = knn.compile(function(x, k, o)
    runs = runs + 1
    return x * k + (o and o.shift or 0)
  end)
  T.near(fast(knn.ones(2), 3), {3, 3})
  T.near(fast(knn.ones(2) * 2, 3), {6, 6})
  T.equal(runs, 1)
  T.near(fast(knn.ones(2), 4), {4, 4})
  T.near(fast(knn.ones(3), 4), {4, 4, 4})
  T.near(fast(knn.ones(2):int(), 4), {4, 4})
  T.near(fast(knn.ones(2), 4, {shift = 1}), {5, 5})
  T.equal(runs, 5)
  T.near(fast(knn.ones(2), 4, {shift = knn.tensor{1.0, 2.0}}), {5, 6})
  T.near(fast(knn.ones(2), 4, {shift = knn.tensor{5.0, 6.0}}), {9, 10})
  T.equal(runs, 6)
  T.near(fast(knn.ones(2), 3), {3, 3})
  T.equal(runs, 6)
end)

T.test("several results, tables of them, and what is no tensor", function()
  local fast = knn.compile(function(a, list) return a + list[1], {sum = list[2]:sum(), kind = "pair"}, nil, 7 end)
  local first, rest, nothing, seven = fast(knn.ones(2), {knn.ones(2), knn.arange(4)})
  T.near(first, {2, 2})
  T.near(rest.sum, 6)
  T.equal(rest.kind, "pair")
  T.equal(nothing, nil)
  T.equal(seven, 7)
  T.equal(select("#", knn.compile(function() end)(knn.ones(1))), 0)
end)

T.test("an argument and a captured tensor as results; results do not share memory", function()
  local w = knn.ones(2)
  local fast = knn.compile(function(x) return x, w, x end)
  local x = knn.zeros(2)
  local a, b, c = fast(x)
  a[1], b[1] = 5, 6
  T.near(x, {0, 0})
  T.near(w, {1, 1})
  T.near(c, {0, 0})
end)

T.test("what is captured is read as it is at each call", function()
  local w, layer = knn.ones(2, 2), L.Dense{2}
  local column = w[{{}, 1}]
  local f = function(x) return layer(x) * w + column end
  local x = knn.randn(2, 2)
  layer(x)
  local fast = knn.compile(f)
  same(fast(x), f(x))
  w[1] = 3
  layer.weights[1][1] = 0.5
  same(fast(x), f(x))
end)

T.test("weights that move in memory", function()
  local m = knn.Sequential{L.Dense{3, input_shape = {2}}, L.Dense{1}}
  local x, y = knn.randn(8, 2), knn.randn(8, 1)
  local fast = knn.compile(function(z) return m(z) end)
  same(fast(x), m(x))
  m:compile{loss = "mse", optimizer = "sgd"}
  m:fit(x, y, {epochs = 2, verbose = 0})
  same(fast(x), m(x))
  same(knn.compile(m)(x), m(x))
end)

T.test("random operations draw anew, and what they would draw one by one", function()
  local drop = L.Dropout{0.5}
  local f = function(x)
    local unused = knn.ops.random_uniform{shape = {3}}
    return drop(x, {training = true}) + knn.ops.random_normal{shape = {6}}, unused:sum()
  end
  local fast, x = knn.compile(f), knn.ones(6)
  knn.seed(3)
  local eager = {f(x), f(x), knn.rand(2)}
  knn.seed(3)
  local planned = {fast(x), fast(x), knn.rand(2)}
  for i = 1, 3 do same(planned[i], eager[i]) end
  T.ok(tostring(planned[1]) ~= tostring(planned[2]), "two calls drew the same")
end)

T.test("gradients inside, of arguments and of captured weights, and the second derivative", function()
  local m = knn.Sequential{L.Dense{4, activation = "tanh", input_shape = {3}}, L.Dense{1}}
  local loss = function(x, y) return ((m(x, {training = true}) - y) ^ 2):mean() end
  local both = knn.value_and_grad(loss, m.trainable_weights)
  local fast, x, y = knn.compile(both), knn.randn(5, 3), knn.randn(5, 1)
  local value, grads = both(x, y)
  local value2, grads2 = fast(x, y)
  same(value2, value)
  T.equal(#grads2, 4)
  for i = 1, 4 do same(grads2[i], grads[i]) end
  local penalty = knn.grad(function(z)
    local slope = knn.grad(function(u) return (u ^ 3):sum() end)(z)
    return (slope * slope):sum()
  end)
  same(knn.compile(penalty)(x), penalty(x))
  -- b stands before the tape: it does not depend on a there
  local outside = function(a)
    local b = a * 2
    return knn.grad(function(u) return (u * b):sum() end)(a)
  end
  same(knn.compile(outside)(x), outside(x))
end)

T.test("a compiled function inside of a gradient, of another one and of a layer is its function", function()
  local cube = knn.compile(function(x) return x ^ 3 end)
  T.near(knn.grad(function(x) return cube(x):sum() end)(knn.tensor{1.0, 2.0}), {3, 12})
  T.near(knn.compile(function(x) return cube(x) + 1 end)(knn.tensor{2.0}), {9})
  local m = knn.Sequential{L.Lambda{function(x) return cube(x) end, input_shape = {1}}}
  T.near(m(knn.tensor{{2.0}}), {{8}})
end)

T.test("a training step by hand learns as without compile", function()
  local function train(wrap)
    knn.seed(5)
    local m = knn.Sequential{L.Dense{4, activation = "relu", input_shape = {3}}, L.Dense{1}}
    local x, y = knn.randn(16, 3), knn.randn(16, 1)
    local optimizer = knn.optimizers.Adam{learning_rate = 0.01}
    local step = wrap(knn.value_and_grad(function(a, b) return ((m(a) - b) ^ 2):mean() end, m.trainable_weights))
    local value, grads
    for _ = 1, 10 do
      value, grads = step(x, y)
      optimizer:apply(grads, m.trainable_weights)
    end
    return value
  end
  same(train(knn.compile), train(function(f) return f end))
end)

T.test("moving statistics move at each call", function()
  local norm = L.BatchNormalization{}
  local x = knn.randn(6, 2)
  norm(x)
  local fast = knn.compile(function(z) return norm(z, {training = true}) end)
  fast(x)
  local once = norm.weights[3]:clone()
  fast(x)
  T.ok(tostring(once) ~= tostring(norm.weights[3]), "the moving mean stands still")
end)

T.test("errors", function()
  T.raises("compile: a function over tensors expected, got a number", knn.compile, 3)
  T.raises("has no data", knn.compile(function(x) return x:sum():item() end), knn.ones(2))
  T.raises("oh", knn.compile(function() error("oh", 0) end), knn.ones(2))
  T.raises("do not broadcast", knn.compile(function(x) return x + knn.ones(3) end), knn.ones(2))
  local loop = {}
  loop[1] = loop
  T.raises("contains itself", knn.compile(function() end), loop)
  T.near(knn.ones(2) + 1, {2, 2}) -- nothing is recorded after an error
end)

T.run()
