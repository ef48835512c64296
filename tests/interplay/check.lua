-- check.lua: knn loads what Keras saved (write.py), predicts and trains on as Keras did. KNN_INTERPLAY names a folder with
-- such files, where NAME.knn.keras and NAME.knn.h5 are saved too; else those in tests/golden are read.
local T = dofile "tests/lua/harness.lua"
local knn = require "knn"
local save_in = os.getenv "KNN_INTERPLAY"
local out = save_in or "tests/golden/data/keras"

local function arrays(all, letter)
  local list = {}
  while all[letter .. #list] do list[#list + 1] = all[letter .. #list] end
  return #list == 1 and list[1] or list
end

-- The flat list as the model takes and gives it: by name where the file does so, in the order of the names.
local function by_name(list, model, which)
  local form = model[which]
  if type(form) ~= "table" or #form > 0 then return list end
  local names, named = {}, {}
  for name in pairs(form) do names[#names + 1] = name end
  table.sort(names)
  for i, name in ipairs(names) do named[name] = list[i] end
  return named
end

local function flat(x)
  if type(x) ~= "table" then return {x} end
  if #x > 0 then return x end
  local names, list = {}, {}
  for name in pairs(x) do names[#names + 1] = name end
  table.sort(names)
  for i, name in ipairs(names) do list[i] = x[name] end
  return list
end

local function close(a, b, tolerance, what)
  local scale = math.max(1, b:abs():max():item())
  local off = (a:float() - b:float()):abs():max():item()
  T.ok(off <= tolerance * scale, ("%s is off by %g of %g"):format(what, off, scale))
end

local function check_predictions(model, all, tolerance)
  local predicted = {model:predict(by_name(arrays(all, "x"), model, "input"), {verbose = 0})}
  if type(predicted[1]) == "table" then predicted = flat(predicted[1]) end
  for i, p in ipairs(flat(arrays(all, "p"))) do close(predicted[i], p, tolerance, "prediction " .. i) end
end

local function check_losses(model, all, tolerance)
  local x, y = by_name(arrays(all, "x"), model, "input"), by_name(arrays(all, "y"), model, "output")
  for i = 1, all.losses.shape[1] do
    local loss = model:train_on_batch(x, y)
    if type(loss) == "table" then loss = loss.loss end
    close(knn.tensor{loss}, all.losses[{{i, i}}], tolerance, "loss " .. i)
  end
end

local function exists(file)
  local f <close> = io.open(file)
  return f ~= nil
end

for name in io.lines(out .. "/models.txt") do
  local all, tolerance = knn.load(("%s/%s.npz"):format(out, name)), name == "mixed" and 2e-2 or 1e-5
  for _, ending in ipairs{"keras", "h5"} do
    local file = ("%s/%s.%s"):format(out, name, ending)
    if exists(file) then
      T.test(name .. "." .. ending, function()
        local model = knn.load_model(file)
        check_predictions(model, all, tolerance)
        if save_in then model:save(("%s/%s.knn.%s"):format(save_in, name, ending)) end
        check_losses(model, all, 10 * tolerance)
      end)
    end
  end
end

T.run()
