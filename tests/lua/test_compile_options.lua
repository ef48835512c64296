-- What compile makes of words, and what a second compile leaves as it was.
local T = dofile "tests/lua/harness.lua"
local knn = require "knn"
local L = knn.layers

local function net(units, activation)
  knn.seed(1)
  return knn.Sequential{L.Dense{units, activation = activation, input_shape = {3}}}
end

local x = knn.rand(12, 3)

-- The loss of one batch after compile{loss = loss}.
local function loss_of(units, activation, y, loss)
  local m = net(units, activation)
  m:compile{loss = loss, optimizer = "sgd"}
  return (m:test_on_batch(x, y))
end

T.test("crossentropy is the one that fits the targets", function()
  local labels = knn.arange(12):mod(4):int()
  local hot, binary = knn.to_categorical(labels, 4), x[{{}, 1}]:gt(0.5):float():reshape{12, 1}
  for _, case in ipairs{
    {4, "softmax", labels, "sparse_categorical_crossentropy"},
    {4, "softmax", labels:reshape{12, 1}, "sparse_categorical_crossentropy"},
    {4, "softmax", hot, "categorical_crossentropy"},
    {1, "sigmoid", binary, "binary_crossentropy"},
  } do
    local units, activation, y, name = table.unpack(case)
    local expected = loss_of(units, activation, y, name)
    for _, word in ipairs{"crossentropy", "ce", "CE"} do T.equal(loss_of(units, activation, y, word), expected) end
  end
  local m = net(4, "softmax")
  m:compile{loss = "crossentropy", optimizer = "sgd"}
  m:summary{memory = true, print = false} -- guesses targets, and forgets the guess
  m:fit(x, labels, {verbose = 0})
  T.raises("label 7 at sample 1 is outside 0..3", m.fit, m, x, labels * 0 + 7, {verbose = 0})
end)

T.test("it is found for each output", function()
  local i = knn.Input{shape = {3}}
  local m = knn.Model{inputs = i, outputs = {L.Dense{2, activation = "softmax", name = "a"}(i),
    L.Dense{1, activation = "sigmoid", name = "b"}(i)}}
  m:compile{loss = {"ce", "ce"}, optimizer = "sgd"}
  local logs = m:train_on_batch(x, {knn.zeros(12):int(), knn.ones(12, 1)}, {return_dict = true})
  T.near(logs.a_loss + logs.b_loss, logs.loss, 1e-6)
end)

T.test("a second compile leaves loss and metrics that it does not name", function()
  local m = net(2)
  local y = knn.rand(12, 2)
  m:compile{loss = "mse", metrics = {"mae"}, loss_weights = 0.5, optimizer = "sgd"}
  local before = m:test_on_batch(x, y, {return_dict = true})
  m:compile{optimizer = "adam"}
  T.equal(m:test_on_batch(x, y, {return_dict = true}), before)
  T.equal(m.optimizer.class_name, "Adam")
  m:compile{loss = "mse", optimizer = "sgd"}
  T.near((m:test_on_batch(x, y)), 2 * before.loss, 1e-6)
  m:compile{loss = "mse", metrics = {"mse"}, optimizer = "sgd"}
  T.equal(m:test_on_batch(x, y, {return_dict = true}).mae, nil)
  m:compile{weighted_metrics = {"mae"}, optimizer = "sgd"}
  local logs = m:test_on_batch(x, y, {return_dict = true})
  T.ok(logs.mae and not logs.mse)
end)

T.run()
