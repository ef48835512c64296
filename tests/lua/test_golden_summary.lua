-- Summaries: the text, character by character.
local K = dofile "tests/lua/keras.lua"
local knn = require "knn"
local T = K.T

-- Keras's terminal had 80 columns: its tables take 4 less, and what is wider was cropped.
local TERMINAL <const> = 80

local function crop(text)
  return (text:gsub("[^\n]+", function(line)
    return line:sub(1, (utf8.offset(line, TERMINAL + 1) or 0) - 1)
  end))
end

for _, case in ipairs(K.golden.cases "summary") do
  T.test(case.name, function()
    knn.clear_session()
    local model = K.model(case)
    for _, i in ipairs(case.frozen or {}) do model.layers[i + 1].trainable = false end
    if case.optimizer then -- a step makes its slots
      model:compile{optimizer = case.optimizer, loss = "mse"}
      local x = knn.zeros{1, table.unpack(case.input_shape)}
      model:train_on_batch(x, model(x))
    end
    local columns = case.options.line_length or TERMINAL - 4
    local text = model:summary{
      print = false, line_length = columns, show_trainable = case.options.show_trainable}
    T.equal(crop(text), K.golden.text(case.file))
  end)
end

T.run()
