-- LambdaCallback: a callback made of functions.
local common = require "knn.callbacks.common"

common.about.LambdaCallback = {
  name = "LambdaCallback",
  summary = "A callback from functions: LambdaCallback{on_epoch_end = function(epoch, logs) ... end}.",
  detail = "The functions do not receive self.",
  source = "Keras, LambdaCallback",
  params = {},
}

return function(functions)
  local callback = {}
  for name, f in pairs(functions) do
    if type(name) ~= "string" or not name:find("^on_") or type(f) ~= "function" then
      error("LambdaCallback: entries are functions named on_epoch_end and the like, got '" .. tostring(name) .. "'", 2)
    end
    callback[name] = function(_, ...) return f(...) end
  end
  return callback
end
