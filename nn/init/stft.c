/* stft.c - kernel of a short-time Fourier transform: w[t, c, f] = cos or sin(-2 pi t f / N)
 * window[t] / scale, N = 2 (bins - 1). w (frame, channels, bins). Window: hann or hamming,
 * symmetric or periodic, or none. */
#include "initializer_list.h"

#include <math.h>

typedef struct stft_args {
  int side, window, scaling;
  bool periodic;
} stft_args;

enum { REAL, IMAG };
enum { HANN, HAMMING };
enum { DENSITY, SPECTRUM };

static const knn_param params[] = {
    KNN__PARAM(stft_args, side, KNN_P_ENUM, "real", "Cosine or sine part.", .choices = "real|imag"),
    KNN__PARAM(stft_args, window, KNN_P_ENUM, "hann", "Weight of each time; null = 1.",
               .choices = "hann|hamming", .nullable = true),
    KNN__PARAM(stft_args, scaling, KNN_P_ENUM, "density",
               "Divide by sqrt(sum window^2) or by sum |window|; null = by 1.",
               .choices = "density|spectrum", .nullable = true),
    KNN__PARAM(stft_args, periodic, KNN_P_BOOL, "false",
               "Window for a spectrum (periodic) or for a filter."),
};

static const double pi = 3.14159265358979323846;

static double window_at(const stft_args *args, int64_t t, int64_t frame) {
  const double span = (double)(args->periodic ? frame : frame - 1);
  if (args->window < 0 || span <= 0) return 1;
  const double a = args->window == HANN ? 0.5 : 0.54;
  return a - (1 - a) * cos(2 * pi * (double)t / span);
}

static double scale_of(const stft_args *args, int64_t frame) {
  double sum = 0;
  for (int64_t t = 0; t < frame; t++) {
    const double v = window_at(args, t, frame);
    sum += args->scaling == DENSITY ? v * v : fabs(v);
  }
  return args->scaling < 0 ? 1 : args->scaling == DENSITY ? sqrt(sum) : sum;
}

static knn_status fill(const knn_initializer *self, knn_tensor *w) {
  const stft_args *args = self->base.args;
  if (knn_tensor_rank(w) != 3)
    return knn_fail(self->base.ctx, KNN_ESHAPE, "shape (frame, channels, bins) expected, got %s",
                    KNN__SHAPE(knn_tensor_rank(w), knn_tensor_dims(w)));
  const int64_t frame = knn_tensor_dim(w, 0), channels = knn_tensor_dim(w, 1),
                bins = knn_tensor_dim(w, 2);
  const double n = 2.0 * (double)(bins - 1), scale = scale_of(args, frame);
  for (int64_t t = 0; t < frame; t++) {
    for (int64_t f = 0; f < bins; f++) {
      const double angle = n > 0 ? -2 * pi * (double)t * (double)f / n : 0;
      const double value =
          (args->side == REAL ? cos(angle) : sin(angle)) * window_at(args, t, frame) / scale;
      for (int64_t c = 0; c < channels; c++)
        knn_tensor_set(w, (t * channels + c) * bins + f, value);
    }
  }
  return KNN_OK;
}

const knn__initializer_def knn__initializer_stft = {
    .cls =
        {.family = "initializer",
         .name = "STFT",
         .aliases = "stft|STFTInitializer|stft_initializer",
         .summary = "Kernel of a short-time Fourier transform.",
         .detail = "w[t, c, f] = cos(-2 pi t f / N) window[t] / scale, N = 2 (bins - 1); imag: sin",
         .shapes = "w (frame, channels, bins)",
         .example =
             "local layer = knn.layers.Conv1D{9, kernel_size = 16, kernel_initializer = \"stft\"}",
         .source = "Allen and Rabiner 1977",
         KNN__PARAMS(params, stft_args)},
    .fill = fill,
};
