--- Statistics of lists of numbers.
-- @module knn.utils.statistics
local M = {}

function M.mean(list)
  local sum = 0
  for _, x in ipairs(list) do sum = sum + x end
  return sum / #list
end

--- Standard deviation; ddof 0 of a population, 1 of a sample.
function M.deviation(list, ddof)
  local mean, sum = M.mean(list), 0
  for _, x in ipairs(list) do sum = sum + (x - mean) ^ 2 end
  return math.sqrt(sum / (#list - ddof))
end

--- What stands a share q of the way through sorted numbers, between two of them in proportion; NaN of none.
function M.quantile(sorted, q)
  if #sorted == 0 then return 0 / 0 end
  local at = q * (#sorted - 1) + 1
  local below = math.floor(at)
  local low, high = sorted[below], sorted[math.min(below + 1, #sorted)]
  return low + (high - low) * (at - below)
end

return M
