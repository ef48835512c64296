/* split.c - an array cut along an axis into parts of given sizes: x (..., a + b, ...) -> (..., a,
 * ...), (..., b, ...). The gradient joins the parts' gradients, zeros standing in for a part that
 * has none. */
#include "op_list.h"
#include "shape_args.h"
#include "view_copy.h"

typedef struct split_args {
  knn_ints sizes;
  int64_t axis;
} split_args;

static const knn_param params[] = {
    KNN__PARAM(split_args, sizes, KNN_P_INTS, NULL,
               "Size of each part along the axis; they add up to the axis.", .mark = KNN_COUNT,
               .positional = true, .min = 0, .max = 9e15),
    KNN__PARAM(split_args, axis, KNN_P_INT, "0", "Axis that is cut.", .mark = KNN_AXIS),
};

static knn_status infer(const knn__infer *q) {
  knn__infer *result = (knn__infer *)(uintptr_t)q; /* the number of parts is ours to say */
  const split_args *args = q->args;
  const knn__spec *x = &q->in[0];
  int64_t total = 0;
  int at;
  KNN__TRY(knn__need_axis(q->ctx, args->axis, x->rank, &at));
  if (args->sizes.n < 1 || args->sizes.n > KNN__MAX_OUT)
    return knn_fail(q->ctx, KNN_EARG, "'sizes' must name 1 to %d parts, got %d", KNN__MAX_OUT,
                    args->sizes.n);
  for (int i = 0; i < args->sizes.n; i++) {
    q->out[i] = *x;
    q->out[i].dims[at] = args->sizes.v[i];
    total += args->sizes.v[i];
  }
  if (x->dims[at] != KNN_ANY && x->dims[at] != total)
    return knn_fail(q->ctx, KNN_ESHAPE,
                    "the parts add up to %lld, but axis %lld of %s has size %lld", (long long)total,
                    (long long)args->axis, KNN__SPEC(*x), (long long)x->dims[at]);
  result->n_out = args->sizes.n;
  return KNN_OK;
}

static knn_status forward(const knn__call *call) {
  const split_args *args = call->args;
  const knn__buf *x = &call->in[0];
  int at;
  size_t size = knn_dtype_size(x->spec.dtype), done = 0;
  KNN__TRY(knn__need_axis(call->ctx, args->axis, x->spec.rank, &at));
  if (x->n == 0) return KNN_OK;
  int64_t outer = knn__count(at, x->spec.dims);
  size_t whole = (size_t)(x->n / outer) * size;
  for (int i = 0; i < call->n_out; i++) {
    size_t part = (size_t)(call->out[i].n / outer) * size;
    knn__copy_blocks(call->ctx, outer, part, call->out[i].data, part, (const char *)x->data + done,
                     whole);
    done += part;
  }
  return KNN_OK;
}

static void vjp(knn__scope *s, const knn__vjp *g) {
  const split_args *args = g->args;
  knn_value *parts[KNN__MAX_OUT];
  if (!g->wanted[0]) return;
  for (int i = 0; i < g->n_out; i++)
    parts[i] =
        g->dy[i] ? g->dy[i] : knn__broadcast_like(s, knn__scalar_like(s, g->out[i], 0), g->out[i]);
  g->dx[0] = knn__concatenate(s, g->n_out, parts, args->axis);
}

const knn__op knn__op_split = {
    .cls = {.family = "op",
            .name = "split",
            .summary = "An array cut along an axis into parts of given sizes.",
            .detail = "At most 16 parts; their sizes add up to the axis.",
            .shapes = "x (..., a + b, ...) -> (..., a, ...), (..., b, ...)",
            .example = "knn.ops.split(knn.tensor{1, 2, 3}, {sizes = {1, 2}})",
            KNN__PARAMS(params, split_args)},
    .min_in = 1,
    .max_in = 1,
    .n_out = -1,
    .flags = KNN__OP_HALVES | KNN__OP_STRINGS,
    .infer = infer,
    .forward = forward,
    .vjp = vjp};

knn_status knn__split(knn__scope *s, knn_value *x, int n, const int64_t *sizes, int64_t axis,
                      knn_value **outs) {
  knn_value *made[KNN__MAX_OUT];
  split_args args = {.sizes.n = n, .axis = axis};
  if (s->status != KNN_OK) return s->status;
  if (n > KNN__MAX_OUT) {
    knn__scope_fail(s, KNN_EARG, "op split: 'sizes' must name 1 to %d parts, got %d", KNN__MAX_OUT,
                    n);
    return s->status;
  }
  for (int i = 0; i < n; i++) args.sizes.v[i] = sizes[i];
  s->status = knn__apply(s->ctx, &knn__op_split, &args, &x, 1, made, &n);
  for (int i = 0; i < n && (i == 0 || s->status == KNN_OK); i++)
    if (s->status == KNN_OK) outs[i] = knn__hold(s, made[i]);
  return s->status;
}
