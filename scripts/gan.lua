-- gan.lua - two networks against each other on MNIST: one makes digits of noise, one tells them from real ones.
-- Source: Goodfellow et al. 2014, with the steps of Keras's guide "Customizing what happens in fit".
-- Data: 60,000 images of 28x28 points. A small classifier, trained here too, judges what was made.
-- Expected: 0.38 or more of the new digits are recognised for sure, evenly over the ten kinds, after 25 epochs, some
-- two minutes on two cores (measured: 0.4456).
-- Options: --epochs N --batch_size N --seed N --data DIR --save FILE (a picture) --quick (3 epochs on 6,000 images)
local knn = require "knn"
local layers, ops = knn.layers, knn.ops

local option = require "knn.utils.args"{epochs = 25, batch_size = 128, seed = 1, data = "", save = "", quick = false}
knn.seed(option.seed)

-- Data: rows of 784 numbers in -1 .. 1, labels for the judge.
local x, y = knn.datasets.mnist{dirs = {option.data}}
if option.quick then
  option.epochs = 3
  x, y = x[{{1, 6000}}], y[{{1, 6000}}]
end
x = x:reshape{-1, 784}:float() / 127.5 - 1

local entropy = knn.losses.BinaryCrossentropy{from_logits = true}

local GAN = knn.model("GAN", {noise = 64}, {
  init = function(self)
    self.generator = knn.Sequential{
      layers.Dense{256, input_shape = {self.noise}}, layers.BatchNormalization{}, layers.LeakyReLU{},
      layers.Dense{784, activation = "tanh"},
    }
    self.discriminator = knn.Sequential{
      layers.Dense{256, input_shape = {784}}, layers.LeakyReLU{}, layers.Dropout{0.3}, layers.Dense{1},
    }
    self.g_optimizer = knn.optimizers.Adam{learning_rate = 5e-4, beta_1 = 0.5}
    self.d_optimizer = knn.optimizers.Adam{learning_rate = 5e-4, beta_1 = 0.5}
    self.d_loss, self.g_loss = knn.metrics.Mean{name = "d_loss"}, knn.metrics.Mean{name = "g_loss"}
  end,
  call = function(self, images) return self.discriminator(images) end,
  make = function(self, like) return self.generator(ops.random_normal{shape = {like.shape[1], self.noise}},
    {training = true}) end,
  train_step = function(self, data)
    local real = data[1]
    local d_weights, g_weights = self.discriminator.trainable_weights, self.generator.trainable_weights
    local function judge(images) return self.discriminator(images, {training = true}) end
    local made = self:make(real)
    local d_loss, d_gradients = knn.value_and_grad(function()
      local seen_real, seen_made = judge(real), judge(made)
      return entropy(ops.ones_like(seen_real) * 0.9, seen_real) + entropy(ops.zeros_like(seen_made), seen_made)
    end, d_weights)()
    self.d_optimizer:apply(d_gradients, d_weights)
    local g_loss, g_gradients = knn.value_and_grad(function()
      local seen = judge(self:make(real))
      return entropy(ops.ones_like(seen), seen)
    end, g_weights)()
    self.g_optimizer:apply(g_gradients, g_weights)
    self.d_loss:update_state(d_loss)
    self.g_loss:update_state(g_loss)
    return {d_loss = self.d_loss:result(), g_loss = self.g_loss:result()}
  end,
})
local gan = GAN{}
gan:compile{}
local history = gan:fit(x, {batch_size = option.batch_size, epochs = option.epochs})

-- Result: pictures of which the judge is sure, times how evenly the kinds occur (1 = all ten alike).
local judge = knn.Sequential{
  layers.Dense{128, activation = "relu", input_shape = {784}}, layers.Dense{10, activation = "softmax"}}
judge:compile{loss = "sparse_categorical_crossentropy", optimizer = "adam"}
judge:fit(x, y, {epochs = 3, batch_size = 128, verbose = 0})
local made = gan.generator(ops.random_normal{shape = {1000, gan.noise}})
local p = judge:predict(made, {verbose = 0})
local share = p:mean(1)
local score = p:max(2):gt(0.9):float():mean() * -(share * (share + 1e-9):log()):sum() / math.log(10)
if option.save ~= "" then
  local images = (made[{{1, 100}}]:reshape{-1, 28, 28} + 1) / 2
  knn.utils.save_img(option.save, knn.utils.image_grid(images, {value = 1}))
end
print(string.format("recognised test share %.4f (expected: 0.38 or more), %.0f s of training", score:item(), history.seconds))
