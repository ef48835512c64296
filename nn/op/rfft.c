/* rfft.c - the Fourier transform of real numbers, of which the first half says all, and back. rfft:
 * x
 * (..., m), cut or filled with zeros to n -> re, im (..., n / 2 + 1). irfft: re, im (..., n / 2 +
 * 1)
 * -> (..., n). Made of dft. */
#include "op_list.h"

typedef struct rfft_args {
  int64_t fft_length;
} rfft_args;

static const knn_param params[] = {
    KNN__PARAM(rfft_args, fft_length, KNN_P_INT, "null",
               "Real numbers that are transformed; default: as many as there are.",
               .nullable = true, .mark = KNN_SIZE, .min = 1, .max = 1e9),
};

static bool known_size(knn__scope *s, const knn_value *x, int64_t *n) {
  if (s->status != KNN_OK) return false;
  *n = x->spec.rank > 0 ? x->spec.dims[x->spec.rank - 1] : 0;
  if (*n > 0) return true;
  knn__scope_fail(s, KNN_ESHAPE, "the size of the last axis of %s must be known and not 0",
                  KNN__SPEC(x->spec));
  return false;
}

/* The last axis cut or filled with zeros to n. */
static knn_value *sized(knn__scope *s, knn_value *x, int64_t n) {
  int64_t none[KNN_MAX_RANK] = {0}, more[KNN_MAX_RANK] = {0}, has;
  if (!known_size(s, x, &has) || has == n) return x;
  if (has > n) return knn__slice_axis(s, x, -1, 0, n, 1);
  more[x->spec.rank - 1] = n - has;
  return knn__pad(s, x, none, more, 0);
}

static knn_value *zeros(knn__scope *s, knn_value *like) {
  if (s->status != KNN_OK) return NULL;
  return knn__broadcast_like(s, knn__scalar_like(s, like, 0), like);
}

void knn__rfft(knn__scope *s, knn_value *x, int64_t fft_length, knn_value **out) {
  int64_t n = fft_length;
  if (fft_length == KNN_NONE && !known_size(s, x, &n)) return;
  x = sized(s, x, n);
  knn__dft(s, x, zeros(s, x), false, false, out);
  for (int i = 0; i < 2 && s->status == KNN_OK; i++)
    out[i] = knn__slice_axis(s, out[i], -1, 0, n / 2 + 1, 1);
}

/* The second half mirrors the first one, and the real part of a sum with its mirror is twice that
 * of one side: the first half, doubled where it has a mirror, is transformed alone. */
knn_value *knn__irfft(knn__scope *s, knn_value *re, knn_value *im, int64_t fft_length) {
  int64_t n = fft_length, half, last;
  knn_value *parts[2] = {re, im}, *out[2];
  if (!known_size(s, re, &half)) return NULL;
  if (n == KNN_NONE) n = 2 * (half - 1);
  if (n < 1) return knn__scope_fail(s, KNN_ESHAPE, "one frequency is too few; give fft_length");
  half = n / 2 + 1;
  last = n % 2 == 0 ? 1 : 0; /* the middle is its own mirror */
  for (int i = 0; i < 2; i++) {
    knn_value *x = sized(s, parts[i], half);
    knn_value *first = knn__slice_axis(s, x, -1, 0, 1, 1),
              *inner = knn__slice_axis(s, x, -1, 1, half - 1 - last, 1),
              *middle = knn__slice_axis(s, x, -1, half - last, last, 1);
    inner = knn__times(s, inner, 2);
    parts[i] = sized(s, knn__concatenate(s, 3, (knn_value *[]){first, inner, middle}, -1), n);
  }
  knn__dft(s, parts[0], parts[1], true, true, out);
  return s->status == KNN_OK ? out[0] : NULL;
}

static void compose_rfft(knn__scope *s, knn__composition *c) {
  c->n_out = 2;
  knn__rfft(s, c->in[0], ((const rfft_args *)c->args)->fft_length, c->out);
}

static void compose_irfft(knn__scope *s, knn__composition *c) {
  c->out[0] = knn__irfft(s, c->in[0], c->in[1], ((const rfft_args *)c->args)->fft_length);
}

const knn__op knn__op_rfft = {
    .cls = {.family = "op",
            .name = "rfft",
            .summary = "Fourier transforms of real numbers along the last axis.",
            .detail = "The first n / 2 + 1 frequencies; the others mirror them.",
            .shapes = "x (..., n) -> re (..., n / 2 + 1), im (..., n / 2 + 1)",
            .example = "print(knn.ops.rfft(knn.tensor{1.0, 2, 3, 4}))",
            .source = "Keras, ops.rfft",
            .see = "dft|inverse_rfft",
            KNN__PARAMS(params, rfft_args)},
    .min_in = 1,
    .max_in = 1,
    .flags = KNN__OP_TO_FLOAT,
    .compose = compose_rfft,
};

const knn__op knn__op_inverse_rfft = {
    .cls = {.family = "op",
            .name = "inverse_rfft",
            .summary = "Real numbers from the first half of their frequencies.",
            .detail = "fft_length numbers, 2 (m - 1) by default.",
            .shapes = "re (..., m), im (..., m) -> (..., n)",
            .example = "print(knn.ops.inverse_rfft(knn.tensor{10.0, -2, -2}, knn.tensor{0.0, 2, "
                       "0}))",
            .source = "Keras, ops.irfft",
            .see = "dft|rfft",
            KNN__PARAMS(params, rfft_args)},
    .min_in = 2,
    .max_in = 2,
    .flags = KNN__OP_PROMOTE | KNN__OP_TO_FLOAT,
    .compose = compose_irfft,
};
