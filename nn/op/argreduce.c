/* argreduce.c - position of the largest or smallest element along an axis, int32 from 0, the first
 * of equals; NaN wins. x (..., n, ...) -> (..., ...). No gradient. */
#include <string.h>

#include "op_list.h"
#include "pool.h"
#include "shape_args.h"
#include "traverse.h"
#include "view_copy.h"

typedef struct arg_args {
  int64_t axis;
  bool keepdims;
} arg_args;

static const knn_param params[] = {
    KNN__PARAM(arg_args, axis, KNN_P_INT, "null",
               "Axis to search; null: x is read as one long row.", .mark = KNN_AXIS,
               .nullable = true),
    KNN__PARAM(arg_args, keepdims, KNN_P_BOOL, "false", "Keep the axis with size 1."),
};

static knn_status infer(const knn__infer *q) {
  const arg_args *args = q->args;
  const knn__spec *x = &q->in[0];
  knn__spec out = {.dtype = KNN_I32};
  int at = -1;
  if (args->axis != KNN_NONE) KNN__TRY(knn__need_axis(q->ctx, args->axis, x->rank, &at));
  int64_t n = at >= 0 ? x->dims[at] : knn__count(x->rank, x->dims);
  if (n == 0) return knn_fail(q->ctx, KNN_ESHAPE, "no element to choose from in %s", KNN__SPEC(*x));
  if (n > INT32_MAX)
    return knn_fail(q->ctx, KNN_ESHAPE, "%lld elements are more than int32 positions can tell",
                    (long long)n);
  for (int i = 0; i < x->rank; i++) {
    bool gone = at < 0 || i == at;
    if (!gone || args->keepdims) out.dims[out.rank++] = gone ? 1 : x->dims[i];
  }
  q->out[0] = out;
  return KNN_OK;
}

typedef struct job {
  knn__arg_fold *fold;
  const char *x;
  int32_t *y;
  int64_t outer, rows, columns, size;
  int pieces;
} job;

static void piece(void *arg, int number) {
  const job *w = arg;
  int64_t first, last;
  knn__piece_range(w->outer, w->pieces, number, &first, &last);
  for (int64_t o = first; o < last; o++)
    w->fold(w->rows, w->columns, w->columns, w->x + o * w->rows * w->columns * w->size,
            w->y + o * w->columns);
}

/* The fold, chosen once. */
typedef struct chosen {
  knn__arg_fold *fold;
} chosen;

static knn_status prepare(knn__call *call, knn__arg_fold *const folds[KNN_DTYPES], size_t simd) {
  knn_dtype type = call->in[0].spec.dtype;
  const knn__simd_set *set = knn_dtype_is_float(type) ? knn__simd(call->ctx, type) : NULL;
  chosen *c = knn__alloc(call->ctx, sizeof *c);
  if (!c) return KNN_ENOMEM;
  c->fold = folds[type];
  if (set) memcpy(&c->fold, (const char *)set + simd, sizeof c->fold);
  if (set) call->provider = "simd";
  call->state = c;
  return KNN_OK;
}

static void release(knn__call *call) {
  knn__free(call->ctx, call->state);
  call->state = NULL;
}

static knn_status forward(const knn__call *call) {
  const arg_args *args = call->args;
  const knn__buf *x = &call->in[0];
  job w = {.fold = ((const chosen *)call->state)->fold,
           .x = x->data,
           .y = call->out[0].data,
           .outer = 1,
           .rows = x->n,
           .columns = 1,
           .size = (int64_t)knn_dtype_size(x->spec.dtype)};
  int at;
  if (call->out[0].n == 0) return KNN_OK;
  if (args->axis != KNN_NONE) {
    KNN__TRY(knn__need_axis(call->ctx, args->axis, x->spec.rank, &at));
    knn__around(&x->spec, at, &w.outer, &w.columns);
    w.rows = x->spec.dims[at];
  }
  w.pieces = knn__pieces(x->n, KNN__GRAIN);
  if (w.pieces > w.outer) w.pieces = (int)w.outer;
  knn__parallel(call->ctx, w.pieces, piece, &w);
  return KNN_OK;
}

#define ROW(op, which)                                                                 \
  static knn_status op##_prepare(knn__call *call) {                                    \
    static knn__arg_fold *const folds[KNN_DTYPES] = {                                  \
        KNN__REAL_LOOPS(op), KNN__INTEGER_LOOPS(op), [KNN_BOOL] = knn__ref_##op##_u8}; \
    return prepare(call, folds, offsetof(knn__simd_set, op));                          \
  }                                                                                    \
  const knn__op knn__op_##op = {                                                       \
      .cls = {.family = "op",                                                          \
              .name = #op,                                                             \
              .summary = "Position of the " which " element along an axis.",           \
              .detail = "The first of equal ones; NaN counts as the " which ".",       \
              .shapes = "x (..., n, ...) -> (..., ...), int32",                        \
              .example = "knn.ops." #op "(knn.tensor{{1, 5, 2}}, {axis = -1})",        \
              KNN__PARAMS(params, arg_args)},                                          \
      .min_in = 1,                                                                     \
      .max_in = 1,                                                                     \
      .n_out = 1,                                                                      \
      .infer = infer,                                                                  \
      .prepare = op##_prepare,                                                         \
      .release = release,                                                              \
      .forward = forward};                                                             \
  knn_value *knn__##op(knn__scope *s, knn_value *x, int64_t axis, bool keepdims) {     \
    return knn__op1(s, &knn__op_##op, &(arg_args){axis, keepdims}, x);                 \
  }

ROW(argmax, "largest")
ROW(argmin, "smallest")
