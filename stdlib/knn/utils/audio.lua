--- Sound: from files, to files, at other rates. Sound is a tensor (frames, channels) of -1 .. 1.
-- @module knn.utils.audio
local core = require "knn.core"
local check_options = require "knn.utils.check".options

local M = {}

--- A sound file (WAV, FLAC, OGG, ...) as a float32 tensor, and its rate; nil, message, code when it cannot be read.
-- @tparam string path
-- @tparam[opt] table options  sample_rate: resample to it; mono = false: the mean of the channels; most_frames: refuse
--   longer files
-- @shape (frames, channels)
-- @usage x, rate = knn.utils.load_audio("seven.wav", {sample_rate = 8000, mono = true})
function M.load_audio(path, options)
  options = options or {}
  check_options("load_audio", options, {"sample_rate", "mono", "most_frames"})
  return core.load_audio(path, options)
end

--- Writes sound, .wav, .flac or .ogg; true, or nil, message, code.
-- @tparam string path
-- @tparam Tensor x  (frames) or (frames, channels)
-- @tparam table options  sample_rate, required; bits = 16 | 24 | 32 (float, .wav only)
function M.save_audio(path, x, options)
  options = options or {}
  check_options("save_audio", options, {"sample_rate", "bits"})
  if not options.sample_rate then error("save_audio: option 'sample_rate' is required", 2) end
  return core.save_audio(path, x, options.sample_rate, options.bits)
end

--- Sound at another rate.
-- @function resample_audio
-- @tparam Tensor x    (frames) or (frames, channels)
-- @tparam number from its rate
-- @tparam number to   the rate of the result
M.resample_audio = core.resample_audio

return M
