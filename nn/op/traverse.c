/* traverse.c - see traverse.h. Operands are packed, so on the innermost merged axis each one either
 * advances by one element or stays; the inner loops know these cases only. Steps across the outer
 * axes are additions, never divisions. */
#include "traverse.h"

#include <string.h>

#include "pool.h"

enum { MOST = 4 }; /* operands, constants and the result */

/* Made by prepare. The result is the last of the operands. */
typedef struct walk {
  knn__inner inner;
  int operands, pieces, rank;
  int64_t n, dims[KNN_MAX_RANK], strides[MOST][KNN_MAX_RANK]; /* in elements */
  int64_t size[MOST];                                         /* bytes per element */
} walk;

typedef struct job {
  const walk *w;
  char *base[MOST];
} job;

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
  const job *j = arg;
  const walk *w = j->w;
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
    for (int k = 0; k < w->operands; k++) p[k] = j->base[k] + at[k] * w->size[k];
    w->inner.loop(run, p, steps);
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

static void plan_walk(walk *w, const knn__call *call) {
  static const knn__spec scalar = {.rank = 0};
  const knn__buf *out = &call->out[0];
  const int in = w->inner.n_operands, last = w->operands - 1;
  bool flat = true;
  for (int k = 0; k <= last; k++) {
    const knn__buf *b = k < in ? &call->in[k] : out;
    bool constant = k >= in && k < last;
    w->size[k] =
        constant ? 0 : (int64_t)knn_dtype_size(b->spec.dtype); /* constants never advance */
    flat = flat && (constant || b->n == out->n || b->n == 1);
  }
  w->n = out->n;
  w->rank = flat ? 1 : out->spec.rank;
  memcpy(w->dims, flat ? &out->n : out->spec.dims, (size_t)w->rank * sizeof *w->dims);
  for (int k = 0; k <= last; k++) {
    if (flat)
      w->strides[k][0] = k == last || (k < in && call->in[k].n == out->n);
    else
      strides_in(k < in      ? &call->in[k].spec
                 : k == last ? &out->spec
                             : &scalar,
                 &out->spec, w->strides[k]);
  }
  if (!flat) merge_axes(w);
  w->pieces = knn__pieces(w->n, KNN__GRAIN);
}

knn_status knn__elementwise_prepare(knn__call *call) {
  walk *w = knn__alloc(call->ctx, sizeof *w);
  if (!w) return KNN_ENOMEM;
  w->inner.n_operands = call->n_in;
  call->op->inner(call, &w->inner);
  w->operands = w->inner.n_operands + w->inner.n_constants + 1;
  if (call->out[0].n > 0) plan_walk(w, call);
  call->provider = w->inner.provider;
  call->state = w;
  return KNN_OK;
}

void knn__elementwise_release(knn__call *call) {
  knn__free(call->ctx, call->state);
  call->state = NULL;
}

knn_status knn__elementwise_forward(const knn__call *call) {
  walk *w = call->state;
  job j = {.w = w};
  const int in = w->inner.n_operands, last = w->operands - 1;
  if (w->n == 0) return KNN_OK;
  for (int k = 0; k < in; k++) j.base[k] = call->in[k].data;
  for (int k = in; k < last; k++) j.base[k] = (char *)&w->inner.constants[k - in];
  j.base[last] = call->out[0].data;
  knn__parallel(call->ctx, w->pieces, piece, &j);
  return KNN_OK;
}

void knn__best_loop(const knn__call *call, knn_dtype type, knn__loop *const loops[KNN_DTYPES],
                    size_t simd, knn__inner *out) {
  const knn__simd_set *set = simd && knn_dtype_is_float(type) ? knn__simd(call->ctx, type) : NULL;
  out->loop = loops[type];
  if (!set) return;
  memcpy(&out->loop, (const char *)set + simd, sizeof out->loop);
  out->provider = "simd";
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
