/* broadcast_to.c - x repeated along axes of size 1 and new leading axes: x (..., 1, n) -> (..., m,
 * n). broadcast_like takes the shape from a second operand, of which nothing else is read. dx = dy
 * summed over the repeated axes. */
#include "op_list.h"
#include "shape_args.h"
#include "traverse.h"

static const knn_param params[] = {
    KNN__PARAM(knn__ints_args, shape, KNN_P_INTS, NULL, "Sizes of the result.", .mark = KNN_SIZE,
               .positional = true, .min = 0, .max = 9e15),
};

static knn_status infer_to(const knn__infer *q, int rank, const int64_t *dims) {
  const knn__spec *x = &q->in[0];
  knn__spec out = {.dtype = x->dtype};
  bool fits = rank >= x->rank && rank <= KNN_MAX_RANK &&
              knn__broadcast(x->rank, x->dims, rank, dims, &out.rank, out.dims);
  if (!fits || !knn__dims_fit(rank, dims, out.rank, out.dims))
    return knn_fail(q->ctx, KNN_ESHAPE, "%s does not broadcast to %s", KNN__SPEC(*x),
                    KNN__SHAPE(rank < KNN_MAX_RANK ? rank : KNN_MAX_RANK, dims));
  for (int i = 0; i < rank; i++) out.dims[i] = dims[i] == KNN_ANY ? out.dims[i] : dims[i];
  q->out[0] = out;
  return KNN_OK;
}

static knn_status infer(const knn__infer *q) {
  const knn__ints_args *args = q->args;
  return infer_to(q, args->shape.n, args->shape.v);
}

static void inner(const knn__call *call, knn__inner *out) {
  size_t size = knn_dtype_size(call->out[0].spec.dtype);
  out->loop = size == 1   ? knn__ref_copy_1
              : size == 2 ? knn__ref_copy_2
              : size == 4 ? knn__ref_copy_4
                          : knn__ref_copy_8;
  out->n_operands = 1;
}

static void vjp(knn__scope *s, const knn__vjp *g) {
  if (knn__wants(g, 0)) g->dx[0] = knn__sum_to(s, g->dy[0], &g->in[0]->spec);
}

const knn__op knn__op_broadcast_to = {
    .cls = {.family = "op",
            .name = "broadcast_to",
            .summary = "Repeat along axes of size 1 and new leading axes.",
            .detail = "Axes are compared from the last one backwards, as in arithmetic.",
            .shapes = "x (..., 1, n) -> (..., m, n)",
            .example = "knn.ops.broadcast_to(knn.tensor{1, 2}, {shape = {3, 2}})",
            KNN__PARAMS(params, knn__ints_args)},
    .min_in = 1,
    .max_in = 1,
    .n_out = 1,
    .flags = KNN__OP_HALVES,
    .infer = infer,
    KNN__ELEMENTWISE(inner),
    .vjp = vjp};

knn_value *knn__broadcast_to(knn__scope *s, knn_value *x, int rank, const int64_t *dims) {
  if (s->status != KNN_OK) return NULL;
  if (knn__dims_equal(rank, dims, x->spec.rank, x->spec.dims)) return x;
  knn__ints_args args = {.shape.n = rank};
  for (int i = 0; i < rank; i++) args.shape.v[i] = dims[i];
  return knn__op1(s, &knn__op_broadcast_to, &args, x);
}

static knn_status like_infer(const knn__infer *q) {
  return infer_to(q, q->in[1].rank, q->in[1].dims);
}

const knn__op knn__op_broadcast_like = {
    .cls = {.family = "op",
            .name = "broadcast_like",
            .summary = "Repeat x to the shape of another operand.",
            .detail = "Only the shape of the second operand is read.",
            .shapes = "x (..., 1, n), like (..., m, n) -> (..., m, n)",
            .example = "knn.ops.broadcast_to(knn.tensor{1, 2}, {shape = {3, 2}})"},
    .min_in = 2,
    .max_in = 2,
    .n_out = 1,
    .flags = KNN__OP_HIDDEN | KNN__OP_HALVES,
    .unread = 1u << 1,
    .infer = like_infer,
    KNN__ELEMENTWISE(inner),
    .vjp = vjp};

knn_value *knn__broadcast_like(knn__scope *s, knn_value *x, knn_value *like) {
  if (s->status != KNN_OK) return NULL;
  if (knn__count(like->spec.rank, like->spec.dims) != KNN_ANY)
    return knn__broadcast_to(s, x, like->spec.rank, like->spec.dims);
  return knn__op2(s, &knn__op_broadcast_like, NULL, x, like);
}
