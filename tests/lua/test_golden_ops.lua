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

-- Functions of positions: Keras's count from 0.
local positions = {}
for name in ("scatter scatter_update slice_update lu_factor nanargmax nanargmin nonzero unique"):gmatch "%S+" do
  positions[name] = true
end

-- The arguments of a case, its options as the last one.
local function arguments(case)
  local args, options = {}, K.options(case.options)
  for k, v in ipairs(case.args) do args[k] = argument(v) end
  for _, k in ipairs(case.axes or {}) do args[k + 1] = shift(args[k + 1]) end
  for name, v in pairs(case.options) do
    if type(v) == "table" and v.shape then options[name] = K.tensor(v) end
  end
  if positions[case.name] then options.base = 0 end
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

-- Looser than 1e-5: e^(y^2) of the gradient magnifies how y is rounded.
local tolerances = {erfinv = 1e-4}

-- Weights of result k, from 0.
local function weights(k, y)
  local i = knn.arange(0, knn.ops.size(y)):cast "int32"
  local w = ((i * 7 + (3 * k + 5)) % 11):cast "float32" * (0.7 / 11) + 0.3
  return y.rank == 0 and w:sum() or w:reshape(y.shape)
end

for _, group in ipairs{"ops_sequence", "ops_matrix", "ops_element"} do
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
        local ys = {knn.ops[case.name](table.unpack(args))}
        if type(ys[1]) == "table" then ys = ys[1] end
        for k, y in ipairs(ys) do
          sum = sum + (y * weights(k - 1, y)):sum()
        end
        return sum
      end
      local got = {knn.ops[case.name](table.unpack(args))}
      if type(got[1]) == "table" then got = got[1] end -- a complex number
      compare(got, case)
      if #xs == 0 then return end
      local gradients = {knn.grad(loss, at)(table.unpack(xs))}
      for k, expected in ipairs(case.gradients) do K.close(gradients[k], expected, "gradient " .. k, tolerances[case.name]) end
    end)
  end
end

T.run()
