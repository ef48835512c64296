-- Initializers: exact values; the laws by mean, deviation, bounds and shape of the distribution;
-- orthogonality.
local K = dofile "tests/lua/keras.lua"
local knn = require "knn"
local T = K.T

local DRAWS = 20000 -- numbers per law, from as many tensors as that takes

-- Probability of being below z in a standard normal: Abramowitz and Stegun 26.2.17, 7.5e-8 off at
-- most.
local function normal_below(z)
  local t = 1 / (1 + 0.2316419 * math.abs(z))
  local tail = math.exp(-z * z / 2) / math.sqrt(2 * math.pi) * t
    * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  return z > 0 and 1 - tail or tail
end

-- Distribution functions of the laws in a case.
local below = {
  uniform = function(c, x) return (x - c.low) / (c.high - c.low) end,
  normal = function(c, x) return normal_below((x - c.mean) / c.stddev) end,
  truncated = function(c, x) -- cut at two deviations
    local z, cut = (x - c.mean) / ((c.high - c.mean) / 2), normal_below(-2)
    return (normal_below(z) - cut) / (1 - 2 * cut)
  end,
}

local function draw(class, case)
  local values, size = {}, 1
  for _, n in ipairs(case.shape) do size = size * n end
  local initializer = class(K.options(case.options))
  repeat
    for _, v in ipairs(initializer(case.shape):reshape{-1}:totable()) do values[#values + 1] = v end
    initializer = class(K.options(case.options))
  until #values >= DRAWS
  return values
end

-- The largest gap between the sample's distribution and the law's (Kolmogorov); sorts the values.
local function gap(values, cdf)
  table.sort(values)
  local n, largest = #values, 0
  for i, v in ipairs(values) do
    local p = cdf(v)
    largest = math.max(largest, math.abs(p - i / n), math.abs(p - (i - 1) / n))
  end
  return largest
end

local function check_law(case, class)
  local values = draw(class, case)
  local n, sum, squares = #values, 0, 0
  for _, v in ipairs(values) do sum = sum + v end
  local mean = sum / n
  for _, v in ipairs(values) do squares = squares + (v - mean) ^ 2 end
  local deviation = math.sqrt(squares / (n - 1))
  -- five standard errors: one false alarm in two million
  T.ok(math.abs(mean - case.mean) < 5 * case.stddev / math.sqrt(n),
       "mean " .. mean .. ", Keras has " .. case.mean)
  T.ok(math.abs(deviation / case.stddev - 1) < 5 / math.sqrt(2 * n),
       "deviation " .. deviation .. ", Keras has " .. case.stddev)
  T.ok(gap(values, function(x) return below[case.kind](case, x) end) < 2.5 / math.sqrt(n),
       "the numbers do not follow the law")
  local slack = case.low and 1e-6 * (case.high - case.low)
  T.ok(not case.low or (values[1] >= case.low - slack and values[n] <= case.high + slack),
       "a number is out of bounds")
end

local function check_orthogonal(case, class)
  local q = class(K.options(case.options))(case.shape or {case.rows, case.cols})
  q = q:reshape{case.rows, case.cols}
  local gram = case.gram == "columns" and q:t():matmul(q) or q:matmul(q:t())
  T.near(gram, knn.eye(case.gram == "columns" and case.cols or case.rows) * case.gain ^ 2, 1e-5)
end

K.each("initializers", "initializers", function(case, class)
  knn.seed(7)
  if case.kind == "exact" then
    K.close(class(K.options(case.options))(case.value.shape), case.value)
  elseif case.kind == "orthogonal" then
    check_orthogonal(case, class)
  else
    check_law(case, class)
  end
end)

T.run()
