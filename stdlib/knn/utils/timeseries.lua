--- Windows over a series as a Dataset.
-- @module knn.utils.timeseries
local core = require "knn.core"

local M = {}

local known = {
  sequence_length = true, sequence_stride = true, sampling_rate = true, batch_size = true, shuffle = true, seed = true,
  start_index = true, end_index = true,
}

local function check(options)
  for name in pairs(options) do
    if not known[name] then
      error(("timeseries_dataset_from_array: unknown option '%s' (known: batch_size, end_index, sampling_rate, seed, "
               .. "sequence_length, sequence_stride, shuffle, start_index)"):format(tostring(name)), 3)
    end
  end
  for _, name in ipairs {"sequence_length", "sequence_stride", "sampling_rate"} do
    local value = options[name] or name ~= "sequence_length" and 1
    if not math.tointeger(value) or value < 1 then
      error(("timeseries_dataset_from_array: option '%s' is a whole number from 1, got %s")
              :format(name, tostring(options[name])), 3)
    end
  end
end

local function shuffled(list, seed)
  local result = {}
  for position in core.Dataset.from_tensor_slices(core.tensor(list, "int64")):shuffle(#list, {seed = seed}):each() do
    result[#result + 1] = position:item()
  end
  return result
end

--- Windows of rows that follow one another, with the targets that stand where they begin.
-- @param data tensor (rows, ...)
-- @param targets tensor (rows, ...) or nil: the window from row i has target i
-- @tparam table options sequence_length (rows of a window), sequence_stride = 1 (between two starts), sampling_rate = 1
-- (between two rows of a window), batch_size = 128 (knn.null: no batches), shuffle = false, seed, start_index = 1 and
-- end_index = #data (rows outside are left alone; both count from 1 and are included)
-- @return Dataset of (batch, sequence_length, ...) and, with targets, (batch, ...)
function M.timeseries_dataset_from_array(data, targets, options)
  options = options or {}
  check(options)
  local first, last = options.start_index or 1, options.end_index or #data
  if first < 1 or last > #data or first > last then
    error(("timeseries_dataset_from_array: rows %d .. %d do not lie inside 1 .. %d"):format(first, last, #data), 2)
  end
  local length, rate = options.sequence_length, options.sampling_rate or 1
  local count = last - first + 1 - (length - 1) * rate
  if targets then count = math.min(count, #targets) end
  local starts = {}
  for at = 0, count - 1, options.sequence_stride or 1 do starts[#starts + 1] = first + at end
  if #starts == 0 then
    error(("timeseries_dataset_from_array: %d rows hold no window of %d rows, %d apart"):format(last - first + 1, length,
      rate), 2)
  end
  if options.shuffle then starts = shuffled(starts, options.seed) end
  local ds = core.Dataset.windows(data, starts, length, rate, targets)
  local batch = options.batch_size or 128
  if batch == core.ANY then
    return options.shuffle and ds:shuffle(1024, {seed = options.seed}) or ds
  end
  if options.shuffle then ds = ds:shuffle(8 * batch, {seed = options.seed}) end
  return ds:batch(batch)
end

return M
