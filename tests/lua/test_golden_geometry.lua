-- Output sizes of convolution and pooling, and where the padding lies: the ends of the output for
-- the input 1, 2, .., n.
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

T.run()
