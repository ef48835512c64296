--- Callbacks: tables with methods that `fit`, `evaluate` and `predict` call.
-- A callback of your own is any table with some of on_train_begin(self, logs), on_train_end,
-- on_epoch_begin(self, epoch, logs), on_epoch_end, on_train_batch_begin(self, batch, logs), on_train_batch_end and the
-- same for test and predict. Epochs and batches count from 1. `self.model` is the model.
-- Callbacks with names of their own, as in Keras.
-- @module knn.callbacks
local M = {}

local function check(class, options, known)
  if options ~= nil and type(options) ~= "table" then
    error(class .. ": options are given in one table, got a " .. type(options), 3)
  end
  for name in pairs(options or {}) do
    if known[name] == nil then
      local names = {}
      for k in pairs(known) do names[#names + 1] = k end
      table.sort(names)
      error(("%s: unknown option '%s' (known: %s)"):format(class, tostring(name), table.concat(names, ", ")), 3)
    end
  end
  local result = {}
  for name, default in pairs(known) do
    local value = options and options[name]
    if value == nil and default ~= "" then value = default end
    result[name] = value
  end
  return result
end

-- Whether larger values of a log are better.
local function larger_is_better(monitor, mode)
  if mode == "max" then return true end
  if mode == "min" then return false end
  return monitor:find("acc", 1, true) ~= nil or monitor:find("auc", 1, true) ~= nil
      or monitor:find("precision", 1, true) ~= nil or monitor:find("recall", 1, true) ~= nil
end

local EarlyStopping = {}
EarlyStopping.__index = EarlyStopping

--- Stops when a log has not improved for `patience` epochs.
-- @tparam table options monitor = "val_loss", min_delta = 0, patience = 0, mode = "auto" | "min" | "max",
-- baseline = nil, restore_best_weights = false, start_from_epoch = 0 (epochs that are not watched), verbose = 0
function M.EarlyStopping(options)
  local o = check("EarlyStopping", options, {
    monitor = "val_loss", min_delta = 0, patience = 0, mode = "auto", baseline = "",
    restore_best_weights = false, start_from_epoch = 0, verbose = 0,
  })
  return setmetatable(o, EarlyStopping)
end

function EarlyStopping:on_train_begin()
  self.wait, self.stopped_epoch, self.best_epoch = 0, 0, 0
  self.best, self.best_weights = nil, nil
end

function EarlyStopping:improves(value, than)
  if than == nil then return true end
  local delta = math.abs(self.min_delta)
  if larger_is_better(self.monitor, self.mode) then return value - delta > than end
  return value + delta < than
end

function EarlyStopping:on_epoch_end(epoch, logs)
  local value = logs[self.monitor]
  if value == nil or epoch <= self.start_from_epoch then return end
  if self.restore_best_weights and not self.best_weights then
    self.best_weights, self.best_epoch = self.model:get_weights(), epoch
  end
  self.wait = self.wait + 1
  if self:improves(value, self.best) then
    self.best, self.best_epoch = value, epoch
    if self.restore_best_weights then self.best_weights = self.model:get_weights() end
    if self:improves(value, self.baseline) then self.wait = 0 end
    return
  end
  if self.wait >= self.patience and epoch > 1 then
    self.stopped_epoch = epoch
    self.model:stop_training()
  end
end

function EarlyStopping:on_train_end()
  if self.stopped_epoch > 0 and self.verbose > 0 then
    require("knn.core").write(("Epoch %d: early stopping\n"):format(self.stopped_epoch))
  end
  if self.restore_best_weights and self.best_weights then self.model:set_weights(self.best_weights) end
  self.best_weights = nil
end

--- A callback from functions: `LambdaCallback{on_epoch_end = function(epoch, logs) ... end}`.
-- @tparam table functions by the names of the methods; they do not receive self
function M.LambdaCallback(functions)
  local callback = {}
  for name, f in pairs(functions) do
    if type(name) ~= "string" or not name:find("^on_") or type(f) ~= "function" then
      error("LambdaCallback: entries are functions named on_epoch_end and the like, got '" .. tostring(name) .. "'", 2)
    end
    callback[name] = function(_, ...) return f(...) end
  end
  return callback
end

local CSVLogger = {}
CSVLogger.__index = CSVLogger

--- Writes the logs of each epoch as a line of a CSV file.
-- @tparam table options filename (or the first value), separator = ",", append = false
function M.CSVLogger(options)
  options = type(options) == "string" and {filename = options} or options
  if type(options) == "table" and options[1] then
    local named = {filename = options[1], separator = options.separator, append = options.append}
    options = named
  end
  local o = check("CSVLogger", options, {filename = "", separator = ",", append = false})
  if not o.filename then error("CSVLogger: option 'filename' is required", 2) end
  return setmetatable(o, CSVLogger)
end

local function has_text(path)
  local f = io.open(path, "r")
  if not f then return false end
  local first = f:read(1)
  f:close()
  return first ~= nil
end

function CSVLogger:on_train_begin()
  self.header_written = self.append and has_text(self.filename)
  self.keys = nil
  self.file = assert(io.open(self.filename, self.append and "a" or "w"))
end

function CSVLogger:on_epoch_end(epoch, logs)
  if not self.keys then
    self.keys = {}
    for k in pairs(logs) do self.keys[#self.keys + 1] = k end
    table.sort(self.keys)
  end
  if not self.header_written then
    self.file:write(table.concat({"epoch", table.unpack(self.keys)}, self.separator), "\n")
    self.header_written = true
  end
  local row = {tostring(epoch)}
  for i, k in ipairs(self.keys) do row[i + 1] = logs[k] and ("%.9g"):format(logs[k]) or "NA" end
  self.file:write(table.concat(row, self.separator), "\n")
  self.file:flush()
end

function CSVLogger:on_train_end()
  if self.file then self.file:close() end
  self.file = nil
end

return M
