/* scatter_update.c - x with some of its elements, or blocks of them, changed: y = x, then for each
 * i in order y[indices[i]] becomes updates[i], or itself and that added, multiplied, or the larger
 * or smaller of the two. x (d1, ..., dr), indices (n, k) of the first k axes, updates (n, the axes
 * from k + 1 on). The gradient goes to x where it was kept and to updates where they count; among
 * equals in max and min to all. */
#include <string.h>

#include "index.h"
#include "op_list.h"
#include "traverse.h"

typedef struct scatter_args {
  int reduction;
} scatter_args;

enum { SET, ADD, MUL, MAX, MIN };

static const knn_param params[] = {
    KNN__PARAM(scatter_args, reduction, KNN_P_ENUM, "set",
               "What becomes of an element and its update.", .choices = "set|add|mul|max|min"),
};

static knn_status infer(const knn__infer *q) {
  const knn__spec *x = &q->in[0], *index = &q->in[1], *updates = &q->in[2];
  KNN__TRY(knn__need_indices(q->ctx, index));
  const int64_t k = index->rank == 2 ? index->dims[1] : 0;
  if (k < 1 || k > x->rank)
    return knn_fail(q->ctx, KNN_ESHAPE, "indices (n, k) with k in 1 .. %d for %s expected, got %s",
                    x->rank, KNN__SPEC(*x), KNN__SPEC(*index));
  bool fit = updates->rank == 1 + x->rank - (int)k && updates->dtype == x->dtype &&
             knn__dims_fit(1, index->dims, 1, updates->dims);
  for (int i = 1; i < updates->rank && fit; i++)
    fit = knn__dims_fit(1, &updates->dims[i], 1, &x->dims[(int)k + i - 1]);
  if (!fit)
    return knn_fail(q->ctx, KNN_ESHAPE, "updates %s %s do not fit indices %s of %s %s",
                    knn_dtype_name(updates->dtype), KNN__SPEC(*updates), KNN__SPEC(*index),
                    knn_dtype_name(x->dtype), KNN__SPEC(*x));
  q->out[0] = *x;
  return KNN_OK;
}

/* Which block of x the update i is for; -1 where an index is outside. */
static int64_t block_of(const knn__buf *index, int64_t i, const knn__spec *x) {
  const int64_t k = index->spec.dims[1];
  int64_t block = 0;
  for (int64_t a = 0; a < k; a++) {
    const int64_t at = knn__index_at(index, i * k + a);
    if (at < 0 || at >= x->dims[a]) return -1;
    block = block * x->dims[a] + at;
  }
  return block;
}

static knn__loop *loop_of(int reduction, knn_dtype type) {
  static knn__loop *const loops[][KNN_DTYPES] = {
      [ADD] = {KNN__REAL_LOOPS(add), KNN__INTEGER_LOOPS(add)},
      [MUL] = {KNN__REAL_LOOPS(multiply), KNN__INTEGER_LOOPS(multiply)},
      [MAX] = {KNN__REAL_LOOPS(maximum), KNN__INTEGER_LOOPS(maximum)},
      [MIN] = {KNN__REAL_LOOPS(minimum), KNN__INTEGER_LOOPS(minimum)},
  };
  return loops[reduction][type];
}

static knn_status forward(const knn__call *call) {
  const scatter_args *args = call->args;
  const knn__buf *x = &call->in[0], *index = &call->in[1], *updates = &call->in[2];
  const int64_t n = index->spec.dims[0], inner = n > 0 ? updates->n / n : 0;
  const size_t size = knn_dtype_size(x->spec.dtype), bytes = (size_t)inner * size;
  knn__loop *loop = args->reduction == SET ? NULL : loop_of(args->reduction, x->spec.dtype);
  if (args->reduction != SET && !loop)
    return knn_fail(call->ctx, KNN_ETYPE, "not defined for %s; cast first",
                    knn_dtype_name(x->spec.dtype));
  memcpy(call->out[0].data, x->data, (size_t)x->n * size);
  for (int64_t i = 0; i < n; i++) {
    const int64_t block = block_of(index, i, &x->spec);
    if (block < 0)
      return knn_fail(call->ctx, KNN_EDATA, "row %lld of the indices is outside of %s",
                      (long long)i + 1, KNN__SPEC(x->spec));
    char *to = (char *)call->out[0].data + (size_t)block * bytes;
    const char *from = (const char *)updates->data + (size_t)i * bytes;
    if (loop)
      loop(inner, (void *[]){to, (void *)(uintptr_t)from, to}, (const int64_t[]){1, 1});
    else
      memcpy(to, from, bytes);
  }
  return KNN_OK;
}

