/* traverse.c - see traverse.h. Operands are packed, so on the innermost merged axis each one either
 * advances by one element or stays; the inner loops know these cases only. Steps across the outer
 * axes are additions, never divisions. */
#include "traverse.h"

#include <string.h>

#include "pool.h"

enum { MOST = 4 }; /* operands and the result */

typedef struct walk {
  const knn__call *call;
  knn__loop *loop;
  int operands; /* the result is the last */
  int pieces;
  int rank;
  int64_t n, dims[KNN_MAX_RANK], strides[MOST][KNN_MAX_RANK]; /* in elements */
  char *base[MOST];
  int64_t size[MOST]; /* bytes per element */
} walk;

/* Strides of a packed operand seen in the result's shape; 0 where it is broadcast. */
static void strides_in(const knn__spec *x, const knn__spec *out, int64_t *strides) {
  int64_t step = 1;
  for (int i = 1; i <= out->rank; i++) {
    int64_t size = i <= x->rank ? x->dims[x->rank - i] : 1;
    strides[out->rank - i] = size == 1 ? 0 : step;
    step *= size;
  }
}

/* Drop axes of size 1 and merge neighbours that every operand crosses in one stride. */
static void merge_axes(walk *w) {
  int kept = 0;
  for (int i = 0; i < w->rank; i++) {
    if (w->dims[i] == 1) continue;
    bool merge = kept > 0;
    for (int k = 0; k < w->operands && merge; k++)
      merge = w->strides[k][kept - 1] == w->strides[k][i] * w->dims[i];
    if (!merge) kept++;
    w->dims[kept - 1] = merge ? w->dims[kept - 1] * w->dims[i] : w->dims[i];
    for (int k = 0; k < w->operands; k++) w->strides[k][kept - 1] = w->strides[k][i];
  }
  if (kept == 0) {
    w->dims[0] = 1;
    for (int k = 0; k < w->operands; k++) w->strides[k][0] = 0;
    kept = 1;
  }
  w->rank = kept;
}

static void piece(void *arg, int number) {
  const walk *w = arg;
  int64_t first, last, index[KNN_MAX_RANK], at[MOST] = {0}, steps[MOST];
  void *p[MOST];
  const int inner = w->rank - 1;
  knn__piece_range(w->n, w->pieces, number, &first, &last);
  int64_t rest = first;
  for (int i = inner; i >= 0; i--) {
    index[i] = rest % w->dims[i];
    rest /= w->dims[i];
    for (int k = 0; k < w->operands; k++) at[k] += index[i] * w->strides[k][i];
  }
  for (int k = 0; k < w->operands; k++) steps[k] = w->strides[k][inner];
  while (first < last) {
    int64_t run = w->dims[inner] - index[inner];
    if (run > last - first) run = last - first;
    for (int k = 0; k < w->operands; k++) p[k] = w->base[k] + at[k] * w->size[k];
    w->loop(run, p, steps);
    first += run;
    index[inner] += run;
    for (int k = 0; k < w->operands; k++) at[k] += run * steps[k];
    for (int i = inner; i > 0 && index[i] == w->dims[i]; i--) {
      index[i] = 0;
      index[i - 1]++;
      for (int k = 0; k < w->operands; k++)
        at[k] += w->strides[k][i - 1] - w->dims[i] * w->strides[k][i];
    }
  }
}

knn_status knn__traverse(const knn__call *call, knn__loop *loop) {
  const knn__buf *out = &call->out[0];
  walk w = {
      .call = call, .loop = loop, .operands = call->n_in + 1, .rank = out->spec.rank, .n = out->n};
  if (out->n == 0) return KNN_OK;
  bool flat = true;
  for (int k = 0; k < w.operands; k++) {
    const knn__buf *b = k < call->n_in ? &call->in[k] : out;
    flat = flat && (b->n == out->n || b->n == 1);
    w.base[k] = b->data;
    w.size[k] = (int64_t)knn_dtype_size(b->spec.dtype);
  }
  if (flat) {
    w.rank = 1;
    w.dims[0] = out->n;
    for (int k = 0; k < w.operands; k++)
      w.strides[k][0] = k == call->n_in || call->in[k].n == out->n;
  } else {
    memcpy(w.dims, out->spec.dims, sizeof w.dims);
    for (int k = 0; k < w.operands; k++)
      strides_in(k < call->n_in ? &call->in[k].spec : &out->spec, &out->spec, w.strides[k]);
    merge_axes(&w);
  }
  w.pieces = knn__pieces(w.n, KNN__GRAIN);
  knn__parallel(call->ctx, w.pieces, piece, &w);
  return KNN_OK;
}

knn_status knn__infer_elementwise(const knn__infer *q, knn__loop *const loops[KNN_DTYPES],
                                  int first, knn_dtype result) {
  knn_dtype type = q->in[first].dtype;
  knn__spec out = q->in[0];
  for (int i = first + 1; i < q->n_in; i++)
    if (q->in[i].dtype != type)
      return knn_fail(q->ctx, KNN_ETYPE,
                      "operands must have one type, got %s and %s; cast one of them",
                      knn_dtype_name(type), knn_dtype_name(q->in[i].dtype));
  if (!loops[type])
    return knn_fail(q->ctx, KNN_ETYPE, "not defined for %s; cast the operand first",
                    knn_dtype_name(type));
  for (int i = 1; i < q->n_in; i++) {
    knn__spec before = out;
    if (!knn__broadcast(before.rank, before.dims, q->in[i].rank, q->in[i].dims, &out.rank,
                        out.dims))
      return knn_fail(q->ctx, KNN_ESHAPE, "shapes %s and %s do not broadcast", KNN__SPEC(before),
                      KNN__SPEC(q->in[i]));
  }
  out.dtype = result == KNN_DTYPE_NONE ? type : result;
  q->out[0] = out;
  return KNN_OK;
}

knn_value *knn__apply2(knn__scope *s, const knn__op *op, knn_value *x, knn_value *y) {
  knn_value *in[2];
  if (s->status != KNN_OK) return NULL;
  knn__promote(s, op, 2, (knn_value *[]){x, y}, in);
  return knn__op_apply(s, op, NULL, 2, in);
}

knn_value *knn__apply1(knn__scope *s, const knn__op *op, const void *args, knn_value *x) {
  knn_value *in;
  if (s->status != KNN_OK) return NULL;
  knn__promote(s, op, 1, &x, &in);
  return knn__op_apply(s, op, args, 1, &in);
}
