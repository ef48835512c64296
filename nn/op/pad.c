/* pad.c - elements around an array: x (n, m) -> (before[0] + n + after[0], before[1] + m +
 * after[1]). They are one value (constant), or x's own: abc is c|abc|a (wrap), b|abc|b (reflect),
 * a|abc|c (edge and symmetric; where more are wanted than there are, symmetric mirrors again). dx =
 * the inner part of dy, plus what lies around it where it came from x. */
#include <string.h>

#include "op_list.h"
#include "shape_args.h"
#include "tensor_internal.h"
#include "traverse.h"
#include "view_copy.h"

typedef struct pad_args {
  knn_ints before, after;
  double value;
  int mode;
} pad_args;

enum { CONSTANT, REFLECT, SYMMETRIC, EDGE, WRAP };

static const knn_param params[] = {
    KNN__PARAM(pad_args, before, KNN_P_INTS, NULL, "Elements in front, for each axis.",
               .mark = KNN_COUNT, .positional = true, .min = 0, .max = 9e15),
    KNN__PARAM(pad_args, after, KNN_P_INTS, NULL, "Elements behind, for each axis.",
               .mark = KNN_COUNT, .positional = true, .min = 0, .max = 9e15),
    KNN__PARAM(pad_args, value, KNN_P_FLOAT, "0", "What the new elements are."),
    KNN__PARAM(pad_args, mode, KNN_P_ENUM, "constant",
               "One value, or x's own elements: mirrored without or with the border, the border "
               "itself, those of the other end.",
               .choices = "constant|reflect|symmetric|edge|wrap"),
};

