/* reshape.c - the same elements under another shape: reshape, expand_dims, squeeze, and
 * reshape_like for gradients. No element moves (the result is the operand's memory). x (a, b, ...)
 * -> (c, d, ...) with a * b * ... = c * d * ... */
#include "op_list.h"
#include "shape_args.h"

static const knn_param reshape_params[] = {
    KNN__PARAM(knn__ints_args, shape, KNN_P_INTS, NULL,
               "New sizes; one of them may be -1: all the rest.", .mark = KNN_SIZE,
               .positional = true, .min = -1, .max = 9e15),
};

static knn_status bad_reshape(const knn__infer *q, const knn__spec *out) {
  return knn_fail(q->ctx, KNN_ESHAPE, "%s does not fit into %s: the number of elements differs",
                  KNN__SPEC(q->in[0]), KNN__SPEC(*out));
}

static knn_status reshape_infer(const knn__infer *q) {
  const knn__ints_args *args = q->args;
  knn__spec out = {.dtype = q->in[0].dtype, .rank = args->shape.n};
  int64_t known = 1, total = knn__count(q->in[0].rank, q->in[0].dims);
  int open = -1;
  if (out.rank < 0 || out.rank > KNN_MAX_RANK)
    return knn_fail(q->ctx, KNN_EARG, "a tensor has 0 to %d axes, got %d sizes", KNN_MAX_RANK,
                    out.rank);
  for (int i = 0; i < out.rank; i++) {
    out.dims[i] = args->shape.v[i];
    if (out.dims[i] == KNN_ANY && open >= 0)
      return knn_fail(q->ctx, KNN_EARG, "only one size may be -1, got %s", KNN__SPEC(out));
    if (out.dims[i] == KNN_ANY)
      open = i;
    else
      known *= out.dims[i];
  }
  if (total != KNN_ANY) {
    if (open < 0 ? known != total : known == 0 || total % known != 0) return bad_reshape(q, &out);
    if (open >= 0) out.dims[open] = total / known;
  }
  q->out[0] = out;
  return KNN_OK;
}

static void reshape_vjp(knn__scope *s, const knn__vjp *g) {
  if (g->wanted[0] && g->dy[0]) g->dx[0] = knn__reshape_like(s, g->dy[0], g->in[0]);
}

const knn__op knn__op_reshape = {
    .cls = {.family = "op",
            .name = "reshape",
            .summary = "The same elements under another shape.",
            .detail =
                "Elements keep their row-major order; one size may be -1 and takes all the rest.",
            .shapes = "x (...) -> shape",
            .example = "knn.ops.reshape(knn.tensor{1, 2, 3, 4}, {shape = {2, -1}})",
            KNN__PARAMS(reshape_params, knn__ints_args)},
    .min_in = 1,
    .max_in = 1,
    .n_out = 1,
    .flags = KNN__OP_ALIAS | KNN__OP_HALVES | KNN__OP_STRINGS,
    .infer = reshape_infer,
    .vjp = reshape_vjp};

knn_value *knn__reshape(knn__scope *s, knn_value *x, int rank, const int64_t *dims) {
  if (s->status != KNN_OK) return NULL;
  if (rank == x->spec.rank && knn__dims_equal(rank, dims, rank, x->spec.dims)) return x;
  knn__ints_args args = {.shape.n = rank};
  for (int i = 0; i < rank; i++) args.shape.v[i] = dims[i];
  return knn__op1(s, &knn__op_reshape, &args, x);
}

static knn_status like_infer(const knn__infer *q) {
  int64_t n = knn__count(q->in[0].rank, q->in[0].dims),
          m = knn__count(q->in[1].rank, q->in[1].dims);
  knn__spec out = q->in[1];
  out.dtype = q->in[0].dtype;
  if (n != KNN_ANY && m != KNN_ANY && n != m) return bad_reshape(q, &out);
  q->out[0] = out;
  return KNN_OK;
}

