/* audio.c - sound through libsndfile, from and into memory. */
#if KNN_HAVE_SNDFILE

#include <limits.h>
#include <sndfile.h>
#include <string.h>

#include "knn/audio.h"
#include "library.h"
#include "shape.h"
#include "sink.h"
#include "source.h"
#include "text.h"

#define SNDFILE_LIST(X) \
  X(sf_open_virtual)    \
  X(sf_close) X(sf_strerror) X(sf_command) X(sf_readf_float) X(sf_writef_float)

typedef struct sndfile_api {
  SNDFILE_LIST(KNN__FUNCTION)
} sndfile_api;

enum { BLOCK = 1 << 15, MOST_CHANNELS = 64 }; /* frames at a time */

static knn_status load_api(knn_ctx *ctx, sndfile_api *api) {
  static const char *const names[] = {SNDFILE_LIST(KNN__FUNCTION_NAME)};
  return knn__library_load(ctx, KNN_SNDFILE_SONAME, "a sound file", names,
                           sizeof names / sizeof *names, api);
}

/* ---- libsndfile's view of a file in memory ---- */

typedef struct memory {
  const uint8_t *data; /* while reading */
  size_t bytes, at;
  knn__sink *sink; /* while writing */
} memory;

static size_t length_of(const memory *m) {
  return m->sink ? m->sink->n : m->bytes;
}

static sf_count_t on_length(void *user) {
  return (sf_count_t)length_of(user);
}

static sf_count_t on_seek(sf_count_t offset, int whence, void *user) {
  memory *m = user;
  sf_count_t from = whence == SEEK_SET   ? 0
                    : whence == SEEK_CUR ? (sf_count_t)m->at
                                         : (sf_count_t)length_of(m);
  sf_count_t to;
  if (__builtin_add_overflow(from, offset, &to) || to < 0) return -1;
  m->at = (size_t)to;
  return to;
}

static sf_count_t on_tell(void *user) {
  return (sf_count_t)((memory *)user)->at;
}

static sf_count_t on_read(void *to, sf_count_t n, void *user) {
  memory *m = user;
  const uint8_t *data = m->sink ? m->sink->data : m->data;
  size_t left = m->at < length_of(m) ? length_of(m) - m->at : 0;
  size_t take = (size_t)n < left ? (size_t)n : left;
  if (take) memcpy(to, data + m->at, take);
  m->at += take;
  return (sf_count_t)take;
}

static sf_count_t on_write(const void *from, sf_count_t n, void *user) {
  memory *m = user;
  if (!m->sink) return 0;
  m->sink->at = m->at;
  knn__sink_write(m->sink, from, (size_t)n);
  if (m->sink->failed) return 0;
  m->at += (size_t)n;
  return n;
}

static SNDFILE *open_memory(const sndfile_api *api, int mode, SF_INFO *info, memory *m) {
  SF_VIRTUAL_IO io = {.get_filelen = on_length,
                      .seek = on_seek,
                      .read = on_read,
                      .write = on_write,
                      .tell = on_tell};
  return api->sf_open_virtual(&io, mode, info, m);
}

/* ---- reading ---- */

static uint32_t little(const uint8_t *b, int bytes) {
  uint32_t value = 0;
  for (int i = bytes - 1; i >= 0; i--) value = value << 8 | b[i];
  return value;
}

/* WAV files of the oldest kind have no way to say that samples stand in more bytes than they need;
 * libsndfile would take such padding for samples. */
static knn_status check_padding(knn_ctx *ctx, const char *name, const uint8_t *b, size_t bytes) {
  if (bytes < 12 || memcmp(b, "RIFF", 4) != 0) return KNN_OK;
  for (size_t at = 12; bytes >= 24 && at <= bytes - 24; at += 8) {
    uint32_t size = little(b + at + 4, 4);
    if (memcmp(b + at, "fmt ", 4) == 0) {
      const uint8_t *format = b + at + 8;
      uint32_t tag = little(format, 2), channels = little(format + 2, 2),
               block = little(format + 12, 2), bits = little(format + 14, 2);
      if (tag != 1 || bits == 0 || block == channels * ((bits + 7) / 8)) return KNN_OK;
      return knn_fail(ctx, KNN_EFORMAT,
                      "%s: its header says %u bits a sample, but blocks of %u bytes for %u "
                      "channels; convert it to samples without padding",
                      name, bits, block, channels);
    }
    if (size > bytes - at) break;
    at += size + (size & 1);
  }
  return KNN_OK;
}

