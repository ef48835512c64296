-- knn.ops against keras.ops: results of each function for several shapes, by Keras's argument names.
local K = dofile "tests/lua/keras.lua"
local knn = require "knn"
local T = K.T

local function argument(v)
  if type(v) ~= "table" then return v end
  if v.shape then return K.tensor(v) end
  local out = {}
  for i, x in ipairs(v) do out[i] = argument(x) end
  return out
end

local function shift(axis) return axis >= 0 and axis + 1 or axis end

-- The arguments of a case, its options as the last one.
local function arguments(case)
  local args, options = {}, K.options(case.options)
  for k, v in ipairs(case.args) do args[k] = argument(v) end
  for _, k in ipairs(case.axes or {}) do args[k + 1] = shift(args[k + 1]) end
  for name, v in pairs(case.options) do
    if type(v) == "table" and v.shape then options[name] = K.tensor(v) end
  end
  args[#args + 1] = next(options) and options or nil
  return args
end

local function compare(got, case)
  T.equal(#got, #case.results, "number of results")
  for k, y in ipairs(case.results) do
    local x = got[k]
    if type(x) == "userdata" and x.dtype == "bool" then
      T.ok(x:eq(K.tensor(y)):all():item(), "result " .. k)
    else
      K.close(x, y, "result " .. k, 1e-5)
    end
  end
end

for _, group in ipairs{"ops", "ops_more"} do
  for i, case in ipairs(K.golden.cases(group)) do
    T.test(("%s %d: %s"):format(group, i, case.name), function()
      compare({knn.ops[case.name](table.unpack(arguments(case)))}, case)
    end)
  end
end

-- Where the arguments stand, also those in lists: {list, index}.
local function flatten(args, out)
  out = out or {}
  for i, v in ipairs(args) do
    if type(v) == "table" then flatten(v, out) else out[#out + 1] = {args, i} end
  end
  return out
end

-- Weights of result k, from 0.
local function weights(k, y)
  local i = knn.arange(0, knn.ops.size(y)):cast "int32"
  return (((i * 7 + (3 * k + 5)) % 11):cast "float32" * (0.7 / 11) + 0.3):reshape(y.shape)
end

for _, group in ipairs{"ops_sequence"} do
  for i, case in ipairs(K.golden.cases(group)) do
    T.test(("%s %d: %s"):format(group, i, case.name), function()
      local args, xs, at = arguments(case), {}, {}
      local places = flatten(args)
      for k, by in ipairs(case.by) do
        local place = places[by + 1]
        xs[k], at[k] = place[1][place[2]], k
      end
      local function loss(...)
        for k, by in ipairs(case.by) do
          local place = places[by + 1]
          place[1][place[2]] = (select(k, ...))
        end
        local sum = 0
        for k, y in ipairs{knn.ops[case.name](table.unpack(args))} do
          sum = sum + (y * weights(k - 1, y)):sum()
        end
        return sum
      end
      compare({knn.ops[case.name](table.unpack(args))}, case)
      local gradients = {knn.grad(loss, at)(table.unpack(xs))}
      for k, expected in ipairs(case.gradients) do K.close(gradients[k], expected, "gradient " .. k, 1e-5) end
    end)
  end
end

T.run()
