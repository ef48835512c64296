-- session.lua - what the tests of the shell share: starting knn in a pseudo-terminal or with pipes.
--   local s = session.start({"-q"}, {env = {...}, width = 80})
--   s:line "1+1"  s:expect "2"  s:finish()
local build = os.getenv("KNN_BUILD_DIR") or "build"
package.cpath = build .. "/tests/repl/?.so;" .. package.cpath
local pty = require "pty"

local M = {knn = build .. "/knn", pty = pty}
local Session = {}
Session.__index = Session

--- A new empty folder; the caller removes it with M.remove.
function M.folder()
  local path = os.tmpname()
  os.remove(path)
  assert(os.execute("mkdir -p '" .. path .. "'"))
  return path
end

function M.remove(path) os.execute("rm -rf '" .. path .. "'") end

function M.read(path)
  local f = io.open(path, "rb")
  local text = f and f:read("a")
  if f then f:close() end
  return text
end

function M.write(path, text)
  local f = assert(io.open(path, "wb"))
  f:write(text)
  f:close()
end

-- Nothing of the tester's own set-up may reach the program.
local function environment(extra)
  local env = {TERM = "xterm", HOME = "/nonexistent", KNN_HISTORY = "", INPUTRC = "/dev/null",
    LC_ALL = "C.UTF-8",
    XDG_CONFIG_HOME = false, XDG_STATE_HOME = false, NO_COLOR = false, CLICOLOR_FORCE = false,
    FORCE_COLOR = false, LUA_PATH = false, LUA_CPATH = false, LUA_INIT = false}
  for k, v in pairs(extra or {}) do env[k] = v end
  return env
end

--- Starts knn with arguments; options: env, width, height, pipe.
function M.start(arguments, options)
  options = options or {}
  local command = {M.knn}
  for _, a in ipairs(arguments) do command[#command + 1] = a end
  local process = pty.spawn(command, {env = environment(options.env), width = options.width,
    height = options.height, pipe = options.pipe})
  return setmetatable({process = process, text = "", seen = 1}, Session)
end

--- Starts knn at its prompt and waits for it.
function M.prompt(arguments, options)
  local all = {"-q", "--no-rc"}
  for _, a in ipairs(arguments or {}) do all[#all + 1] = a end
  local s = M.start(all, options)
  s:expect "knn> "
  return s
end

--- Runs knn with pipes; returns its output and its exit status.
function M.run(arguments, input, options)
  options = options or {}
  options.pipe = true
  local s = M.start(arguments, options)
  if input then s:send(input) end
  s.process:close_input()
  s:drain(20)
  return s.text, s.process:wait(20)
end

-- What the terminal is told about paste mode, colours of readline and the like is no text.
local function plain(text) return (text:gsub("\27%[%?%d+[hl]", ""):gsub("\r", "")) end

function Session:send(text) self.process:send(text) end
function Session:line(text) self:send(text .. "\r") end

--- Waits until `text` (plain) comes, after what earlier calls found; returns what stood before it.
function Session:expect(text, seconds)
  local deadline = os.time() + (seconds or 10)
  while true do
    local first, last = self.text:find(text, self.seen, true)
    if first then
      local before = self.text:sub(self.seen, first - 1)
      self.seen = last + 1
      return before
    end
    local more = self.process:read(0.2)
    if more then self.text = self.text .. plain(more) end
    if not more or os.time() > deadline then
      error(string.format("%q did not come; since the last match: %q", text,
        self.text:sub(self.seen)), 2)
    end
  end
end

--- Reads until the program closes its output.
function Session:drain(seconds)
  local deadline = os.time() + (seconds or 10)
  repeat
    local more = self.process:read(0.2)
    if more then self.text = self.text .. plain(more) end
  until not more or os.time() > deadline
end

--- Sends a line and returns what it printed, up to the next prompt.
function Session:eval(text)
  self:line(text)
  self:expect(text)
  self:expect "\n"
  return (self:expect("knn> "):gsub("\n$", ""))
end

--- Ends the session with Ctrl-D; returns the exit status.
function Session:finish()
  self:send "\4"
  self:drain(5)
  return self.process:wait(5)
end

return M