/* Frames are read in blocks: what the header says of their number is not believed. */
static knn_status read_frames(knn_ctx *ctx, const char *name, const sndfile_api *api, SNDFILE *file,
                              const SF_INFO *info, int64_t most, float **samples, int64_t *frames) {
  size_t frame = (size_t)info->channels * sizeof **samples;
  int64_t room = 0;
  for (;;) {
    if (*frames == room) {
      room = room ? 2 * room : info->frames > 0 && info->frames < most ? info->frames + 1 : BLOCK;
      float *bigger = knn__resize(ctx, *samples, (size_t)room * frame);
      if (!bigger) return KNN_ENOMEM;
      *samples = bigger;
    }
    int64_t wanted = room - *frames < BLOCK ? room - *frames : BLOCK;
    int64_t got = api->sf_readf_float(file, *samples + *frames * info->channels, wanted);
    if (got <= 0) break;
    *frames += got;
    if (*frames > most)
      return knn_fail(
          ctx, KNN_EDATA,
          "%s holds more than the %lld frames allowed; raise the limit if this is meant", name,
          (long long)most);
  }
  if (*frames < info->frames)
    return knn_fail(ctx, KNN_EFORMAT, "%s: its header says %lld frames, but they end after %lld",
                    name, (long long)info->frames, (long long)*frames);
  return KNN_OK;
}

static void mix(float *samples, int64_t frames, int channels) {
  for (int64_t i = 0; i < frames; i++) {
    float sum = 0;
    for (int k = 0; k < channels; k++) sum += samples[i * channels + k];
    samples[i] = sum / (float)channels;
  }
}

static knn_status to_tensor(knn_ctx *ctx, const char *name, const sndfile_api *api, SNDFILE *file,
                            const SF_INFO *info, const knn_audio_options *o, knn_tensor **out) {
  float *samples = NULL;
  int64_t frames = 0, most = o->most_frames > 0 ? o->most_frames : (int64_t)1 << 28;
  if (info->channels < 1 || info->channels > MOST_CHANNELS || info->samplerate < 1)
    return knn_fail(ctx, KNN_EFORMAT, "%s: its header says %d channels at %d Hz", name,
                    info->channels, info->samplerate);
  int channels = o->mono ? 1 : info->channels;
  knn_status status = read_frames(ctx, name, api, file, info, most, &samples, &frames);
  if (status == KNN_OK) {
    if (channels < info->channels) mix(samples, frames, info->channels);
    status = knn_tensor_from(ctx, KNN_F32, 2, (int64_t[]){frames, channels}, samples, out);
  }
  knn__free(ctx, samples);
  return status;
}

static knn_status fit_rate(knn_tensor **sound, int from, int to) {
  knn_tensor *resampled = NULL;
  if (to == 0 || to == from) return KNN_OK;
  KNN__TRY(knn_audio_resample(*sound, from, to, &resampled));
  knn_tensor_release(*sound);
  *sound = resampled;
  return KNN_OK;
}

knn_status knn_audio_parse(knn_ctx *ctx, const char *name, const void *data, size_t bytes,
                           const knn_audio_options *options, knn_tensor **out, int *rate) {
  static const knn_audio_options defaults;
  const knn_audio_options *o = options ? options : &defaults;
  sndfile_api api;
  KNN__TRY(load_api(ctx, &api));
  KNN__TRY(check_padding(ctx, name, data, bytes));
  memory m = {.data = data, .bytes = bytes};
  SF_INFO info = {0};
  SNDFILE *file = open_memory(&api, SFM_READ, &info, &m);
  if (!file)
    return knn_fail(ctx, KNN_EFORMAT, "%s: not a sound file that can be read: %s", name,
                    api.sf_strerror(NULL));
  knn_tensor *sound = NULL;
  knn_status status = to_tensor(ctx, name, &api, file, &info, o, &sound);
  api.sf_close(file);
  if (status == KNN_OK) status = fit_rate(&sound, info.samplerate, o->sample_rate);
  if (status == KNN_OK) {
    *out = sound;
    if (rate) *rate = o->sample_rate ? o->sample_rate : info.samplerate;
  } else {
    knn_tensor_release(sound);
  }
  return status;
}

knn_status knn_audio_load(knn_ctx *ctx, const char *path, const knn_audio_options *options,
                          knn_tensor **out, int *rate) {
  char *data = NULL;
  size_t bytes = 0;
  KNN__TRY(knn__source_load(ctx, path, (uint64_t)4 << 30, &data, &bytes));
  const knn_status status = knn_audio_parse(ctx, path, data, bytes, options, out, rate);
  knn__free(ctx, data);
  return status;
}

/* ---- writing ---- */

