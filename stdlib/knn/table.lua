--- Tables: columns of numbers and of text, side by side.
--
-- A table never changes: every method gives a new one. Rows and columns count from 1.
-- @module knn.table
local core = require "knn.core"
local check = require "knn.utils.check"
local statistics = require "knn.utils.statistics"

local M = {}
local methods = core.table_type.__methods

--- A CSV file as a table; nil, message, code when it cannot be read.
-- @tparam string path
-- @tparam[opt] table options  separator, header, names, missing = "keep" | "error" | "drop", missing_values,
--   bad_rows = "error" | "drop" (rows with too few or too many cells; t:bad_rows() tells which), quotes, trim
M.csv = core.load_csv

--- A CSV file of any size, a few rows at a time: an iterator of tables, for each pass anew.
-- @tparam string path
-- @tparam[opt] table options  rows = 1000, and those of `csv`
-- @usage for t in knn.csv_chunks("big.csv", {rows = 4096}) do count = count + #t end
function M.csv_chunks(path, options)
  local o = {}
  for name, value in pairs(options or {}) do o[name] = value end
  local rows = o.rows or 1000
  o.rows = nil
  local stream, message = core.open_csv(path, o)
  if not stream then error(message, 2) end
  return function() return stream:next(rows) end
end

--- A CSV file of any size as a Dataset of batches, read anew in every pass, in memory for one batch alone.
-- @tparam string path
-- @tparam table options  batch_size = 32; x: function(table) giving the features, such as
--   `function(t) return prep:transform(t) end`; y: the same for targets; or names of number columns; and those of `csv`
-- @usage ds = knn.csv_dataset("big.csv", {x = {"a", "b"}, y = "price", batch_size = 256})
function M.csv_dataset(path, options)
  local o = {}
  for name, value in pairs(options or {}) do o[name] = value end
  local x, y = o.x, o.y
  if not x then error("csv_dataset: option 'x' is required: names of columns, or a function of a table", 2) end
  o.rows, o.x, o.y, o.batch_size = o.batch_size or 32, nil, nil, nil
  local function part(t, how)
    if type(how) == "function" then return how(t) end
    local m = t:matrix{columns = type(how) == "table" and how or {how}}
    return type(how) == "table" and m or m:squeeze(-1)
  end
  return core.Dataset.from_generator(function()
    local chunks = M.csv_chunks(path, o)
    return function()
      local t = chunks()
      while t and #t == 0 do t = chunks() end
      if t then return part(t, x), y and part(t, y) or nil end
    end
  end)
end

