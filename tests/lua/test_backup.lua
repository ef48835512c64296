-- BackupAndRestore: a run that is killed, at any moment, and started again ends as the uninterrupted one, bit by bit.
local T = dofile "tests/lua/harness.lua"
local build = os.getenv("KNN_BUILD_DIR") or "build"

-- Trains with dropout, batch statistics, moments, a falling rate and an order of rows that changes. Arguments: folder of
-- the backup ("" = none), the moment to die: "epoch batch", "weights n" before the n-th record, "record n" behind it.
local program = [[
local knn = require "knn"
local core = require "knn.core"
local folder, kind, a, b = arg[1], arg[2], tonumber(arg[3]), tonumber(arg[4])

local function die()
  local shell = io.popen "echo $PPID"
  local pid = shell:read "n"
  shell:close()
  os.execute("kill -9 " .. pid)
  while true do end
end

knn.seed(7)
local x = knn.rand(60, 4)
local y = x:sum(2, true):gt(2):int()
local L = knn.layers
local model = knn.Sequential{
  L.Dense{8, activation = "relu", input_shape = {4}}, L.BatchNormalization{}, L.Dropout{0.3},
  L.Dense{2, activation = "softmax"}}
model:compile{loss = "sparse_categorical_crossentropy", metrics = {"accuracy"},
  optimizer = knn.optimizers.Adam{learning_rate = 0.01, use_ema = true}}
local callbacks = {
  {on_train_batch_end = function(self, batch)
    if kind == "batch" and self.epoch == a and batch == b then die() end
  end, on_epoch_begin = function(self, epoch) self.epoch = epoch end},
  knn.callbacks.ReduceLROnPlateau{monitor = "loss", patience = 1, min_delta = 0.05, factor = 0.5},
  knn.callbacks.LearningRateScheduler{function(_, rate) return rate * 0.9 end},
}
if folder ~= "" then callbacks[#callbacks + 1] = knn.callbacks.BackupAndRestore{folder} end
local records, replace = 0, core.replace_file
function core.replace_file(...)
  records = records + 1
  if kind == "weights" and records == a then die() end
  replace(...)
  if kind == "record" and records == a then die() end
end
local ds = knn.Dataset.from_tensor_slices(x, y):shuffle(60):batch(16)
model:fit(ds, {epochs = 6, verbose = 0, callbacks = callbacks})
local bytes = 0
for _, w in ipairs(model:get_weights()) do
  for _, v in ipairs(w:reshape{-1}:totable()) do io.write(("%a "):format(v)) end
end
print(model.optimizer.learning_rate, model.optimizer.iterations, (model:evaluate(x, y, {verbose = 0})))
]]

local script = os.tmpname()
local file = io.open(script, "w")
file:write(program)
file:close()

-- What the program prints; nil if it died.
local function run(folder, ...)
  local words = {("'%s/knn' '%s' '%s'"):format(build, script, folder), ...}
  local pipe = io.popen("exec 2>/dev/null; " .. table.concat(words, " "))
  local out = pipe:read "a"
  return pipe:close() and out or nil
end

local function new_folder()
  local path = os.tmpname()
  os.remove(path)
  return path .. ".backup"
end

local function files_in(folder)
  local pipe = io.popen("ls '" .. folder .. "' 2>/dev/null")
  local list = {}
  for name in pipe:lines() do list[#list + 1] = name end
  pipe:close()
  return list
end

local whole = run ""

T.test("the program runs through", function()
  T.ok(whole and #whole > 500, "the program failed")
  local folder = new_folder()
  T.equal(run(folder), whole)
  T.equal(files_in(folder), {})
end)

for _, moment in ipairs{"batch 1 2", "batch 2 1", "batch 4 3", "batch 6 4", "weights 1", "weights 3", "record 1", "record 6"} do
  T.test("killed at " .. moment, function()
    local folder = new_folder()
    T.equal(run(folder, moment), nil)
    T.equal(run(folder), whole)
    T.equal(files_in(folder), {})
  end)
end

T.test("killed again and again", function()
  local folder = new_folder()
  for epoch = 1, 6 do T.equal(run(folder, ("batch %d 3"):format(epoch)), nil) end
  T.ok(#files_in(folder) <= 3, table.concat(files_in(folder), " "))
  T.equal(run(folder), whole)
end)

T.run()
