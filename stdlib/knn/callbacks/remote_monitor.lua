-- RemoteMonitor: the logs of each epoch to a server.
local common = require "knn.callbacks.common"
local core = require "knn.core"
local json = require "knn.callbacks.flat_json"

local function escape(text)
  return (text:gsub("[^%w%-._~]", function(c) return ("%%%02X"):format(c:byte()) end))
end

local RemoteMonitor = {}

function RemoteMonitor:on_epoch_end(epoch, logs)
  local record = {epoch = epoch}
  for name, value in pairs(logs) do record[name] = value end
  local body, kind = json.encode(record), "application/json"
  if not self.send_as_json then
    body, kind = escape(self.field) .. "=" .. escape(body), "application/x-www-form-urlencoded"
  end
  local headers = {"Content-Type: " .. kind}
  for name, value in pairs(self.headers or {}) do headers[#headers + 1] = name .. ": " .. value end
  local ok, message = core.http_post(self.root .. self.path, body, headers)
  if not ok then common.warn("RemoteMonitor: %s", message) end
end

return common.class("RemoteMonitor", {
  summary = "Sends epoch, counted from 1, and logs of each epoch to a server by POST.",
  detail = "A server that is not there is warned of, no more.",
  source = "Keras, RemoteMonitor",
  params = {
    {name = "root", default = "http://localhost:9000", doc = "Address of the server."},
    {name = "path", default = "/publish/epoch/end/", doc = "What follows the address."},
    {name = "field", default = "data", doc = "Field of the form that holds the JSON."},
    {name = "headers", kind = "table", doc = "HTTP headers, by name."},
    {name = "send_as_json", default = false, doc = "The JSON itself, not in a form."},
  },
}, RemoteMonitor)
