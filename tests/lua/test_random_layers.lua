-- Layers that draw: moments and structure of what they draw, the same seed gives the same, and what
-- they do where nothing is left to chance, as Keras does it.
local K = dofile "tests/lua/keras.lua"
local knn = require "knn"
local T = K.T
local on = {training = true}

for _, group in ipairs{"layers_augment", "layers_augment_more"} do
  K.each(group, "layers", function(case, class)
    local layer, x = class(K.options(case.options)), K.tensor(case.x)
    -- on the scale of a pixel's range, for what is clipped is 0 but for rounding
    K.close(layer(x, on) / 255, K.tensor(case.output) / 255, "output")
  end)
end

-- mean and variance of all elements
local function moments(x)
  local mean = x:mean():item()
  return mean, (x * x):mean():item() - mean * mean
end

T.test("noise has its moments", function()
  local ones = knn.ones{100, 1000}
  local mean, variance = moments(knn.layers.GaussianNoise{0.5}(ones, on))
  T.near(mean, 1, 0.01)
  T.near(variance, 0.25, 0.01)
  mean, variance = moments(knn.layers.GaussianDropout{0.2}(ones, on))
  T.near(mean, 1, 0.01)
  T.near(variance, 0.25, 0.01)
end)

T.test("AlphaDropout keeps mean and variance", function()
  local x = knn.ops.random_normal{shape = {100, 1000}}
  local mean, variance = moments(knn.layers.AlphaDropout{0.3}(x, on))
  T.near(mean, 0, 0.02)
  T.near(variance, 1, 0.03)
end)

T.test("SpatialDropout drops whole channels", function()
  local y = knn.layers.SpatialDropout2D{0.5}(knn.ones{8, 4, 5, 16}, on)
  local least, most = y:min(2):min(2), y:max(2):max(2)
  T.equal(least:totable(), most:totable())
  T.ok(y:min():item() == 0 and y:max():item() == 2)
  y = knn.layers.SpatialDropout1D{0.5}(knn.ones{8, 4, 16}, on)
  T.equal(y:min(2):totable(), y:max(2):totable())
end)

T.test("a layer's seed gives a series of its own", function()
  local x = knn.ones{4, 50}
  local a, b = knn.layers.GaussianNoise{0.5, seed = 7}, knn.layers.GaussianNoise{0.5, seed = 7}
  knn.seed(1)
  local first, second = a(x, on), a(x, on)
  knn.seed(1)
  T.equal(b(x, on):totable(), first:totable())
  T.ok((first - second):abs():max():item() > 0, "the second call draws the same")
end)

local image = knn.arange(2 * 3 * 4):float():reshape{1, 3, 4, 2}

T.test("RandomFlip mirrors or does not", function()
  local flip, seen = knn.layers.RandomFlip{"horizontal"}, {}
  local mirrored = knn.ops.flip(image, {axis = 3})
  for _ = 1, 40 do
    local y = flip(image)
    local kept = (y - image):abs():max():item() == 0
    if not kept then T.equal(y:totable(), mirrored:totable()) end
    seen[kept] = true
  end
  T.ok(seen[true] and seen[false], "one of both never came")
  T.equal(flip(image, {training = false}):totable(), image:totable())
end)

