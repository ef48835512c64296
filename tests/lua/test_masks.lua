-- Masks: who makes them, who hands them on, who uses them, who drops them; and what a call
-- takes besides its inputs.
local T = dofile "tests/lua/harness.lua"
local knn = require "knn"
local L = knn.layers

local ids = knn.tensor({{1, 2, 0}, {3, 0, 0}}, {dtype = "int32"})
local kept = knn.tensor({{true, true, false}, {true, false, false}}, {dtype = "bool"})

local function embedded()
  return L.Embedding{6, 4, mask_zero = true}(ids)
end

T.test("an embedding with mask_zero leaves a mask, another one none", function()
  T.ok(embedded().mask:eq(kept):all():item())
  T.equal(L.Embedding{6, 4}(ids).mask, nil)
end)

T.test("masking finds the steps of one value and sets them to 0", function()
  local y = L.Masking{mask_value = 7}(knn.tensor{{{1, 7}, {7, 7}}})
  T.ok(y.mask:eq(knn.tensor({{true, false}}, {dtype = "bool"})):all():item())
  T.near(y, knn.tensor{{{1, 7}, {0, 0}}})
end)

T.test("a mask goes through layers that pass it on, and through a stack", function()
  local stack = knn.Sequential{L.Dense{3}, L.Activation{"relu"}, L.BatchNormalization{}}
  T.ok(stack(embedded()).mask:eq(kept):all():item())
end)

T.test("recurrent layers hand the mask on with their sequences, and only then", function()
  for _, layer in ipairs{
    L.SimpleRNN{3, return_sequences = true}, L.LSTM{3, return_sequences = true, go_backwards = true},
    L.GRU{3, return_sequences = true}, L.RNN{L.LSTMCell{3}, return_sequences = true},
    L.Bidirectional{L.GRU{3, return_sequences = true}}, L.TimeDistributed{L.Dense{3}},
  } do
    local mask = layer(embedded()).mask
    T.ok(mask and mask:eq(kept):all():item(), layer.name)
  end
  T.equal(L.LSTM{3}(embedded()).mask, nil)
  T.equal(L.Bidirectional{L.GRU{3}}(embedded()).mask, nil)
  local y, state = L.GRU{3, return_sequences = true, return_state = true}(embedded())
  T.ok(y.mask and not state.mask)
end)

T.test("a layer that knows no masks drops them", function()
  local layer = L.RepeatVector{2}
  local x = L.Masking{}(knn.ones{2, 3})
  T.ok(x.mask, "a mask of one value a sample")
  T.equal(layer(x).mask, nil)
end)

T.test("arithmetic drops a mask", function()
  T.equal((embedded() * 2).mask, nil)
end)

T.test("a mean leaves out the steps that do not count", function()
  local h = embedded()
  local mean = (h * kept:float():unsqueeze(-1)):sum(2) / kept:float():sum(2):unsqueeze(-1)
  T.near(L.GlobalAveragePooling1D{}(h), mean)
end)

T.test("a mask given to the call goes before the one on the input", function()
  local all = knn.ones{2, 3}:ne(0)
  local h = embedded()
  T.near(L.GlobalAveragePooling1D{}(h, {mask = all}), h:mean(2))
  T.near(L.GlobalAveragePooling1D{}{h, mask = all}, h:mean(2))
end)

T.test("softmax gives masked elements nothing", function()
  local x = knn.tensor{{1, 2, 3}}
  local y = L.Softmax{}(x, {mask = knn.tensor({{true, false, true}}, {dtype = "bool"})})
  T.near(y, knn.tensor{{1 / (1 + math.exp(2)), 0, 1 / (1 + math.exp(-2))}})
  T.near(L.Softmax{}(x, {mask = {{0.9, 0.2, 0.7}}}), y)
end)

T.test("an option that the call does not have is named", function()
  local x = knn.ones{1, 2}
  T.raises("unknown option 'attention_mask'", L.Softmax{}, x, {attention_mask = x})
  T.raises("unknown option 'causal'", L.Softmax{}, x, {causal = true})
end)

T.run()
