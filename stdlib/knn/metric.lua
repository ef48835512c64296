--- Metrics written in Lua.
-- @module knn.metric
local core = require "knn.core"

local M = {}

-- What every Lua metric can do with itself, in `build`.
local base = {}

--- Adds a variable that starts, and after reset_state starts again, with zeros.
-- @param self the metric
-- @param options {name = "total", shape = {...}}; without a shape it is one number
-- @return a tensor that stands for the variable; `update_state` changes it with `assign` or `assign_add`
function base.add_variable(self, options)
  if not self.make_variable then error("add_variable is called on self, in build", 2) end
  return self.make_variable(options.name or "variable", options.shape)
end

local function copy(t)
  local c = {}
  for k, v in pairs(t) do c[k] = v end
  return c
end

local function check(name, methods)
  for _, method in ipairs{"build", "update_state", "result"} do
    if type(methods[method]) ~= "function" then
      error("knn.metric: " .. name .. " needs a function '" .. method .. "'", 3)
    end
  end
end

-- A class of metrics from methods; its constructor takes options, which become fields of self.
local function class(name, methods)
  check(name, methods)
  local class_methods = setmetatable(copy(methods), {__index = base})
  function class_methods.build(self, shape, make_variable)
    self.make_variable = make_variable
    methods.build(self, shape)
    self.make_variable = nil
  end
  return function(options)
    local self = setmetatable(copy(options or {}), {__index = class_methods})
    return core.stateful_metric(self, self.name or name:gsub("(%l)(%u)", "%1_%2"):lower())
  end
end

--- A metric from a function of (y_true, y_pred), whose values are averaged over all samples; or a class of metrics with
-- variables of their own: `knn.metric("Largest", {build =, update_state =, result =})`. `build(self, y_pred_shape)` makes
-- variables with `self:add_variable{...}`; `update_state(self, y_true, y_pred, sample_weight)` runs once, on symbolic
-- values, and leaves only operations behind; `result(self)` returns a number, or a tensor of one.
-- @param f the function, or the name of the class
-- @tparam[opt] table options {name = "custom"}, or the methods
-- @return a metric, or the constructor of the class
function M.metric(f, options)
  if type(f) == "string" then return class(f, options or {}) end
  return core.custom_metric(f, options and options.name)
end

--- The mean over samples of a function: `MeanMetricWrapper{f, name = "off_by_one", threshold = 1}`.
-- Options besides `name` are handed to f as its third argument.
function M.MeanMetricWrapper(options)
  local f, arguments = options[1] or options.fn, copy(options)
  arguments[1], arguments.fn, arguments.name = nil, nil, nil
  if type(f) ~= "function" then error("MeanMetricWrapper: a function expected, got a " .. type(f), 2) end
  return core.custom_metric(function(y_true, y_pred) return f(y_true, y_pred, arguments) end,
    options.name or "mean_metric_wrapper")
end

return M
