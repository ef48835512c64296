-- Signatures: every argument of Keras's classes is there under its name, with its default, the
-- leading ones in their place, and no others; words such as "mse" stand for what they do in Keras.
local K = dofile "tests/lua/keras.lua"
local knn = require "knn"
local T = K.T

-- Arguments of Keras that knn does not take.
local absent = {
  sparse = "sparse tensors", ragged = "ragged tensors", input_tensor = "tensors of another library",
  lora_rank = "adapters come later", lora_alpha = "adapters come later",
  quantization_config = "quantization comes later",
  gptq_unpacked_column_size = "quantization comes later",
  weights = "set_weights does that",
}
-- Losses and metrics are computed in the type of the predictions.
local no_dtype = {loss = true, metric = true}

-- Arguments that layers have from their base class, in Keras among **kwargs.
local common = {
  name = true, trainable = true, dtype = true, input_shape = true, activity_regularizer = true,
  data_format = true,
  zero_output_for_mask = true, -- of RNN
  rms_scaling = true, -- of LayerNormalization
  seed = true, -- of AdditiveAttention
}
-- A default that Keras leaves to its settings or to the function that reads it.
local stands_for = {data_format = "channels_last", activation = "linear"}

-- Classes of Keras that are no class of knn, of families that are otherwise complete.
local no_class = {
  MeanMetricWrapper = "a Lua function, knn.metrics.MeanMetricWrapper",
  MultiOptimizer = "several optimizers for one model come later",
}
local complete = {
  loss = true, metric = true, optimizer = true, schedule = true, regularizer = true, constraint = true,
}

local function parse(arguments)
  local out = {}
  for entry in (arguments .. ", "):gmatch "(.-), " do
    local name, default = entry:match "^([^=]+)=?(.*)$"
    if name then out[#out + 1] = {name = name, default = entry:find "=" and default or nil} end
  end
  return out
end

-- A list of equal sizes as one: [2,2] is 2, [[1,1],[1,1]] is 1.
local function shorten(text)
  local numbers, first = 0, nil
  for n in text:gmatch "[^%[%],]+" do
    first = first or n
    numbers = n == first and numbers + 1 or -math.huge
  end
  return numbers > 1 and first or text
end

local function same(name, ours, keras)
  keras = shorten(keras)
  ours = ours:match "^'(.*)'$" or ours
  if keras == "null" and ours == stands_for[name] then return true end
  return ours:lower() == keras:lower() or tonumber(ours) and tonumber(ours) == tonumber(keras)
end

local function named(params)
  local out = {}
  for _, p in ipairs(params) do out[p.name] = p end
  return out
end

local function note(list, ...)
  list[#list + 1] = string.format(...)
end

local function compare_arguments(case, params, arguments, wrong)
  local ours = named(params)
  for _, a in ipairs(arguments) do
    local p = ours[a.name]
    if not p then
      local known = absent[a.name] or a.name == "dtype" and no_dtype[case.family]
      if not known then note(wrong, "no argument %s", a.name) end
    elseif (p.default == nil) ~= (a.default == nil) then
      note(wrong, "%s is%s required", a.name, p.default and " not" or "")
    elseif a.default and a.name ~= "name" and not same(a.name, p.default, a.default) then
      note(wrong, "%s is %s, Keras has %s", a.name, p.default, a.default)
    end
  end
end

-- Positional arguments are Keras's first, and there are none that Keras lacks.
local function compare_order(case, params, arguments, wrong)
  local keras, at = named(arguments), 0
  for _, p in ipairs(params) do
    if p.positional then
      at = at + 1
      local there = arguments[at] and arguments[at].name
      if there ~= p.name then note(wrong, "argument %d is %s, Keras has %s", at, p.name, there) end
    end
    if not (keras[p.name] or common[p.name]) then
      note(wrong, "Keras has no argument %s", p.name)
    end
  end
end

local function check_words(case)
  local wrong = {}
  for word, target in pairs(case.strings) do
    local meant, found = knn.schema(case.family, target), knn.schema(case.family, word)
    if meant and not (found and found.name == meant.name) then
      note(wrong, "%s is %s, in Keras %s", word, found and found.name, meant.name)
    end
  end
  T.ok(#wrong == 0, table.concat(wrong, "; "))
end

for _, case in ipairs(K.golden.cases "signatures") do
  local schema = case.arguments and knn.schema(case.family, case.name)
  if schema and schema.name == case.name then
    T.test(case.family .. " " .. case.name, function()
      local wrong, arguments = {}, parse(case.arguments)
      compare_arguments(case, schema.params, arguments, wrong)
      compare_order(case, schema.params, arguments, wrong)
      T.ok(#wrong == 0, table.concat(wrong, "; "))
    end)
  elseif case.arguments and complete[case.family] then
    T.test(case.family .. " " .. case.name, function()
      if not no_class[case.name] then error("it is missing") end
    end)
  elseif case.strings then
    T.test("words for a " .. case.family, function() check_words(case) end)
  end
end

T.run()
