-- Layers: output, gradients of sum(w * output) by weights and input, in inference and in training;
-- for normalisation the moving statistics after a training step.
local K = dofile "tests/lua/keras.lua"
local knn = require "knn"
local T = K.T

local function build(case, class, x)
  local layer = class(K.options(case.options))
  layer(x)
  local named, values = layer:named_weights(), {}
  T.equal(#named, #case.weights, "number of weights")
  for i, w in ipairs(case.weights) do
    T.equal(named[i].path:match "[^/]*$", w.name)
    T.equal(named[i].trainable, w.trainable, w.name .. " trainable")
    values[i] = K.tensor(w.value)
  end
  layer:set_weights(values)
  return layer, values
end

-- Numbers that are 0 but for the rounding of a mean are compared on the scale of the normalised
-- values, 1.
local scales = {["constant input"] = 1}

-- Looser than 1e-5: Keras computes transforms and triangles in float32, knn in double.
local tolerances = {MelSpectrogram = 5e-5}

-- Output and gradients of one call; resets the weights, since training moves statistics.
local function check(layer, values, case, expected, x, training)
  local w, mode = K.tensor(case.w), {training = training}
  if case.call_mask then mode.mask = K.tensor(case.call_mask) end
  local what, tolerance = training and "training: " or "", tolerances[case.name]
  layer:set_weights(values)
  K.close(layer(x, mode), expected.output, what .. "output", tolerance)
  layer:set_weights(values)
  local by = layer.trainable_weights
  if expected.input_grad then by[#by + 1] = x end
  local grads = knn.grad(function() return (layer(x, mode) * w):sum() end, by)()
  for i, g in ipairs(expected.weight_grads) do
    K.close(grads[i], g, what .. "gradient by weight " .. i, nil, scales[case.tag])
  end
  if expected.input_grad then
    K.close(grads[#by], expected.input_grad, what .. "gradient by the input", tolerance)
  end
end

local function check_statistics(layer, values, case, x)
  layer:set_weights(values)
  layer(x, {training = true, mask = case.call_mask and K.tensor(case.call_mask)})
  local at = 0
  for i, w in ipairs(layer:named_weights()) do
    if not w.trainable then
      at = at + 1
      local what = case.weights[i].name .. " after a training step"
      K.close(w.tensor, case.training.fixed_after[at], what)
    end
  end
  T.equal(at, #case.training.fixed_after)
end

local groups = {
  "core", "conv1d", "conv2d", "conv3d", "pool", "norm", "norm_more", "drawn", "conv_transpose",
  "depthwise", "shape", "resize", "signal",
}

for _, group in ipairs(groups) do
  K.each("layers_" .. group, "layers", function(case, class)
    local x = K.tensor(case.x)
    local layer, values = build(case, class, x)
    check(layer, values, case, case, x, false)
    if not case.random then check(layer, values, case, case.training or case, x, true) end
    if case.training then check_statistics(layer, values, case, x) end
  end)
end

-- The mask of an Embedding, seen through a layer that leaves masked steps out of its mean.
for _, case in ipairs(K.golden.cases "layers_core") do
  if case.mask then
    T.test("layers_core: mask of " .. K.title(case), function()
      local embedding, x = knn.layers[case.name](K.options(case.options)), K.tensor(case.x)
      local model = knn.Sequential{embedding, knn.layers.GlobalAveragePooling1D{}}
      model(x)
      embedding:set_weights{K.tensor(case.weights[1].value)}
      local kept = K.tensor(case.mask):float():unsqueeze(-1)
      local mean = (K.tensor(case.output) * kept):sum(2) / kept:sum(2)
      T.near(model(x), mean, 1e-6)
      T.ok((model(x) - K.tensor(case.output):mean(2)):abs():max():item() > 1e-3, "nothing is masked")
    end)
  end
end

T.run()
