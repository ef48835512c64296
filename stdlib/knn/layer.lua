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
