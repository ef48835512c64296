--- Layers, models, losses and metrics written in Lua.
-- @module knn.layer
local core = require "knn.core"

local M = {}

local function copy(t)
  local c = {}
  for k, v in pairs(t) do c[k] = v end
  return c
end

-- ---- parts: layers and metrics among the fields of self ----

local function add(list, value)
  if not list[value] then list[#list + 1], list[value] = value, true end
end

local function sorted_names(t)
  local names = {}
  for k in pairs(t) do
    if type(k) == "string" then names[#names + 1] = k end
  end
  table.sort(names)
  return names
end

local gather

-- The parts in the named entries of t, in the order of their times.
local function gather_named(t, times, found, within)
  local entries = {}
  for _, name in ipairs(sorted_names(t)) do
    local inner = {layers = {}, metrics = {}, born = found.born, time = times and times[name] or found.time}
    gather(t[name], inner, within)
    if inner.first then entries[#entries + 1] = inner end
  end
  table.sort(entries, function(a, b)
    if a.first ~= b.first then return a.first < b.first end
    return a.made < b.made
  end)
  for _, inner in ipairs(entries) do
    for _, layer in ipairs(inner.layers) do add(found.layers, layer) end
    for _, metric in ipairs(inner.metrics) do add(found.metrics, metric) end
    found.first, found.made = found.first or inner.first, found.made or inner.made
  end
end

function gather(value, found, within)
  if type(value) == "table" then
    if within[value] or getmetatable(value) ~= nil then return end
    within[value] = true
    for _, entry in ipairs(value) do gather(entry, found, within) end
    gather_named(value, nil, found, within)
    within[value] = nil
    return
  end
  local kind, made = core.object_kind(value)
  local list = kind == "layer" and found.layers or kind == "metric" and found.metrics
  if not list then return end
  add(list, value)
  found.first = found.first or made > found.born and made or found.time
  found.made = found.made or made
end

-- Layers and metrics in the fields of self become parts of it: in the order in which they were made, what was there
-- before self when its field was set. That is the order of assignments, also where one sets several fields.
local function track(self)
  local fields, times = core.layer_record(self)
  local _, born = core.object_kind(self)
  local found = {layers = {}, metrics = {}, born = born, time = born}
  gather_named(fields, times, found, {})
  core.layer_track(self, found.layers, found.metrics)
end

-- ---- what the engine calls ----

local run = {}

function run.build(class, self, shapes)
  if class.methods.build then class.methods.build(self, #shapes == 1 and shapes[1] or shapes) end
  track(self)
end

-- Results and their masks as lists; what call returned last may be a list.
local function spread(results)
  local last = results[results.n]
  if type(last) == "table" then
    results[results.n] = nil
    for i, value in ipairs(last) do results[results.n - 1 + i] = value end
  end
  results.n = nil
  return results
end

local function any(list)
  for _, value in ipairs(list) do
    if value then return true end
  end
end

-- What the mask of the inputs makes of those of n results.
local function masks_of(class, self, x, mask, n)
  if class.methods.compute_mask then
    local result = class.methods.compute_mask(self, x, mask)
    return type(result) == "table" and result or {result or false}
  end
  local masks = {}
  if mask and self.supports_masking then
    for i = 1, n do masks[i] = type(mask) ~= "table" and mask or #mask == n and mask[i] or mask[1] end
  end
  return masks
end

function run.call(class, self, inputs, masks, training)
  local call = class.methods.call
  if self.state_size ~= nil then
    return spread(table.pack(call(self, inputs[1], {table.unpack(inputs, 2)}, training))), {}
  end
  local x, mask = inputs[1], masks[1] or nil
  if #inputs > 1 then x, mask = inputs, any(masks) and masks or nil end
  local results = spread(table.pack(call(self, x, training, mask)))
  local _, _, changed = core.layer_record(self)
  if changed then track(self) end
  return results, masks_of(class, self, x, mask, #results)
end

function run.sizes(_, self)
  local sizes = self.state_size
  if type(sizes) ~= "table" then sizes = {sizes} end
  for i = 1, math.max(1, #sizes) do
    if math.type(sizes[i]) ~= "integer" or sizes[i] < 1 then
      error("a cell needs a field state_size: a number, or a list with one per state", 0)
    end
  end
  return sizes
end

-- ---- steps of a model ----

local default = {}

-- What Keras does in a step, for models that replace only compute_loss or compute_metrics.
function default.train(self, data)
  local x, y, weight = table.unpack(data, 1, 3)
  local weights = self.trainable_weights
  local predicted
  local loss, gradients = core.value_and_grad(function()
    predicted = {self(x, {training = true})}
    return self:compute_loss(x, y, predicted, weight)
  end, weights)()
  self.metrics[1]:update_state(loss, predicted[1].shape[1])
  self.optimizer:apply(gradients, weights)
  return self:compute_metrics(x, y, predicted, weight)
end

function default.test(self, data)
  local x, y, weight = table.unpack(data, 1, 3)
  local predicted = {self(x, {training = false})}
  self.metrics[1]:update_state(self:compute_loss(x, y, predicted, weight), predicted[1].shape[1])
  return self:compute_metrics(x, y, predicted, weight)
end

-- A list of one is its entry, of none is nil.
local function lone(list)
  if #list > 1 then return list end
  return list[1] or nil
end

-- The numbers of a table by name, those of inner tables too.
local function flatten(logs, names, values)
  for _, name in ipairs(sorted_names(logs)) do
    if type(logs[name]) == "table" then
      flatten(logs[name], names, values)
    else
      names[#names + 1], values[#values + 1] = name, logs[name]
    end
  end
end

function run.step(class, self, kind, x, y, weights)
  local step = class.methods[kind .. "_step"] or default[kind]
  local results = table.pack(step(self, {lone(x), lone(y), lone(weights)}))
  if kind == "predict" then return {}, spread(results) end
  if type(results[1]) ~= "table" then
    error(("%s: %s_step must return its logs, a table of numbers by name, got a %s"):format(class.name, kind,
      type(results[1])), 0)
  end
  local names, values = {}, {}
  flatten(results[1], names, values)
  return names, values
end

-- Bits of the steps that are not the engine's own.
local function steps_of(methods)
  local loss = methods.compute_loss or methods.compute_metrics
  return ((methods.train_step or loss) and 1 or 0) + ((methods.test_step or loss) and 2 or 0)
    + (methods.predict_step and 4 or 0)
end

-- ---- the schema of the options ----

local kinds = {boolean = 0, bool = 0, integer = 1, number = 2, string = 3, enum = 4, dtype = 5, policy = 6,
  integers = 7, numbers = 8, any = 10}
local families = {"layer", "activation", "initializer", "regularizer", "constraint", "loss", "metric", "optimizer",
  "schedule"}
for _, family in ipairs(families) do kinds[family] = 9 end

-- A value as the engine's schema writes it.
local function text(value)
  local kind = type(value)
  if kind == "string" then return value:find '"' and "'" .. value .. "'" or '"' .. value .. '"' end
  if kind == "number" then return math.type(value) == "integer" and tostring(value) or ("%.17g"):format(value) end
  if kind == "boolean" then return tostring(value) end
  if kind ~= "table" then return "null" end
  local parts = {}
  for i, v in ipairs(value) do parts[i] = text(v) end
  if #parts > 0 then return "[" .. table.concat(parts, ",") .. "]" end
  for _, name in ipairs(sorted_names(value)) do parts[#parts + 1] = name .. "=" .. text(value[name]) end
  return "{" .. table.concat(parts, ",") .. "}"
end

-- The kind that a default shows.
local function kind_of(value)
  local kind = type(value)
  if kind == "number" then return math.type(value) == "integer" and "integer" or "number" end
  if kind == "table" and type(value[1]) == "number" then return "numbers" end
  return (kind == "string" or kind == "boolean") and kind or "any"
end

-- One option: a default, or a table with a kind.
local function option(class_name, name, given)
  if type(name) ~= "string" then
    error(("%s: the schema is a table of options by name"):format(class_name), 4)
  end
  local row = type(given) == "table" and given.kind and given or {kind = kind_of(given), default = given}
  if not kinds[row.kind] then
    error(("%s: option '%s' has the unknown kind '%s' (known: %s)"):format(class_name, name, tostring(row.kind),
      table.concat(sorted_names(kinds), ", ")), 4)
  end
  local choices = row.choices and table.concat(row.choices, "|") or kinds[row.kind] == 9 and row.kind or nil
  local default = row.default
  return {
    name = name, doc = row.doc or "An option of " .. class_name .. ".",
    kind = choices and row.kind == "string" and kinds.enum or kinds[row.kind], choices = choices,
    default = default ~= nil and text(default) or row.nullable and "null" or nil,
    nullable = row.nullable, min = row.min, max = row.max or row.min and math.huge,
    positional = row.position ~= nil, position = row.position or math.huge,
  }
end

local function options_of(class_name, schema)
  local rows = {}
  for name, given in pairs(schema or {}) do rows[#rows + 1] = option(class_name, name, given) end
  table.sort(rows, function(a, b)
    if a.position ~= b.position then return a.position < b.position end
    return a.name < b.name
  end)
  return rows
end

-- ---- classes ----

local of_all_layers = {name = true, trainable = true, dtype = true, input_shape = true, activity_regularizer = true}

-- Without a schema the options are fields of self as they are, and cannot be written into a config.
local function split(options)
  local common, own = {}, {}
  for key, value in pairs(options) do
    if of_all_layers[key] then common[key] = value else own[key] = value end
  end
  return common, own
end

-- A wrong option is the caller's fault: so says the position in the message.
local function blame_caller(ok, result)
  if not ok then error(result, 3) end
  return result
end

local function make(class, options)
  local own = {}
  if type(options) ~= "userdata" and type(options) ~= "table" then options = {options} end
  if not class.schema then options, own = split(options) end
  local self = blame_caller(pcall(core.custom_layer, class, class.row, options))
  for _, row in ipairs(class.options) do self[row.name] = core.layer_option(self, row.name) end
  for _, key in ipairs(sorted_names(own)) do self[key] = own[key] end
  if class.methods.init then class.methods.init(self) end
  track(self)
  return self
end

local function new_class(kind, class_name, schema, methods, is_model)
  if methods == nil then schema, methods = nil, schema end
  if type(class_name) ~= "string" then
    error(kind .. ": the first argument is the name of the class, got a " .. type(class_name), 3)
  end
  if type(methods) ~= "table" or type(methods.call) ~= "function" then
    error(kind .. ": " .. class_name .. " needs a table of methods with a function 'call'", 3)
  end
  if schema ~= nil and type(schema) ~= "table" then
    error(kind .. ": " .. class_name .. " takes a table of options by name, then one of methods", 3)
  end
  local class = {
    name = class_name, methods = copy(methods), schema = schema, options = options_of(class_name, schema),
    is_model = is_model, supports_masking = methods.supports_masking == true,
    consumes_mask = methods.compute_mask ~= nil, can_make = schema ~= nil,
    steps = is_model and steps_of(methods) or 0,
  }
  for name, f in pairs(run) do
    class["run_" .. name] = function(...) return f(class, ...) end
  end
  function class.run_make(config) return make(class, config) end
  class.row = core.layer_class(class, class.options)
  return function(options) return make(class, options) end
end

--- Makes a class of layers.
-- `methods.init(self)` makes layers, `methods.build(self, input_shape)` makes weights with `self:add_weight{...}`
-- (shape: batch first, `knn.ANY` where a size is open), `methods.call(self, x, training, mask)` returns the output, made
-- of tensor operations. It runs once, on symbolic values, and leaves only operations behind. Several inputs, their shapes
-- and masks come as lists. Layers and metrics in fields of self, also in tables there, belong to the layer.
-- `methods.compute_mask(self, x, mask)` gives the mask of the output; with `supports_masking = true` it is the input's.
-- `self:add_loss(value)` in call adds to what training makes small.
-- @tparam string class_name name of the class
-- @tparam[opt] table schema options by name, which become fields of self: a default, `{units = 8}`, or a row, `{units =
-- {kind = "integer", min = 1, position = 1}}`, required without a default. Kinds: boolean, integer, number, string,
-- integers, numbers, any, dtype, or a family of objects, as activation; further choices, max, nullable, doc. Only layers
-- of a class with a schema have their options in their config, and can be made again from it.
-- @tparam table methods `call`, and `init`, `build`, `compute_mask` where needed
-- @treturn function constructor: `Scale{name = "s", factor = 2}`
-- @usage local Scale = knn.layer("Scale", {factor = 2.0}, {call = function(self, x) return x * self.factor end})
function M.layer(class_name, schema, methods)
  return new_class("knn.layer", class_name, schema, methods, false)
end

--- Makes a class of models: a layer that also has compile, fit, evaluate, predict and summary.
-- All that is said of `knn.layer` holds. `methods.train_step(self, data)`, data a list {x, y, sample_weight}, replaces what
-- fit does with a batch, and returns the logs, a table of numbers by name; it runs once per plan, as call does. In it,
-- `self:compute_loss(x, y, y_pred, sample_weight)`, `self:compute_metrics(...)`, `self.metrics`, `self.optimizer:apply`
-- and metrics in fields of self do what they do in Keras. `test_step` and `predict_step` are those of evaluate and predict;
-- `compute_loss` and `compute_metrics` may be replaced alone, `self.super.compute_loss(self, ...)` is the usual one.
-- @tparam string class_name name of the class
-- @tparam[opt] table schema options by name
-- @tparam table methods `call`, and `init`, `build` where needed
-- @treturn function constructor
-- @usage local Net = knn.model("Net", {units = 8}, {
--   init = function(self) self.hidden, self.out = knn.layers.Dense{self.units}, knn.layers.Dense{1} end,
--   call = function(self, x) return self.out(self.hidden(x)) end})
function M.model(class_name, schema, methods)
  return new_class("knn.model", class_name, schema, methods, true)
end

-- ---- functions as layers ----

local functions = {}

--- Gives a function a name, by which a Lambda layer can be made anywhere: `knn.layers.Lambda{"cube"}`.
-- @tparam string name
-- @tparam function f
-- @treturn function f
function M.register_function(name, f)
  if type(name) ~= "string" or type(f) ~= "function" then
    error("register_function: a name and a function expected, got a " .. type(name) .. " and a " .. type(f), 2)
  end
  functions[name] = f
  return f
end

-- Functions that have no name of their own, as long as a layer holds them: what a config of this program says.
local unnamed = setmetatable({}, {__mode = "v"})
local n_unnamed = 0

local function name_of(f)
  for name, known in pairs(functions) do
    if known == f then return name end
  end
  for name, known in pairs(unnamed) do
    if known == f then return name end
  end
  n_unnamed = n_unnamed + 1
  local name = "<function " .. n_unnamed .. ">"
  unnamed[name] = f
  return name
end

local Lambda = M.layer("Lambda", {["function"] = {kind = "string"}, arguments = {kind = "any", default = {}}}, {
  init = function(self)
    local name = self["function"]
    self.run = functions[name] or unnamed[name]
    if self.run then return end
    if name:find "^<function" then
      error("Lambda: " .. name .. " is no function of this program, or nobody holds it any more; give it a name with "
        .. "knn.register_function", 0)
    end
    error("Lambda: no function is registered as '" .. name .. "'; see knn.register_function", 0)
  end,
  call = function(self, x, training, mask) return self.run(x, self.arguments, training, mask) end,
})

--- A function as a layer: `knn.layers.Lambda{function(x) return x * x end}`.
-- The function is called as f(x, arguments, training, mask), once, on symbolic values, and leaves only operations behind.
-- It has no weights. A name stands for a function of `register_function`. A config names the function: it makes the layer
-- again in the same program, and in another one if the function is registered there.
-- @tparam table options {f or name, arguments = {...}}, and name, dtype, input_shape
-- @return the layer
function M.Lambda(options)
  local given = type(options) == "table" and (options[1] or options["function"]) or options
  if type(given) ~= "function" and type(given) ~= "string" then
    error("Lambda: a function or the name of one expected, got a " .. type(given), 2)
  end
  local own = type(options) == "table" and copy(options) or {}
  if own.mask ~= nil then error("Lambda: 'mask' is not available; a layer of knn.layer may do it", 2) end
  own[1] = nil
  own["function"] = type(given) == "string" and given or name_of(given)
  return Lambda(own)
end

--- A function over tensors whose gradient is written by hand.
-- `f(...)` returns its value and a function of the gradient of the value, which returns that of each tensor among f's
-- arguments, in their order. Made of operations, it can be differentiated too.
-- @tparam function f
-- @treturn function with f's arguments and value
-- @usage local log1pexp = knn.custom_gradient(function(x)
--   local e = x:exp()
--   return (e + 1):log(), function(upstream) return upstream * (1 - 1 / (e + 1)) end
-- end)
function M.custom_gradient(f)
  if type(f) ~= "function" then error("custom_gradient: a function expected, got a " .. type(f), 2) end
  return function(...)
    local y, gradient = f(...)
    if core.object_kind(y) ~= "tensor" or type(gradient) ~= "function" then
      error(("custom_gradient: the function must return a tensor and a function, it returned a %s and a %s")
        :format(type(y), type(gradient)), 2)
    end
    y = core.ops.stop_gradient(y)
    local at = 0
    for i = 1, select("#", ...) do
      local x = select(i, ...)
      if core.object_kind(x) == "tensor" then
        at = at + 1
        local place = at
        y = core.custom_gradient(core.custom_loss(function(upstream)
          return (select(place, gradient(upstream)))
        end, "custom_gradient"), y, x)
      end
    end
    return y
  end
end

--- A loss from a function of (y_true, y_pred) that returns a loss per sample or one number.
-- `compile` accepts such functions as they are; this gives them a name.
-- @tparam function f
-- @tparam[opt] table options {name = "custom"}
function M.loss(f, options)
  return core.custom_loss(f, options and options.name)
end

return M
