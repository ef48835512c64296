/* stft.c - spectra of a signal over time: overlapping pieces times a window, each transformed. x
 * (..., n), window (sequence_length) or one of those known by name -> re, im (..., pieces,
 * fft_length / 2 + 1). The window lies in the middle of fft_length elements; with `center` the
 * signal is mirrored at both ends, so that piece i is around element i stride. */
#include <math.h>

#include "op_list.h"

static const knn_param params[] = {
    KNN__PARAM(knn__stft_args, sequence_length, KNN_P_INT, NULL, "Elements under the window.",
               .mark = KNN_SIZE, .positional = true, .min = 1, .max = 1e9),
    KNN__PARAM(knn__stft_args, sequence_stride, KNN_P_INT, NULL,
               "Elements from one start to the next.", .mark = KNN_SIZE, .positional = true,
               .min = 1, .max = 1e9),
    KNN__PARAM(knn__stft_args, fft_length, KNN_P_INT, NULL, "Elements of a transform.",
               .mark = KNN_SIZE, .positional = true, .min = 1, .max = 1e9),
    KNN__PARAM(knn__stft_args, window, KNN_P_ENUM, "hann",
               "What a piece is multiplied by, where no window is given as an operand.",
               .choices = "hann|hamming|none"),
    KNN__PARAM(knn__stft_args, center, KNN_P_BOOL, "true",
               "Mirror the signal at its ends, half a transform each."),
};

/* Element i of a periodic window. */
static double bell(const void *arg, int64_t i) {
  const knn__stft_args *args = arg;
  const double share = args->window == KNN__HANN ? 0.5 : args->window == KNN__HAMMING ? 0.54 : 1;
  return share - (1 - share) * cos(2 * M_PI * (double)i / (double)args->sequence_length);
}

/* The window with as many zeros around it as make fft_length; none: ones all over. */
static knn_value *full_window(knn__scope *s, const knn__stft_args *args, knn_value *window,
                              knn_dtype type) {
  const int64_t n = args->sequence_length, more = args->fft_length - n;
  if (more < 0)
    return knn__scope_fail(s, KNN_EARG, "fft_length %lld is less than sequence_length %lld",
                           (long long)args->fft_length, (long long)n);
  if (!window && args->window == KNN__NO_WINDOW) return knn__scalar(s, type, 1);
  if (!window) window = knn__constant(s, type, 1, &n, bell, args);
  if (s->status != KNN_OK) return NULL;
  if (window->spec.rank != 1 || window->spec.dims[0] != n)
    return knn__scope_fail(s, KNN_ESHAPE,
                           "the window must have sequence_length %lld elements, got "
                           "shape %s",
                           (long long)n, KNN__SPEC(window->spec));
  return knn__pad(s, window, (int64_t[]){more / 2}, (int64_t[]){more - more / 2}, 0);
}

static knn_value *mirrored(knn__scope *s, knn_value *x, int64_t around) {
  int64_t sides[KNN_MAX_RANK] = {0};
  const knn__spec *spec = &x->spec;
  const int64_t n = spec->rank > 0 ? spec->dims[spec->rank - 1] : 0;
  if (n != KNN_ANY && n <= around)
    return knn__scope_fail(s, KNN_ESHAPE,
                           "%lld elements are too few to be mirrored for half of "
                           "fft_length, %lld, at both ends",
                           (long long)n, (long long)around);
  sides[spec->rank - 1] = around;
  return knn__pad_mirrored(s, x, sides, sides, false);
}

void knn__stft(knn__scope *s, knn_value *x, knn_value *window, const knn__stft_args *args,
               knn_value **out) {
  if (s->status != KNN_OK) return;
  window = full_window(s, args, window, x->spec.dtype);
  if (s->status == KNN_OK && args->center) x = mirrored(s, x, args->fft_length / 2);
  x = knn__extract_sequences(s, x, args->fft_length, args->sequence_stride);
  knn__rfft(s, knn__multiply(s, x, window), KNN_NONE, out);
}

static void compose(knn__scope *s, knn__composition *c) {
  c->n_out = 2;
  knn__stft(s, c->in[0], c->n_in > 1 ? c->in[1] : NULL, c->args, c->out);
}

const knn__op knn__op_spectra = {
    .cls = {.family = "op",
            .name = "spectra",
            .summary = "Spectra of a signal over time.",
            .detail = "Overlapping pieces times a window, each transformed: the real and the "
                      "imaginary parts. knn.ops.stft is the same with Keras's arguments.",
            .shapes = "x (..., n)[, window (sequence_length)] -> re, im (..., pieces, fft_length / "
                      "2 + 1)",
            .example = "print(knn.ops.spectra(knn.ones{16}, 4, 2, 8))",
            .source = "Keras, ops.stft",
            .see = "rfft|extract_sequences",
            KNN__PARAMS(params, knn__stft_args)},
    .min_in = 1,
    .max_in = 2,
    .flags = KNN__OP_TO_FLOAT,
    .compose = compose,
};