--- A table of columns: `knn.table{{"age", {31, 25}}, {"name", {"Ann", false}}}`.
-- @tparam table columns  pairs of a name and values: a tensor, a list of numbers or of strings, false where missing
function M.table(columns)
  if type(columns) ~= "table" or type(columns[1]) ~= "table" then
    error("table: a list of {name, values} is expected", 2)
  end
  local t = core.new_table(#columns[1][2])
  for _, column in ipairs(columns) do t = t:with(column[1], column[2]) end
  return t
end

-- ---- rows ----

local function row_of(t)
  local at = 0
  local row = setmetatable({}, {__index = function(_, name) return t:cell(name, at) end})
  return row, function(i) at = i end
end

--- Row i as {name = value}; missing cells are absent.
function methods.row(t, i)
  local row = {}
  for _, name in ipairs(t.names) do row[name] = t:cell(name, i) end
  return row
end

--- The rows for which f(row) holds, row.name being a cell; or those marked in a bool tensor.
-- @usage adults = t:filter(function(row) return row.age and row.age >= 18 end)
function methods.filter(t, f)
  if type(f) ~= "function" then return t:take(f) end
  local row, move = row_of(t)
  local kept = {}
  for i = 1, #t do
    move(i)
    if f(row) then kept[#kept + 1] = i end
  end
  return t:take(core.tensor(kept, "int64"))
end

--- The first n rows (5), or with -n the last.
function methods.head(t, n)
  n = n or 5
  local count = math.min(math.abs(n), #t)
  local first = n < 0 and #t - count + 1 or 1
  return t:take(core.arange(first, first + count))
end

--- All columns but these.
-- @tparam table names
function methods.drop(t, names)
  local out, kept = {}, {}
  for _, name in ipairs(names) do
    t:column(name) -- raises for a name that is not there
    out[name] = true
  end
  for _, name in ipairs(t.names) do
    if not out[name] then kept[#kept + 1] = name end
  end
  return t:select(kept)
end

-- Positions 1 .. n in random order.
local function shuffled(n, seed)
  local a, b = core.split_rows(n, 1, seed)
  return core.ops.concatenate({b, a}, {axis = 1})
end

--- The rows in random order.
-- @tparam[opt=0] int seed
function methods.shuffle(t, seed)
  if #t < 2 then return t end
  return t:take(shuffled(#t, seed or 0))
end

-- Codes 0 .. n - 1 of the values of a column, and n.
local function codes_of(t, name)
  local codes
  if t:kinds()[t:position(name)] == "text" then
    local names
    codes, names = t:codes(name)
    return codes, #names
  end
  local seen, n, list = {}, 0, t:column(name):totable()
  for i, value in ipairs(list) do
    if not seen[value] then
      seen[value] = n
      n = n + 1
    end
    list[i] = seen[value]
  end
  return core.tensor(list, "int64"), n
end

--- Position of a column by name, from 1.
function methods.position(t, name)
  if type(name) == "number" then return name < 0 and #t.names + 1 + name or name end
  for i, known in ipairs(t.names) do
    if known == name then return i end
  end
  t:column(name) -- raises, with the nearest names
end

-- How many of the rows of each class go to the test: shares rounded down, the rest to those that lost most.
local function quotas(sizes, wanted, n)
  local quota, lost, given = {}, {}, 0
  for c, size in ipairs(sizes) do
    local share = size * wanted / n
    quota[c] = math.floor(share)
    lost[c] = {c, share - quota[c]}
    given = given + quota[c]
  end
  table.sort(lost, function(a, b) return a[2] > b[2] or a[2] == b[2] and a[1] < b[1] end)
  for i = 1, wanted - given do
    local c = lost[(i - 1) % #lost + 1][1]
    quota[c] = quota[c] + 1
  end
  return quota
end

local function stratified(codes, n_codes, wanted, seed)
  local n, all = #codes, core.arange(1, #codes + 1)
  local classes, sizes = {}, {}
  for code = 0, n_codes - 1 do
    local rows = all[codes:eq(code)]
    if #rows > 0 then
      classes[#classes + 1], sizes[#sizes + 1] = rows, #rows
    end
  end
  local quota, train, test = quotas(sizes, wanted, n), {}, {}
  for c, rows in ipairs(classes) do
    local order = #rows > 1 and rows[shuffled(#rows, seed + c)] or rows
    if quota[c] > 0 then test[#test + 1] = order[{{1, quota[c]}}] end
    if quota[c] < #rows then train[#train + 1] = order[{{quota[c] + 1, #rows}}] end
  end
  local a, b = core.ops.concatenate(train, {axis = 1}), core.ops.concatenate(test, {axis = 1})
  return a[shuffled(#a, seed)], #b > 1 and b[shuffled(#b, seed)] or b
end

-- test_size is a share of the groups, or a number of them.
local function grouped(codes, n_codes, test_size, seed)
  local _, held = core.split_rows(n_codes, test_size, seed)
  local member = core.zeros{n_codes}
  member[held] = 1
  local is_test = member[codes + 1]:gt(0.5)
  local all = core.arange(1, #codes + 1)
  return all[core.ops.logical_not(is_test)], all[is_test]
end

--- Two tables, for training and for testing, at random.
-- @tparam[opt] table options  test_size = 0.25 (a share, or a number of rows); seed = 0; stratify = column whose values
--   are spread evenly; group = column all rows of one value of which stay together (test_size then counts values)
-- @usage train, test = t:split{test_size = 0.2, stratify = "species"}
function methods.split(t, options)
  options = options or {}
  check.options("split", options, {"test_size", "seed", "stratify", "group"})
  local size, seed = options.test_size or 0.25, options.seed or 0
  if options.stratify and options.group then error("split: stratify and group exclude each other", 2) end
  local train, test
  if options.stratify then
    local codes, n = codes_of(t, options.stratify)
    local wanted = size < 1 and math.ceil(size * #t) or size
    if not math.tointeger(wanted) or wanted < 1 or wanted >= #t then
      error(("split: a test size of %s cannot be taken from %d rows"):format(size, #t), 2)
    end
    train, test = stratified(codes, n, math.tointeger(wanted), seed)
  elseif options.group then
    local codes, n = codes_of(t, options.group)
    train, test = grouped(codes, n, size, seed)
  else
    train, test = core.split_rows(#t, size, seed)
  end
  return t:take(train), t:take(test)
end

-- ---- values ----

--- How often each value of a column occurs, most often first; missing cells are left out.
-- @treturn table  a table with the column's name, and "count"
-- @usage print(t:counts "species")
function methods.counts(t, name)
  local count, values = {}, {}
  local column = t:column(name)
  name = t.names[t:position(name)]
  for _, value in ipairs(type(column) == "table" and column or column:totable()) do
    if value and value == value then
      if not count[value] then values[#values + 1] = value end
      count[value] = (count[value] or 0) + 1
    end
  end
  table.sort(values, function(a, b) return count[a] > count[b] or count[a] == count[b] and a < b end)
  local counts = {}
  for i, value in ipairs(values) do counts[i] = count[value] end
  if #values == 0 then return M.table{{name, core.zeros({0})}, {"count", core.zeros({0}, "int64")}} end
  return M.table{{name, values}, {"count", core.tensor(counts, "int64")}}
end

-- The numbers of a column that are there, in order.
local function present(t, name)
  local numbers = {}
  for _, value in ipairs(t:column(name):totable()) do
    if value == value then numbers[#numbers + 1] = value end
  end
  table.sort(numbers)
  return numbers
end

--- Count, mean, standard deviation (of a sample), smallest, quartiles and largest of the number columns.
-- @treturn table  one row for each column
function methods.describe(t)
  local columns = {column = {}, count = {}, mean = {}, std = {}, min = {}, ["25%"] = {}, ["50%"] = {}, ["75%"] = {},
    max = {}}
  local order = {"column", "count", "mean", "std", "min", "25%", "50%", "75%", "max"}
  local kinds = t:kinds()
  for i, name in ipairs(t.names) do
    if kinds[i] ~= "text" then
      local x = present(t, name)
      local row = {name, #x, statistics.mean(x), statistics.deviation(x, 1)}
      for _, q in ipairs{0, 0.25, 0.5, 0.75, 1} do row[#row + 1] = statistics.quantile(x, q) end
      for k, key in ipairs(order) do table.insert(columns[key], row[k]) end
    end
  end
  if #columns.column == 0 then error("describe: no column holds numbers; see counts(name)", 2) end
  local list = {}
  for k, key in ipairs(order) do
    list[k] = {key, k > 2 and core.tensor(columns[key], "float64") or columns[key]}
  end
  return M.table(list)
end

-- What stands in for the missing cells of a column.
local function stand_in(t, name, how, text)
  if text or type(how) == "number" then return how end
  local numbers = present(t, name)
  if how == "mean" then return statistics.mean(numbers) end
  if how == "median" then return statistics.quantile(numbers, 0.5) end
  error(("fill: column '%s' holds numbers; give a number, \"mean\" or \"median\", got '%s'"):format(name, tostring(how)), 3)
end

--- Values for missing cells: `t:fill{age = "median", city = "unknown"}`.
-- @tparam table values  by column: a number, "mean" or "median" for numbers, a string for text
function methods.fill(t, values)
  for name, how in pairs(values) do
    local text = t:kinds()[t:position(name)] == "text"
    local value, cells = stand_in(t, name, how, text), t:column(name)
    if text then
      for i, cell in ipairs(cells) do cells[i] = cell or tostring(value) end
    else
      local list = cells:totable()
      for i, x in ipairs(list) do
        if x ~= x then list[i] = value end
      end
      cells = core.tensor(list, cells.dtype)
    end
    t = t:with(name, cells)
  end
  return t
end

-- ---- text ----

local function cell_text(t, column, row)
  local value = t:cell(column, row)
  if value == nil then return "-" end
  if math.type(value) == "float" then return ("%.6g"):format(value) end
  value = tostring(value):gsub("[%c]", " ")
  return #value > 24 and value:sub(1, 23) .. "~" or value
end

local function pad(text, width, left)
  local blanks = (" "):rep(width - (utf8.len(text) or #text))
  return left and text .. blanks or blanks .. text
end

-- The rows that are shown: all up to ten, else the first and the last five with a gap.
local function shown_rows(n)
  local rows = {}
  for i = 1, n do
    if n <= 10 or i <= 5 or i > n - 5 then rows[#rows + 1] = i end
    if n > 10 and i == 5 then rows[#rows + 1] = "..." end
  end
  return rows
end

-- Lines of the columns that fit into `width`; the others are counted.
local function grid(t, width)
  local kinds, rows = t:kinds(), shown_rows(#t)
  local lines, used = {}, 0
  for k = 1, #rows + 1 do lines[k] = "" end
  for i, name in ipairs(t.names) do
    local cells, widest = {name}, utf8.len(name) or #name
    for k, row in ipairs(rows) do
      cells[k + 1] = row == "..." and "..." or cell_text(t, i, row)
      widest = math.max(widest, utf8.len(cells[k + 1]) or #cells[k + 1])
    end
    used = used + widest + 2
    if used > width and i > 1 then
      lines[#lines + 1] = ("  and %d more columns"):format(#t.names - i + 1)
      break
    end
    for k, cell in ipairs(cells) do lines[k] = lines[k] .. "  " .. pad(cell, widest, kinds[i] == "text") end
  end
  for k, line in ipairs(lines) do lines[k] = line:gsub("%s+$", "") end
  return table.concat(lines, "\n")
end

function core.table_type.__text(t)
  local kinds, columns = t:kinds(), {}
  for i, name in ipairs(t.names) do
    columns[i] = i <= 50 and name .. " " .. kinds[i] or nil
  end
  local head = ("Table of %d rows, %d columns: %s"):format(#t, #kinds, table.concat(columns, ", "))
  return #t > 0 and #kinds > 0 and head .. "\n" .. grid(t, 100) or head
end

return M
