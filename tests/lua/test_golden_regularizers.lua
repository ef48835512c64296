-- Regularizers: penalty and gradient.
local K = dofile "tests/lua/keras.lua"
local knn = require "knn"

K.each("regularizers", "regularizers", function(case, class)
  local r = class(K.options(case.options))
  K.close(r(K.tensor(case.x)), case.value)
  if case.grad then K.close(knn.grad(r)(K.tensor(case.x)), case.grad, "gradient") end
end)

K.T.run()
