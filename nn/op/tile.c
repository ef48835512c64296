/* tile.c - copies of an array side by side (tile) and copies of each element (repeat).
 * tile: x (n, m) -> (repeats[0] n, repeats[1] m). repeat: x (..., n, ...) -> (..., n repeats, ...),
 * copies adjacent. The gradient sums over the copies. */
#include "op_list.h"
#include "shape_args.h"
#include "view_copy.h"

typedef struct tile_args {
  knn_ints repeats;
} tile_args;

static const knn_param tile_params[] = {
    KNN__PARAM(tile_args, repeats, KNN_P_INTS, NULL,
               "Copies along each axis; of the last ones when there are fewer numbers than axes.",
               .mark = KNN_COUNT, .positional = true, .min = 0, .max = 9e15),
};

/* Repeats of result axis i. */
static int64_t copies(const tile_args *args, int rank, int i) {
  int at = i - (rank - args->repeats.n);
  return at >= 0 ? args->repeats.v[at] : 1;
}

static knn_status tile_infer(const knn__infer *q) {
  const tile_args *args = q->args;
  const knn__spec *x = &q->in[0];
  knn__spec out = {.dtype = x->dtype,
                   .rank = args->repeats.n > x->rank ? args->repeats.n : x->rank};
  if (out.rank > KNN_MAX_RANK)
    return knn_fail(q->ctx, KNN_EARG, "a tensor has at most %d axes, got %d repeats", KNN_MAX_RANK,
                    out.rank);
  for (int i = 0; i < out.rank; i++) {
    int at = i - (out.rank - x->rank);
    int64_t size = at >= 0 ? x->dims[at] : 1;
    out.dims[i] = size == KNN_ANY ? KNN_ANY : size * copies(args, out.rank, i);
  }
  q->out[0] = out;
  return KNN_OK;
}

static knn_status tile_forward(const knn__call *call) {
  const tile_args *args = call->args;
  const knn__spec *x = &call->in[0].spec;
  int64_t strides[KNN_MAX_RANK];
  int rank = call->out[0].spec.rank;
  knn__view view = {.rank = 2 * rank, .src = call->in[0].data, .size = knn_dtype_size(x->dtype)};
  knn__packed_strides(x->rank, x->dims, strides);
  for (int i = 0; i < rank; i++) {
    int at = i - (rank - x->rank);
    view.dims[2 * i] = copies(args, rank, i);
    view.dims[2 * i + 1] = at >= 0 ? x->dims[at] : 1;
    view.strides[2 * i + 1] = at >= 0 ? strides[at] : 0;
  }
  knn__view_copy(call->ctx, view, call->out[0].data);
  return KNN_OK;
}

/* Axis by axis: (outer, copies, size * inner) summed over the copies. */
static void tile_vjp(knn__scope *s, const knn__vjp *g) {
  const tile_args *args = g->args;
  knn_value *dx = g->dy[0];
  if (!g->wanted[0] || !dx) return;
  const knn__spec *x = &g->in[0]->spec;
  int rank = g->out[0]->spec.rank;
  int64_t dims[KNN_MAX_RANK];
  for (int i = 0; i < rank; i++) dims[i] = g->out[0]->spec.dims[i];
  for (int i = 0; i < rank; i++) {
    int at = i - (rank - x->rank);
    int64_t n = copies(args, rank, i);
    if (n == 1) continue;
    dims[i] = at >= 0 ? x->dims[at] : 1;
    dx =
        knn__reshape(s, dx, 3, (int64_t[]){knn__count(i, dims), n, knn__count(rank - i, dims + i)});
    dx = knn__sum(s, dx, KNN__AXIS(1), false);
  }
  g->dx[0] = knn__reshape_like(s, dx, g->in[0]);
}

