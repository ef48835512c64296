--- Layers, losses and metrics written in Lua.
-- @module knn.layer
local core = require "knn.core"

local M = {}

-- What every Lua layer can do with itself.
local base = {}

--- Adds a weight; call it in `build`.
-- @param self the layer
-- @param options {name = "w", shape = {...}, initializer = "glorot_uniform", trainable = true}
-- @return a tensor that stands for the weight
function base.add_weight(self, options)
  return core.layer_add_weight(self, options)
end

local function copy(t)
  local c = {}
  for k, v in pairs(t) do c[k] = v end
  return c
end

--- Makes a class of layers.
-- `methods.build(self, input_shape)` makes weights with `self:add_weight{...}` (shape: batch first, `knn.ANY` where a
-- size is open); `methods.call(self, x, training)` returns the output, made of tensor operations. It runs once, on
-- symbolic values, and leaves only operations behind. Layers stored in fields of self train with it.
-- @tparam string class_name name of the class
-- @tparam table methods `call`, and `build` if there are weights
-- @treturn function constructor: `Scale{name = "s", factor = 2}`; the options become fields of self
function M.layer(class_name, methods)
  if type(class_name) ~= "string" then
    error("knn.layer: the first argument is the name of the class, got a " .. type(class_name), 2)
  end
  if type(methods) ~= "table" or type(methods.call) ~= "function" then
    error("knn.layer: " .. class_name .. " needs a table of methods with a function 'call'", 2)
  end
  local class = setmetatable({__index = copy(methods)}, nil)
  setmetatable(class.__index, {__index = base})
  return function(options)
    if options ~= nil and type(options) ~= "table" then
      error(class_name .. ": options are given in one table, got a " .. type(options), 2)
    end
    local self = setmetatable(copy(options or {}), class)
    if self.init then self:init() end
    local common = {}
    for _, key in ipairs {"name", "trainable", "dtype", "input_shape", "activity_regularizer"} do
      common[key] = rawget(self, key)
    end
    return core.custom_layer(self, class_name, common)
  end
end

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

local Lambda = M.layer("Lambda", {
  call = function(self, x, training) return self.run(x, self.arguments, training) end,
})

--- A function as a layer: `knn.layers.Lambda{function(x) return x * x end}`.
-- The function is called as f(x, arguments, training), once, on symbolic values, and leaves only operations behind. It
-- has no weights. A name stands for a function of `register_function`; only such layers can be made again from a config.
-- @tparam table options {f or name, arguments = {...}}, and name, dtype, input_shape
-- @return the layer
function M.Lambda(options)
  local given = type(options) == "table" and (options[1] or options["function"]) or options
  local f = type(given) == "string" and functions[given] or given
  if type(given) == "string" and f == given then
    error("Lambda: no function is registered as '" .. given .. "'; see knn.register_function", 2)
  end
  if type(f) ~= "function" then
    error("Lambda: a function or the name of one expected, got a " .. type(given), 2)
  end
  local own = type(options) == "table" and copy(options) or {}
  if own.mask ~= nil then error("Lambda: 'mask' is not available; a layer of knn.layer may do it", 2) end
  own[1], own["function"] = nil, type(given) == "string" and given or nil
  own.run, own.arguments = f, own.arguments or {}
  return Lambda(own)
end

--- A loss from a function of (y_true, y_pred) that returns a loss per sample or one number.
-- `compile` accepts such functions as they are; this gives them a name.
-- @tparam function f
-- @tparam[opt] table options {name = "custom"}
function M.loss(f, options)
  return core.custom_loss(f, options and options.name)
end

--- A metric from a function of (y_true, y_pred); its values are averaged over all samples.
-- @tparam function f
-- @tparam[opt] table options {name = "custom"}
function M.metric(f, options)
  return core.custom_metric(f, options and options.name)
end

return M
