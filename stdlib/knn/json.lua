--- JSON files: documents as Lua values, records as tables.
-- @module knn.json
local core = require "knn.core"
local check = require "knn.utils.check"
require "knn.table" -- the methods of tables

local M = {}

local function lines_of(who, path, options)
  options = options or {}
  check.options(who, options, {"lines"})
  if options.lines ~= nil then return options.lines end
  return path:lower():find "%.jsonl$" ~= nil or path:lower():find "%.ndjson$" ~= nil
end

--- A JSON document as Lua values, null as knn.null; nil, message, code when it cannot be read.
-- @tparam string path
-- @tparam[opt] table options  lines: a list of documents, one a line; default: whether the name ends in .jsonl or .ndjson
function M.json(path, options)
  return core.load_json(path, lines_of("json", path, options))
end

--- A list of records, or lines of them, as a table of columns; nil, message, code when it cannot be read.
-- @tparam string path
-- @tparam[opt] table options  lines, as for json
-- @usage t = knn.records "people.jsonl"
function M.records(path, options)
  return core.load_records(path, lines_of("records", path, options))
end

--- Writes a value as JSON; true, or nil, message, code.
-- @tparam string path
-- @param value  tables with positions 1 .. n as lists, others as objects; knn.null as null
-- @tparam[opt] table options  indent = 0 (one line); lines, as for json: each entry of a list on a line
function M.save_json(path, value, options)
  options = options or {}
  check.options("save_json", options, {"indent", "lines"})
  return core.save_json(path, value, options.indent, lines_of("save_json", path, {lines = options.lines}))
end

return M
