-- CSVLogger: a line of a CSV file for every epoch.
local common = require "knn.callbacks.common"

local CSVLogger = {}

local function has_text(path)
  local f = io.open(path, "r")
  local first = f and f:read(1)
  if f then f:close() end
  return first ~= nil
end

function CSVLogger:write_row(cells)
  self.file:write(table.concat(cells, self.separator), "\r\n")
end

function CSVLogger:on_train_begin()
  self.has_header = self.append and has_text(self.filename)
  self.keys = nil
  self.file = assert(io.open(self.filename, self.append and "a" or "w"))
end

-- Logs of a validation that has not run in the first epoch get their columns all the same.
local function columns(logs)
  local keys, validated = {}, false
  for name in pairs(logs) do
    keys[#keys + 1] = name
    validated = validated or name:find("^val_") ~= nil
  end
  table.sort(keys)
  if not validated then
    for i = 1, #keys do keys[#keys + 1] = "val_" .. keys[i] end
  end
  return keys
end

function CSVLogger:on_epoch_end(epoch, logs)
  if not self.keys then
    self.keys = columns(logs)
    if not self.has_header then self:write_row({"epoch", table.unpack(self.keys)}) end
  end
  local row = {tostring(epoch)}
  for i, name in ipairs(self.keys) do row[i + 1] = logs[name] and common.number(logs[name]) or "NA" end
  self:write_row(row)
  self.file:flush()
end

function CSVLogger:on_train_end()
  if self.file then self.file:close() end
  self.file = nil
end

return common.class("CSVLogger", {
  summary = "Writes the logs of each epoch as a line of a CSV file.",
  detail = "Columns: epoch, counted from 1, and the logs of the first epoch; NA where one is missing.",
  source = "Keras, CSVLogger",
  params = {
    {name = "filename", kind = "string", required = true, doc = "Path of the file."},
    {name = "separator", default = ",", doc = "Between two cells."},
    {name = "append", default = false, doc = "Go on with a file that is there."},
  },
}, CSVLogger)
