/* audio.h - sound in files: WAV, FLAC, OGG and what else libsndfile reads, to tensors and back.
 *
 * Sound is (frames, channels), float32, -1 .. 1 for the full range of whole-numbered samples. Files
 * are treated as hostile. libsndfile and libsoxr are loaded at their first use; KNN_ESTATE where
 * they are not there. */
#ifndef KNN_AUDIO_H
#define KNN_AUDIO_H

#include "knn/tensor.h"

KNN_BEGIN

/* A zeroed struct means the defaults. */
typedef struct knn_audio_options {
  int sample_rate;     /* resample to this rate, in Hz; 0 = the file's */
  bool mono;           /* mean of the channels */
  int64_t most_frames; /* longer files are refused; 0 = 2^28 */
} knn_audio_options;

/* *rate (NULL = not wanted) is that of `out`. KNN_EFORMAT: damaged, or no format that is known. A
 * WAV file that was cut off gives the frames that are there. */
KNN_API knn_status knn_audio_load(knn_ctx *ctx, const char *path, const knn_audio_options *options,
                                  knn_tensor **out, int *rate);
/* The same from memory; `name` begins the messages. */
KNN_API knn_status knn_audio_parse(knn_ctx *ctx, const char *name, const void *data, size_t bytes,
                                   const knn_audio_options *options, knn_tensor **out, int *rate);
/* By the end of the name: .wav and .flac in `bits` a sample (16 or 24; 32 = float, WAV only; 0 =
 * 16), .ogg (Vorbis). Sound is (frames) or (frames, channels); what is beyond -1 .. 1 is clipped.
 */
KNN_API knn_status knn_audio_save(knn_tensor *sound, const char *path, int rate, int bits);

/* Sound (frames) or (frames, channels) at another rate, float32, ceil(frames * to / from) frames;
 * libsoxr's high quality, which librosa takes too. */
KNN_API knn_status knn_audio_resample(knn_tensor *sound, double from, double to, knn_tensor **out);

KNN_END

#endif
