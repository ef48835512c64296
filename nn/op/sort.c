/* sort.c - elements of an axis in ascending order (sort), their positions in that order (argsort,
 * int32 from 0), and the k largest of the last axis in descending order with their positions
 * (top_k). Stable: equal elements keep their order. NaN counts as larger than everything. The
 * gradient goes back to where each element came from. */
#include <string.h>

#include "op_list.h"
#include "order.h"
#include "pool.h"
#include "shape_args.h"
#include "traverse.h"
#include "view_copy.h"

typedef struct job {
  const char *x;
  char *values;       /* NULL: not wanted */
  int32_t *positions; /* NULL: not wanted */
  knn_dtype type;
  int64_t size;                   /* bytes per element */
  int64_t lanes, n, count, inner; /* count elements of the n are kept */
  bool down;
  knn__key *keys; /* 2 n for each piece */
  int pieces;
} job;

static void lane(const job *w, int64_t u, knn__key *keys) {
  int64_t outer = u / w->inner, inner = u % w->inner;
  const char *x = w->x + (outer * w->n * w->inner + inner) * w->size;
  knn__keys(w->type, x, w->n, w->inner, w->down, keys);
  knn__first_keys(keys, w->n, w->count, keys + w->n);
  for (int64_t i = 0; i < w->count; i++) {
    int64_t to = (outer * w->count + i) * w->inner + inner;
    if (w->positions) w->positions[to] = (int32_t)keys[i].at;
    if (w->values)
      memcpy(w->values + to * w->size, x + keys[i].at * w->inner * w->size, (size_t)w->size);
  }
}

static void piece(void *arg, int number) {
  const job *w = arg;
  int64_t first, last;
  knn__piece_range(w->lanes, w->pieces, number, &first, &last);
  for (int64_t u = first; u < last; u++) lane(w, u, w->keys + number * 2 * w->n);
}

/* Lanes along the axis, and the pieces they make. */
static void plan(job *w, const knn__spec *x, int axis) {
  int64_t outer;
  knn__around(x, axis, &outer, &w->inner);
  w->n = w->count = x->dims[axis];
  w->lanes = outer * w->inner;
  w->pieces = knn__pieces(w->lanes * w->n, KNN__GRAIN / 4);
  if (w->pieces > w->lanes) w->pieces = w->lanes > 0 ? (int)w->lanes : 1;
  w->type = x->dtype;
  w->size = (int64_t)knn_dtype_size(x->dtype);
}

static knn_status prepare_axis(knn__call *call, int64_t axis) {
  job w = {0};
  int at;
  KNN__TRY(knn__need_axis(call->ctx, axis, call->in[0].spec.rank, &at));
  plan(&w, &call->in[0].spec, at);
  call->scratch_bytes = (size_t)w.pieces * 2 * (size_t)w.n * sizeof(knn__key);
  return KNN_OK;
}

static knn_status run(const knn__call *call, int64_t axis, int64_t count, bool down, void *values,
                      void *positions) {
  job w = {0};
  int at;
  KNN__TRY(knn__need_axis(call->ctx, axis, call->in[0].spec.rank, &at));
  plan(&w, &call->in[0].spec, at);
  w.x = call->in[0].data;
  w.values = values, w.positions = positions;
  w.down = down;
  if (count >= 0) w.count = count;
  w.keys = call->scratch;
  if (w.lanes > 0 && w.count > 0) knn__parallel(call->ctx, w.pieces, piece, &w);
  return KNN_OK;
}

static const knn_param params[] = {
    KNN__PARAM(knn__axis_args, axis, KNN_P_INT, "-1", "Axis that is put in order.",
               .mark = KNN_AXIS),
};

static int64_t axis_of(const void *args) {
  return ((const knn__axis_args *)args)->axis;
}

static knn_status sort_infer(const knn__infer *q) {
  int at;
  KNN__TRY(knn__need_axis(q->ctx, axis_of(q->args), q->in[0].rank, &at));
  q->out[0] = q->in[0];
  return KNN_OK;
}

static knn_status sort_prepare(knn__call *call) {
  return prepare_axis(call, axis_of(call->args));
}

static knn_status sort_forward(const knn__call *call) {
  return run(call, axis_of(call->args), -1, false, call->out[0].data, NULL);
}

/* The inverse of the permutation brings dy home. */
static void sort_vjp(knn__scope *s, const knn__vjp *g) {
  int64_t axis = axis_of(g->args);
  if (knn__wants(g, 0))
    g->dx[0] = knn__take_along_axis(s, g->dy[0],
                                    knn__argsort(s, knn__argsort(s, g->in[0], axis), axis), axis);
}

const knn__op knn__op_sort = {.cls = {.family = "op",
                                      .name = "sort",
                                      .summary = "Elements of an axis in ascending order.",
                                      .detail = "Stable; NaN comes last.",
                                      .shapes = "x (...) -> (...)",
                                      .example = "knn.ops.sort(knn.tensor{3, 1, 2})",
                                      KNN__PARAMS(params, knn__axis_args)},
                              .min_in = 1,
                              .max_in = 1,
                              .n_out = 1,
                              .infer = sort_infer,
                              .prepare = sort_prepare,
                              .forward = sort_forward,
                              .vjp = sort_vjp};

