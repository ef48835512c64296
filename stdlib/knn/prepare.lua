--- Columns of a table to features of a network: what must be learned from data is learned from the training rows alone.
--
-- `local prep = knn.prepare{{"standard", "age", "income"}, {"onehot", "city"}}`, `prep:fit(train)`, then
-- `prep:transform(t)` gives the same columns for any table or raw rows. All of it is a plain table, `prep.state`.
-- @module knn.prepare
local core = require "knn.core"
local check = require "knn.utils.check"
local statistics = require "knn.utils.statistics"
local tables = require "knn.table"

local mean, quantile = statistics.mean, statistics.quantile

local M = {}

-- ---- statistics of the training rows ----

local function numbers_of(values, step)
  local list = {}
  for _, x in ipairs(values:totable()) do
    if x == x then list[#list + 1] = x end
  end
  if #list == 0 then error(("prepare: column '%s' has no value at all"):format(step.column), 0) end
  table.sort(list)
  return list
end

-- A range of 0 would divide by nothing.
local function or_one(x) return x == 0 and 1 or x end

local function scaler(center_and_scale)
  return {
    fit = function(values, step) step.center, step.scale = center_and_scale(numbers_of(values, step)) end,
    apply = function(values, step) return ((values - step.center) / step.scale):unsqueeze(-1) end,
    names = function(step) return {step.column} end,
  }
end

-- ---- values to positions in a list ----

local function sorted_values(values)
  local seen, list = {}, {}
  for _, value in ipairs(values) do
    if value and value == value and not seen[value] then
      seen[value] = true
      list[#list + 1] = value
    end
  end
  table.sort(list)
  return list
end

-- Position of each value in step.categories, 0 where it is missing or was never seen.
local function positions(values, step)
  local at, list = {}, {}
  for i, value in ipairs(step.categories) do at[value] = i end
  for i, value in ipairs(values) do
    local known = value and value == value
    list[i] = known and at[value] or 0
    if known and list[i] == 0 and step.unknown == "error" then
      error(("prepare: '%s' in row %d of column '%s' is none of the %d values of the training rows"):format(
        tostring(value), i, step.column, #step.categories), 0)
    end
  end
  return core.tensor(list, "int64")
end

local function one_hot(at, n)
  local rows = core.to_categorical(at, n + 1) -- column 1 is for what is not in the list
  return rows[{{}, {2, n + 1}}]
end

local function fit_categories(values, step)
  step.categories = step.categories or sorted_values(values)
  step.unknown = step.unknown or "ignore"
  check.choice("prepare", "unknown", step.unknown, {"ignore", "error"})
  if #step.categories == 0 then error(("prepare: column '%s' has no value at all"):format(step.column), 0) end
end

local function words_of(text)
  local words = {}
  for word in (text or ""):lower():gmatch "[%w\128-\255]+" do words[#words + 1] = word end
  return words
end

-- The most frequent words, alphabetically where equally frequent.
local function fit_words(values, step)
  local count, list = {}, {}
  for _, text in ipairs(values) do
    for _, word in ipairs(words_of(text)) do
      if not count[word] then list[#list + 1] = word end
      count[word] = (count[word] or 0) + 1
    end
  end
  table.sort(list, function(a, b) return count[a] > count[b] or count[a] == count[b] and a < b end)
  step.categories = table.move(list, 1, math.min(#list, step.words or 100), 1, {})
  if #list == 0 then error(("prepare: column '%s' holds no word"):format(step.column), 0) end
end

local function count_words(values, step)
  local at, rows = {}, {}
  for i, word in ipairs(step.categories) do at[word] = i end
  for i, text in ipairs(values) do
    local row = {}
    for k = 1, #step.categories do row[k] = 0.0 end
    for _, word in ipairs(words_of(text)) do
      if at[word] then row[at[word]] = row[at[word]] + 1 end
    end
    rows[i] = row
  end
  return core.tensor(rows)
end

local function named_by(step, list)
  local names = {}
  for i, value in ipairs(list) do names[i] = step.column .. "=" .. tostring(value) end
  return names
end

-- Edges between n bins of equally many training rows; equal edges fall together.
local function fit_bins(values, step)
  local sorted, edges = numbers_of(values, step), {}
  local n = step.bins or 5
  for i = 1, n - 1 do
    local edge = quantile(sorted, i / n)
    if edge ~= edges[#edges] then edges[#edges + 1] = edge end
  end
  step.edges = edges
end

local function apply_bins(values, step)
  local at = core.zeros(values.shape, "int64") + 1
  for _, edge in ipairs(step.edges) do at = at + values:ge(edge):long() end
  return one_hot(at, #step.edges + 1)
end

local function bin_names(step)
  local names = {}
  for i = 1, #step.edges + 1 do names[i] = ("%s#%d"):format(step.column, i) end
  return names
end

-- What a step does: fit reads the training values into the step, apply makes (rows, k), names has k entries. `raw` steps
-- take lists of values, the others float64 tensors without gaps.
local kinds = {
  keep = {
    fit = function() end,
    apply = function(values) return values:unsqueeze(-1) end,
    names = function(step) return {step.column} end,
  },
  standard = scaler(function(list) return mean(list), or_one(statistics.deviation(list, 0)) end),
  minmax = scaler(function(list) return list[1], or_one(list[#list] - list[1]) end),
  robust = scaler(function(list)
    return quantile(list, 0.5), or_one(quantile(list, 0.75) - quantile(list, 0.25))
  end),
  onehot = {
    raw = true,
    fit = fit_categories,
    apply = function(values, step) return one_hot(positions(values, step), #step.categories) end,
    names = function(step) return named_by(step, step.categories) end,
  },
  ordinal = {
    raw = true,
    fit = fit_categories,
    apply = function(values, step) return (positions(values, step) - 1):double():unsqueeze(-1) end,
    names = function(step) return {step.column} end,
  },
  bins = {fit = fit_bins, apply = apply_bins, names = bin_names},
  text = {raw = true, fit = fit_words, apply = count_words, names = function(step) return named_by(step, step.categories) end},
}

local step_options = {"missing", "categories", "unknown", "bins", "words"}

-- {"standard", "age", "income", missing = "mean"} as a step for each column.
local function add_steps(steps, row)
  local kind = row[1]
  if not kinds[kind] then
    local names = {}
    for name in pairs(kinds) do names[#names + 1] = name end
    table.sort(names)
    error(("prepare: '%s' is no preparation (known: %s)"):format(tostring(kind), table.concat(names, ", ")), 3)
  end
  local options = {}
  for key, value in pairs(row) do
    if type(key) == "string" then options[key] = value end
  end
  check.options("prepare", options, step_options)
  if #row < 2 then error(("prepare: '%s' names no column"):format(kind), 3) end
  for i = 2, #row do
    local step = {kind = kind, column = row[i]}
    for key, value in pairs(options) do step[key] = value end
    steps[#steps + 1] = step
  end
end

-- ---- rows ----

-- Raw rows, {name = value} or a list of them, as a table of the columns that are needed.
local function as_table(rows, steps)
  if type(rows) == "userdata" then return rows end
  if type(rows) ~= "table" then error("prepare: a table or rows of {name = value} are expected, got a " .. type(rows), 3) end
  if #rows == 0 then rows = {rows} end
  local columns, done = {}, {}
  for _, step in ipairs(steps) do
    if not done[step.column] then
      done[step.column] = true
      local values, raw = {}, kinds[step.kind].raw
      for i, row in ipairs(rows) do
        values[i] = row[step.column]
        if values[i] == nil then values[i] = not raw and 0 / 0 or false end
      end
      columns[#columns + 1] = {step.column, values}
    end
  end
  return tables.table(columns)
end

local function list_of(column)
  return type(column) == "table" and column or column:totable()
end

-- Numbers without gaps; step.stand_in was chosen by fit.
local function numbers(t, step)
  if not step.stand_in then return t:matrix{columns = {step.column}, missing = "error"}:double():squeeze(-1) end
  return t:matrix{columns = {step.column}, missing = "fill", fill = step.stand_in}:double():squeeze(-1)
end

local function choose_stand_in(t, step)
  if kinds[step.kind].raw or step.missing == nil or step.missing == "error" then return end
  if type(step.missing) == "number" then
    step.stand_in = step.missing
    return
  end
  check.choice("prepare", "missing", step.missing, {"error", "mean", "median"})
  local sorted = numbers_of(t:column(step.column), step)
  step.stand_in = step.missing == "mean" and mean(sorted) or quantile(sorted, 0.5)
end

local function values_of(t, step)
  return kinds[step.kind].raw and list_of(t:column(step.column)) or numbers(t, step)
end

local Prepare = {}
Prepare.__index = Prepare

--- Learns from the training rows; returns itself.
-- @tparam Table t
function Prepare:fit(t)
  for _, step in ipairs(self.state) do
    choose_stand_in(t, step)
    kinds[step.kind].fit(values_of(t, step), step)
    step.fitted = true
  end
  return self
end

--- The features of rows: float32 (rows, features).
-- @tparam Table rows  or a list of {name = value}, or one such row
function Prepare:transform(rows)
  local t, parts = as_table(rows, self.state), {}
  for i, step in ipairs(self.state) do
    if not step.fitted then error("prepare: fit(train) comes before transform", 2) end
    parts[i] = kinds[step.kind].apply(values_of(t, step), step):float()
  end
  return #parts == 1 and parts[1] or core.ops.concatenate(parts, {axis = -1})
end

--- Names of the features, in order.
function Prepare:names()
  local names = {}
  for _, step in ipairs(self.state) do
    for _, name in ipairs(kinds[step.kind].names(step)) do names[#names + 1] = name end
  end
  return names
end

function Prepare:__tostring()
  local lines = {}
  for i, step in ipairs(self.state) do
    lines[i] = ("  %s: %s%s"):format(step.column, step.kind, step.fitted and "" or ", not fitted")
  end
  return ("Preparation of %d columns\n"):format(#lines) .. table.concat(lines, "\n")
end

--- Preparations of columns, in the order of the features they make.
--
-- "standard" (mean 0, deviation 1), "minmax" (0 .. 1), "robust" (median 0, quartiles 1 apart), "keep"; "onehot",
-- "ordinal" (0 .. n - 1, -1 for values never seen); "bins" (one-hot, edges at quantiles); "text" (counts of words).
-- @tparam table rows  {kind, column, ...}, with options missing = "error" | "mean" | "median" | number; categories;
--   unknown = "ignore" | "error"; bins = 5; words = 100. Or `state` of another one.
-- @usage prep = knn.prepare{{"standard", "age", missing = "median"}, {"onehot", "city"}}:fit(train)
function M.prepare(rows)
  local steps = {}
  for _, row in ipairs(rows) do
    if row.kind then
      steps[#steps + 1] = row
    else
      add_steps(steps, row)
    end
  end
  if #steps == 0 then error("prepare: a list of {kind, column, ...} is expected", 2) end
  return setmetatable({state = steps}, Prepare)
end

return M
