-- test_sharing.lua - layers that stand in two models, an optimizer offered to two models, and the smaller options of compile.
local T = dofile "tests/lua/harness.lua"
local knn = require "knn"
local layers = knn.layers

local quiet = {verbose = 0}

local function small(units, shared)
  return knn.Sequential{shared or layers.Dense{4, input_shape = {3}}, layers.Dense{units}}
end

T.test("a shared layer follows whichever model trains it", function()
  knn.seed(1)
  local shared = layers.Dense{4, input_shape = {3}}
  local a, b, x = small(1, shared), small(2, shared), knn.randn(20, 3)
  a:compile{loss = "mse", optimizer = "sgd"}
  b:compile{loss = "mse", optimizer = "sgd"}
  a:fit(x, knn.zeros{20, 1}, quiet)
  local kernel, before = shared.weights[1]:clone(), a:predict(x, quiet)
  b:fit(x, knn.ones{20, 2}, quiet)
  T.ok((shared.weights[1] - kernel):abs():max():item() > 0, "b moves the shared weights")
  T.ok((a:predict(x, quiet) - before):abs():max():item() > 0, "a sees b's training")
  kernel = shared.weights[1]:clone()
  a:fit(x, knn.zeros{20, 1}, quiet)
  T.ok((shared.weights[1] - kernel):abs():max():item() > 0, "a goes on training them")
end)

T.test("an optimizer belongs to one model", function()
  local optimizer, x, y = knn.optimizers.Adam{}, knn.randn(8, 3), knn.zeros{8, 1}
  local a, b = small(1), small(1)
  a:compile{loss = "mse", optimizer = optimizer}
  a:fit(x, y, quiet)
  b:compile{loss = "mse", optimizer = optimizer}
  T.raises("already trains another model", b.fit, b, x, y, quiet)
  a:fit(x, y, quiet) -- unharmed
  a:compile{loss = "mae", optimizer = optimizer} -- its own may be kept
  a:fit(x, y, quiet)
end)

T.test("compile sets the learning rate", function()
  local a = small(1)
  a:compile{loss = "mse", optimizer = "adam", learning_rate = 0.25}
  T.near(a.optimizer.learning_rate, 0.25, 1e-9)
  T.raises("learning_rate", a.compile, a, {loss = "mse", learning_rate = -1})
end)

T.test("loss_weights scales the loss", function()
  knn.seed(3)
  local a, x, y = small(1), knn.randn(8, 3), knn.ones{8, 1}
  a:compile{loss = "mse", optimizer = "sgd"}
  local plain = a:evaluate(x, y, quiet)
  a:compile{loss = "mse", optimizer = "sgd", loss_weights = 3}
  T.near(a:evaluate(x, y, quiet), 3 * plain, 1e-5 * plain)
  T.raises("one number", a.compile, a, {loss = "mse", loss_weights = {1, 2}})
end)

T.test("a loss that is not one number is refused", function()
  local a = small(1)
  a:compile{loss = knn.losses.MeanSquaredError{reduction = "none"}, optimizer = "sgd"}
  T.raises("training needs one number", a.fit, a, knn.randn(8, 3), knn.ones{8, 1}, quiet)
end)

T.test("compiling inside a callback ends fit with a sentence", function()
  local a, x, y = small(1), knn.randn(40, 3), knn.ones{40, 1}
  a:compile{loss = "mse", optimizer = "sgd"}
  local meddler = {on_epoch_end = function() a:compile{loss = "mae", optimizer = "adam"} end}
  T.raises("that has to wait until fit is over", a.fit, a, x, y, {epochs = 2, verbose = 0, callbacks = {meddler}})
  a:fit(x, y, quiet) -- the new compilation holds
  local nested = {on_epoch_end = function() a:evaluate(x, y, quiet) end}
  a:fit(x, y, {epochs = 2, verbose = 0, callbacks = {nested}})
end)

T.run()
