-- Sound: every file of the WAV suite to the right numbers or refused; saving; other rates.
local T = dofile "tests/lua/harness.lua"
local json = dofile "tests/lua/json.lua"
local knn = require "knn"
local load_audio, save_audio = knn.utils.load_audio, knn.utils.save_audio

local function read(path)
  local f = assert(io.open(path, "rb"))
  local text = f:read "a"
  f:close()
  return text
end

-- What a sample of 1.0 is as the suite writes it down: whole numbers of the container, 1 for floats.
local function scale_of(about)
  return about.format_tag == 3 and 1 or 2.0 ^ (8 * about.container_bytes - 1)
end

T.test("wav-suite: every file to the right numbers, or refused", function()
  local expected = json.parse(read(T.corpus "wav-suite/expected.json"))
  local right, refused = 0, 0
  for name, about in pairs(expected) do
    local x, rate, code = load_audio(T.corpus("wav-suite/" .. name))
    if not x then
      T.ok(code == "EFORMAT" and rate:find(name, 1, true), rate)
      refused = refused + 1
    else
      T.equal(rate, about.rate, name)
      T.equal(x.shape, {about.frames, about.channels}, name)
      local got, scale, sum = x:reshape{-1}:double():totable(), scale_of(about), 0
      for _, value in ipairs(got) do sum = sum + value * scale end
      for i, value in ipairs(about.first) do T.near(got[i] * scale, value, 1e-7, name .. " sample " .. i) end
      T.near(sum, about.sum, 1e-7, name)
      right = right + 1
    end
  end
  T.equal(right, 20)
  -- The files that once broke readers, and one whose samples are padded without saying so.
  T.equal(refused, 7)
end)

local function with_file(name, f)
  local stem = os.tmpname()
  local path = stem .. name
  local ok, err = pcall(f, path)
  os.remove(path)
  os.remove(stem)
  if not ok then error(err, 0) end
end

-- A tone of `hertz`, half as loud as can be.
local function tone(hertz, rate, frames)
  return (knn.ops.sin(knn.arange(frames):double() * (2 * math.pi * hertz / rate)) * 0.5):float()
end

T.test("saving and reading again", function()
  local left, right = tone(440, 8000, 4000), tone(1000, 8000, 4000)
  local x = knn.ops.stack({left, right}, {axis = 2})
  for _, case in ipairs{{".wav", 16, 2.0 ^ -15}, {".wav", 24, 2.0 ^ -23}, {".wav", 32, 0}, {".flac", 16, 2.0 ^ -15},
    {".flac", 24, 2.0 ^ -23}, {".ogg", nil, 0.1}} do
    with_file(case[1], function(path)
      T.equal(save_audio(path, x, {sample_rate = 8000, bits = case[2]}), true)
      local back, rate = load_audio(path)
      T.equal(rate, 8000)
      T.equal(T.ok(back, rate).shape, {4000, 2})
      T.ok((back - x):abs():max():item() <= case[3], case[1])
      local mono = load_audio(path, {mono = true})
      T.near((mono:squeeze(-1) - back:mean(2)):abs():max(), 0)
    end)
  end
end)

T.test("other rates keep a tone, and take away what the new rate cannot hold", function()
  local high = knn.utils.resample_audio(tone(440, 8000, 8000), 8000, 16000)
  T.equal(high.shape, {16000})
  T.ok((high[{{1000, 15000}}] - tone(440, 16000, 16000)[{{1000, 15000}}]):abs():max():item() < 1e-4)
  local low = knn.utils.resample_audio(tone(3000, 8000, 8000), 8000, 4000)
  T.equal(low.shape, {4000})
  T.ok(low[{{1000, 3000}}]:abs():max():item() < 1e-4)
  with_file(".wav", function(path)
    save_audio(path, tone(440, 8000, 8000), {sample_rate = 8000, bits = 32})
    local x, rate = load_audio(path, {sample_rate = 16000})
    T.equal(rate, 16000)
    T.equal(x:squeeze(-1), high)
  end)
end)

-- Numbers of librosa 0.11: feature.melspectrogram and feature.mfcc of the same sound at 8000 Hz.
T.test("mel spectra and cepstra are librosa's", function()
  local i = knn.arange(4000):double()
  local x = (knn.ops.sin(i * (2 * math.pi * 440 / 8000)) * 0.5 + knn.ops.sin(i * i * (2 * math.pi / 64000)) * 0.25):float()
  local o = {sample_rate = 8000, n_fft = 512, hop_length = 256, n_mels = 20, n_mfcc = 5}
  local mel = knn.utils.melspectrogram(x, o)
  T.equal(mel.shape, {16, 20})
  T.near(mel[4][{{1, 4}}], {3.922848, 9.766403, 4.130665, 50.13375}, 1e-5)
  local c = knn.utils.mfcc(x, o)
  T.equal(c.shape, {16, 5})
  T.near(c[1], {-90.51952, 65.28302, 10.99829, 1.210069, -8.213063}, 1e-4)
  T.near(c[4], {-198.994, 100.7542, 71.05481, 33.13421, -0.771234}, 1e-4)
  T.near(knn.utils.mfcc(x, {sample_rate = 8000})[3][{{1, 4}}], {-352.7454, 184.6337, 142.4464, 84.32988}, 1e-4)
  T.raises("option 'sample_rate' is required", knn.utils.mfcc, x)
  T.raises("n_mfcc 30 is more than n_mels 20", knn.utils.mfcc, x, {sample_rate = 8000, n_mels = 20, n_mfcc = 30})
end)

T.test("messages", function()
  local _, message, code = load_audio "README.md"
  T.equal(code, "EFORMAT")
  T.ok(message:find("README.md: not a sound file that can be read", 1, true), message)
  T.equal(select(3, load_audio "/nonexistent.wav"), "EIO")
  T.raises("unknown option 'rate'", load_audio, "a.wav", {rate = 1})
  T.raises("option 'sample_rate' is required", save_audio, "a.wav", knn.zeros(3))
  T.raises("saved as .wav", save_audio, "a.mp3", knn.zeros(3), {sample_rate = 8000})
  T.raises("got (2, 2, 2)", save_audio, "a.wav", knn.zeros(2, 2, 2), {sample_rate = 8000})
  T.raises("rates are positive", knn.utils.resample_audio, knn.zeros(3), 0, 8000)
end)

T.run()
