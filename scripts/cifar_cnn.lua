-- cifar_cnn.lua - a convolutional network tells ten kinds of things apart in colour photographs (CIFAR-10).
-- Data: 50,000 training and 10,000 test images of 32x32 points, enlarged to 64x64; where only the published part of the
-- set is at hand, 3,200 and 800.
-- Expected on the part: 0.48 or more of the test images right after 12 epochs (measured: 0.5075).
-- Options: --epochs N --batch_size N --seed N --data DIR --quick (2 epochs of small batches on 800 images)
local knn = require "knn"
local layers = knn.layers

local option = require "knn.utils.args"{epochs = 12, batch_size = 32, seed = 1, data = "", quick = false}
knn.seed(option.seed)

-- Data: images (n, 64, 64, 3) in 0 .. 1, labels 0 .. 9 as rows with a single one.
local x_train, y_train, x_test, y_test = knn.datasets.cifar10{dirs = {option.data}}
if option.quick then
  option.epochs, option.batch_size = 2, 16
  x_train, y_train = x_train[{{1, 800}}], y_train[{{1, 800}}]
  x_test, y_test = x_test[{{1, 400}}], y_test[{{1, 400}}]
end
x_train = knn.utils.resize_images(x_train, 64, 64):float() / 255
x_test = knn.utils.resize_images(x_test, 64, 64):float() / 255
y_train = knn.utils.to_categorical(y_train, 10)
y_test = knn.utils.to_categorical(y_test, 10)

-- Model
local model = knn.Sequential{
  layers.Conv2D{32, kernel_size = 3, activation = "relu", input_shape = {64, 64, 3}},
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
print(string.format("test accuracy %.4f (expected: 0.48 or more), %.0f s of training", accuracy, history.seconds))
