/* digitize.c - which bin a number falls into: y = how many of the ascending boundaries are <= x. x
 * (...), boundaries (n) -> (...) int32 of 0 .. n; NaN gives n. No gradient. */
#include <math.h>

#include "op_list.h"
#include "pool.h"
#include "reals.h"
#include "traverse.h"

static knn_status infer(const knn__infer *q) {
  const knn__spec *x = &q->in[0], *bins = &q->in[1];
  if (bins->rank != 1 || bins->dtype != x->dtype || !knn_dtype_is_float(x->dtype))
    return knn_fail(q->ctx, KNN_ESHAPE,
                    "the boundaries must be a list of floats of x's type, got %s %s and %s x",
                    knn_dtype_name(bins->dtype), KNN__SPEC(*bins), knn_dtype_name(x->dtype));
  q->out[0] = *x;
  q->out[0].dtype = KNN_I32;
  return KNN_OK;
}

typedef struct job {
  const knn__buf *x, *bins;
  int32_t *y;
  int pieces;
} job;

static void piece(void *arg, int number) {
  const job *j = arg;
  int64_t first, last;
  knn__piece_range(j->x->n, j->pieces, number, &first, &last);
  for (int64_t i = first; i < last; i++) {
    const double x = knn__real_at(j->x, i);
    int64_t low = 0, high = j->bins->n;
    while (low < high) {
      const int64_t middle = (low + high) / 2;
      if (isnan(x) || knn__real_at(j->bins, middle) <= x)
        low = middle + 1;
      else
        high = middle;
    }
    j->y[i] = (int32_t)low;
  }
}

static knn_status forward(const knn__call *call) {
  job j = {.x = &call->in[0], .bins = &call->in[1], .y = call->out[0].data};
  for (int64_t i = 1; i < j.bins->n; i++)
    if (!(knn__real_at(j.bins, i - 1) <= knn__real_at(j.bins, i)))
      return knn_fail(call->ctx, KNN_EDATA, "boundary %lld is %g, after %g; sort them",
                      (long long)i + 1, knn__real_at(j.bins, i), knn__real_at(j.bins, i - 1));
  j.pieces = knn__pieces(j.x->n, KNN__GRAIN);
  knn__parallel(call->ctx, j.pieces, piece, &j);
  return KNN_OK;
}

const knn__op knn__op_digitize = {
    .cls = {.family = "op",
            .name = "digitize",
            .summary = "Which bin each number falls into.",
            .detail = "y = how many of the ascending boundaries are at most x; a number equal to a "
                      "boundary goes up.",
            .shapes = "x (...), boundaries (n) -> (...) int32",
            .example = "print(knn.ops.digitize(knn.tensor{-1.0, 0.5, 3.0}, knn.tensor{0.0, 1.0}))",
            .see = "one_hot"},
    .min_in = 2,
    .max_in = 2,
    .n_out = 1,
    .flags = KNN__OP_PROMOTE | KNN__OP_TO_FLOAT,
    .infer = infer,
    .forward = forward,
};

knn_value *knn__digitize(knn__scope *s, knn_value *x, knn_value *boundaries) {
  return knn__apply2(s, &knn__op_digitize, x, boundaries);
}