T.test("RandomCrop takes a part of the images", function()
  local crop, seen = knn.layers.RandomCrop{2, 3}, {}
  for _ = 1, 60 do
    local y = crop(image)
    T.equal(y.shape, {1, 2, 3, 2})
    local corner = y[{1, 1, 1, 1}] // 2
    T.equal(y:totable(), image[{{}, {corner // 4 + 1, corner // 4 + 2}, {corner % 4 + 1, corner % 4 + 3}}]:totable())
    seen[corner] = true
  end
  for _, corner in ipairs{0, 1, 4, 5} do T.ok(seen[corner], "corner " .. corner .. " never came") end
  T.equal(crop(image, {training = false}).shape, {1, 3, 4, 2})
end)

T.test("images of a batch are drawn one by one", function()
  local batch = knn.ones{16, 2, 2, 1} * 100
  local y = knn.layers.RandomBrightness{0.3}(batch)
  T.equal(y:min(2):totable(), y:max(2):totable())
  local each = y[{{}, 1, 1, 1}]
  T.ok(each:max():item() - each:min():item() > 10, "all images are alike")
  T.ok(each:min():item() >= 100 - 0.3 * 255 and each:max():item() <= 100 + 0.3 * 255)
end)

T.test("RandomContrast adds contrast only", function() -- of one number f: 1 .. 1 + f
  local x = knn.tensor{{{{100.0}, {120.0}}}}
  for _ = 1, 30 do
    local y = knn.layers.RandomContrast{0.5}(x)
    local span = y[{1, 1, 2, 1}] - y[{1, 1, 1, 1}]
    T.ok(span >= 20 - 1e-4 and span <= 30 + 1e-4, span)
  end
end)

T.test("Equalization makes values equally frequent", function()
  -- 10 10 20 30 30 30 40 50: pixels up to each 2 2 3 6 6 6 7 8, less the first 2, of 6
  local x = knn.tensor{10.0, 10, 20, 30, 30, 30, 40, 50}:reshape{1, 2, 4, 1}
  local y = knn.layers.Equalization{}(x)
  T.equal(y:reshape{-1}:totable(), {0, 0, 42, 170, 170, 170, 212, 255})
  y = knn.layers.Equalization{value_range = {0, 510}, data_format = "channels_first"}(x:reshape{1, 1, 2, 4} * 2)
  T.near(y:reshape{-1} / 2, knn.tensor{0, 0, 42, 170, 170, 170, 212, 255}, 1e-3)
  T.equal(knn.layers.Equalization{}(knn.ones{1, 2, 2, 1} * 9):sum():item(), 36)
end)

T.test("RandomErasing fills one box", function()
  local y = knn.layers.RandomErasing{fill_value = 0, scale = {0.25, 0.25}, factor = {1, 1}}(knn.ones{4, 8, 8, 1})
  for i = 1, 4 do
    local hole = 64 - y[{{i, i}}]:sum():item()
    T.ok(hole == 16, hole) -- half of the width, half of the height
  end
end)

T.test("RandomHue keeps value and gray", function()
  local x = knn.ops.random_uniform{shape = {3, 4, 4, 3}, high = 255}
  local y = knn.layers.RandomHue{1}(x)
  T.near(y:max(4), x:max(4), 1e-3)
  T.near(knn.layers.RandomHue{1}(knn.ones{1, 2, 2, 3} * 7), knn.ones{1, 2, 2, 3} * 7, 1e-4)
end)

T.test("RandomShear slants about the corner", function()
  local x = knn.zeros{1, 3, 3, 1}
  x[{1, 2, 2, 1}] = 1
  local y = knn.layers.RandomShear{x_factor = {0.5, 0.5}, fill_mode = "constant"}(x)
  T.ok(y[{1, 2, 2, 1}] == 0.5)
  T.near(y:sum():item(), 1, 1e-6)
end)

T.test("a model changes images while it trains only", function()
  local model = knn.Sequential{
    knn.layers.RandomRotation{0.5, input_shape = {3, 4, 2}}, knn.layers.Flatten{}, knn.layers.Dense{1},
  }
  model:compile{loss = "mse", optimizer = "sgd"}
  T.equal(model:predict(image, {verbose = 0}):totable(), model:predict(image, {verbose = 0}):totable())
  model:fit(image / 24, knn.ones{1, 1}, {epochs = 2, verbose = 0})
end)

T.test("gamma and beta distributions have their moments", function()
  for _, alpha in ipairs{0.2, 1, 4.5} do
    local g = knn.ops.exp(knn.ops.random_log_gamma(knn.full({200, 500}, alpha)))
    local mean, variance = moments(g)
    T.near(mean, alpha, 0.02 * math.max(1, alpha))
    T.near(variance, alpha, 0.05 * math.max(1, alpha))
    local a, b = knn.ops.random_log_gamma(knn.full({200, 500}, alpha)), knn.ops.random_log_gamma(knn.full({200, 500}, alpha))
    mean, variance = moments(knn.ops.sigmoid(a - b))
    T.near(mean, 0.5, 0.01)
    T.near(variance, 0.25 / (2 * alpha + 1), 0.01)
  end
  -- for small alpha most numbers are 0 in float32, but their logarithms are not
  T.ok(knn.ops.random_log_gamma(knn.full({1000}, 1e-6)):min():item() < -1e5)
end)

-- Image i is i everywhere, its label its own class: what was mixed can be read off.
local numbered = knn.ops.broadcast_to(knn.arange(0, 6):float():reshape{6, 1, 1, 1}, {shape = {6, 8, 8, 1}})
local own = knn.eye(6)

T.test("MixUp mixes images and labels alike", function()
  local x, y = knn.layers.MixUp{alpha = 2, seed = 3}({numbered, own}, on)
  local values = y:matmul(knn.arange(0, 6):float():reshape{6, 1}):reshape{6, 1, 1, 1}
  T.ok((x - values):abs():max():item() < 1e-5, "an image is not what its label says")
  T.ok((y:sum(2) - 1):abs():max():item() < 1e-5)
  T.ok(y:max():item() < 1 or y:gt(0):float():sum():item() > 6, "nothing was mixed")
  T.equal(knn.layers.MixUp{}(numbered, {training = false}):totable(), numbered:totable())
end)

T.test("CutMix takes a box from one other image and weighs labels by area", function()
  local x, y = knn.layers.CutMix{seed = 5}({numbered, own}, on)
  local changed = 0
  for i = 1, 6 do
    local seen, label = {}, y[i]:totable()
    for _, v in ipairs(x[i]:reshape{-1}:totable()) do seen[v] = (seen[v] or 0) + 1 end
    for v, count in pairs(seen) do
      T.ok(label[v + 1] > 0 and math.abs(label[v + 1] - count / 64) < 0.3, "label and area differ")
      if v ~= i - 1 then changed = changed + 1 end
    end
  end
  T.ok(changed > 0, "nothing was mixed")
end)

T.test("RandomPerspective keeps straight lines and the first corner", function()
  local ramp = knn.ops.broadcast_to(knn.arange(0, 16):float():reshape{1, 1, 16, 1}, {shape = {1, 16, 16, 1}}) + 1
  local y = knn.layers.RandomPerspective{scale = 0.4, seed = 2}(ramp, on)
  T.near(y[1][1][1]:item(), 1, 1e-4)
  T.ok((y - ramp):abs():max():item() > 0.1, "nothing moved")
end)

-- A ramp tells how far each pixel's place is off; a window's numbers tell the deviation and how alike
-- neighbours are.
T.test("RandomElasticTransform moves pixels by smooth noise of the deviation that Keras has", function()
  local size, scale, margin = 64, 0.5, 12
  local sigma, alpha, bell, sum = 0.05 * scale * size, 0.1 * scale * size, {}, 0
  local reach = math.floor(3 * sigma)
  for i = -reach, reach do
    bell[i] = math.exp(-0.5 * (i / sigma) ^ 2)
    sum = sum + bell[i]
  end
  local energy, lagged = 0, 0
  for i = -reach, reach do
    energy = energy + (bell[i] / sum) ^ 2
    lagged = lagged + bell[i] * (bell[i + 1] or 0) / sum ^ 2
  end
  for axis, shape in ipairs{{1, size, 1, 1}, {1, 1, size, 1}} do
    local ramp = knn.ops.broadcast_to(knn.arange(0, size):float():reshape(shape), {shape = {16, size, size, 1}})
    local y = knn.layers.RandomElasticTransform{factor = {1, 1}, scale = {scale, scale}, seed = axis}(ramp, on)
    local off = (y - ramp):slice(2, margin, size - margin):slice(3, margin, size - margin)
    local mean, variance = moments(off)
    T.near(mean, 0, 0.05)
    T.near(variance ^ 0.5, alpha * sigma * energy, 0.04 * alpha * sigma * energy)
    local n = size - 2 * margin + 1
    local next = off:slice(3, 2, n) * off:slice(3, 1, n - 1)
    T.near(next:mean():item() / variance, lagged / energy, 0.02)
  end
end)

T.test("RandomElasticTransform changes as many images as its factor says, within the range", function()
  local x = knn.ops.random_uniform{shape = {400, 8, 8, 1}, low = 0, high = 255, seed = 1}
  local y = knn.layers.RandomElasticTransform{factor = {0.3, 0.3}, scale = {1, 1}, seed = 2}(x, on)
  T.near((y - x):abs():reshape{400, 64}:max(2):gt(0):float():mean():item(), 0.3, 0.11)
  y = knn.layers.RandomElasticTransform{value_range = {100, 150}, fill_mode = "constant", seed = 2}(x, on)
  T.ok(y:min():item() >= 100 and y:max():item() <= 150, "a value is out of the range")
end)

T.test("16-bit images are warped by places of float32", function()
  local ramp = knn.ops.broadcast_to(knn.arange(0, 64):float():reshape{1, 1, 64, 1}, {shape = {4, 64, 64, 1}})
  local y = knn.layers.RandomElasticTransform{scale = {0.5, 0.5}, dtype = "bfloat16", seed = 1}(ramp, on)
  T.equal(y.dtype, "bfloat16")
  T.ok((y:float() - ramp):abs():max():item() < 12, "a pixel comes from far away")
  T.raises("16-bit images want a transform of the same type", function()
    return knn.ops.affine_transform(ramp:cast("bfloat16"), knn.ones{1, 8})
  end)
end)

-- With strengths of 0 each of the layers that RandAugment and AugMix choose from leaves images alone or
-- does one thing: what those do that change them.
local none = {0, 0}
local photo = knn.ops.random_uniform{shape = {2, 5, 6, 3}, low = 20, high = 220, seed = 4}
local changes = {
  knn.layers.RandomSharpness{none}(photo, on), knn.layers.RandomPosterization{1}(photo, on),
  knn.layers.Solarization{addition_factor = none, threshold_factor = none}(photo, on),
  knn.layers.AutoContrast{}(photo, on), knn.layers.Equalization{}(photo, on)}

-- which of the changes y is, 0 = none, nil = another
local function which(y, tolerance)
  if (y - photo):abs():max():item() < tolerance then return 0 end
  for i, change in ipairs(changes) do
    if (y - change):abs():max():item() < tolerance then return i end
  end
end

T.test("RandAugment chooses each layer as often as any other", function()
  local layer, counts = knn.layers.RandAugment{factor = none, num_ops = 1, seed = 11}, {}
  for _ = 1, 440 do
    local i = which(layer(photo, on), 1e-3)
    T.ok(i, "an image is what no layer makes of it")
    counts[i] = (counts[i] or 0) + 1
  end
  -- six of eleven leave it alone; within five standard deviations
  T.near(counts[0], 240, 53)
  for i = 1, #changes do T.near(counts[i], 40, 31) end
  T.equal(layer(photo, {training = false}):totable(), photo:totable())
end)

T.test("RandAugment applies num_ops layers one after the other", function()
  local layer, other = knn.layers.RandAugment{factor = none, num_ops = 2, seed = 3}, 0
  for _ = 1, 100 do
    if not which(layer(photo, on), 1e-3) then other = other + 1 end
  end
  -- two changes in a row are one of 25 of 121 pairs; two of the same may look like one
  T.ok(other > 3 and other < 45, other)
end)

-- Which of the changes y is a mixture of with the photo, its share, and what is left over at most:
-- y = photo + w (change - photo).
local function mixture(y)
  local nearest, share, least = nil, nil, math.huge
  for i, change in ipairs(changes) do
    local way = change - photo
    local w = ((y - photo) * way):sum():item() / (way * way):sum():item()
    local left = (y - photo - way * w):abs():max():item()
    if left < least then nearest, share, least = i, w, left end
  end
  return nearest, share, least
end

T.test("AugMix mixes an image with what one layer makes of it", function()
  -- of the choices these change it, the first only with all_ops
  for all_ops, share in pairs{[true] = 5 / 12, [false] = 4 / 8} do
    local layer = knn.layers.AugMix{factor = none, num_chains = 1, chain_depth = 1, all_ops = all_ops, seed = 6}
    local changed, total = 0, 0
    for _ = 1, 240 do
      local y = layer(photo, on)
      if which(y, 1e-3) ~= 0 then
        local i, w, left = mixture(y)
        T.ok(left < 1e-3 and (all_ops or i > 1), "an image is no mixture that may be")
        T.ok(w >= 0 and w < 1.0001, w)
        changed, total = changed + 1, total + w
      end
    end
    -- within five standard deviations; w is uniform for alpha = 1
    T.near(changed, 240 * share, 39)
    T.near(total / changed, 0.5, 0.15)
  end
end)

T.run()
