-- Layers on strings against Keras on TensorFlow, byte for byte.
local K = dofile "tests/lua/keras.lua"
local T = K.T

local function inputs(x)
  if x.shape then return K.tensor(x) end
  local list = {}
  for i, t in ipairs(x) do list[i] = K.tensor(t) end
  return list
end

local function compare(got, wanted, what)
  if wanted.dtype ~= "string" then return K.close(got, wanted, what) end
  T.equal(got.shape, wanted.shape)
  T.equal(got:reshape(-1):totable(), wanted.data)
end

K.each("text", "layers", function(case, class)
  local layer = class(K.options(case.options))
  if case.adapt then layer:adapt(K.tensor(case.adapt)) end
  compare(layer(inputs(case.x)), case.output, "output")
  if case.vocabulary then T.equal(layer:get_vocabulary(), case.vocabulary) end
  -- what was found stands in the config
  compare(class(layer:config())(inputs(case.x)), case.output, "output of the config's layer")
end)

T.run()
