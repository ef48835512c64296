-- Windows over series and data sets in two: the batches and parts are Keras's.
local K = dofile "tests/lua/keras.lua"
local knn = require "knn"
local T = K.T

local run = {}

function run.windows(case)
  local x = knn.arange(26):float():reshape{13, 2}
  local y = case.targets and knn.arange(case.targets):float() + 100 or nil
  local options = {}
  for name, value in pairs(case.options) do options[name] = value end
  if options.start_index then options.start_index = options.start_index + 1 end -- the end is included here
  local n = 0
  for bx, by in knn.utils.timeseries_dataset_from_array(x, y, options):each() do
    n = n + 1
    K.close(bx, case.batches[n].x)
    if y then K.close(by, case.batches[n].y) end
  end
  T.equal(n, #case.batches)
end

function run.split(case)
  local parts = {knn.utils.split_dataset(knn.arange(case.n), case.options)}
  for i, name in ipairs{"left", "right"} do
    local got = {}
    for a in parts[i]:each() do got[#got + 1] = a:item() end
    T.equal(got, case[name])
  end
end

for i, case in ipairs(K.golden.cases "timeseries") do
  T.test(K.title{name = case.name, options = case.options, tag = tostring(i)}, function() run[case.name](case) end)
end

T.test("shuffled windows and parts keep their elements", function()
  local x = knn.arange(20)
  local seen = {}
  local ds = knn.utils.timeseries_dataset_from_array(x, x, {sequence_length = 4, shuffle = true, seed = 3, batch_size = 5})
  local before
  for bx, by in ds:each() do
    T.equal(bx[{{}, 1}], by)
    for _, v in ipairs(by:totable()) do seen[v] = (seen[v] or 0) + 1 end
    before = before or by:totable()
  end
  for v = 0, 16 do T.equal(seen[v], 1) end
  T.ok(table.concat(before, " ") ~= "0 1 2 3 4")
  local left, right = knn.utils.split_dataset({x, x * 2}, {left_size = 12, shuffle = true, seed = 1})
  local all = {}
  for _, part in ipairs{left, right, left} do
    for a, b in part:each(2) do
      T.equal(b:item(), 2 * a:item())
      all[a:item()] = (all[a:item()] or 0) + 1
    end
  end
  local twice = 0
  for v = 0, 19 do twice = twice + (all[v] == 2 and 1 or 0) end
  T.equal(twice, 12)
  T.equal({#left, #right}, {12, 8})
end)

T.test("class weights that even classes out", function()
  T.near(knn.utils.class_weight(knn.tensor{0, 0, 0, 2}), {[0] = 4 / 6, [2] = 2})
  T.near(knn.utils.class_weight(knn.to_categorical(knn.tensor{1, 1, 0}, 3)), {[0] = 1.5, [1] = 0.75})
  local x, y = knn.rand(8, 2), knn.tensor({1, 1, 1, 2, 2, 1, 1, 1}, "int32")
  local m = knn.Sequential{knn.layers.Dense{3, activation = "softmax", input_shape = {2}}}
  m:compile{loss = "sparse_categorical_crossentropy", optimizer = "sgd"}
  T.near((m:train_on_batch(x, y, {class_weight = {[1] = 3, [2] = 3}})), 3 * m:test_on_batch(x, y), 0.2)
  m:fit(x, y, {class_weight = {2, 3}, verbose = 0})
end)

T.test("wrong calls", function()
  local x = knn.arange(10)
  local windows, split = knn.utils.timeseries_dataset_from_array, knn.utils.split_dataset
  T.raises("unknown option 'length' (known: batch_size", windows, x, nil, {length = 3})
  T.raises("option 'sequence_length' is a whole number from 1, got nil", windows, x, nil, {})
  T.raises("rows 3 .. 11 do not lie inside 1 .. 10", windows, x, nil, {sequence_length = 2, start_index = 3, end_index = 11})
  T.raises("10 rows hold no window of 6 rows, 2 apart", windows, x, nil, {sequence_length = 6, sampling_rate = 2})
  T.raises("left_size or right_size is required", split, x)
  T.raises("10 elements do not make two parts of 8 and 3", split, x, {left_size = 0.8, right_size = 3})
  T.raises("option 'left_size' is a share from 0.0 to 1.0", split, x, {left_size = 1.5})
end)

T.run()
