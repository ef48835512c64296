--- knn: neural networks in Lua. `local knn = require "knn"`.
-- Everything is reached from this table; nothing global is set and nothing is printed.
-- Positions count from 1 (negatives from the end); labels 0 .. C - 1 are values and are never shifted.
-- @module knn
local core = require "knn.core"

local knn = {
  --- Version of the library, "0.1.0".
  version = core.version,
  --- An open size in shapes, printed None.
  ANY = core.ANY,
  --- An option's "nothing" where its default is something else, Keras's None: `STFTSpectrogram{window = knn.null}`.
  null = core.ANY,
}

-- Tensors, gradients, settings: see knn/binding.lua for each.
for _, name in ipairs {
  "tensor", "zeros", "ones", "full", "arange", "linspace", "eye", "frombytes",
  "rand", "randn", "uniform", "normal", "ops",
  "layers", "activations", "initializers", "regularizers", "constraints", "losses", "metrics",
  "optimizers", "schedules", "Sequential", "Input", "Model", "Dataset", "clone_model",
  "load_model", "model_from_json", "load", "save", "weights", "h5", "serialize", "deserialize", "grad", "value_and_grad",
  "seed", "clear_session", "threads", "kernels", "memory", "machine", "clock", "output", "schema", "families", "classes",
} do
  knn[name] = core[name]
end

local methods = getmetatable(knn.zeros(1)).__methods

--- Variance over axes (all by default): mean of the squared distances from the mean.
-- @function Tensor:var
-- @tparam[opt] int axis
-- @tparam[opt=false] bool keepdims
function methods.var(t, axis, keepdims)
  local off = t - t:mean{axis = axis, keepdims = true}
  return (off * off):mean{axis = axis, keepdims = keepdims}
end

--- Standard deviation over axes: the square root of the variance.
-- @function Tensor:std
function methods.std(t, axis, keepdims)
  return methods.var(t, axis, keepdims):sqrt()
end

--- Euclidean length over axes.
-- @function Tensor:norm
function methods.norm(t, axis, keepdims)
  return (t * t):sum{axis = axis, keepdims = keepdims}:sqrt()
end

-- Functions made of ops are loaded when one is first asked for.
local ops_meta = getmetatable(knn.ops)
local unknown_op = ops_meta.__index
knn.ops.dot = nil -- the method is matmul, the function Keras's
function ops_meta.__index(t, name) return require "knn.ops".functions[name] or unknown_op(t, name) end

--- Lets the variable of a layer or metric hold x; in a function that becomes a plan, from this point of it.
-- @function Tensor:assign
methods.assign = core.assign

--- The same with the sum of what it holds and x.
-- @function Tensor:assign_add
function methods.assign_add(t, x) return core.assign(t, t + x) end

--- The same with the difference of what it holds and x.
-- @function Tensor:assign_sub
function methods.assign_sub(t, x) return core.assign(t, t - x) end

knn.optimizers.schedules = knn.schedules
knn.metrics.MeanMetricWrapper = function(options) return require "knn.metric".MeanMetricWrapper(options) end

-- Keras's get, serialize and deserialize of each family: a word, an object or a config as an object, and back.
for name, family in pairs {
  losses = "loss", metrics = "metric", optimizers = "optimizer", schedules = "schedule", regularizers = "regularizer",
  constraints = "constraint", initializers = "initializer", activations = "activation",
} do
  local members = core[name]
  function members.get(x)
    if x == nil or type(x) == "userdata" then return x end
    if type(x) == "table" then return core.new(family, x.class_name, x.config) end
    return core.new(family, x)
  end
  members.deserialize = members.get
  function members.serialize(object) return {class_name = object.class_name, config = object:config()} end
end

-- Merging layers as functions: knn.layers.add{a, b}, knn.layers.dot({a, b}, {axes = 2}).
for _, name in ipairs {
  "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Dot",
} do
  local class = knn.layers[name]
  knn.layers[name:lower()] = function(inputs, options) return class(options or {})(inputs) end
end

-- A function as a layer.
knn.layers.Lambda = function(options) return require "knn.layer".Lambda(options) end

-- Modules that are loaded when first asked for.
local lazy = {
  applications = "knn.applications",
  callbacks = "knn.callbacks",
  config = "knn.config",
  datasets = "knn.datasets",
  preprocessing = "knn.preprocessing",
  utils = "knn.utils",
}
local lazy_function = {
  layer = {"knn.layer", "layer"},
  model = {"knn.layer", "model"},
  custom_gradient = {"knn.layer", "custom_gradient"},
  register_function = {"knn.layer", "register_function"},
  loss = {"knn.layer", "loss"},
  metric = {"knn.metric", "metric"},
  labels = {"knn.utils", "labels"},
  LabelEncoder = {"knn.utils", "labels"},
  accuracy = {"knn.utils", "accuracy"},
  to_categorical = {"knn.utils", "to_categorical"},
  normalize = {"knn.utils", "normalize"},
  train_test_split = {"knn.utils", "train_test_split"},
  confusion_matrix = {"knn.utils", "confusion_matrix"},
  csv = {"knn.table", "csv"},
  table = {"knn.table", "table"},
  csv_chunks = {"knn.table", "csv_chunks"},
  csv_dataset = {"knn.table", "csv_dataset"},
  prepare = {"knn.prepare", "prepare"},
  json = {"knn.json", "json"},
  save_json = {"knn.json", "save_json"},
  records = {"knn.json", "records"},
  compile = {"knn.compile", "compile"},
  plot_model = {"knn.plot", "plot_model"},
  help = {"knn.help", "help"},
}

-- __methods lets the prompt complete names that are not loaded yet.
local names = {}
for name in pairs(lazy) do names[name] = {} end
for name in pairs(lazy_function) do names[name] = function(...) return knn[name](...) end end

return setmetatable(knn, {
  __methods = names,
  __index = function(t, name)
    local value
    if lazy[name] then
      value = require(lazy[name])
    elseif lazy_function[name] then
      value = require(lazy_function[name][1])[lazy_function[name][2]]
    else
      return nil
    end
    rawset(t, name, value)
    return value
  end,
})
