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

local log1pexp = knn.custom_gradient(function(x)
  local e = x:exp()
  return (e + 1):log(), function(upstream) return upstream * (1 - 1 / (e + 1)) end
end)

T.test("a gradient written by hand", function()
  T.near(log1pexp(knn.tensor{0.0}), {math.log(2)})
  local f = function(x) return log1pexp(x):sum() end
  T.near(knn.grad(f)(knn.tensor{0.0, 100.0}), {0.5, 1.0}) -- e^100 / (1 + e^100) would be inf / inf
  T.near(knn.grad(function(x) return (knn.grad(f)(x)):sum() end)(knn.tensor{0.0, 1.0}), {0.25, 0.1966119}, 1e-5)
  local product = knn.ops.custom_gradient(function(a, scale, b)
    return a * b * scale, function(upstream) return upstream * 10, upstream * b end
  end)
  local da, db = knn.grad(function(a, b) return product(a, 2, b):sum() end, {1, 2})(knn.ones(2), knn.ones(2) * 3)
  T.equal(da:totable(), {10, 10})
  T.equal(db:totable(), {3, 3})
  local twice = knn.compile(knn.grad(function(x) return log1pexp(x * 2):sum() end))
  T.near(twice(knn.tensor{0.0, 50.0}), {1.0, 2.0})
end)

T.test("a layer with a gradient written by hand trains", function()
  local Flip = knn.layer("Flip", {}, {
    call = function(_, x)
      return knn.custom_gradient(function(v) return v, function(upstream) return -upstream end end)(x)
    end,
  })
  local model = knn.Sequential{knn.layers.Dense{1, input_shape = {1}, kernel_initializer = "ones", use_bias = false}, Flip{}}
  model:compile{loss = "mse", optimizer = knn.optimizers.SGD{learning_rate = 0.1}}
  model:fit(knn.ones(4, 1), knn.zeros(4, 1), {verbose = 0})
  T.near(model.weights[1], {{1.2}}) -- up the slope
end)

T.test("a wrong gradient is explained", function()
  T.raises("custom_gradient: a function expected, got a nil", knn.custom_gradient)
  T.raises("must return a tensor and a function, it returned a userdata and a nil",
    knn.custom_gradient(function(x) return x end), knn.ones(1))
  local wide = knn.custom_gradient(function(x) return x, function() return knn.ones(3) end end)
  T.raises("the gradient of a value of shape (2,) must have that shape, got (3,)",
    knn.grad(function(x) return wide(x):sum() end), knn.ones(2))
end)

T.test("a gradient penalty trains", function()
  -- a critic whose slope by its input should be 1, as in a Wasserstein GAN
  knn.seed(4)
  local Critic = knn.model("Critic", {}, {
    init = function(self)
      self.hidden = knn.layers.Dense{16, activation = "tanh"}
      self.out = knn.layers.Dense{1}
    end,
    call = function(self, x) return self.out(self.hidden(x)) end,
    train_step = function(self, data)
      local weights = self.trainable_weights
      local loss, gradients = knn.value_and_grad(function()
        local slope = knn.grad(function(x) return self(x):sum() end)(data[1])
        return ((slope:norm(-1) - 1) ^ 2):mean()
      end, weights)()
      self.optimizer:apply(gradients, weights)
      return {penalty = loss}
    end,
  })
  local critic = Critic{}
  critic:compile{optimizer = knn.optimizers.Adam{learning_rate = 0.01}}
  local history = critic:fit(knn.randn(64, 3), {epochs = 60, batch_size = 64, verbose = 0}).history.penalty
  T.ok(history[60] < history[1] / 10, ("%g, then %g"):format(history[1], history[60]))
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
