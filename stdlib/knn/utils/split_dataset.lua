--- A data set in two.
-- @module knn.utils.split_dataset
local core = require "knn.core"

local M = {}

local known = {left_size = true, right_size = true, shuffle = true, seed = true}

-- To the nearest whole number, halves to the even one.
local function round(x)
  local low = math.floor(x)
  if x - low == 0.5 then return low + low % 2 end
  return math.floor(x + 0.5)
end

-- A share or a number of elements; nil stays nil.
local function size_of(name, size, n)
  if size == nil then return nil end
  if type(size) ~= "number" or size < 0 or (math.type(size) == "float" and size > 1) then
    error(("split_dataset: option '%s' is a share from 0.0 to 1.0 or a number of elements, got %s")
            :format(name, tostring(size)), 3)
  end
  return math.type(size) == "float" and round(size * n) or size
end

local function count(ds)
  local n = 0
  for _ in ds:each() do n = n + 1 end
  return n
end

--- The first elements of a data set, and the last ones.
-- @param dataset Dataset, tensor or list of tensors; of a Dataset all elements are held by reference
-- @tparam table options left_size and right_size: shares (0.8) or numbers of elements (100), one of them may be left out;
-- shuffle = false: in another order, always the same one, by `seed`
-- @return Dataset, Dataset
function M.split_dataset(dataset, options)
  options = options or {}
  for name in pairs(options) do
    if not known[name] then
      error(("split_dataset: unknown option '%s' (known: left_size, right_size, seed, shuffle)"):format(tostring(name)), 2)
    end
  end
  if type(dataset) == "table" and type(dataset[1]) == "userdata" then
    dataset = core.Dataset.from_tensor_slices(table.unpack(dataset))
  elseif type(dataset) == "table" or not dataset.cardinality then
    dataset = core.Dataset.from_tensor_slices(dataset)
  end
  local whole = dataset:cache()
  local n = count(whole) -- and from now on the order stays
  local left, right = size_of("left_size", options.left_size, n), size_of("right_size", options.right_size, n)
  if not left and not right then error("split_dataset: left_size or right_size is required", 2) end
  left, right = left or n - right, right or n - left
  if left < 1 or right < 1 or left + right > n then
    error(("split_dataset: %d elements do not make two parts of %d and %d"):format(n, left, right), 2)
  end
  if options.shuffle then whole = whole:shuffle(n, {seed = options.seed or 0, reshuffle_each_iteration = false}) end
  return whole:take(left), whole:skip(n - right)
end

return M