const knn__op knn__op_reshape_like = {
    .cls = {.family = "op",
            .name = "reshape_like",
            .summary = "The elements of x in the shape of another operand.",
            .detail = "Only the shape of the second operand is read.",
            .shapes = "x (...), like (...) -> like's shape",
            .example = "knn.ops.reshape(knn.tensor{1, 2, 3, 4}, {shape = {2, 2}})"},
    .min_in = 2,
    .max_in = 2,
    .n_out = 1,
    .flags = KNN__OP_ALIAS | KNN__OP_HIDDEN | KNN__OP_HALVES,
    .infer = like_infer,
    .vjp = reshape_vjp};

knn_value *knn__reshape_like(knn__scope *s, knn_value *x, knn_value *like) {
  if (s->status != KNN_OK) return NULL;
  int unknown = 0;
  for (int i = 0; i < like->spec.rank; i++) unknown += like->spec.dims[i] == KNN_ANY;
  if (unknown <= 1) return knn__reshape(s, x, like->spec.rank, like->spec.dims);
  return knn__op2(s, &knn__op_reshape_like, NULL, x, like);
}

typedef struct tail_args {
  int64_t keep;
  knn_ints shape;
} tail_args;

static const knn_param tail_params[] = {
    KNN__PARAM(tail_args, keep, KNN_P_INT, NULL, "Leading axes that stay.", .mark = KNN_COUNT,
               .min = 0, .max = KNN_MAX_RANK),
    KNN__PARAM(tail_args, shape, KNN_P_INTS, NULL, "Sizes in place of the other axes.",
               .mark = KNN_SIZE, .min = -1, .max = 9e15),
};

static knn_status tail_infer(const knn__infer *q) {
  const tail_args *args = q->args;
  const int keep = (int)args->keep;
  const knn__spec *x = &q->in[0];
  if (keep > x->rank || keep + args->shape.n > KNN_MAX_RANK)
    return knn_fail(q->ctx, KNN_ESHAPE, "%d axes of %s cannot stay before %d others", keep,
                    KNN__SPEC(*x), args->shape.n);
  knn__spec tail = {.dtype = x->dtype, .rank = x->rank - keep}, out = *x;
  for (int i = 0; i < tail.rank; i++) tail.dims[i] = x->dims[keep + i];
  const knn__ints_args shape = {args->shape};
  knn__spec fitted;
  const knn__infer inner = {.ctx = q->ctx, .args = &shape, .n_in = 1, .in = &tail, .out = &fitted};
  KNN__TRY(reshape_infer(&inner));
  out.rank = keep + fitted.rank;
  for (int i = 0; i < fitted.rank; i++) out.dims[keep + i] = fitted.dims[i];
  q->out[0] = out;
  return KNN_OK;
}

const knn__op knn__op_reshape_tail = {
    .cls = {.family = "op",
            .name = "reshape_tail",
            .summary = "Other sizes for the last axes.",
            .detail = "The first axes stay, also where their sizes are unknown.",
            .shapes = "x (a, b, ...) -> (a, b) and shape",
            .example = "knn.ops.reshape(knn.tensor{1, 2, 3, 4}, {shape = {2, 2}})",
            KNN__PARAMS(tail_params, tail_args)},
    .min_in = 1,
    .max_in = 1,
    .n_out = 1,
    .flags = KNN__OP_ALIAS | KNN__OP_HIDDEN,
    .infer = tail_infer,
    .vjp = reshape_vjp};

knn_value *knn__reshape_tail(knn__scope *s, knn_value *x, int keep, int n, const int64_t *dims) {
  if (s->status != KNN_OK) return NULL;
  tail_args args = {.keep = keep, .shape.n = n};
  int64_t whole[KNN_MAX_RANK * 2];
  int unknown = 0;
  for (int i = 0; i < keep + n; i++) {
    whole[i] = i < keep ? x->spec.dims[i] : dims[i - keep];
    if (i >= keep) args.shape.v[i - keep] = dims[i - keep];
    unknown += whole[i] == KNN_ANY;
  }
  if (unknown <= 1 && keep + n <= KNN_MAX_RANK) return knn__reshape(s, x, keep + n, whole);
  return knn__op1(s, &knn__op_reshape_tail, &args, x);
}

