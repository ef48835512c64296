-- Every optimizer finds the least value of a quadratic and goes down Rosenbrock's valley; a metric
-- fed in batches is the metric of the whole.
local T = dofile "tests/lua/harness.lua"
local knn = require "knn"

-- A matrix of one row that an optimizer may change, and the layer that owns it.
local function weight(values)
  local layer = knn.layers.Dense{#values, use_bias = false}
  layer(knn.zeros{1, 1})
  layer:set_weights{knn.tensor{values}}
  return layer.weights[1], layer
end

-- Value of f before and after steps along its gradients.
local function descend(optimizer, f, from, steps)
  local w, layer <const> = weight(from)
  local step = knn.compile(knn.value_and_grad(function() return f(w) end, {w}))
  local first = f(w):item()
  for _ = 1, steps do
    local _, gradients = step()
    optimizer:apply(gradients, {w})
  end
  T.ok(layer, "the layer lives")
  return first, f(w):item()
end

local steep, goal = knn.tensor{{1, 4, 9, 0.5}}, knn.tensor{{1, -2, 0.5, 3}}
local function quadratic(w) return (steep * (w - goal) * (w - goal)):sum() / 2 end

local pick_x, pick_y = knn.tensor{{1, 0}}, knn.tensor{{0, 1}}
local function rosenbrock(w)
  local x, y = (w * pick_x):sum(), (w * pick_y):sum()
  return (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x)
end

-- Rates fall to 0 along a cosine, so that rules whose steps do not shrink by themselves come to rest.
local function made(name, rate, steps, options)
  local all = {learning_rate = knn.schedules.CosineDecay{rate, steps}}
  if name == "Ftrl" then all.learning_rate = rate end -- its weights are as large as its rate
  for k, v in pairs(options or {}) do all[k] = v end
  return knn.optimizers[name](all)
end

-- name, rates on the quadratic and in the valley, options
local rules = {
  {"SGD", 0.1, 0.001}, {"SGD", 0.05, 0.0005, {momentum = 0.9}}, {"SGD", 0.05, 0.0005, {momentum = 0.9, nesterov = true}},
  {"RMSprop", 0.1, 0.02}, {"Adam", 0.3, 0.05}, {"AdamW", 0.3, 0.05, {weight_decay = 0}}, {"Adamax", 0.5, 0.1},
  {"Nadam", 0.3, 0.05}, {"Adagrad", 1, 0.5}, {"Adadelta", 200, 50}, {"Adafactor", 1, 0.1}, {"Lion", 0.1, 0.02},
  {"Lamb", 0.1, 0.05}, {"Ftrl", 1, 0.5}, {"Muon", 0.5, 0.1, {weight_decay = 0}}, {"ScheduleFreeAdamW", 0.3, 0.1},
}

for _, rule in ipairs(rules) do
  local name, fast, slow, options = table.unpack(rule)
  local title = name .. (options and next(options) and " (" .. next(options) .. ")" or "")
  T.test(title .. " finds the least value of a quadratic", function()
    local first, last = descend(made(name, fast, 400, options), quadratic, {5, 5, 5, 5}, 400)
    T.ok(last < 1e-3 * first, ("from %g to %g"):format(first, last))
  end)
  T.test(title .. " goes down Rosenbrock's valley", function()
    local first, last = descend(made(name, slow, 3000, options), rosenbrock, {-1.2, 1}, 3000)
    T.ok(last < 0.02 * first, ("from %g to %g"):format(first, last))
  end)
end

T.test("LossScaleOptimizer leaves steps with infinite gradients out", function()
  local optimizer = knn.optimizers.LossScaleOptimizer{knn.optimizers.SGD{0.5}, initial_scale = 4, dynamic_growth_steps = 2}
  local w = weight{1.0, 1.0}
  optimizer:apply({knn.tensor{{4.0, math.huge}}}, {w})
  T.equal(optimizer.iterations, 0)
  T.equal(w:totable(), {{1, 1}})
  optimizer:apply({knn.tensor{{4.0, 2.0}}}, {w}) -- the scale is 2 by now
  T.equal(w:totable(), {{0, 0.5}})
  T.equal(optimizer:scale_loss(knn.tensor(3.0)):item(), 6)
  optimizer:apply({knn.tensor{{0.0, 0.0}}}, {w}) -- two good steps double it
  T.equal(optimizer:scale_loss(knn.tensor(3.0)):item(), 12)
end)

-- ---- metrics ----

local function feed(metric, batches, t, p, w)
  local first = 1
  for _, n in ipairs(batches) do
    local rows = {{first, first + n - 1}}
    metric:update_state(t[rows], p[rows], w and w[rows])
    first = first + n
  end
  return metric:result()
end

local function numbers(result) return type(result) == "table" and result or {result} end

local function bits(...) return knn.rand{...}:gt(0.5):float() end

local streams = {
  {bits, {"BinaryAccuracy", "Precision", "Recall", "AUC", "TruePositives", "FalseNegatives", "BinaryIoU",
    "BinaryCrossentropy", "Hinge", "Poisson", "KLDivergence", "CosineSimilarity", "MeanSquaredError", "LogCoshError",
    "RootMeanSquaredError", "F1Score", "FBetaScore",
    SensitivityAtSpecificity = 0.5, SpecificityAtSensitivity = 0.5, PrecisionAtRecall = 0.5, RecallAtPrecision = 0.5}},
  {knn.randn, {"R2Score", "PearsonCorrelation", "ConcordanceCorrelation", "MeanAbsoluteError", "SquaredHinge"}},
}

for _, stream in ipairs(streams) do
  local names = {}
  for k, v in pairs(stream[2]) do names[#names + 1] = type(k) == "number" and {v} or {k, v} end
  table.sort(names, function(a, b) return a[1] < b[1] end)
  for _, of in ipairs(names) do
    for _, weighted in ipairs{false, true} do
      T.test(of[1] .. " over batches" .. (weighted and ", weighted" or ""), function()
        knn.seed(7)
        local t, p = stream[1](23, 3), knn.rand{23, 3}
        local w = weighted and knn.rand{23} or nil
        local class = knn.metrics[of[1]]
        local whole = numbers(feed(class{of[2]}, {23}, t, p, w))
        local parts = numbers(feed(class{of[2]}, {5, 5, 1, 9, 3}, t, p, w))
        T.equal(#parts, #whole)
        for i = 1, #whole do T.ok(math.abs(parts[i] - whole[i]) <= 2e-6 * math.max(1, math.abs(whole[i]))) end
      end)
    end
  end
end

T.run()
