-- keras.lua - what the tests against Keras's numbers share: golden cases to knn's objects, and the
-- comparison.
--   local K = dofile "tests/lua/keras.lua"
--   for _, case in K.each("losses", "losses") do ... end
--   K.close(got, case.value, "value")
-- Golden cases speak Keras: axes count from 0, None is false, a tensor is {shape, data, dtype}. See
-- tests/golden/README.md.
local T = dofile "tests/lua/harness.lua"
local golden = dofile "tests/golden/golden.lua"
local knn = require "knn"

local K = {T = T, golden = golden}

-- Names that Keras has and knn does not: their cases are skipped, aloud, until knn has them. Any
-- other name must be there.
K.later = {}

local axis_options = {axis = true, axis1 = true, axis2 = true, shared_axes = true, attention_axes = true}
-- Options where false in a case is Python's None, not False.
local none_options = {
  scaling = true, window = true, weight_decay = true, standardize = true, split = true,
  rms_rate = true, reduction = true, average = true, threshold = true, class_aggregation = true,
  thresholds = true,
}

local function shift(axis)
  if type(axis) == "table" then
    local out = {}
    for i, a in ipairs(axis) do out[i] = shift(a) end
    return out
  end
  return axis >= 0 and axis + 1 or axis
end

-- None among sizes.
local function open_sizes(list)
  local out = {}
  for k, v in pairs(list) do out[k] = v or knn.ANY end
  return out
end

--- Keras's options as knn takes them.
function K.options(options)
  local out = {}
  for name, value in pairs(options) do
    if (none_options[name] or axis_options[name]) and value == false then value = knn.null end
    if axis_options[name] and value ~= knn.null then value = shift(value) end
    if type(value) == "table" then value = open_sizes(value) end
    out[name] = value
  end
  return out
end

--- The tensor of a case.
function K.tensor(t)
  local dtype = t.dtype or "float32"
  if #t.shape == 0 then return knn.tensor(t.data[1], dtype) end
  if #t.data == 0 then return knn.zeros(t.shape, dtype) end
  return knn.tensor(t.data, dtype):reshape(t.shape)
end

local function flat(v)
  if type(v) == "number" then return {v}, {} end
  if type(v) == "userdata" then
    local data = v.rank == 0 and {v:item()} or v:reshape{-1}:totable()
    return data, v.shape
  end
  return v.data, v.shape
end

local function shape_text(shape)
  return "(" .. table.concat(shape, ", ") .. ")"
end

-- The element that differs by more than `tolerance` times its own size, and times the scale or 1,
-- whichever is smaller.
local function worst(got, expected, tolerance, scale)
  local at, excess = nil, 0
  scale = scale or 0
  for _, e in ipairs(expected) do
    local size = math.abs(e)
    if size > scale and size < math.huge then scale = size end
  end
  for i, e in ipairs(expected) do
    local g = got[i]
    if type(e) == "boolean" or e ~= e or math.abs(e) == math.huge then
      if not (g == e or (e ~= e and g ~= g)) then return i end
    else
      local allowed = tolerance * math.max(math.abs(e), math.min(1, scale), 1e-30)
      local error = math.abs(g - e) / allowed
      if not (error <= 1) and not (error <= excess) then at, excess = i, error end
    end
  end
  return at
end

--- Fails unless `got` (number or tensor) has the shape of `expected` (number or golden tensor) and
-- each element agrees within `tolerance` (default 1e-5) of itself or of the largest element (or
-- `scale`, if larger), where that is below 1.
function K.close(got, expected, what, tolerance, scale)
  local g, g_shape = flat(got)
  local e, e_shape = flat(expected)
  what = what or "value"
  if shape_text(g_shape) ~= shape_text(e_shape) then
    error(what .. ": got shape " .. shape_text(g_shape) .. ", expected " .. shape_text(e_shape), 2)
  end
  local at = worst(g, e, tolerance or 1e-5, scale)
  if at then
    local text = "%s: element %d is %.9g, Keras has %.9g (tolerance %g)"
    error(text:format(what, at, g[at], e[at], tolerance or 1e-5), 2)
  end
end

local function show(v)
  if type(v) ~= "table" then return tostring(v) end
  local keys, parts = {}, {}
  for k in pairs(v) do keys[#keys + 1] = k end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  for i, k in ipairs(keys) do
    parts[i] = (math.type(k) == "integer" and "" or k .. "=") .. show(v[k])
  end
  return "{" .. table.concat(parts, ", ") .. "}"
end

--- "Dense{units=3} (tag)" of a case.
function K.title(case)
  return case.name .. show(case.options or {}) .. (case.tag and " (" .. case.tag .. ")" or "")
end

local function has(family, name)
  return knn.schema(family, name) ~= nil
end

--- One test per case of a group: run(case, class), class being knn's constructor of that name.
-- `family` is knn's table, "losses". Names that come later are one skipped test each.
function K.each(group, family, run)
  local skipped, singular = {}, {losses = "loss"}
  local kind = singular[family] or family:gsub("s$", "")
  for _, case in ipairs(golden.cases(group)) do
    local later = K.later[family] and K.later[family][case.name] and not has(kind, case.name)
    if not later then
      T.test(group .. ": " .. K.title(case), function() run(case, knn[family][case.name]) end)
    elseif not skipped[case.name] then
      skipped[case.name] = true
      T.test(group .. ": " .. case.name, function() T.skip "comes later" end)
    end
  end
end

--- The optimizer of a case.
function K.optimizer(case)
  return knn.optimizers[case.optimizer](K.options(case.options))
end

--- Sequential of a case's list of layers, built for inputs of input_shape, with the weights
-- `initial` (may be nil).
function K.model(case)
  local list = {}
  for i, l in ipairs(case.layers) do list[i] = knn.layers[l.layer](K.options(l.options)) end
  local model = knn.Sequential(list)
  if case.input_shape then model:build{knn.ANY, table.unpack(case.input_shape)} end
  if case.initial then
    local weights = {}
    for i, w in ipairs(case.initial) do weights[i] = K.tensor(w) end
    model:set_weights(weights)
  end
  return model
end

--- Labels of a case as its loss takes them: one-hot unless the loss is sparse, a column for the
-- binary one; targets that are no labels stay as they are.
function K.targets(case)
  local labels = K.tensor(case.labels)
  if case.loss:find "^sparse" or case.labels.dtype ~= "int32" then return labels end
  if case.loss == "binary_crossentropy" then return labels:float():reshape{-1, 1} end
  local last = case.layers[#case.layers].options.units
  return knn.to_categorical(labels, last)
end

return K