static const knn_param expand_params[] = {
    KNN__PARAM(knn__axis_args, axis, KNN_P_INT, NULL, "Where the new axis stands in the result.",
               .mark = KNN_AXIS, .positional = true),
};

static knn_status expand_infer(const knn__infer *q) {
  const knn__axis_args *args = q->args;
  const knn__spec *x = &q->in[0];
  knn__spec out = {.dtype = x->dtype, .rank = x->rank + 1};
  int at;
  if (x->rank == KNN_MAX_RANK)
    return knn_fail(q->ctx, KNN_ESHAPE, "a tensor has at most %d axes", KNN_MAX_RANK);
  KNN__TRY(knn__need_axis(q->ctx, args->axis, out.rank, &at));
  for (int i = 0; i < out.rank; i++) out.dims[i] = i == at ? 1 : x->dims[i - (i > at)];
  q->out[0] = out;
  return KNN_OK;
}

const knn__op knn__op_expand_dims = {
    .cls = {.family = "op",
            .name = "expand_dims",
            .summary = "A new axis of size 1.",
            .detail = "No element moves.",
            .shapes = "x (a, b) -> (a, 1, b) for the second axis",
            .example = "knn.ops.expand_dims(knn.tensor{1, 2}, {axis = -1})",
            KNN__PARAMS(expand_params, knn__axis_args)},
    .min_in = 1,
    .max_in = 1,
    .n_out = 1,
    .flags = KNN__OP_ALIAS | KNN__OP_HALVES | KNN__OP_STRINGS,
    .infer = expand_infer,
    .vjp = reshape_vjp};

knn_value *knn__expand_dims(knn__scope *s, knn_value *x, int64_t axis) {
  return knn__op1(s, &knn__op_expand_dims, &(knn__axis_args){axis}, x);
}

static const knn_param squeeze_params[] = {
    KNN__PARAM(knn__axis_args, axis, KNN_P_INT, "null",
               "Axis of size 1 to drop; null: all of them.", .mark = KNN_AXIS, .nullable = true,
               .positional = true),
};

static knn_status squeeze_infer(const knn__infer *q) {
  const knn__axis_args *args = q->args;
  const knn__spec *x = &q->in[0];
  knn__spec out = {.dtype = x->dtype};
  int at = -1;
  if (args->axis != KNN_NONE) KNN__TRY(knn__need_axis(q->ctx, args->axis, x->rank, &at));
  if (at >= 0 && x->dims[at] != 1 && x->dims[at] != KNN_ANY)
    return knn_fail(q->ctx, KNN_ESHAPE,
                    "axis %lld of %s has size %lld; only an axis of size 1 can be dropped",
                    (long long)args->axis, KNN__SPEC(*x), (long long)x->dims[at]);
  for (int i = 0; i < x->rank; i++)
    if (at >= 0 ? i != at : x->dims[i] != 1) out.dims[out.rank++] = x->dims[i];
  q->out[0] = out;
  return KNN_OK;
}

const knn__op knn__op_squeeze = {
    .cls = {.family = "op",
            .name = "squeeze",
            .summary = "Drop axes of size 1.",
            .detail = "No element moves.",
            .shapes = "x (a, 1, b) -> (a, b)",
            .example = "knn.ops.squeeze(knn.tensor{{1, 2}}, {axis = 1})",
            KNN__PARAMS(squeeze_params, knn__axis_args)},
    .min_in = 1,
    .max_in = 1,
    .n_out = 1,
    .flags = KNN__OP_ALIAS | KNN__OP_HALVES | KNN__OP_STRINGS,
    .infer = squeeze_infer,
    .vjp = reshape_vjp};

knn_value *knn__squeeze(knn__scope *s, knn_value *x, int64_t axis) {
  return knn__op1(s, &knn__op_squeeze, &(knn__axis_args){axis}, x);
}
