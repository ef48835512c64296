-- Loader of the golden numbers, in plain Lua 5.4 without knn.
--
--   local golden = dofile "tests/golden/golden.lua"
--   for _, case in ipairs(golden.cases "losses") do ... case.value ... end
--
-- A tensor is {shape = {..}, data = {..}, dtype = ".."}: row-major, float32 where dtype is absent.
-- A tensor written as {shape = {..}, lcg = {seed = s, ..}} gets its data here, by golden.lcg.
local golden = {}

local here = (debug.getinfo(1, "S").source:match "^@(.*[/\\])" or "./")

golden.groups = {
  "activations", "initializers", "regularizers", "losses", "losses_more", "losses_rest", "metrics",
  "metrics_confusion", "metrics_scores", "metrics_rest", "optimizers", "optimizers_more", "schedules",
  "histories_losses", "histories_metrics", "histories_optimizers", "histories_models",
  "layers_core", "layers_conv1d",
  "layers_conv2d", "layers_conv3d", "layers_pool", "layers_norm", "geometry", "replay", "fit",
  "summary", "combinations", "signatures", "rnn_simple", "rnn_lstm", "rnn_gru", "rnn_more", "rnn_conv", "attention",
  "attention_heads", "attention_grouped", "ops", "ops_more", "functional",
  "applications", "callbacks", "timeseries", "training",
}

--- The first n integers of s <- (1103515245 s + 12345) mod 2^31 from seed, each shifted right by 7:
--- 24-bit values, the same in every language with 64-bit integers.
function golden.lcg(seed, n)
  local out, s = {}, seed
  for i = 1, n do
    s = (1103515245 * s + 12345) % 2147483648
    out[i] = s >> 7
  end
  return out
end

--- Fills t.data from t.lcg = {seed, scale, offset} or {seed, classes}: offset + scale (k / 2^23 - 1)
--- which float32 holds exactly, or the label k mod classes (0-based).
function golden.expand(t)
  local n = 1
  for _, size in ipairs(t.shape) do n = n * size end
  local rule, k = t.lcg, golden.lcg(t.lcg.seed, n)
  local scale, offset = rule.scale or 1, rule.offset or 0
  for i = 1, n do
    k[i] = rule.classes and k[i] % rule.classes or offset + scale * (k[i] / 8388608 - 1)
  end
  t.data = k
  return t
end

local function expand_all(t)
  if t.lcg and t.shape and not t.data then return golden.expand(t) end
  for _, v in pairs(t) do
    if type(v) == "table" then expand_all(v) end
  end
  return t
end

--- The cases of a group: a list, with fields keras, backend and group beside it.
function golden.cases(group)
  return expand_all(dofile(here .. "data/" .. group .. ".lua"))
end

--- The text of a file in data/, such as "summary_dense.txt".
function golden.text(name)
  local file <close> = assert(io.open(here .. "data/" .. name, "rb"))
  return (file:read "a")
end

return golden
