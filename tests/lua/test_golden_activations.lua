-- Activations: values, gradients, kinks and extremes.
local K = dofile "tests/lua/keras.lua"
local knn = require "knn"

K.each("activations", "activations", function(case, class)
  local f = class(K.options(case.options))
  local x, w = K.tensor(case.x), K.tensor(case.w)
  K.close(f(x), case.y, "y")
  K.close(knn.grad(function(v) return (f(v) * w):sum() end)(x), case.grad, "gradient")
  if case.edge_x then K.close(f(K.tensor(case.edge_x)), case.edge_y, "y at the edges") end
end)

K.T.run()
