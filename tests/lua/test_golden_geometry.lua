-- Output sizes of convolution and pooling, and where the padding lies: the ends of the output for
-- the input 1, 2, .., n. Of transposed convolution the whole output, for the kernel 1, 10, 100, ...
local K = dofile "tests/lua/keras.lua"
local knn = require "knn"
local T = K.T

local function layers_of(kind, kernel, stride, dilation, padding)
  if kind == "conv" then
    return {knn.layers.Conv1D{
      1, kernel, strides = stride, dilation_rate = dilation, padding = padding,
      kernel_initializer = "ones",
    }}
  end
  return {knn.layers.AveragePooling1D{kernel, strides = stride, padding = padding},
          knn.layers.MaxPooling1D{kernel, strides = stride, padding = padding}}
end

for _, case in ipairs(K.golden.cases "geometry") do
  for _, row in ipairs(case.rows) do
    local n, kernel, stride, dilation, padding, size, first, last = table.unpack(row)
    local name = ("%s of %d, size %d, stride %d, dilation %d, %s"):format(
      case.kind, n, kernel, stride, dilation, padding)
    T.test(name, function()
      local x = (knn.arange(n) + 1):float():reshape{1, n, 1}
      for i, layer in ipairs(layers_of(case.kind, kernel, stride, dilation, padding)) do
        if size == 0 then
          T.raises("", layer, x)
        else
          local y = layer(x)
          T.equal(y.shape, {1, size, 1})
          if i == 1 then T.near({y[{1, 1, 1}], y[{1, size, 1}]}, {first, last}, 1e-6) end
        end
      end
    end)
  end
end

for _, case in ipairs(K.golden.cases "conv_transpose") do
  local options = {
    1, case.kernel, strides = case.strides, dilation_rate = case.dilation, padding = case.padding,
    output_padding = case.output_padding, use_bias = false,
  }
  local name = ("transposed, size %d, stride %d, dilation %d, %s, output padding %s"):format(
    case.kernel, case.strides, case.dilation, case.padding, case.output_padding)
  T.test(name, function()
    local kernel, layer = {}, knn.layers.Conv1DTranspose(options)
    for i = 1, case.kernel do kernel[i] = 10.0 ^ (i - 1) end
    local x = (knn.arange(case.n) + 1):float():reshape{1, case.n, 1}
    layer(x)
    layer:set_weights{knn.tensor(kernel):reshape{case.kernel, 1, 1}}
    local y = layer(x)
    T.equal(y.shape, {1, #case.output, 1})
    T.equal(y:reshape{-1}:totable(), case.output)
  end)
end

T.run()