knn_value *knn__sort(knn__scope *s, knn_value *x, int64_t axis) {
  return knn__op1(s, &knn__op_sort, &(knn__axis_args){axis}, x);
}

static knn_status fits_int32(knn_ctx *ctx, int64_t n) {
  if (n <= INT32_MAX) return KNN_OK;
  return knn_fail(ctx, KNN_ESHAPE, "%lld elements are more than int32 positions can tell",
                  (long long)n);
}

static knn_status argsort_infer(const knn__infer *q) {
  int at;
  KNN__TRY(knn__need_axis(q->ctx, axis_of(q->args), q->in[0].rank, &at));
  KNN__TRY(fits_int32(q->ctx, q->in[0].dims[at]));
  q->out[0] = q->in[0];
  q->out[0].dtype = KNN_I32;
  return KNN_OK;
}

static knn_status argsort_forward(const knn__call *call) {
  return run(call, axis_of(call->args), -1, false, NULL, call->out[0].data);
}

const knn__op knn__op_argsort = {
    .cls = {.family = "op",
            .name = "argsort",
            .summary = "Positions that put an axis in ascending order.",
            .detail = "Stable; NaN comes last.",
            .shapes = "x (...) -> (...), int32",
            .example = "knn.ops.argsort(knn.tensor{3, 1, 2})",
            KNN__PARAMS(params, knn__axis_args)},
    .min_in = 1,
    .max_in = 1,
    .n_out = 1,
    .infer = argsort_infer,
    .prepare = sort_prepare,
    .forward = argsort_forward};

knn_value *knn__argsort(knn__scope *s, knn_value *x, int64_t axis) {
  return knn__op1(s, &knn__op_argsort, &(knn__axis_args){axis}, x);
}

typedef struct top_k_args {
  int64_t k;
} top_k_args;

static const knn_param top_k_params[] = {
    KNN__PARAM(top_k_args, k, KNN_P_INT, NULL, "How many elements.", .mark = KNN_COUNT,
               .positional = true, .min = 0, .max = 2147483647),
};

static knn_status top_k_infer(const knn__infer *q) {
  const top_k_args *args = q->args;
  knn__spec out = q->in[0];
  if (out.rank == 0)
    return knn_fail(q->ctx, KNN_ESHAPE, "the operand must have at least one axis, got a scalar");
  int64_t n = out.dims[out.rank - 1];
  KNN__TRY(fits_int32(q->ctx, n));
  if (n != KNN_ANY && args->k > n)
    return knn_fail(q->ctx, KNN_ESHAPE, "k = %lld is more than the last axis of %s has",
                    (long long)args->k, KNN__SPEC(out));
  out.dims[out.rank - 1] = args->k;
  q->out[0] = q->out[1] = out;
  q->out[1].dtype = KNN_I32;
  return KNN_OK;
}

static knn_status top_k_prepare(knn__call *call) {
  return prepare_axis(call, -1);
}

static knn_status top_k_forward(const knn__call *call) {
  const top_k_args *args = call->args;
  return run(call, -1, args->k, true, call->out[0].data, call->out[1].data);
}

static void top_k_vjp(knn__scope *s, const knn__vjp *g) {
  if (knn__wants(g, 0))
    g->dx[0] = knn__op3(s, &knn__op_take_along_axis_grad, &(knn__axis_args){-1}, g->dy[0],
                        g->out[1], g->in[0]);
}

const knn__op knn__op_top_k = {
    .cls = {.family = "op",
            .name = "top_k",
            .summary = "The k largest elements of the last axis, and their positions.",
            .detail = "In descending order; of equal elements the first comes first; NaN counts as "
                      "the largest.",
            .shapes = "x (..., n) -> values (..., k), positions (..., k) int32",
            .example = "knn.ops.top_k(knn.tensor{3, 1, 2}, {k = 2})",
            KNN__PARAMS(top_k_params, top_k_args)},
    .min_in = 1,
    .max_in = 1,
    .n_out = 2,
    .infer = top_k_infer,
    .prepare = top_k_prepare,
    .forward = top_k_forward,
    .vjp = top_k_vjp};

knn_status knn__top_k(knn__scope *s, knn_value *x, int64_t k, knn_value **values,
                      knn_value **indices) {
  knn_value *outs[2] = {NULL, NULL};
  int n = 2;
  if (s->status != KNN_OK) return s->status;
  s->status = knn__apply(s->ctx, &knn__op_top_k, &(top_k_args){k}, &x, 1, outs, &n);
  if (s->status != KNN_OK) return s->status;
  *values = knn__hold(s, outs[0]);
  *indices = knn__hold(s, outs[1]);
  return s->status;
}
