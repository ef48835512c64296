--- What is written in C, in interp/bind, for help: comments alone, as the functions are not defined in Lua.
-- @module knn.binding

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

--- A tensor from packed bytes, row after row, in the machine's order; `t:tobytes()` gives them.
-- @function frombytes
-- @tparam string bytes
-- @tparam string dtype
-- @tparam table shape

--- Opens an HDF5 file, with the methods list, has, read, write, make_group, attributes, set_attribute and close.
-- @function h5
-- @tparam string path
-- @tparam[opt="r"] string mode "r" to read, "w" to make a new file, "a" to change one

--- Keras's form of an object: {module =, class_name =, config =, registered_name =}.
-- @function serialize
-- @param object layer, model, optimizer or another object
-- @treturn table

--- The object that a form of `knn.serialize` describes.
-- @function deserialize
-- @tparam table form
-- @tparam[opt] table options custom_objects = {name = class or function}

--- The kernels in use, as text.
-- @function kernels
-- @treturn string

--- Seconds since some fixed moment.
-- @function clock
-- @treturn number

--- Names of the families: "op", "layer", "loss" and so on.
-- @function families

--- Names of the classes of a family.
-- @function classes
-- @tparam string family "layer"

--- The description of a class as a plain table, which help is made of; nil if there is none.
-- @function schema
-- @tparam string family "layer"
-- @tparam string name "Dense"

--- A layer of the model.
-- @function Model:get_layer
-- @param which name, or position from 1

--- Makes the weights for inputs of a shape, before any data is seen: `model:build{knn.ANY, 784}`.
-- @function Model:build
-- @tparam table shape with the batch

--- Copies of all weights, a list in Keras's order.
-- @function Layer:get_weights
-- @treturn table

--- Sets all weights; nothing changes unless all shapes fit.
-- @function Layer:set_weights
-- @tparam table weights in the order of get_weights

--- The shape of the (first) result for a shape of the input: `layer:compute_output_shape{knn.ANY, 4}`.
-- @function Layer:compute_output_shape
-- @param shape with the batch; or a list of shapes

--- Learns statistics or a vocabulary from data.
-- @function Layer:adapt
-- @param x tensor, Dataset of batches or iterator

--- What a stateful layer remembers of earlier batches becomes 0.
-- @function Layer:reset_state

--- The number of elements.
-- @function Tensor:numel

--- The single number that a tensor holds, as one of Lua.
-- @function Tensor:item

--- The elements as nested lists of Lua.
-- @function Tensor:totable

--- The elements as packed bytes, row after row, in the machine's order.
-- @function Tensor:tobytes
-- @treturn string

--- Labels 0 .. C - 1 along the last axis, where argmax gives positions from 1.
-- @function Tensor:argmax_class

--- Another type of element; the values are converted.
-- @function Tensor:astype
-- @tparam string dtype "float32", "int64", "bool" and so on

--- As float32.
-- @function Tensor:float

--- As float64.
-- @function Tensor:double

--- As float16.
-- @function Tensor:half

--- As bfloat16.
-- @function Tensor:bfloat16

--- As int32.
-- @function Tensor:int

--- As int64.
-- @function Tensor:long

--- As uint8.
-- @function Tensor:byte

--- As bool.
-- @function Tensor:bool

--- A copy with memory of its own.
-- @function Tensor:clone

--- The same elements packed row after row; the tensor itself if they are.
-- @function Tensor:contiguous

--- The number of axes.
-- @function Tensor:dim

--- Gives the memory back at once, without waiting for the garbage collector.
-- @function Tensor:free

--- All elements as text, where printing shortens.
-- @function Tensor:dump

--- Adds in place.
-- @function Tensor:add_
-- @param x tensor or number

--- Subtracts in place.
-- @function Tensor:sub_
-- @param x tensor or number

--- Multiplies in place.
-- @function Tensor:mul_
-- @param x tensor or number

--- Divides in place.
-- @function Tensor:div_
-- @param x tensor or number

--- Raises to a power in place.
-- @function Tensor:pow_
-- @param x tensor or number

--- Copies x into the tensor.
-- @function Tensor:copy_
-- @param x number, or tensor that can be broadcast

--- Fills the tensor with a number.
-- @function Tensor:fill_
-- @tparam number value

--- Fills the tensor with zeros.
-- @function Tensor:zero_

--- Bounds the elements in place.
-- @function Tensor:clamp_
-- @tparam number low
-- @tparam number high

--- Removes the last layer of a Sequential.
-- @function Model:pop

--- One step of training on one batch; returns the loss, then the metrics.
-- @function Model:train_on_batch
-- @param x inputs
-- @param y targets

--- Loss and metrics of one batch, without training.
-- @function Model:test_on_batch
-- @param x inputs
-- @param y targets

--- Predictions for one batch.
-- @function Model:predict_on_batch
-- @param x inputs

--- Metrics begin anew.
-- @function Model:reset_metrics

--- The loss of compile, for a `train_step` of your own.
-- @function Model:compute_loss
-- @param x inputs
-- @param y targets
-- @param y_pred what the model predicts
-- @param[opt] sample_weight

--- The metrics of compile see a batch; returns the results of all.
-- @function Model:compute_metrics
-- @param x inputs
-- @param y targets
-- @param y_pred what the model predicts
-- @param[opt] sample_weight

--- The results of all metrics, by name.
-- @function Model:get_metrics_result
-- @treturn table

--- Makes fit end after this batch; for callbacks.
-- @function Model:stop_training

--- Which way a log should go: "max", "min", or nil where nobody knows.
-- @function Model:log_direction
-- @tparam string name "val_loss"

--- Exchanges the weights and their moving averages, which an optimizer with use_ema keeps.
-- @function Model:swap_ema_weights

--- The moving averages become what the weights are.
-- @function Model:set_ema_weights

--- The number of parameters.
-- @function Layer:count_params

--- The weights: a list of {path =, tensor =, trainable =}.
-- @function Layer:named_weights

--- The options the object was made with, as a plain table that makes an equal one.
-- @function Layer:config

--- The options in Keras's form.
-- @function Layer:get_config

--- Makes a weight, in `build` of a layer of your own; returns a value that stands for it.
-- @function Layer:add_weight
-- @tparam table options name, shape, initializer, trainable, regularizer, constraint

--- Adds a value to the loss, in `call` of a layer of your own.
-- @function Layer:add_loss
-- @param value one number

--- The words that a layer has learned, in order.
-- @function Layer:get_vocabulary
-- @tparam[opt] table options include_special_tokens = true

--- Gives a layer its words.
-- @function Layer:set_vocabulary
-- @tparam table words
-- @tparam[opt] table options idf_weights = list

--- The number of words, with the special tokens.
-- @function Layer:vocabulary_size
