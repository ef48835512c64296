-- imdb_lstm.lua - a recurrent network tells whether a film review is for or against the film.
-- Data: 5,000 reviews of IMDB; 1,000 are held back for testing.
-- Expected: 0.80 or more of the reviews held back right after 5 epochs, about a minute on two cores (measured: 0.8400; from
-- epoch 4 on it moves between 0.82 and 0.84).
-- Options: --epochs N --batch_size N --seed N --data DIR --save FILE --quick (3 epochs on 1,500 reviews, cut to 60 words)
local knn = require "knn"
local layers = knn.layers

local option = require "knn.utils.args"{epochs = 5, batch_size = 32, seed = 1, data = "", save = "", quick = false}
knn.seed(option.seed)

-- Data: texts, and labels 0 (against) and 1 (for).
local texts, labels = knn.datasets.imdb{dirs = {option.data}}
local words, length = 5000, 250
if option.quick then
  option.epochs, length = 3, 60
  texts, labels = texts[{{1, 1500}}], labels[{{1, 1500}}]
end
local x_train, x_test, y_train, y_test = knn.utils.train_test_split(texts, labels, {test_size = 0.2, seed = option.seed})

-- Model: it takes texts. The largest value that each output of the LSTM has anywhere in the review decides.
local vectorize = layers.TextVectorization{max_tokens = words, output_sequence_length = length}
vectorize:adapt(x_train)
local model = knn.Sequential{
  layers.Input{shape = {1}, dtype = "string"},
  vectorize,
  layers.Embedding{words, 32, mask_zero = true},
  layers.SpatialDropout1D{0.4},
  layers.LSTM{32, return_sequences = true},
  layers.GlobalMaxPooling1D{},
  layers.Dropout{0.5},
  layers.Dense{1, activation = "sigmoid"},
}
model:summary()
model:compile{loss = "binary_crossentropy", optimizer = knn.optimizers.Adam{0.003}, metrics = {"accuracy"}}

-- Training
local history = model:fit(x_train, y_train, {batch_size = option.batch_size, epochs = option.epochs})

-- Result
local loss, accuracy = model:evaluate(x_test, y_test, {verbose = 0})
print(string.format("test loss %.4f", loss))
print(string.format("test accuracy %.4f (expected: 0.80 or more), %.1f s of training", accuracy, history.seconds))
for _, text in ipairs {"A wonderful film, moving and funny from start to end.", "Dull, badly acted and far too long."} do
  print(string.format("%.3f  %s", model:predict({text}, {verbose = 0}):item(), text))
end
if option.save ~= "" then model:save(option.save) end
