-- Gradients of Lua functions.
local T = dofile "tests/lua/harness.lua"
local knn = require "knn"

T.test("a gradient by hand", function()
  local f = function(x) return (x ^ 3):sum() end
  T.near(knn.grad(f)(knn.tensor{1.0, 2.0}), {3.0, 12.0})
  T.near(knn.grad(f)(3):item(), 27)
end)

T.test("the second derivative, and the third", function()
  local function derivative(f) return function(x) return knn.grad(f)(x):sum() end end
  local f = function(x) return (x ^ 4):sum() end
  T.near(knn.grad(derivative(f))(knn.tensor{1.0, 2.0}), {12.0, 48.0})
  T.near(knn.grad(derivative(derivative(f)))(knn.tensor{1.0, 2.0}), {24.0, 48.0})
end)

T.test("a gradient penalty", function()
  -- g = d sum(w x^2) / dx = 2 w x; d sum(g^2) / dw = 8 w x^2
  local x = knn.tensor{1.0, 3.0}
  local penalty = function(w)
    local g = knn.grad(function(z) return (w * z * z):sum() end)(x)
    return (g * g):sum()
  end
  T.near(knn.grad(penalty)(knn.tensor{2.0, 5.0}), {16.0, 360.0})
end)

T.test("several arguments, and the value", function()
  local f = function(a, b) return (a * b):sum() end
  local a, b = knn.tensor{1.0, 2.0}, knn.tensor{3.0, 4.0}
  T.near(knn.grad(f, 2)(a, b), {1.0, 2.0})
  local value, da, db = knn.value_and_grad(f, {1, 2})(a, b)
  T.near(value:item(), 11)
  T.near(da, {3.0, 4.0})
  T.near(db, {1.0, 2.0})
end)

T.test("by tensors that the function does not receive", function()
  local w = {knn.tensor{2.0}, knn.tensor{5.0}}
  local value, grads = knn.value_and_grad(function() return (w[1] * w[1] * w[2]):sum() end, w)()
  T.near(value:item(), 20)
  T.equal(#grads, 2)
  T.near(grads[1], {20.0})
  T.near(grads[2], {4.0})
end)

T.test("indexing is differentiable", function()
  local f = function(x) return x[1] * x[2] + x[{3}] * 2 + x[{{2, 3}}]:sum() end
  T.near(knn.grad(f)(knn.tensor{2.0, 3.0, 4.0}), {3.0, 3.0, 3.0})
  local g = function(x) return (x[2] * x[{1}]):sum() + x[{{}, 1}]:sum() end
  T.near(knn.grad(g)(knn.tensor{{1.0, 2.0}, {3.0, 4.0}}), {{4.0, 4.0}, {2.0, 2.0}})
end)

T.test("what it does not depend on has gradient zero", function()
  T.near(knn.grad(function(_, b) return b:sum() end)(knn.ones(2), knn.ones(2)), {0.0, 0.0})
end)

T.test("misuse is explained", function()
  T.raises("return a tensor", knn.grad(function() return 1 end), 1)
  T.raises("must return one number, it returned a tensor of 2", knn.grad(function(x) return x * 2 end), knn.ones(2))
  T.raises("int64; gradients need float32 or float64", knn.grad(function(x) return x:sum() end), knn.tensor{1, 2})
  T.raises("there is no argument 2", knn.grad(function(x) return x:sum() end, 2), knn.ones(2))
  T.raises("cannot be assigned", knn.grad(function(x) x[1] = 2 return x:sum() end), knn.ones(2))
end)

T.test("an error inside leaves no tape behind", function()
  local thrown = {}
  local ok, err = pcall(knn.grad(function() error(thrown) end), 1)
  T.ok(not ok and err == thrown)
  T.equal(math.type(knn.tensor{5}[1]), "integer") -- a view again, no recording
  T.near(knn.grad(function(x) return (x * x):sum() end)(3):item(), 6)
end)

T.test("the gradient of cholesky is that of symmetric matrices", function()
  local b = knn.tensor({{1.2, 0.3, -0.4}, {0.1, 0.9, 0.5}, {-0.3, 0.2, 1.1}}, "float64")
  local w = knn.tensor({{1, 2, 3}, {-1, 0.5, 2}, {0.3, -0.7, 1}}, "float64")
  local function f(b) return (knn.ops.cholesky(knn.ops.matmul(b, b, {trans_b = true})) * w):sum() end
  local g, h = knn.grad(f)(b), 1e-6
  for i = 1, 3 do
    for j = 1, 3 do
      local step = knn.zeros({3, 3}, "float64")
      step[{i, j}] = h
      T.near(g[{i, j}], ((f(b + step) - f(b - step)) / (2 * h)):item(), 1e-6)
    end
  end
end)

T.run()
