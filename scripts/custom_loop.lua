-- custom_loop.lua - training without compile and fit: gradients of a function, and steps of an optimizer.
-- Data: the 1,797 handwritten digits inside knn; a fifth of them is held out for the test.
-- Expected: 0.96 or more of the held-out digits right after 12 epochs, less than a second (measured: 0.9750).
-- Options: --epochs N --batch_size N --seed N --quick (4 epochs)
local knn = require "knn"
local layers, ops = knn.layers, knn.ops

local option = require "knn.utils.args"{epochs = 12, batch_size = 32, seed = 1, quick = false}
if option.quick then option.epochs = 4 end
knn.seed(option.seed)

-- Data: rows of 64 numbers in 0 .. 1, labels 0 .. 9 as rows with a single one.
local x, y = knn.datasets.digits()
x = x:reshape{-1, 64}:float() / 16
local x_train, x_test, y_train, y_test = knn.utils.train_test_split(x, y, {test_size = 0.2, seed = option.seed})
local target = knn.utils.to_categorical(y_train, 10)

-- Model: its last layer gives scores, the loss makes probabilities of them.
local model = knn.Sequential{
  layers.Dense{64, activation = "relu", input_shape = {64}},
  layers.Dropout{0.2},
  layers.Dense{10},
}
local optimizer = knn.optimizers.Adam{learning_rate = 0.003}
local weights = model.trainable_weights

-- Cross-entropy of a batch, written out; its value and its gradients with respect to the weights.
local function loss(batch, wanted)
  local scores = model(batch, {training = true})
  return -(wanted * ops.log_softmax(scores)):sum(-1):mean()
end
local value_and_gradients = knn.value_and_grad(loss, weights)

-- Training: new order in every epoch, a step per batch.
local rows = #x_train
local start = os.clock()
for epoch = 1, option.epochs do
  local order = ops.random_uniform{shape = {rows}}:argsort()
  local sum, steps = 0, 0
  for first = 1, rows, option.batch_size do
    local chosen = order[{{first, math.min(first + option.batch_size - 1, rows)}}]
    local value, gradients = value_and_gradients(x_train[chosen], target[chosen])
    optimizer:apply(gradients, weights)
    sum, steps = sum + value:item(), steps + 1
  end
  print(string.format("epoch %2d - loss %.4f", epoch, sum / steps))
end
local seconds = os.clock() - start

-- Result
local accuracy = knn.accuracy(y_test, model(x_test):argmax_class())
print(string.format("test accuracy %.4f (expected: 0.96 or more), %.1f s of training", accuracy, seconds))
