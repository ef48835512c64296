--- Lua functions over tensors as plans: `fast = knn.compile(f)`.
-- @module knn.compile
local core = require "knn.core"

local M = {}

local tensor = getmetatable(core.zeros(1))
local KEPT = 32 -- plans per function; the one that was not used for longest goes first

-- A place for tensor number i in what flatten leaves of a value.
local Hole = {}

local function sorted_keys(t)
  local keys = {}
  for k in pairs(t) do keys[#keys + 1] = k end
  table.sort(keys, function(a, b)
    local x, y = math.type(a) and a, math.type(b) and b
    if x and y then return x < y end
    if x or y then return x ~= nil and x ~= false end
    return tostring(a) < tostring(b)
  end)
  return keys
end

-- The value with its tensors, moved to the list, replaced by holes. `key` receives the parts of its signature.
local function flatten(value, tensors, key, within)
  local kind = type(value)
  if kind == "userdata" and getmetatable(value) == tensor then
    tensors[#tensors + 1] = value
    if key then
      key[#key + 1] = value.dtype
      for _, size in ipairs(value.shape) do key[#key + 1] = tostring(size) end
      key[#key + 1] = ";"
    end
    return setmetatable({#tensors}, Hole)
  elseif kind == "table" and getmetatable(value) == nil then
    if within[value] then error("compile: a table of the function's arguments or results contains itself", 0) end
    within[value] = true
    local copy = {}
    if key then key[#key + 1] = "{" end
    for _, k in ipairs(sorted_keys(value)) do
      if key then key[#key + 1] = (math.type(k) and "%s" or "%q"):format(tostring(k)) .. "=" end
      copy[k] = flatten(value[k], tensors, key, within)
    end
    if key then key[#key + 1] = "}" end
    within[value] = nil
    return copy
  end
  if key then
    local plain = kind == "number" or kind == "string" or kind == "boolean" or kind == "nil"
    key[#key + 1] = (plain and "%q" or kind .. " %p"):format(value)
  end
  return value
end

local function fill(template, tensors)
  if type(template) ~= "table" then return template end
  if getmetatable(template) == Hole then return tensors[template[1]] end
  if getmetatable(template) ~= nil then return template end
  local value = {}
  for k, v in pairs(template) do value[k] = fill(v, tensors) end
  return value
end

local function trace(f, arguments, tensors)
  local plan = {arguments = arguments}
  plan.run = core.function_trace(function(inputs)
    local results = table.pack(f(table.unpack(fill(arguments, inputs), 1, arguments.n)))
    local list = {}
    plan.results = flatten(results, list, nil, {})
    return list
  end, tensors)
  return plan
end

-- Tables of plans by signature that forget the one used longest ago.
local function keep(plans, key, plan)
  if not plans.by_key[key] then plans.n = plans.n + 1 end
  plans.by_key[key] = plan
  if plans.n <= KEPT then return end
  local oldest
  for k, p in pairs(plans.by_key) do
    if p ~= plan and (not oldest or p.used < plans.by_key[oldest].used) then oldest = k end
  end
  plans.by_key[oldest], plans.n = nil, plans.n - 1
end

--- Makes a function over tensors run as a plan: its operations are fused, its memory is placed ahead of time.
-- f runs in Lua once per signature, on symbolic values: shapes and types of its tensors (also those in tables), and the
-- values of its other arguments, so a number that changes from call to call is better given as a tensor. After that only
-- operations are left, with the same bits as f. Weights and tensors that f captures are read as they are at each call;
-- random operations draw anew. What f does besides (printing, counting, a branch on a number of Lua) happens only
-- while it is recorded. `knn.grad` works inside of f, and where the compiled function is itself part of a gradient or
-- of a model, f is used as it is. Results carry no masks.
-- @tparam function f may return several results, and tables of them
-- @treturn function with f's arguments and results
-- @usage local step = knn.compile(knn.value_and_grad(loss, weights))
function M.compile(f)
  local meta = getmetatable(f)
  if type(f) ~= "function" and not (type(meta) == "table" and meta.__call) then
    error("compile: a function over tensors expected, got a " .. type(f), 2)
  end
  local plans, clock = {by_key = {}, n = 0}, 0
  return function(...)
    local tensors, key = {}, {}
    local arguments = flatten(table.pack(...), tensors, key, {})
    if core.function_inline(tensors) then return f(...) end
    key = table.concat(key, " ")
    local plan = plans.by_key[key]
    if not plan or plan.run:stale() then
      plan = trace(f, arguments, tensors)
      keep(plans, key, plan)
    end
    clock = clock + 1
    plan.used = clock
    local results = fill(plan.results, plan.run(tensors))
    return table.unpack(results, 1, results.n)
  end
end

return M
