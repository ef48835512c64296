/* dft.c - discrete Fourier transforms along the last axis, of numbers in two parts: Y[k] = sum_t
 * X[t] e^(-2 pi i k t / n), X = re + i im. re, im (..., n) -> re, im (..., n). With `inverse` the
 * exponent is positive, with `divided` the sum is divided by n. The transform is linear and its
 * matrix symmetric, so the gradient is the other direction.
 *
 * Our own, in double: the engine needs float32 and float64 with the same bits on any number of
 * threads, and this is what it takes. It is Stockham's (no reordering), for any factors of n: from
 * the transforms of l elements a[j] (n / l of them, side by side) those of l p elements,
 *   b[j + l r][k] = sum_q w^(q (j + l r) n / (l p)) a[j][k + q n / (l p)],  w = e^(-2 pi i / n)
 * The work is n times the sum of the prime factors of n. */
#include <math.h>
#include <string.h>

#include "op_list.h"
#include "pool.h"
#include "reals.h"
#include "traverse.h"

typedef struct dft_args {
  bool inverse, divided;
} dft_args;

static const knn_param params[] = {
    KNN__PARAM(dft_args, inverse, KNN_P_BOOL, "false", "From frequencies back to times."),
    KNN__PARAM(dft_args, divided, KNN_P_BOOL, "false", "Divide by the number of elements."),
};

static knn_status infer(const knn__infer *q) {
  const knn__spec *re = &q->in[0], *im = &q->in[1];
  if (re->rank == 0 || !knn_dtype_is_float(re->dtype) || re->dtype != im->dtype ||
      !knn__dims_fit(re->rank, re->dims, im->rank, im->dims))
    return knn_fail(q->ctx, KNN_ESHAPE,
                    "real and imaginary parts must be floats of one type and shape (..., n), got "
                    "%s %s and %s %s",
                    knn_dtype_name(re->dtype), KNN__SPEC(*re), knn_dtype_name(im->dtype),
                    KNN__SPEC(*im));
  q->out[0] = q->out[1] = *re;
  return KNN_OK;
}

/* n numbers in two parts. */
typedef struct parts {
  double *re, *im;
} parts;

typedef struct job {
  const knn__buf *in[2], *out[2];
  int64_t n, rows;
  double scale;
  parts w;       /* e^(-2 pi i k / n) for k = 0 .. n - 1 */
  double *lanes; /* 4 n for each piece */
  int pieces;
} job;

static int64_t smallest_factor(int64_t n) {
  for (int64_t p = 2; p * p <= n; p++)
    if (n % p == 0) return p;
  return n;
}

/* A sum of p terms for each of m columns. step: of the exponent of w from one term to the next. */
static void combine(const job *j, parts a, parts b, int64_t p, int64_t m, int64_t step) {
  memset(b.re, 0, (size_t)m * sizeof(double));
  memset(b.im, 0, (size_t)m * sizeof(double));
  for (int64_t q = 0, at = 0; q < p; q++, at = (at + step) % j->n) {
    const double c = j->w.re[at], s = j->w.im[at];
    const double *re = a.re + q * m, *im = a.im + q * m;
    for (int64_t k = 0; k < m; k++) {
      b.re[k] += c * re[k] - s * im[k];
      b.im[k] += c * im[k] + s * re[k];
    }
  }
}

static parts at(parts x, int64_t i) {
  return (parts){x.re + i, x.im + i};
}

/* Transforms a; the result is in *a, the other one is room. */
static void transform(const job *j, parts *a, parts *b) {
  for (int64_t l = 1, p; l < j->n; l *= p) {
    p = smallest_factor(j->n / l);
    const int64_t m = j->n / (l * p);
    for (int64_t i = 0; i < l; i++)
      for (int64_t r = 0; r < p; r++)
        combine(j, at(*a, i * p * m), at(*b, (i + l * r) * m), p, m, (i + l * r) * m);
    const parts done = *b;
    *b = *a;
    *a = done;
  }
}

static void row(const job *j, int64_t first, double *lanes) {
  parts a = {lanes, lanes + j->n}, b = {lanes + 2 * j->n, lanes + 3 * j->n};
  for (int64_t i = 0; i < j->n; i++) {
    a.re[i] = knn__real_at(j->in[0], first + i);
    a.im[i] = knn__real_at(j->in[1], first + i);
  }
  transform(j, &a, &b);
  for (int64_t i = 0; i < j->n; i++) {
    knn__set_real(j->out[0], first + i, a.re[i] * j->scale);
    knn__set_real(j->out[1], first + i, a.im[i] * j->scale);
  }
}

