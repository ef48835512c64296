--- Settings for everything that is made afterwards, under Keras's names.
-- @module knn.config
local core = require "knn.core"

local config = {}

--- In which types layers compute and keep their weights, unless they are given a `dtype`:
-- "float32" (at first), "float64", "bfloat16", "float16", or "mixed_bfloat16", "mixed_float16": the
-- 16-bit type, with weights in float32. Layers made before keep theirs.
-- @tparam string policy
function config.set_dtype_policy(policy)
  core.dtype_policy(policy)
end

--- The name of the dtype policy in force.
-- @treturn string
function config.dtype_policy()
  return core.dtype_policy()
end

--- The type of numbers given without one: always "float32".
-- @treturn string
function config.floatx()
  return "float32"
end

--- The smallest number that formulas add against division by zero: 1e-7.
-- @treturn number
function config.epsilon()
  return 1e-7
end

return config
