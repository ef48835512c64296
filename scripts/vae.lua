-- vae.lua - a variational autoencoder on MNIST: images become points of a space of 16 numbers, points become images.
-- Source: Kingma, Welling 2013, with a deeper decoder. The loss is the binary cross-entropy of all points of an image
-- plus, by add_loss, the distance of its codes from the normal distribution.
-- Data: 60,000 training and 10,000 test images of 28x28 points.
-- Expected: 0.78 or more of the variance of the test images is in their reconstructions after 3 epochs, less than half
-- a minute on two cores (measured: 0.8007).
-- Options: --epochs N --batch_size N --seed N --data DIR --save FILE (a picture) --quick (2 epochs on 6,000 images)
local knn = require "knn"
local layers, ops = knn.layers, knn.ops

local option = require "knn.utils.args"{epochs = 3, batch_size = 128, seed = 1, data = "", save = "", quick = false}
knn.seed(option.seed)

-- Data: rows of 784 numbers in 0 .. 1.
local x_train, _, x_test = knn.datasets.mnist{dirs = {option.data}}
if option.quick then
  option.epochs = 2
  x_train, x_test = x_train[{{1, 6000}}], x_test[{{1, 2000}}]
end
x_train = x_train:reshape{-1, 784}:float() / 255
x_test = x_test:reshape{-1, 784}:float() / 255

-- A point of the code's distribution; outside of training its middle.
local Sampling = knn.layer("Sampling", {}, {
  call = function(self, x, training)
    local mean, log_variance = x[1], x[2]
    local distance = (mean * mean + log_variance:exp() - log_variance - 1) / 2
    self:add_loss(distance:sum(-1):mean())
    if not training then return mean end
    return mean + (log_variance / 2):exp() * ops.random_normal(mean, {shape = mean.shape})
  end,
})

local VAE = knn.model("VAE", {codes = 16}, {
  init = function(self)
    self.look = layers.Dense{512, activation = "relu"}
    self.mean, self.log_variance = layers.Dense{self.codes}, layers.Dense{self.codes}
    self.sample = Sampling{}
    self.decoder = knn.Sequential{
      layers.Dense{256, activation = "relu", input_shape = {self.codes}},
      layers.Dense{512, activation = "relu"},
      layers.Dense{784, activation = "sigmoid"},
    }
  end,
  call = function(self, x)
    local seen = self.look(x)
    return self.decoder(self.sample{self.mean(seen), self.log_variance(seen)})
  end,
})

-- The cross-entropy is a mean over points; 784 times that is the sum over an image.
local model = VAE{}
model:compile{
  loss = function(y_true, y_pred) return knn.losses.binary_crossentropy(y_true, y_pred) * 784 end,
  optimizer = "adam",
}
local history = model:fit(x_train, x_train, {batch_size = option.batch_size, epochs = option.epochs})
model:summary()

-- Result: what reconstructions leave of the variance; below the first row of the picture are new images.
local seen = model:predict(x_test, {verbose = 0})
local left = (seen - x_test):pow(2):sum() / (x_test - x_test:mean(1, true)):pow(2):sum()
if option.save ~= "" then
  local new = model.decoder(ops.random_normal{shape = {80, model.codes}})
  local all = ops.concatenate({x_test[{{1, 10}}], seen[{{1, 10}}], new}, {axis = 1})
  knn.utils.save_img(option.save, knn.utils.image_grid(all:reshape{-1, 28, 28}, {columns = 10, value = 1}))
end
print(string.format("explained test variance %.4f (expected: 0.78 or more), %.0f s of training",
  1 - left:item(), history.seconds))
