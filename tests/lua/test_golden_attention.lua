-- Attention, EinsumDense and masks against Keras: outputs, scores, masks, gradients by weights and
-- inputs, for calls with several inputs, masks and options.
local K = dofile "tests/lua/keras.lua"
local knn = require "knn"
local T = K.T

-- The masks of a case ride on inputs that come out of a layer; here they are handed to the call.
local function call_options(case)
  local options = {}
  for name, value in pairs(case.call or {}) do options[name] = value end
  for name, value in pairs(case.tensors or {}) do options[name] = K.tensor(value) end
  if case.masks then
    options.mask = {}
    for i, m in ipairs(case.masks) do options.mask[i] = m and K.tensor(m) end
  end
  return options
end

local function set_weights(layer, case)
  local named, values = layer:named_weights(), {}
  T.equal(#named, #case.weights, "number of weights")
  for i, w in ipairs(case.weights) do
    T.equal(named[i].path:match "/(.*)$", w.path)
    values[i] = K.tensor(w.value)
  end
  layer:set_weights(values)
end

local function tensors(list)
  local out = {}
  for i, t in ipairs(list) do out[i] = K.tensor(t) end
  return out
end

for _, group in ipairs{"attention", "attention_heads", "attention_grouped"} do
  K.each(group, "layers", function(case, class)
    local layer, xs, ws = class(K.options(case.options)), tensors(case.inputs), tensors(case.w)
    local options = call_options(case)
    layer(xs, options)
    set_weights(layer, case)
    local ys = {layer(xs, options)}
    T.equal(#ys, #case.outputs, "number of results")
    for i, y in ipairs(case.outputs) do K.close(ys[i], y, "result " .. i) end
    T.equal(ys[1].mask ~= nil, case.mask ~= nil, "whether there is a mask")
    if case.mask then T.ok(ys[1].mask:eq(K.tensor(case.mask)):all():item(), "the mask") end
    local by = layer.trainable_weights
    local n = #by
    for _, x in ipairs(xs) do by[#by + 1] = x end
    local grads = knn.grad(function()
      local sum
      for i, y in ipairs{layer(xs, options)} do
        local part = (y * ws[i]):sum()
        sum = sum and sum + part or part
      end
      return sum
    end, by)()
    for i, g in ipairs(case.weight_grads) do
      K.close(grads[i], g, "gradient by weight " .. i, nil, 0.5)
    end
    for i, g in ipairs(case.input_grads) do
      K.close(grads[n + i], g, "gradient by input " .. i, nil, 0.5)
    end
  end)
end

T.run()
