-- ModelCheckpoint: the model, or its weights, into a file from time to time.
local common = require "knn.callbacks.common"
local core = require "knn.core"
local template = require "knn.callbacks.template"

local ModelCheckpoint = {state = {"best", "waiting"}}

function ModelCheckpoint:init()
  local path = self.filepath
  if self.save_weights_only and not path:find("%.weights%.h5$") then
    error(("ModelCheckpoint: with save_weights_only the path ends in .weights.h5, got '%s'"):format(path), 4)
  end
  if not self.save_weights_only and not (path:find("%.keras$") or path:find("%.h5$")) then
    error(("ModelCheckpoint: the path ends in .keras or .h5, got '%s'"):format(path), 4)
  end
  if self.save_freq ~= "epoch" and not math.tointeger(self.save_freq) then
    error(("ModelCheckpoint: option 'save_freq' is \"epoch\" or a number of batches, got '%s'")
            :format(self.save_freq), 4)
  end
  self.best, self.waiting, self.last_batch = self.initial_value_threshold, 0, 0
end

function ModelCheckpoint:on_epoch_begin(epoch) self.epoch, self.last_batch = epoch, 0 end

function ModelCheckpoint:on_train_batch_end(batch, logs)
  if self.save_freq == "epoch" then return end
  self.waiting = self.waiting + batch - self.last_batch
  self.last_batch = batch
  if self.waiting >= self.save_freq then
    self.waiting = 0
    self:save(self.epoch, logs, batch)
  end
end

function ModelCheckpoint:on_epoch_end(epoch, logs)
  if self.save_freq == "epoch" then self:save(epoch, logs) end
end

-- Whether this epoch is worth a file. A log that is not there is no reason against it.
function ModelCheckpoint:is_wanted(epoch, logs, path)
  if not self.save_best_only then return true end
  local value = common.watched(self, "ModelCheckpoint", logs)
  if value == nil then return true end
  local best = self.best
  if not common.improves(self, "ModelCheckpoint", value, best) then
    if self.verbose > 0 then
      common.say("Epoch %d: %s did not improve from %.5f", epoch, self.monitor, best)
    end
    return false
  end
  self.best = value
  if self.verbose > 0 then
    common.say("Epoch %d: %s improved from %s to %.5f, saving model to %s", epoch, self.monitor,
      best and ("%.5f"):format(best) or "None", value, path)
  end
  return true
end

function ModelCheckpoint:save(epoch, logs, batch)
  local values = {epoch = epoch, batch = batch}
  for name, value in pairs(logs) do values[name] = value end
  local path = template(self.filepath, values)
  if not self:is_wanted(epoch, logs, path) then return end
  if self.verbose > 0 and not self.save_best_only then common.say("Epoch %d: saving model to %s", epoch, path) end
  core.make_folders(path:match("^(.*)/[^/]*$"))
  if self.save_weights_only then self.model:save_weights(path) else self.model:save(path) end
  if self.verbose > 0 then common.say("Epoch %d: finished saving model to %s", epoch, path) end
end

return common.class("ModelCheckpoint", {
  summary = "Saves the model, or its weights, every epoch or every so many batches.",
  detail = "Fields of the path are filled in: {epoch:02d}, {batch}, {val_loss:.2f}. A file is whole or absent at any time.",
  source = "Keras, ModelCheckpoint",
  params = {
    {name = "filepath", kind = "string", required = true,
      doc = "Path that ends in .keras or .h5, of weights only in .weights.h5."},
    {name = "monitor", default = "val_loss", doc = "Log to watch for save_best_only."},
    {name = "verbose", default = 0, doc = "1: tell what is saved."},
    {name = "save_best_only", default = false, doc = "Only when the log has improved."},
    {name = "save_weights_only", default = false, doc = "No layers, no compile options."},
    {name = "mode", default = "auto", choices = {"auto", "min", "max"},
      doc = "Whether the log should fall or grow; auto: as the metric of that name."},
    {name = "save_freq", default = "epoch", kind = "string|number", doc = "\"epoch\", or batches between two files."},
    {name = "initial_value_threshold", kind = "number", doc = "Best value so far."},
  },
}, ModelCheckpoint)
