-- timeseries.lua - tomorrow's value of a series from the days before, beside the best guess without learning.
-- Data: FILE, a CSV file with a column of numbers per day; default: the daily minimum temperatures of Melbourne 1981-1990,
-- timeseries/ in the data folders. The last fifth is held back.
-- Expected skill, by how much the mean error of the test days is below that of "as today": 0.10 or more after 30 epochs,
-- two seconds (measured: 0.1146).
-- Options: [FILE] --epochs N --batch_size N --days N --column NAME --seed N --quick (3 epochs)
local knn = require "knn"
local layers = knn.layers

local option = require "knn.utils.args"{epochs = 30, batch_size = 32, days = 30, column = "Temp", seed = 1, quick = false}
if option.quick then option.epochs = 3 end
knn.seed(option.seed)

-- Data: scaled by the training days; row i of x holds `days` days, y the day after them.
local path = option[1] or knn.datasets.file "timeseries/daily-min-temperatures.csv"
local t = assert(knn.csv(path, {missing_values = {"", "?"}}))
local series = t:matrix{columns = {option.column}, missing = "drop"}:squeeze(-1)
local n_train = math.floor(0.8 * #series)
local mean, deviation = series[{{1, n_train}}]:mean(), series[{{1, n_train}}]:std()
local scaled = (series - mean) / deviation

local function windows(first, last)
  local n, columns = last - first + 1 - option.days, {}
  for d = 0, option.days - 1 do columns[d + 1] = scaled[{{first + d, first + d + n - 1}}] end
  return knn.ops.stack(columns, {axis = 2}):unsqueeze(-1), scaled[{{first + option.days, last}}]:unsqueeze(-1)
end
local x_train, y_train = windows(1, n_train)
local x_test, y_test = windows(n_train - option.days + 1, #series)
print(("%d windows of %d days to train on, %d to test"):format(#x_train, option.days, #x_test))

-- Model
local model = knn.Sequential{
  layers.GRU{16, input_shape = {option.days, 1}},
  layers.Dense{1},
}
model:compile{loss = "mse", optimizer = knn.optimizers.Adam{0.003}}
local history = model:fit(x_train, y_train, {batch_size = option.batch_size, epochs = option.epochs, validation_split = 0.1})

-- Result: mean absolute errors in the units of the series.
local function error_of(guess) return ((y_test - guess):abs():mean() * deviation):item() end
local as_today = error_of(x_test[{{}, -1}])
local learned = error_of(model:predict(x_test, {verbose = 0}))
print(("mean absolute error: %.3f as today, %.3f as the mean of all days, %.3f learned"):format(as_today, error_of(0 * y_test),
  learned))
print(("test skill %.4f (expected: 0.10 or more), %.1f s of training"):format(1 - learned / as_today, history.seconds))