static void piece(void *arg, int number) {
  const job *j = arg;
  int64_t first, last;
  knn__piece_range(j->rows, j->pieces, number, &first, &last);
  for (int64_t i = first; i < last; i++) row(j, i * j->n, j->lanes + number * 4 * j->n);
}

static int pieces_of(const knn__buf *x) {
  const int64_t n = x->spec.dims[x->spec.rank - 1], rows = n > 0 ? x->n / n : 0;
  const int pieces = knn__pieces(x->n, KNN__GRAIN / 8);
  return pieces > rows ? (int)rows : pieces;
}

static knn_status prepare(knn__call *call) {
  const knn__spec *x = &call->in[0].spec;
  const int64_t n = x->dims[x->rank - 1];
  call->scratch_bytes = (size_t)(n * (2 + 4 * (int64_t)pieces_of(&call->in[0]))) * sizeof(double);
  return KNN_OK;
}

/* Exchanging the parts before and after turns the exponent's sign. */
static knn_status forward(const knn__call *call) {
  const dft_args *args = call->args;
  const knn__buf *x = &call->in[0];
  const int first = args->inverse ? 1 : 0, n_rank = x->spec.rank;
  if (x->n == 0) return KNN_OK;
  job j = {.in = {&call->in[first], &call->in[1 - first]},
           .out = {&call->out[first], &call->out[1 - first]},
           .n = x->spec.dims[n_rank - 1],
           .pieces = pieces_of(x)};
  j.rows = x->n / j.n;
  j.scale = args->divided ? 1 / (double)j.n : 1;
  j.w.re = call->scratch;
  j.w.im = j.w.re + j.n;
  j.lanes = j.w.im + j.n;
  for (int64_t k = 0; k < j.n; k++) {
    j.w.re[k] = cos(2 * M_PI * (double)k / (double)j.n);
    j.w.im[k] = -sin(2 * M_PI * (double)k / (double)j.n);
  }
  knn__parallel(call->ctx, j.pieces, piece, &j);
  return KNN_OK;
}

static void vjp(knn__scope *s, const knn__vjp *g) {
  const dft_args *args = g->args;
  knn_value *d[2], *out[2];
  if (!g->dy[0] && !g->dy[1]) return;
  for (int i = 0; i < 2; i++)
    d[i] = g->dy[i] ? g->dy[i] : knn__broadcast_like(s, knn__scalar_like(s, g->in[i], 0), g->in[i]);
  knn__dft(s, d[0], d[1], !args->inverse, args->divided, out);
  for (int i = 0; i < 2 && s->status == KNN_OK; i++) g->dx[i] = g->wanted[i] ? out[i] : NULL;
}

const knn__op knn__op_dft = {
    .cls = {.family = "op",
            .name = "dft",
            .summary = "Discrete Fourier transforms along the last axis.",
            .detail = "Y[k] = sum over t of X[t] e^(-2 pi i k t / n), in double; real and "
                      "imaginary parts are two arrays.",
            .shapes = "re (..., n), im (..., n) -> re (..., n), im (..., n)",
            .example = "print(knn.ops.dft(knn.tensor{1.0, 2, 3}, knn.zeros(3)))",
            .source = "Stockham 1966; keras.ops.fft",
            .see = "rfft|irfft",
            KNN__PARAMS(params, dft_args)},
    .min_in = 2,
    .max_in = 2,
    .n_out = 2,
    .flags = KNN__OP_PROMOTE | KNN__OP_TO_FLOAT,
    .infer = infer,
    .prepare = prepare,
    .forward = forward,
    .vjp = vjp,
};

void knn__dft(knn__scope *s, knn_value *re, knn_value *im, bool inverse, bool divided,
              knn_value **out) {
  int n = 2;
  if (s->status != KNN_OK) return;
  s->status = knn__apply(s->ctx, &knn__op_dft, &(dft_args){inverse, divided},
                         (knn_value *[]){re, im}, 2, out, &n);
  if (s->status != KNN_OK) return;
  for (int i = 0; i < 2; i++) out[i] = knn__hold(s, out[i]);
}
