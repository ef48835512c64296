--- Checks of option tables, which every function with options makes.
-- @module knn.utils.check
local M = {}

--- Raises, at the caller of the caller, for a name that is not in the list `known`.
function M.options(who, options, known)
  for name in pairs(options) do
    local found = false
    for _, k in ipairs(known) do found = found or k == name end
    if not found then
      error(("%s: unknown option '%s' (known: %s)"):format(who, tostring(name), table.concat(known, ", ")), 3)
    end
  end
end

--- Raises, at the caller of the caller, for a value that is not in the list `choices`.
function M.choice(who, name, value, choices)
  for _, choice in ipairs(choices) do
    if value == choice then return end
  end
  error(("%s: '%s' is one of %s, got '%s'"):format(who, name, table.concat(choices, ", "), tostring(value)), 3)
end

return M