const knn__op knn__op_tile = {
    .cls = {.family = "op",
            .name = "tile",
            .summary = "Copies of an array side by side.",
            .detail =
                "Axis i of the result holds repeats[i] copies of axis i of x, one after the other.",
            .shapes = "x (n, m) -> (repeats[1] n, repeats[2] m)",
            .example = "knn.ops.tile(knn.tensor{1, 2}, {repeats = {3}})",
            KNN__PARAMS(tile_params, tile_args)},
    .min_in = 1,
    .max_in = 1,
    .n_out = 1,
    .flags = KNN__OP_HALVES | KNN__OP_STRINGS,
    .infer = tile_infer,
    .forward = tile_forward,
    .vjp = tile_vjp};

knn_value *knn__tile(knn__scope *s, knn_value *x, int n, const int64_t *repeats) {
  tile_args args = {.repeats.n = n};
  for (int i = 0; i < n && i < KNN_MAX_RANK; i++) args.repeats.v[i] = repeats[i];
  return knn__op1(s, &knn__op_tile, &args, x);
}

typedef struct repeat_args {
  int64_t repeats, axis;
} repeat_args;

static const knn_param repeat_params[] = {
    KNN__PARAM(repeat_args, repeats, KNN_P_INT, NULL, "Copies of each element.", .mark = KNN_COUNT,
               .positional = true, .min = 0, .max = 9e15),
    KNN__PARAM(repeat_args, axis, KNN_P_INT, "-1", "Axis along which the copies stand.",
               .mark = KNN_AXIS),
};

static knn_status repeat_infer(const knn__infer *q) {
  const repeat_args *args = q->args;
  int at;
  KNN__TRY(knn__need_axis(q->ctx, args->axis, q->in[0].rank, &at));
  q->out[0] = q->in[0];
  if (q->out[0].dims[at] != KNN_ANY) q->out[0].dims[at] *= args->repeats;
  return KNN_OK;
}

static knn_status repeat_forward(const knn__call *call) {
  const repeat_args *args = call->args;
  const knn__spec *x = &call->in[0].spec;
  int64_t outer, inner;
  int at;
  KNN__TRY(knn__need_axis(call->ctx, args->axis, x->rank, &at));
  knn__around(x, at, &outer, &inner);
  knn__view view = {.rank = 3,
                    .dims = {outer * x->dims[at], args->repeats, inner},
                    .strides = {inner, 0, 1},
                    .src = call->in[0].data,
                    .size = knn_dtype_size(x->dtype)};
  knn__view_copy(call->ctx, view, call->out[0].data);
  return KNN_OK;
}

static void repeat_vjp(knn__scope *s, const knn__vjp *g) {
  const repeat_args *args = g->args;
  const knn__spec *x = &g->in[0]->spec;
  int at;
  if (!g->wanted[0] || !g->dy[0] || !knn__axis(args->axis, x->rank, &at)) return;
  int64_t before = knn__count(at + 1, x->dims),
          inner = knn__count(x->rank - at - 1, x->dims + at + 1);
  knn_value *dx = knn__reshape(s, g->dy[0], 3, (int64_t[]){before, args->repeats, inner});
  g->dx[0] = knn__reshape_like(s, knn__sum(s, dx, KNN__AXIS(1), false), g->in[0]);
}

const knn__op knn__op_repeat = {
    .cls = {.family = "op",
            .name = "repeat",
            .summary = "Copies of each element next to each other.",
            .detail = "y[..., i * repeats + j, ...] = x[..., i, ...]",
            .shapes = "x (..., n, ...) -> (..., n repeats, ...)",
            .example = "knn.ops['repeat'](knn.tensor{1, 2}, {repeats = 3})",
            KNN__PARAMS(repeat_params, repeat_args)},
    .min_in = 1,
    .max_in = 1,
    .n_out = 1,
    .flags = KNN__OP_HALVES | KNN__OP_STRINGS,
    .infer = repeat_infer,
    .forward = repeat_forward,
    .vjp = repeat_vjp};

knn_value *knn__repeat(knn__scope *s, knn_value *x, int64_t repeats, int64_t axis) {
  return knn__op1(s, &knn__op_repeat, &(repeat_args){repeats, axis}, x);
}