/* 0 when there is no such combination. */
static int format_of(const char *path, int bits) {
  int depth = bits == 0 || bits == 16 ? SF_FORMAT_PCM_16 : bits == 24 ? SF_FORMAT_PCM_24 : 0;
  if (knn__ends_with(path, ".wav") && bits == 32) return SF_FORMAT_WAV | SF_FORMAT_FLOAT;
  if (knn__ends_with(path, ".wav")) return depth ? SF_FORMAT_WAV | depth : 0;
  if (knn__ends_with(path, ".flac")) return depth ? SF_FORMAT_FLAC | depth : 0;
  return knn__ends_with(path, ".ogg") && bits == 0 ? SF_FORMAT_OGG | SF_FORMAT_VORBIS : 0;
}

static knn_status check_sound(const knn_tensor *sound, const char *who) {
  int rank = knn_tensor_rank(sound);
  if ((rank == 1 || rank == 2) && knn_tensor_size(sound) > 0 &&
      (rank == 1 || knn_tensor_dim(sound, 1) <= MOST_CHANNELS))
    return KNN_OK;
  return knn_fail(knn_tensor_ctx(sound), KNN_ESHAPE,
                  "%s: sound is (frames) or (frames, up to %d channels), got %s", who,
                  MOST_CHANNELS, KNN__SHAPE(rank, knn_tensor_dims(sound)));
}

static knn_status write_frames(knn_ctx *ctx, const char *path, const sndfile_api *api,
                               const float *samples, int64_t frames, SF_INFO *info,
                               knn__sink *sink) {
  memory m = {.sink = sink};
  SNDFILE *file = open_memory(api, SFM_WRITE, info, &m);
  if (!file)
    return knn_fail(ctx, sink->failed ? KNN_ENOMEM : KNN_EARG, "cannot write %s: %s", path,
                    api->sf_strerror(NULL));
  api->sf_command(file, SFC_SET_CLIPPING, NULL, SF_TRUE);
  int64_t done = 0;
  while (done < frames) {
    int64_t wanted = frames - done < BLOCK ? frames - done : BLOCK;
    int64_t got = api->sf_writef_float(file, samples + done * info->channels, wanted);
    if (got != wanted) break;
    done += got;
  }
  api->sf_close(file);
  if (done == frames || sink->failed) return KNN_OK; /* the sink tells of its failure */
  return knn_fail(ctx, KNN_EIO, "cannot write %s: libsndfile stopped after %lld of %lld frames",
                  path, (long long)done, (long long)frames);
}

knn_status knn_audio_save(knn_tensor *sound, const char *path, int rate, int bits) {
  knn_ctx *ctx = knn_tensor_ctx(sound);
  KNN__TRY(check_sound(sound, path));
  SF_INFO info = {.samplerate = rate,
                  .channels = knn_tensor_rank(sound) == 2 ? (int)knn_tensor_dim(sound, 1) : 1,
                  .format = format_of(path, bits)};
  if (!info.format)
    return knn_fail(ctx, KNN_EARG,
                    "%s: sound is saved as .wav (16, 24 or 32 bits), .flac (16 or 24) or .ogg",
                    path);
  if (rate < 1) return knn_fail(ctx, KNN_EARG, "%s: a rate of %d Hz", path, rate);
  sndfile_api api;
  KNN__TRY(load_api(ctx, &api));
  knn_tensor *floats = NULL;
  knn__sink sink = {.ctx = ctx};
  KNN__TRY(knn_tensor_cast(sound, KNN_F32, &floats));
  knn_status status = write_frames(ctx, path, &api, knn_tensor_data(floats),
                                   knn_tensor_dim(floats, 0), &info, &sink);
  if (status == KNN_OK) status = knn__sink_save(&sink, path);
  knn__sink_clear(&sink);
  knn_tensor_release(floats);
  return status;
}

#else

#include "ctx.h"
#include "knn/audio.h"

static knn_status no_libsndfile(knn_ctx *ctx, const char *name) {
  return knn_fail(ctx, KNN_ESTATE, "%s is sound, but this build of knn has no libsndfile", name);
}

knn_status knn_audio_parse(knn_ctx *ctx, const char *name, const void *data, size_t bytes,
                           const knn_audio_options *options, knn_tensor **out, int *rate) {
  (void)data, (void)bytes, (void)options, (void)out, (void)rate;
  return no_libsndfile(ctx, name);
}

knn_status knn_audio_load(knn_ctx *ctx, const char *path, const knn_audio_options *options,
                          knn_tensor **out, int *rate) {
  (void)options, (void)out, (void)rate;
  return no_libsndfile(ctx, path);
}

knn_status knn_audio_save(knn_tensor *sound, const char *path, int rate, int bits) {
  (void)rate, (void)bits;
  return no_libsndfile(knn_tensor_ctx(sound), path);
}

#endif
