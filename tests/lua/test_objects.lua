-- Constructors, options and errors, from the schema.
local T = dofile "tests/lua/harness.lua"
local knn = require "knn"
local layers = knn.layers

T.test("leading required values go by place, inside or before the table", function()
  for _, d in ipairs {layers.Dense{8, activation = "relu"}, layers.Dense(8, {activation = "relu"}),
                      layers.Dense{units = 8, activation = "relu"}} do
    T.equal(d.units, 8)
    T.equal(d.activation.class_name, "relu")
  end
  T.equal(layers.Dense(3).units, 3)
end)

T.test("objects show their options and make equal ones", function()
  local d = layers.Dense{8, activation = "tanh", use_bias = false}
  local copy = layers.Dense(d:config())
  local a, b = d:config(), copy:config()
  T.equal(a, b)
  T.equal(a.units, 8)
  T.equal(d.use_bias, false)
  T.ok(tostring(d):find('Dense{8, activation = "tanh", use_bias = false', 1, true), tostring(d))
  T.equal(knn.optimizers.SGD{momentum = 0.9}.momentum, 0.9)
end)

T.test("unknown options and names get the nearest", function()
  T.raises("Dense: unknown option 'actvation'; did you mean 'activation'?", layers.Dense, {8, actvation = "relu"})
  T.raises("there is no layer 'Dens'; did you mean 'Dense'?", function() return layers.Dens end)
  T.raises("there is no optimizer 'Adma'; did you mean", function() return knn.optimizers.Adma end)
  T.raises("unknown activation 'rleu'", layers.Dense, {8, activation = "rleu"})
end)

T.test("wrong values name option, expectation and finding", function()
  T.raises("Dense: 'units' must be an integer of at least 1, got 'x'", layers.Dense, {"x"})
  T.raises("Dense: 'units' must be", layers.Dense, {64.5})
  T.equal(layers.Dense{64.0}.units, 64)
  T.raises("Dense: option 'units' is required", layers.Dense, {activation = "relu"})
  T.raises("Dense: value 2 has no name", layers.Dense, {8, "relu"})
  T.raises("hole", layers.Dense, {8, input_shape = {28, nil, 1}})
  T.raises("cannot be an option", layers.Dense, {8, use_bias = print})
end)

T.test("the message names the script's line", function()
  T.ok(T.raises("Dense", function() return layers.Dense{} end):find("test_objects.lua:%d+: "))
end)

T.test("names and aliases of other families", function()
  T.near(knn.losses.MeanSquaredError{}(knn.tensor{{1.0, 2.0}}, knn.tensor{{1.0, 4.0}}):item(), 2)
  T.equal(knn.activations.relu{}(knn.tensor{-1.0, 2.0}):totable(), {0.0, 2.0})
  T.equal(knn.initializers.Zeros{}{2}:totable(), {0.0, 0.0})
  T.equal(knn.new, nil)
  knn.seed(3)
  local init = knn.initializers.GlorotUniform{}
  T.equal(init{4, 4}, init{4, 4}) -- an initializer gives the same numbers each time
end)

T.test("the schema is a plain table", function()
  local s = knn.schema("layer", "Dense")
  T.equal(s.name, "Dense")
  T.equal(s.params[1].name, "units")
  T.equal(s.params[1].required, true)
  T.equal(knn.schema("layer", "Nothing"), nil)
  local families = {}
  for _, name in ipairs(knn.families()) do families[name] = #knn.classes(name) end
  T.ok(families.op > 50 and families.layer >= 1)
end)

T.test("positions in ops are marked: no axis without a mark", function()
  for _, name in ipairs(knn.classes "op") do
    for _, p in ipairs(knn.schema("op", name).params) do
      if p.name:find("axis") or p.name:find("axes") then T.equal(p.mark, "axis", name .. "." .. p.name) end
      if p.kind == "integer" or p.kind == "integers" then T.ok(p.mark, name .. "." .. p.name .. " has no mark") end
    end
  end
end)

-- Every class's example runs as it stands, after `local knn = require "knn"`. Examples of methods need a model and data.
local prelude = [[
local knn = require "knn"
local layers, ops = knn.layers, knn.ops
]]
local for_methods = [[
local model = knn.Sequential{layers.Dense{3, activation = "softmax", input_shape = {4}}}
local x, y = knn.rand(20, 4), knn.utils.to_categorical(knn.arange(20) % 3, 3)
local x_test, y_test = x, y
model:compile{loss = "categorical_crossentropy", metrics = {"accuracy"}}
]]

for _, family in ipairs(knn.families()) do
  for _, name in ipairs(knn.classes(family)) do
    local example = knn.schema(family, name).example
    if example then
      T.test("example of " .. family .. " " .. name, function()
        local before = prelude .. (family == "method" and for_methods or "")
        local env = setmetatable({print = function() end}, {__index = _G})
        local code = load(before .. "return " .. example, "=example", "t", env)
                     or assert(load(before .. example, "=example", "t", env))
        knn.output(function() end)
        local ok, err = pcall(code)
        knn.output()
        T.ok(ok, tostring(err) .. " in: " .. example)
      end)
    end
  end
end

T.run()
