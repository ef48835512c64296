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

--- A tensor from nested lists or numbers: `knn.tensor{{1, 2}, {3, 4}}`.
-- @function tensor
-- @param values number or nested lists of equal lengths
-- @tparam[opt] string dtype "float32", "int64", "string" and so on; default: by the values

--- A tensor of zeros: `knn.zeros{2, 3}` or `knn.zeros(2, 3)`.
-- @function zeros
-- @param shape sizes, one by one or in a list

--- A tensor of ones: `knn.ones{2, 3}` or `knn.ones(2, 3)`.
-- @function ones
-- @param shape sizes, one by one or in a list

--- Uniform random numbers in [0, 1): `knn.rand(2, 3)`.
-- @function rand
-- @param shape sizes, one by one or in a list

--- Normal random numbers, mean 0 and deviation 1: `knn.randn(2, 3)`.
-- @function randn
-- @param shape sizes, one by one or in a list

--- A model drawn from symbolic values: what lies between inputs and outputs.
-- @function Model
-- @param inputs a value of `knn.Input`, a list of them or a table by name
-- @param outputs values that layers and ops made of them
-- @tparam[opt] table options name
-- @usage x = knn.Input{shape = {4}}; model = knn.Model{inputs = x, outputs = knn.layers.Dense{3}(x)}

--- The same architecture with weights of its own, not compiled.
-- @function clone_model
-- @tparam Model model

--- A model from a file that `model:save` or Keras 3 wrote, with weights, compile options and optimizer.
-- @function load_model
-- @tparam string path "m.keras", or a file of Keras's older .h5 format
-- @tparam[opt] table options custom_objects = {name = class or function}, compile = true, safe_mode = true
-- @treturn Model
-- @usage model:save "m.keras"; model = knn.load_model "m.keras"

--- A model from the text that `model:to_json()` gave: the architecture, with new weights.
-- @function model_from_json
-- @tparam string text
-- @tparam[opt] table options custom_objects = {name = class or function}

--- Writes the whole model as Keras 3 does: architecture, weights, compile options, the optimizer's state.
-- @function Model:save
-- @tparam string path "m.keras"

--- Writes the weights alone.
-- @function Model:save_weights
-- @tparam string path "m.weights.h5"

--- Reads weights into a model of the same architecture.
-- @function Model:load_weights
-- @tparam string path
-- @tparam[opt] table options skip_mismatch = false, by_name = false

--- A model's architecture as JSON.
-- @function Model:to_json
-- @treturn string

--- Labels 0 .. C - 1 that the model finds most likely.
-- @function Model:predict_classes
-- @param x as for predict

--- Prints the layers, their output shapes and numbers of parameters.
-- @function Model:summary
-- @tparam[opt] table options print = true (false: the text is returned), line_length, expand_nested, show_trainable,
-- layer_range; memory = true, with batch_size = 32, adds what a run will hold

--- Prints where the time of a step goes, op by op.
-- @function Model:profile
-- @param x inputs
-- @param y targets
-- @tparam[opt] table options runs = 10, print = true (false: the text is returned)

--- Arrays from a file: the tensor of a .npy file, else a table of tensors by name.
-- @function load
-- @tparam string path "a.npy", "a.npz", "a.safetensors"

--- Writes a tensor, or a table of tensors by name, into a file; its format goes by the name.
-- @function save
-- @tparam string path "a.npy", "a.npz", "a.safetensors"
-- @param tensors tensor, or {name = tensor}

--- What a file of tensors holds, without the numbers: a list of {name =, dtype =, shape =}.
-- @function weights
-- @tparam string path

--- The function that computes the gradient of f.
-- @function grad
-- @tparam function f of tensors; its result is one number
-- @param[opt] wrt position of the argument (1), a list of positions, or a list of weights
-- @usage print(knn.grad(function(x) return (x * x):sum() end)(knn.ones(3)))

--- The function that computes f's value, then its gradients.
-- @function value_and_grad
-- @tparam function f of tensors; its first result is one number
-- @param[opt] wrt position of the argument (1), a list of positions, or a list of weights

--- Starts the random numbers anew; the same seed gives the same bits.
-- @function seed
-- @tparam int n

--- Automatic names of layers start anew: dense, dense_1 and so on.
-- @function clear_session

--- Threads to use, 0 = as many as the process may run on; returns the number in use.
-- @function threads
-- @tparam[opt] int n

--- Bytes and blocks that tensors and models hold.
-- @function memory

--- What the machine can do at best, per second: float operations, and bytes from memory.
-- @function machine

--- Sends what knn prints to a function of a text; without an argument to stdout again.
-- @function output
-- @tparam[opt] function sink

-- Tensors, gradients, settings.
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

--- The same with the sum, or the difference, of what it holds and x.
-- @function Tensor:assign_add
function methods.assign_add(t, x) return core.assign(t, t + x) end

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