static knn_status infer(const knn__infer *q) {
  const pad_args *args = q->args;
  knn__spec out = q->in[0];
  if (args->before.n != out.rank || args->after.n != out.rank)
    return knn_fail(
        q->ctx, KNN_EARG,
        "'before' and 'after' must have one number for each of the %d axes of %s, got %d and %d",
        out.rank, KNN__SPEC(out), args->before.n, args->after.n);
  for (int i = 0; i < out.rank; i++) {
    const int64_t more = args->before.v[i] + args->after.v[i];
    if (out.dims[i] == 0 && more > 0 && args->mode != CONSTANT)
      return knn_fail(q->ctx, KNN_ESHAPE, "axis %d of %s is empty, there is nothing to repeat",
                      i + 1, KNN__SPEC(out));
    if (out.dims[i] != KNN_ANY) out.dims[i] += more;
  }
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
static knn_status forward_constant(const knn__call *call) {
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

/* The element of n that stands at p, which may lie outside. */
static int64_t source(int mode, int64_t p, int64_t n) {
  const int64_t period = mode == REFLECT ? 2 * n - 2 : mode == SYMMETRIC ? 2 * n : n;
  if (mode == EDGE) return p < 0 ? 0 : p < n ? p : n - 1;
  if (period == 0) return 0;
  p = (p % period + period) % period;
  return p < n ? p : mode == REFLECT ? period - p : period - 1 - p;
}

/* Steps of x's memory for each index of each axis of the padded array, in the call's scratch. */
static void make_map(const pad_args *args, const knn__spec *x, const knn__spec *y, int64_t *map) {
  int64_t strides[KNN_MAX_RANK];
  knn__packed_strides(x->rank, x->dims, strides);
  for (int i = 0; i < x->rank; i++)
    for (int64_t o = 0; o < y->dims[i]; o++)
      *map++ = source(args->mode, o - args->before.v[i], x->dims[i]) * strides[i];
}

/* Place in x of each element of the padded array, in order: each(arg, place). */
static void walk(const knn__spec *y, const int64_t *map, void each(void *arg, int64_t place),
                 void *arg) {
  int64_t index[KNN_MAX_RANK] = {0};
  const int64_t n = knn__count(y->rank, y->dims);
  for (int64_t k = 0; k < n; k++) {
    const int64_t *axis = map;
    int64_t place = 0;
    for (int i = 0; i < y->rank; i++) {
      place += axis[index[i]];
      axis += y->dims[i];
    }
    each(arg, place);
    for (int i = y->rank - 1; i >= 0 && ++index[i] == y->dims[i]; i--) index[i] = 0;
  }
}

typedef struct cursor {
  const char *from;
  char *to;
  size_t size;
  knn__loop *add;
} cursor;

static void take_one(void *arg, int64_t place) {
  cursor *c = arg;
  memcpy(c->to, c->from + (size_t)place * c->size, c->size);
  c->to += c->size;
}

static void add_one(void *arg, int64_t place) {
  cursor *c = arg;
  char *at = c->to + (size_t)place * c->size;
  void *const p[3] = {at, (void *)(uintptr_t)c->from, at};
  c->add(1, p, (const int64_t[]){1, 1});
  c->from += c->size;
}

static knn_status prepare_as(knn__call *call, const knn__spec *y) {
  int64_t entries = 0;
  for (int i = 0; i < y->rank; i++) entries += y->dims[i];
  call->scratch_bytes = (size_t)entries * sizeof(int64_t);
  return KNN_OK;
}

static knn_status prepare(knn__call *call) {
  const pad_args *args = call->args;
  return args->mode == CONSTANT ? KNN_OK : prepare_as(call, &call->out[0].spec);
}

static knn_status forward(const knn__call *call) {
  const pad_args *args = call->args;
  const knn__buf *x = &call->in[0], *y = &call->out[0];
  if (args->mode == CONSTANT) return forward_constant(call);
  make_map(args, &x->spec, &y->spec, call->scratch);
  cursor c = {x->data, y->data, knn_dtype_size(x->spec.dtype), NULL};
  walk(&y->spec, call->scratch, take_one, &c);
  return KNN_OK;
}

static knn_status infer_grad(const knn__infer *q) {
  q->out[0] = q->in[1];
  q->out[0].dtype = q->in[0].dtype;
  return KNN_OK;
}

static knn_status prepare_grad(knn__call *call) {
  return prepare_as(call, &call->in[0].spec);
}

static knn_status forward_grad(const knn__call *call) {
  static knn__loop *const add[KNN_DTYPES] = {KNN__REAL_LOOPS(add)};
  const knn__buf *dy = &call->in[0], *dx = &call->out[0];
  const size_t size = knn_dtype_size(dx->spec.dtype);
  if (dx->n) memset(dx->data, 0, (size_t)dx->n * size);
  make_map(call->args, &dx->spec, &dy->spec, call->scratch);
  cursor c = {dy->data, dx->data, size, add[dx->spec.dtype]};
  walk(&dy->spec, call->scratch, add_one, &c);
  return KNN_OK;
}

static void vjp_grad(knn__scope *s, const knn__vjp *g) {
  if (g->wanted[0] && g->dy[0]) g->dx[0] = knn__op1(s, &knn__op_pad, g->args, g->dy[0]);
}

static void vjp(knn__scope *s, const knn__vjp *g) {
  const pad_args *args = g->args;
  knn_value *dx = g->dy[0];
  if (!g->wanted[0] || !dx) return;
  if (args->mode != CONSTANT) {
    g->dx[0] = knn__op2(s, &knn__op_pad_grad, args, dx, g->in[0]);
    return;
  }
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
            .summary = "Elements around an array.",
            .detail = "before[i] in front of axis i and after[i] behind it: one value, or x's own "
                      "elements, reflect b|abc|b, symmetric a|abc|c, edge a|abc|c, wrap c|abc|a.",
            .shapes = "x (n, ...) -> (before + n + after, ...)",
            .example = "knn.ops.pad(knn.tensor{1, 2}, {before = {1}, after = {2}})",
            KNN__PARAMS(params, pad_args)},
    .min_in = 1,
    .max_in = 1,
    .n_out = 1,
    .flags = KNN__OP_HALVES,
    .infer = infer,
    .prepare = prepare,
    .forward = forward,
    .vjp = vjp};

const knn__op knn__op_pad_grad = {
    .cls = {.family = "op",
            .name = "pad_grad",
            .summary = "Gradient of pad: each element of dy added where it came from.",
            .detail = "Only the shape of the second operand is read.",
            .shapes = "dy (before + n + after, ...), like (n, ...) -> (n, ...)",
            .see = "pad",
            KNN__PARAMS(params, pad_args)},
    .min_in = 2,
    .max_in = 2,
    .n_out = 1,
    .unread = 2,
    .flags = KNN__OP_HIDDEN,
    .infer = infer_grad,
    .prepare = prepare_grad,
    .forward = forward_grad,
    .vjp = vjp_grad};

static knn_value *padded(knn__scope *s, knn_value *x, const int64_t *before, const int64_t *after,
                         double value, int mode) {
  if (s->status != KNN_OK) return NULL;
  pad_args args = {.before.n = x->spec.rank, .after.n = x->spec.rank, .value = value, .mode = mode};
  for (int i = 0; i < x->spec.rank; i++) {
    args.before.v[i] = before[i];
    args.after.v[i] = after[i];
  }
  return knn__op1(s, &knn__op_pad, &args, x);
}

knn_value *knn__pad(knn__scope *s, knn_value *x, const int64_t *before, const int64_t *after,
                    double value) {
  return padded(s, x, before, after, value, CONSTANT);
}

knn_value *knn__pad_mirrored(knn__scope *s, knn_value *x, const int64_t *before,
                             const int64_t *after, bool border) {
  return padded(s, x, before, after, 0, border ? SYMMETRIC : REFLECT);
}
