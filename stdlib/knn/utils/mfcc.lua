--- Mel spectra and cepstra of sound by librosa's definition. (The layer MelSpectrogram is Keras's.)
-- @module knn.utils.mfcc
local core = require "knn.core"
local check = require "knn.utils.check"
local ops = require "knn".ops

local M = {}

-- Slaney's scale: even in hertz up to 1000, in its logarithm above.
local step, knee, log_step = 200 / 3, 15, math.log(6.4) / 27
local function to_mel(hertz)
  return hertz < 1000 and hertz / step or knee + math.log(hertz / 1000) / log_step
end
local function to_hertz(mel)
  return mel < knee and mel * step or 1000 * math.exp(log_step * (mel - knee))
end

-- Triangles of equal area over the frequencies of a transform: (fft_length / 2 + 1, n_mels).
local function filters(o)
  local low, high, edges = to_mel(o.fmin), to_mel(o.fmax), {}
  for i = 1, o.n_mels + 2 do edges[i] = to_hertz(low + (high - low) * (i - 1) / (o.n_mels + 1)) end
  local rows = {}
  for k = 0, o.n_fft // 2 do
    local frequency, row = k * o.sample_rate / o.n_fft, {}
    for m = 1, o.n_mels do
      local rise = (frequency - edges[m]) / (edges[m + 1] - edges[m])
      local fall = (edges[m + 2] - frequency) / (edges[m + 2] - edges[m + 1])
      row[m] = math.max(0.0, math.min(rise, fall)) * 2 / (edges[m + 2] - edges[m])
    end
    rows[k + 1] = row
  end
  return core.tensor(rows)
end

-- The discrete cosine transform of type 2, orthonormal, its first n rows: (n_mels, n).
local function cosines(n_mels, n)
  local rows = {}
  for m = 1, n_mels do
    rows[m] = {}
    for c = 1, n do
      local scale = math.sqrt((c == 1 and 1 or 2) / n_mels)
      rows[m][c] = scale * math.cos(math.pi * (c - 1) * (m - 0.5) / n_mels)
    end
  end
  return core.tensor(rows)
end

local known = {"sample_rate", "n_fft", "hop_length", "n_mels", "fmin", "fmax", "n_mfcc"}

local function read_options(who, options)
  options = options or {}
  check.options(who, options, known)
  if not options.sample_rate then error(who .. ": option 'sample_rate' is required", 3) end
  local o = {n_fft = 2048, hop_length = 512, n_mels = 128, fmin = 0, fmax = options.sample_rate / 2, n_mfcc = 20}
  for name, value in pairs(options) do o[name] = value end
  if o.n_mfcc > o.n_mels then error(("%s: n_mfcc %d is more than n_mels %d"):format(who, o.n_mfcc, o.n_mels), 3) end
  return o
end

local function mel_power(x, o)
  local sides = {}
  for i = 1, x.rank do sides[i] = i == x.rank and o.n_fft // 2 or 0 end
  local padded = ops.pad(x, {before = sides, after = sides})
  local re, im = ops.stft(padded, o.n_fft, o.hop_length, o.n_fft, "hann", false)
  return ops.matmul(re * re + im * im, filters(o))
end

--- Power of sound under triangles on Slaney's mel scale, librosa.feature.melspectrogram.
-- @tparam Tensor x  (..., frames)
-- @tparam table options  sample_rate, required; n_fft = 2048; hop_length = 512; n_mels = 128; fmin = 0; fmax = half the rate
-- @shape (..., pieces, n_mels); librosa has the last two the other way round
function M.melspectrogram(x, options)
  return mel_power(x, read_options("melspectrogram", options))
end

--- Cepstra of sound, librosa.feature.mfcc: the cosine transform of the mel spectrum in decibels, 80 below the highest.
-- @tparam Tensor x  (frames)
-- @tparam table options  n_mfcc = 20, and those of melspectrogram
-- @shape (pieces, n_mfcc); librosa has them the other way round
function M.mfcc(x, options)
  local o = read_options("mfcc", options)
  if x.rank ~= 1 then error("mfcc: sound of one channel, (frames), is expected, got rank " .. x.rank, 2) end
  local db = ops.log10(ops.maximum(mel_power(x, o), 1e-10)) * 10
  return ops.matmul(ops.maximum(db, db:max() - 80), cosines(o.n_mels, o.n_mfcc))
end

return M
