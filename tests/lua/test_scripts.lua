-- test_scripts.lua - every script runs for a short time and reaches a floor; digits.lua keeps its header's promise.
local T = dofile "tests/lua/harness.lua"

local build = os.getenv("KNN_BUILD_DIR") or "build"

local function read(path)
  local file = T.ok(io.open(path, "rb"), path)
  local text = file:read("a")
  file:close()
  return text
end

-- The sanitizers make arithmetic some thirty times slower: only the small scripts run under them.
local sanitized = read(build .. "/CMakeCache.txt"):find("KNN_SANITIZE:%w+=ON") ~= nil

-- quick: floor of the score after --quick, 0 = too short to learn; score: what it is called behind "test", accuracy if
-- nothing is said; debug: options and floor under the sanitizers; data: a file it needs.
local mnist, cifar = "mnist/train-images-idx3-ubyte.gz", "cifar10/train_first4000.bin.gz"
local scripts = {
  {name = "digits", quick = 0.90, debug = {"--epochs 1", 0.5}},
  {name = "csv_classifier", quick = 0.90, debug = {"--epochs 2", 0.5}},
  {name = "tabular", quick = 0.6, data = "tabular/california_housing_with_ocean.csv.gz", score = "R2"},
  {name = "speech_digits", quick = 0.5, data = "fsdd/fsdd-train.tar.gz"},
  {name = "timeseries", quick = 0.05, data = "timeseries/daily-min-temperatures.csv", score = "skill"},
  {name = "custom_loop", quick = 0.90, debug = {"--epochs 1", 0.5}},
  {name = "mnist_mlp", quick = 0.85, data = mnist},
  {name = "lenet5", quick = 0.85, data = mnist},
  {name = "mnist_cnn", quick = 0.85, data = mnist},
  {name = "cifar_cnn", quick = 0.20, data = cifar},
  {name = "imdb_lstm", quick = 0.62, data = "imdb/train5000.tsv.gz"},
  {name = "text_cnn", quick = 0.83, data = "sms-spam/SMSSpamCollection"},
  {name = "vae", quick = 0.10, data = mnist, score = "variance"},
  {name = "gan", quick = 0, data = mnist, score = "share"},
}

-- What `command` prints, and its exit status.
local function run(command)
  local pipe = assert(io.popen(command .. " 2>&1", "r"))
  local text = pipe:read("a")
  local _, _, status = pipe:close()
  return text, status
end

local function check_score(command, floor, score_name)
  local text, status = run(command)
  T.equal(status, 0, command .. "\n" .. text)
  local score = T.ok(tonumber(text:match("test " .. (score_name or "accuracy") .. " (%d%.%d+)")), "no score in:\n" .. text)
  T.ok(score >= floor, ("score %g, at least %g was expected:\n%s"):format(score, floor, text))
  return text
end

local function shell(name, options) return ("'%s/knn' scripts/%s.lua %s"):format(build, name, options) end

for _, row in ipairs(scripts) do
  local name = row.name
  T.test(name .. " runs for a short time", function()
    if row.data then T.dataset(row.data) end
    if not sanitized then
      check_score(shell(name, "--quick"), row.quick, row.score)
    elseif row.debug then
      check_score(shell(name, "--quick " .. row.debug[1]), row.debug[2])
    else
      T.skip "too slow under the sanitizers"
    end
  end)

  T.test(name .. " tells in its header the score that it prints", function()
    local head, body = read("scripts/" .. name .. ".lua"):match "^(.-)\n(local .*)$"
    local expected = T.ok(head:match "Expected[^:]*: (%d%.%d+) or more", "no expected score in the header")
    T.ok(body:find("expected[%w ]*: " .. expected:gsub("%.", "%%.") .. " or more%)"), "another score is printed")
  end)
end

T.test("digits keeps its promise", function()
  if sanitized then T.skip "too slow under the sanitizers" end
  check_score(shell("digits", ""), 0.97)
end)

T.test("digits runs in a stock Lua", function()
  if sanitized then T.skip "a stock Lua lacks the sanitizers' run-time" end
  local _, status = run "lua5.4 -v"
  if status ~= 0 then T.skip "there is no lua5.4" end
  local command = ("LUA_CPATH='%s/lib/lua/5.4/?.so' LUA_PATH=';' lua5.4 scripts/digits.lua --quick"):format(build)
  check_score(command, 0.90)
end)

T.test("the same seed gives the same run", function()
  local function losses()
    local text = run(shell("custom_loop", "--epochs 2"))
    return T.ok(text:match "epoch  1 %- loss [%d.]+\nepoch  2 %- loss [%d.]+", text)
  end
  T.equal(losses(), losses())
end)

T.test("an unknown option is refused", function()
  local text, status = run(shell("digits", "--epoch 3"))
  T.equal(status, 1)
  T.ok(text:find("option --epoch is unknown (known: --batch_size, --epochs", 1, true), text)
end)

T.test("csv_classifier reads a file that is given", function()
  local path = os.tmpname()
  local file = assert(io.open(path, "w"))
  for i = 0, 199 do file:write(i % 10, ",", (i * 7) % 10, ",", 0.5, ",", i % 10, "\n") end
  file:close()
  local text, status = run(shell("csv_classifier", path .. " --epochs 1"))
  os.remove(path)
  T.equal(status, 0, text)
  T.ok(text:find("200 rows of 4 columns", 1, true), text)
end)

T.test("every script is tested", function()
  local tested = {}
  for _, row in ipairs(scripts) do tested[row.name .. ".lua"] = true end
  for file in run("ls scripts"):gmatch "[^\n]+" do T.ok(tested[file], "scripts/" .. file .. " is not in the table") end
end)

T.run()
