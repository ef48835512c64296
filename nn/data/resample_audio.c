/* resample_audio.c - sound at another rate, by libsoxr in one go. */
#include <math.h>

#include "knn/audio.h"
#include "library.h"
#include "shape.h"

#if KNN_HAVE_SOXR

#include <soxr.h>

#define SOXR_LIST(X) X(soxr_oneshot) X(soxr_quality_spec)

typedef struct soxr_api {
  SOXR_LIST(KNN__FUNCTION)
} soxr_api;

static knn_status convert(knn_tensor *x, double from, double to, knn_tensor *y) {
  static const char *const names[] = {SOXR_LIST(KNN__FUNCTION_NAME)};
  knn_ctx *ctx = knn_tensor_ctx(x);
  soxr_api api;
  KNN__TRY(knn__library_load(ctx, KNN_SOXR_SONAME, "resampling", names,
                             sizeof names / sizeof *names, &api));
  int rank = knn_tensor_rank(x);
  unsigned channels = rank == 2 ? (unsigned)knn_tensor_dim(x, 1) : 1;
  soxr_quality_spec_t quality = api.soxr_quality_spec(SOXR_HQ, 0);
  size_t done = 0;
  const char *error = api.soxr_oneshot(from, to, channels, knn_tensor_data(x),
                                       (size_t)knn_tensor_dim(x, 0), NULL, knn_tensor_data(y),
                                       (size_t)knn_tensor_dim(y, 0), &done, NULL, &quality, NULL);
  if (!error) return KNN_OK;
  return knn_fail(ctx, KNN_EARG, "resampling from %g to %g Hz: %s", from, to, error);
}

#else

static knn_status convert(knn_tensor *x, double from, double to, knn_tensor *y) {
  (void)y;
  return knn_fail(knn_tensor_ctx(x), KNN_ESTATE,
                  "resampling from %g to %g Hz: this build of knn has no libsoxr", from, to);
}

#endif

knn_status knn_audio_resample(knn_tensor *sound, double from, double to, knn_tensor **out) {
  knn_ctx *ctx = knn_tensor_ctx(sound);
  int rank = knn_tensor_rank(sound);
  if (rank != 1 && rank != 2)
    return knn_fail(ctx, KNN_ESHAPE, "resampling: sound is (frames) or (frames, channels), got %s",
                    KNN__SHAPE(rank, knn_tensor_dims(sound)));
  if (!(from > 0 && to > 0 && isfinite(from) && isfinite(to)))
    return knn_fail(ctx, KNN_EARG, "resampling: rates are positive, got %g and %g Hz", from, to);
  double frames = ceil((double)knn_tensor_dim(sound, 0) * to / from);
  if (frames > 9e15)
    return knn_fail(ctx, KNN_EARG, "resampling from %g to %g Hz makes %g frames", from, to, frames);
  knn_tensor *x = NULL, *y = NULL;
  int64_t dims[] = {(int64_t)frames, rank == 2 ? knn_tensor_dim(sound, 1) : 1};
  knn_status status = knn_tensor_cast(sound, KNN_F32, &x);
  if (status == KNN_OK) status = knn_tensor_new(ctx, KNN_F32, rank, dims, &y);
  if (status == KNN_OK && knn_tensor_size(y) > 0) status = convert(x, from, to, y);
  knn_tensor_release(x);
  if (status == KNN_OK)
    *out = y;
  else
    knn_tensor_release(y);
  return status;
}
