-- BackupAndRestore: a run that was killed goes on where its last backup was made.
--
-- A backup is a file of weights with the optimizer's state, under a name of its own, and training_metadata.json, which
-- names it. Both come into being whole, the second one last, so at any moment the folder holds one good backup.
local common = require "knn.callbacks.common"
local core = require "knn.core"
local json = require "knn.callbacks.flat_json"

local BackupAndRestore = {}

function BackupAndRestore:init()
  if self.save_freq ~= "epoch" and not math.tointeger(self.save_freq) then
    error(("BackupAndRestore: option 'save_freq' is \"epoch\" or a number of batches, got '%s'")
            :format(self.save_freq), 4)
  end
end

function BackupAndRestore:path(name) return self.backup_dir .. "/" .. name end

local function read_record(path)
  local f = io.open(path, "rb")
  if not f then return nil end
  local text = f:read("a")
  f:close()
  local record = json.decode(text)
  return record and record.epoch and record.weights and record
end

-- What the other callbacks of the run know, as they name it in their list `state`.
local function each_state(callbacks, visit)
  for i, callback in ipairs(callbacks) do
    for _, name in ipairs(callback.state or {}) do visit(callback, name, i .. "." .. name) end
  end
end

function BackupAndRestore:restore(record)
  self.model:load_weights(self:path(record.weights))
  each_state(self.callbacks, function(callback, name, key) callback[name] = record[key] end)
  self.model.initial_epoch = record.epoch
  if record.before then self:drop(record.before) end -- it may have stayed when the run was killed
  if record.stopped then self.model.stop_training = true end
end

function BackupAndRestore:on_train_begin()
  if self.callbacks[#self.callbacks] ~= self then
    error("BackupAndRestore: it stands last in the list, since a backup holds what the callbacks before it did", 0)
  end
  core.make_folders(self.backup_dir)
  self.record = read_record(self:path("training_metadata.json"))
  self.seen = 0
  if self.record then self:restore(self.record) end
end

-- epoch: how many are done; batch: of the one under way, 0 between two.
function BackupAndRestore:back_up(epoch, batch)
  local old = self.record
  local record = {epoch = epoch, batch = batch, stopped = self.model.training_stopped}
  record.weights = ("latest-%d-%d.weights.h5"):format(epoch, batch)
  if old and old.weights ~= record.weights then record.before = old.weights end
  each_state(self.callbacks, function(callback, name, key) record[key] = callback[name] end)
  self.model:save_weights(self:path(record.weights))
  core.replace_file(self:path("training_metadata.json"), json.encode(record))
  if record.before then self:drop(record.before) end
  self.record = record
end

-- double_checkpoint: the one before stays until the next.
function BackupAndRestore:drop(weights)
  local gone = weights
  if self.double_checkpoint then gone, self.before = self.before, weights end
  if gone then os.remove(self:path(gone)) end
end

function BackupAndRestore:on_epoch_begin(epoch) self.done, self.last_batch = epoch - 1, 0 end

function BackupAndRestore:on_epoch_end(epoch)
  if self.save_freq == "epoch" then self:back_up(epoch, 0) end
end

function BackupAndRestore:on_train_batch_end(batch)
  if self.save_freq == "epoch" then return end
  self.seen = self.seen + batch - self.last_batch
  self.last_batch = batch
  if self.seen >= self.save_freq then
    self.seen = 0
    self:back_up(self.done, batch)
  end
end

function BackupAndRestore:on_train_end()
  if not self.delete_checkpoint then return end
  local record = self.record
  os.remove(self:path("training_metadata.json"))
  if record then os.remove(self:path(record.weights)) end
  if self.before then os.remove(self:path(self.before)) end
  os.remove(self.backup_dir)
end

return common.class("BackupAndRestore", {
  summary = "A run that was killed goes on from its last backup when the same program is started again.",
  detail = "Backups at the end of epochs give the uninterrupted run, bit by bit; after one in the middle of an epoch, "
    .. "that epoch is begun again. Callbacks name what they must know in a list `state`.",
  source = "Keras, BackupAndRestore",
  params = {
    {name = "backup_dir", kind = "string", required = true, doc = "Folder of the backup, of this run alone."},
    {name = "save_freq", default = "epoch", kind = "string|number", doc = "\"epoch\", or batches between two backups."},
    {name = "double_checkpoint", default = false, doc = "Keep the file of the backup before, too."},
    {name = "delete_checkpoint", default = true, doc = "Remove the backup when the run is over."},
  },
}, BackupAndRestore)
