-- mnist_cnn.lua - a convolutional network reads MNIST's handwritten digits.
-- Data: 60,000 training and 10,000 test images of 28x28 points.
-- Expected: 0.992 or more of the test images right after 6 epochs, some 2 minutes on two cores (measured: 0.9934).
-- Options: --epochs N --batch_size N --seed N --data DIR --quick (1 epoch on 6,000 images)
local knn = require "knn"
local layers = knn.layers

local option = require "knn.utils.args"{epochs = 6, batch_size = 32, seed = 1, data = "", quick = false}
knn.seed(option.seed)

-- Data: images (n, 28, 28, 1) in 0 .. 1, labels 0 .. 9 as rows with a single one.
local x_train, y_train, x_test, y_test = knn.datasets.mnist{dirs = {option.data}}
if option.quick then
  option.epochs = 1
  x_train, y_train = x_train[{{1, 6000}}], y_train[{{1, 6000}}]
  x_test, y_test = x_test[{{1, 2000}}], y_test[{{1, 2000}}]
end
x_train = x_train:reshape{-1, 28, 28, 1}:float() / 255
x_test = x_test:reshape{-1, 28, 28, 1}:float() / 255
y_train = knn.utils.to_categorical(y_train, 10)
y_test = knn.utils.to_categorical(y_test, 10)

-- Model
local model = knn.Sequential{
  layers.Conv2D{32, kernel_size = 3, activation = "relu", input_shape = {28, 28, 1}},
  layers.MaxPooling2D{2},
  layers.Dropout{0.25},
  layers.Conv2D{64, kernel_size = 3, activation = "relu"},
  layers.MaxPooling2D{2},
  layers.Dropout{0.25},
  layers.Flatten{},
  layers.Dense{512, activation = "relu"},
  layers.Dropout{0.5},
  layers.Dense{10, activation = "softmax"},
}
model:summary()

-- The learning rate falls to zero along half a cosine, which settles the last epochs.
local steps = option.epochs * math.ceil(#x_train / option.batch_size)
local rate = knn.schedules.CosineDecay{0.001, steps}
model:compile{
  loss = "categorical_crossentropy",
  optimizer = knn.optimizers.Adam{learning_rate = rate},
  metrics = {"accuracy"},
}

-- Training
local history = model:fit(x_train, y_train, {
  batch_size = option.batch_size, epochs = option.epochs, validation_data = {x_test, y_test},
})

-- Result
local loss, accuracy = model:evaluate(x_test, y_test, {batch_size = option.batch_size, verbose = 0})
print(string.format("test loss %.4f", loss))
print(string.format("test accuracy %.4f (expected: 0.992 or more), %.0f s of training", accuracy, history.seconds))
