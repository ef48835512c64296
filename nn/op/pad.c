/* pad.c - elements of one value around an array: x (n, m) -> (before[0] + n + after[0], before[1] +
 * m + after[1]). dx = the inner part of dy. */
#include <string.h>

#include "op_list.h"
#include "shape_args.h"
#include "tensor_internal.h"
#include "view_copy.h"

typedef struct pad_args {
  knn_ints before, after;
  double value;
} pad_args;

static const knn_param params[] = {
    KNN__PARAM(pad_args, before, KNN_P_INTS, NULL, "Elements in front, for each axis.",
               .mark = KNN_COUNT, .positional = true, .min = 0, .max = 9e15),
    KNN__PARAM(pad_args, after, KNN_P_INTS, NULL, "Elements behind, for each axis.",
               .mark = KNN_COUNT, .positional = true, .min = 0, .max = 9e15),
    KNN__PARAM(pad_args, value, KNN_P_FLOAT, "0", "What the new elements are."),
};

static knn_status infer(const knn__infer *q) {
  const pad_args *args = q->args;
  knn__spec out = q->in[0];
  if (args->before.n != out.rank || args->after.n != out.rank)
    return knn_fail(
        q->ctx, KNN_EARG,
        "'before' and 'after' must have one number for each of the %d axes of %s, got %d and %d",
        out.rank, KNN__SPEC(out), args->before.n, args->after.n);
  for (int i = 0; i < out.rank; i++)
    if (out.dims[i] != KNN_ANY) out.dims[i] += args->before.v[i] + args->after.v[i];
  q->out[0] = out;
  return KNN_OK;
}

static void fill(const knn__buf *out, double value) {
  size_t size = knn_dtype_size(out->spec.dtype);
  uint64_t element = 0;
  knn__set_element(out->spec.dtype, &element, value);
  if (element == 0)
    memset(out->data, 0, (size_t)out->n * size);
  else
    for (int64_t i = 0; i < out->n; i++)
      memcpy((char *)out->data + (size_t)i * size, &element, size);
}

/* From the last padded axis on, x lies in one block both here and there; the axes before are
 * walked. */
static knn_status forward(const knn__call *call) {
  const pad_args *args = call->args;
  const knn__spec *x = &call->in[0].spec, *y = &call->out[0].spec;
  int64_t strides[KNN_MAX_RANK], index[KNN_MAX_RANK] = {0};
  int last = x->rank - 1;
  if (call->out[0].n) fill(&call->out[0], args->value);
  if (call->in[0].n == 0) return KNN_OK;
  while (last > 0 && args->before.v[last] == 0 && args->after.v[last] == 0) last--;
  knn__packed_strides(y->rank, y->dims, strides);
  int64_t at = 0, block = last < 0 ? 1 : knn__count(x->rank - last, x->dims + last);
  for (int i = 0; i < x->rank; i++) at += args->before.v[i] * strides[i];
  size_t size = knn_dtype_size(x->dtype), bytes = (size_t)block * size;
  int inner = last - 1; /* blocks along this axis lie at even distances */
  int64_t run = inner >= 0 ? x->dims[inner] : 1, runs = call->in[0].n / (block * run);
  const char *src = call->in[0].data;
  for (int64_t r = 0; r < runs; r++) {
    knn__copy_blocks(call->ctx, run, bytes, (char *)call->out[0].data + (size_t)at * size,
                     inner >= 0 ? (size_t)strides[inner] * size : 0, src, bytes);
    src += (size_t)run * bytes;
    for (int i = inner - 1; i >= 0; i--) {
      at += strides[i];
      if (++index[i] < x->dims[i]) break;
      at -= strides[i] * x->dims[i];
      index[i] = 0;
    }
  }
  return KNN_OK;
}

static void vjp(knn__scope *s, const knn__vjp *g) {
  const pad_args *args = g->args;
  knn_value *dx = g->dy[0];
  if (!g->wanted[0] || !dx) return;
  for (int i = 0; i < args->before.n; i++) {
    if (args->before.v[i] == 0 && args->after.v[i] == 0) continue;
    int64_t size = g->in[0]->spec.dims[i];
    if (size == KNN_ANY) {
      knn__scope_fail(s, KNN_ESHAPE, "axis %d of %s has an unknown size and is padded", i,
                      KNN__SPEC(g->in[0]->spec));
      return;
    }
    dx = knn__slice_axis(s, dx, i, args->before.v[i], size, 1);
  }
  g->dx[0] = dx;
}

const knn__op knn__op_pad = {
    .cls = {.family = "op",
            .name = "pad",
            .summary = "Elements of one value around an array.",
            .detail = "before[i] in front of axis i and after[i] behind it.",
            .shapes = "x (n, ...) -> (before + n + after, ...)",
            .example = "knn.ops.pad(knn.tensor{1, 2}, {before = {1}, after = {2}})",
            KNN__PARAMS(params, pad_args)},
    .min_in = 1,
    .max_in = 1,
    .n_out = 1,
    .infer = infer,
    .forward = forward,
    .vjp = vjp};

knn_value *knn__pad(knn__scope *s, knn_value *x, const int64_t *before, const int64_t *after,
                    double value) {
  if (s->status != KNN_OK) return NULL;
  pad_args args = {.before.n = x->spec.rank, .after.n = x->spec.rank, .value = value};
  for (int i = 0; i < x->spec.rank; i++) {
    args.before.v[i] = before[i];
    args.after.v[i] = after[i];
  }
  return knn__op1(s, &knn__op_pad, &args, x);
}