/* y[indices[i]]: blocks of a value of x's shape. */
static knn_value *gathered(knn__scope *s, const knn__vjp *g, knn_value *y) {
  const knn__spec *x = &g->in[0]->spec, *index = &g->in[1]->spec;
  const int k = (int)index->dims[1];
  knn_value *at = NULL;
  int64_t dims[KNN_MAX_RANK];
  for (int a = 0; a < k; a++) { /* the number of the block */
    knn_value *own = knn__slice_axis(s, g->in[1], 1, a, 1, 1);
    at = at ? knn__add(s, knn__times(s, at, (double)x->dims[a]), own) : own;
  }
  dims[0] = KNN_ANY;
  for (int i = k; i < x->rank; i++) dims[i - k + 1] = x->dims[i];
  y = knn__reshape(s, y, 1 + x->rank - k, dims);
  return knn__take(s, y, knn__squeeze(s, at, 1), 0);
}

static knn_value *changed(knn__scope *s, const knn__vjp *g, knn_value *x, knn_value *updates,
                          int reduction) {
  return knn__op3(s, &knn__op_scatter_update, &(scatter_args){reduction}, x, g->in[1], updates);
}

static knn_value *zeros_like(knn__scope *s, knn_value *x) {
  return knn__broadcast_like(s, knn__scalar_like(s, x, 0), x);
}

static void vjp_set(knn__scope *s, const knn__vjp *g) {
  if (g->wanted[0]) g->dx[0] = changed(s, g, g->dy[0], zeros_like(s, g->in[2]), SET);
  if (!g->wanted[2]) return;
  /* of several updates for one place the last one counts: that which finds its own number there */
  knn_value *numbers = knn__broadcast_like(s, knn__scalar_like(s, g->in[2], 1), g->in[2]);
  numbers = knn__cumsum(s, numbers, 0);
  knn_value *last = gathered(s, g, changed(s, g, zeros_like(s, g->in[0]), numbers, SET));
  g->dx[2] = knn__where(s, knn__equal(s, last, numbers), gathered(s, g, g->dy[0]),
                        knn__scalar_like(s, g->in[2], 0));
}

static void vjp_best(knn__scope *s, const knn__vjp *g) {
  knn_value *zero = knn__scalar_like(s, g->dy[0], 0), *y = g->out[0];
  if (g->wanted[0]) g->dx[0] = knn__where(s, knn__equal(s, g->in[0], y), g->dy[0], zero);
  if (g->wanted[2])
    g->dx[2] =
        knn__where(s, knn__equal(s, g->in[2], gathered(s, g, y)), gathered(s, g, g->dy[0]), zero);
}

static void vjp(knn__scope *s, const knn__vjp *g) {
  const scatter_args *args = g->args;
  if (!g->dy[0]) return;
  switch (args->reduction) {
    case SET: vjp_set(s, g); break;
    case ADD:
      if (g->wanted[0]) g->dx[0] = g->dy[0];
      if (g->wanted[2]) g->dx[2] = gathered(s, g, g->dy[0]);
      break;
    case MUL:
      if (g->wanted[0]) g->dx[0] = changed(s, g, g->dy[0], g->in[2], MUL);
      if (g->wanted[2])
        g->dx[2] = knn__divide(s, gathered(s, g, knn__multiply(s, g->dy[0], g->out[0])), g->in[2]);
      break;
    default: vjp_best(s, g);
  }
}

const knn__op knn__op_scatter_update = {
    .cls = {.family = "op",
            .name = "scatter_update",
            .summary = "An array with some of its elements changed.",
            .detail = "y = x, then y[indices[i]] becomes updates[i], or itself and updates[i] "
                      "added, multiplied, or the larger or smaller; in the order of i.",
            .shapes = "x (d1, ..., dr), indices (n, k), updates (n, d(k + 1), ..., dr) -> as x",
            .example = "print(knn.ops.scatter_update(knn.zeros(3), knn.tensor({{1}, {3}}, "
                       "'int32'), knn.ones(2)))",
            .source = "Keras, ops.scatter_update",
            .see = "scatter_add|take",
            KNN__PARAMS(params, scatter_args)},
    .min_in = 3,
    .max_in = 3,
    .n_out = 1,
    .infer = infer,
    .forward = forward,
    .vjp = vjp,
};
