-- fit, evaluate and predict on data sets and iterators, epochs cut by steps, and options of single batches.
local T = dofile "tests/lua/harness.lua"
local knn = require "knn"
local D, L = knn.Dataset, knn.layers

local function model(options)
  knn.seed(1)
  local m = knn.Sequential{L.Dense{4, activation = "relu", input_shape = {3}}, L.Dense{1}}
  local o = {loss = "mse", optimizer = "adam", metrics = {"mae"}, weighted_metrics = {"mse"}}
  for name, value in pairs(options or {}) do o[name] = value end
  m:compile(o)
  return m
end

local function data(n)
  knn.seed(2)
  local x = knn.rand(n or 50, 3)
  return x, x:sum(2, true), knn.rand(n or 50)
end

local function fit(m, ...) return m:fit(...).history end

T.test("batches of a Dataset train as the same batches of arrays, bit by bit", function()
  local x, y, w = data()
  local expected = fit(model(), x, y, {batch_size = 16, epochs = 3, shuffle = false, sample_weight = w, verbose = 0})
  local ds = D.from_tensor_slices(x, y, w):batch(16)
  T.equal(fit(model(), ds, {epochs = 3, verbose = 0}), expected)
  T.equal(fit(model(), ds, nil, {epochs = 3, verbose = 0}), expected)
  T.equal(fit(model{run_eagerly = true}, ds:prefetch(2), {epochs = 3, verbose = 0}), expected)
  T.equal(fit(model(), D.from_tensor_slices({x}, {y}, {w}):batch(16), {epochs = 3, verbose = 0}), expected)
  local m = model()
  local scores = {m:evaluate(ds, {verbose = 0})}
  T.equal(scores, {m:evaluate(x, y, {batch_size = 16, sample_weight = w, verbose = 0})})
  T.equal(m:predict(ds, {verbose = 0}), m:predict(x, {verbose = 0}))
  T.equal(#m:predict(D.from_tensor_slices(x):batch(16):repeats(), {steps = 2, verbose = 0}), 32)
  T.equal(#m:predict(x, {batch_size = 16, steps = 2, verbose = 0}), 32)
  T.equal({m:evaluate(ds, {steps = 2, verbose = 0})},
    {m:evaluate(x[{{1, 32}}], y[{{1, 32}}], {batch_size = 16, sample_weight = w[{{1, 32}}], verbose = 0})})
end)

T.test("inputs and outputs by name", function()
  local a, b = knn.Input{shape = {2}, name = "a"}, knn.Input{shape = {2}, name = "b"}
  local both = L.concatenate{a, b}
  local function build()
    knn.seed(3)
    local m = knn.Model{inputs = {a, b}, outputs = {L.Dense{1, name = "p"}(both), L.Dense{2, name = "q"}(both)}}
    m:compile{loss = "mse", optimizer = "sgd", loss_weights = {p = 1, q = 0.5}}
    return m
  end
  local x, z = knn.rand(20, 2), knn.rand(20, 2)
  local y = {q = x - z, p = x:sum(2, true)}
  local expected = fit(build(), {a = x, b = z}, y, {batch_size = 8, shuffle = false, verbose = 0})
  T.equal(fit(build(), D.from_tensor_slices({b = z, a = x}, y):batch(8), {verbose = 0}), expected)
  T.equal(fit(build(), D.from_tensor_slices({x, z}, {y.p, y.q}):batch(8), {verbose = 0}), expected)
  T.raises("x of the data set has no array 'a', which model", fit, build(),
    D.from_tensor_slices({b = z, c = x}, y):batch(8), {verbose = 0})
end)

T.test("iterators run out once, generators start anew", function()
  local x, y = data(32)
  local function batches()
    local at = 0
    return function()
      at = at + 16
      if at <= 32 then return x[{{at - 15, at}}], y[{{at - 15, at}}] end
    end
  end
  local expected = fit(model(), x, y, {batch_size = 16, epochs = 2, shuffle = false, verbose = 0})
  T.equal(fit(model(), D.from_generator(batches), {epochs = 2, verbose = 0}), expected)
  local once = fit(model(), batches(), {verbose = 0})
  T.equal(once.loss[1], expected.loss[1])
  T.raises("no batch in epoch 2", fit, model(), batches(), {epochs = 2, verbose = 0})
  T.equal(#fit(model(), batches(), {epochs = 2, steps_per_epoch = 1, verbose = 0}).loss, 2)
  T.equal(fit(model(), x, y, {verbose = 0, shuffle = false, validation_data = batches()}).val_loss,
    fit(model(), x, y, {verbose = 0, validation_data = {x, y}, validation_batch_size = 16, shuffle = false}).val_loss)
end)

T.test("epochs of so many steps go on where the last one ended", function()
  local x, y = data(48)
  local ds = D.from_tensor_slices(x, y):batch(16)
  local long = fit(model(), ds, {epochs = 2, verbose = 0})
  local cut = fit(model(), ds:repeats(), {epochs = 6, steps_per_epoch = 1, verbose = 0})
  T.near((cut.loss[1] + cut.loss[2] + cut.loss[3]) / 3, long.loss[1], 1e-6)
  T.near((cut.loss[4] + cut.loss[5] + cut.loss[6]) / 3, long.loss[2], 1e-6)
  T.equal(fit(model(), x, y, {epochs = 6, steps_per_epoch = 1, batch_size = 16, shuffle = false, verbose = 0}).loss,
    cut.loss)
  -- 48 rows in 3 steps: without a batch size they have 16 rows
  T.equal(fit(model(), x, y, {epochs = 2, steps_per_epoch = 3, shuffle = false, verbose = 0}), long)
end)

T.test("data that runs out ends its epoch, and the next starts a pass", function()
  local x, y = data(48)
  local counts, steps = {}, 0
  local counter = {
    on_train_batch_end = function() steps = steps + 1 end,
    on_epoch_end = function() counts[#counts + 1], steps = steps, 0 end,
  }
  local options = {epochs = 3, steps_per_epoch = 2, batch_size = 16, verbose = 0, callbacks = {counter}}
  for _, source in ipairs{"arrays", "known", "unknown"} do
    counts = {}
    local ds = D.from_tensor_slices(x, y):batch(16)
    if source == "unknown" then ds = ds:filter(function() return true end) end
    if source == "arrays" then
      fit(model(), x, y, options)
    else
      fit(model(), ds, options)
    end
    T.equal(counts, {2, 1, 2}, source)
  end
end)

T.test("a run resumed at an epoch is the uninterrupted one", function()
  local x, y = data(48)
  for _, case in ipairs{
    {D.from_tensor_slices(x, y):shuffle(48):batch(16), {}},
    {D.from_tensor_slices(x, y):shuffle(48):batch(16):repeats(), {steps_per_epoch = 2}},
    {D.from_tensor_slices(x, y):shuffle(48):batch(16), {steps_per_epoch = 2}},
  } do
    local ds, o = case[1], case[2]
    local function options(first, last)
      return {epochs = last, initial_epoch = first, steps_per_epoch = o.steps_per_epoch, verbose = 0}
    end
    local whole = fit(model(), ds, options(0, 4))
    local m = model()
    fit(m, ds, options(0, 2))
    local rest = fit(m, ds, options(2, 4))
    T.equal(rest.loss, {whole.loss[3], whole.loss[4]})
  end
end)

T.test("validation: every so many epochs, some epochs, some steps, batches of its own", function()
  local x, y = data(48)
  local function validated(options)
    options.epochs, options.verbose = 4, 0
    local seen, batches = {}, 0
    options.callbacks = {{
      on_test_batch_end = function() batches = batches + 1 end,
      on_epoch_end = function(_, epoch, logs) if logs.val_loss then seen[#seen + 1] = epoch end end,
    }}
    fit(model(), x, y, options)
    return seen, batches
  end
  local all = {x, y}
  T.equal({validated{validation_data = all}}, {{1, 2, 3, 4}, 8})
  T.equal({validated{validation_data = all, validation_freq = 2}}, {{2, 4}, 4})
  T.equal({validated{validation_data = all, validation_freq = {1, 4}}}, {{1, 4}, 4})
  T.equal({validated{validation_data = all, validation_steps = 1}}, {{1, 2, 3, 4}, 4})
  T.equal({validated{validation_data = all, validation_batch_size = 8}}, {{1, 2, 3, 4}, 24})
  T.equal({validated{validation_data = D.from_tensor_slices(x, y):batch(8)}}, {{1, 2, 3, 4}, 24})
  T.raises("'validation_freq' is a number of epochs", validated, {validation_data = all, validation_freq = 0})
end)

T.test("steps_per_execution calls callbacks less often", function()
  local x, y = data(80)
  local seen = {}
  local recorder = {
    on_train_batch_begin = function(_, batch) seen[#seen + 1] = batch end,
    on_train_batch_end = function(_, batch) seen[#seen + 1] = batch end,
  }
  local expected = fit(model(), x, y, {batch_size = 16, epochs = 1, verbose = 0})
  local got = fit(model{steps_per_execution = 2}, x, y, {batch_size = 16, verbose = 0, callbacks = {recorder}})
  T.equal(got, expected)
  T.equal(seen, {1, 2, 3, 4, 5, 5})
end)

T.test("class weights of arrays, of a Dataset and of one batch", function()
  local x = knn.rand(40, 3)
  local y = x[{{}, 1}]:gt(0.5):int()
  local function classifier()
    knn.seed(4)
    local m = knn.Sequential{L.Dense{2, activation = "softmax", input_shape = {3}}}
    m:compile{loss = "sparse_categorical_crossentropy", optimizer = "sgd"}
    return m
  end
  local weights = {[0] = 1, [1] = 5}
  local expected = fit(classifier(), x, y, {batch_size = 16, shuffle = false, class_weight = weights, verbose = 0})
  local ds = D.from_tensor_slices(x, y):batch(16)
  T.equal(fit(classifier(), ds, {class_weight = weights, verbose = 0}), expected)
  local rows = y:float() * 4 + 1
  T.equal(fit(classifier(), x, y, {batch_size = 16, shuffle = false, sample_weight = rows, verbose = 0}), expected)
  T.equal(classifier():train_on_batch(x, y, {class_weight = weights}),
    (classifier():train_on_batch(x, y, {sample_weight = rows})))
  T.raises("class_weight and sample_weight", fit, classifier(), D.from_tensor_slices(x, y, rows):batch(8),
    {class_weight = weights, verbose = 0})
end)

T.test("metrics between batches", function()
  local x, y = data()
  local m = model()
  T.equal(m:get_metrics_result().loss, 0.0)
  local logs = m:train_on_batch(x, y, {return_dict = true})
  T.equal(m:get_metrics_result(), logs)
  m:reset_metrics()
  T.equal(m:get_metrics_result().loss, 0.0)
end)

T.test("what callbacks know about the run", function()
  local x, y = data(48)
  local params, last = {}, nil
  local recorder = {on_train_begin = function(self) params[#params + 1] = self.params end,
    on_train_end = function(_, logs) last = logs end}
  local h = fit(model(), x, y, {epochs = 2, batch_size = 16, verbose = 0, callbacks = {recorder}})
  fit(model(), D.from_generator(function() return function() end end):concatenate(D.from_tensor_slices(x, y):batch(8)),
    {verbose = 0, callbacks = {recorder}})
  T.equal(params, {{epochs = 2, steps = 3, verbose = 0}, {epochs = 1, verbose = 0}})
  T.ok(last.loss)
  T.equal(#h.loss, 2)
  local first = {on_train_begin = function(self) self.model.initial_epoch = 3 end}
  T.equal(model():fit(x, y, {epochs = 5, verbose = 0, callbacks = {first}}).epoch, {4, 5})
end)

T.test("a count that nobody knows is told so", function()
  local x, y = data(32)
  local out = {}
  knn.output(function(text) out[#out + 1] = text end)
  local ok, err = pcall(fit, model(), D.from_tensor_slices(x, y):batch(16):filter(function() return true end),
    {epochs = 2, verbose = 2})
  knn.output()
  T.ok(ok, err)
  local text = table.concat(out)
  T.equal(select(2, text:gsub("2/2 %- ", "")), 2, text)
end)

T.test("layers learn from a Dataset what they learn from an array", function()
  local x = knn.rand(50, 3)
  local function learned(from)
    local layer = L.Normalization{}
    layer:adapt(from)
    return layer(x)
  end
  local expected, at = learned(x), 0
  local ds = D.from_tensor_slices(x, x):batch(16)
  T.equal(learned(ds), expected)
  T.equal(learned(ds:shuffle(4):prefetch(2):map(function(a) return a end)).shape, expected.shape)
  T.equal(learned(function()
    at = at + 25
    if at <= 50 then return x[{{at - 24, at}}] end
  end), expected)
  T.raises("the data set never ends", learned, ds:repeats())
  T.raises("the data set is empty", learned, ds:take(0))
end)

T.test("wrong calls", function()
  local x, y = data()
  local m, o = model(), {verbose = 0}
  local ds = D.from_tensor_slices(x, y):batch(16)
  T.raises("fit: the data set never ends; give steps_per_epoch", m.fit, m, ds:repeats(), o)
  T.raises("the data set never ends; give steps", m.evaluate, m, ds:repeats(), o)
  T.raises("predict: the data set never ends; give steps", m.predict, m, ds:repeats(), o)
  T.raises("never ends; give validation_steps", m.fit, m, ds, {verbose = 0, validation_data = ds:repeats()})
  T.raises("y must be left out", m.fit, m, ds, y, o)
  T.raises("sample_weight must be left out", m.fit, m, ds, {sample_weight = y, verbose = 0})
  T.raises("x of shape (3,), a single sample; batches are taken", m.fit, m, D.from_tensor_slices(x, y), o)
  T.raises("targets are missing", m.fit, m, D.from_tensor_slices(x):batch(8), o)
  T.raises("the data set is empty", m.fit, m, ds:take(0), o)
  T.raises("validation_split is for arrays", m.fit, m, ds, {validation_split = 0.5, verbose = 0})
  T.raises("got 4 parts", m.fit, m, D.from_tensor_slices(x, y, y, y):batch(8), o)
  T.raises("y has NaN at row 2", m.fit, m, D.from_tensor_slices(x[{{1, 2}}], knn.tensor{{1}, {0 / 0}}):batch(8), o)
end)

T.run()
