-- Loads every group and checks that each tensor holds as many numbers as its shape says.
--   lua5.4 tests/golden/check.lua
local here = arg[0]:match "^(.*[/\\])" or "./"
local golden = dofile(here .. "golden.lua")

local function check(t, where)
  if t.shape and t.data then
    local n = 1
    for _, size in ipairs(t.shape) do n = n * size end
    assert(n == #t.data, where .. ": shape and data disagree")
    return 1
  end
  local tensors = 0
  for k, v in pairs(t) do
    if type(v) == "table" then tensors = tensors + check(v, where .. "." .. tostring(k)) end
  end
  return tensors
end

for _, group in ipairs(golden.groups) do
  local cases = golden.cases(group)
  assert(cases.group == group and cases.keras and cases.backend and #cases > 0, group)
  print(("%-18s %3d cases %5d tensors"):format(group, #cases, check(cases, group)))
end
for _, case in ipairs(golden.cases "summary") do assert(#golden.text(case.file) > 0, case.file) end
