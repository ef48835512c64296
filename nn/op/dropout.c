/* dropout.c - x kept with probability 1 - rate and scaled by 1 / (1 - rate), else 0 (Srivastava et
 * al. 2014). Results: y as x, and the mask (uint8, 1 = kept) that the gradient multiplies by: dx =
 * dy mask / (1 - rate). noise_shape gives the mask's sizes: 1 = one draw shared along the axis.
 * Mask element i depends on the stream and on i only. */
#include "pool.h"
#include "random_loops.h"
#include "tensor_internal.h"
#include "traverse.h"

extern const knn__op knn__op_dropout, knn__op_dropout_grad;

typedef struct dropout_args {
  double rate;
  knn_ints noise_shape;
  int64_t seed; /* KNN_NONE: the context's */
} dropout_args;

#define RATE                                                                           \
  KNN__PARAM(dropout_args, rate, KNN_P_FLOAT, NULL, "Share of the elements set to 0.", \
             .positional = true, .min = 0, .max = 1)

static const knn_param params[] = {
    RATE,
    KNN__PARAM(
        dropout_args, noise_shape, KNN_P_INTS, "null",
        "Sizes of the mask: 1 = shared along the axis, -1 = as the input; null = all as the input.",
        .mark = KNN_SIZE, .nullable = true),
    KNN__PARAM(dropout_args, seed, KNN_P_INT, "null",
               "Seed of this layer alone; null draws from the context's.", .mark = KNN_LABEL,
               .nullable = true),
};
static const knn_param grad_params[] = {RATE};

static knn_status infer(const knn__infer *q) {
  const dropout_args *args = q->args;
  const knn__spec *x = &q->in[0];
  knn__spec mask = *x;
  if (!knn_dtype_is_float(x->dtype))
    return knn_fail(q->ctx, KNN_ETYPE, "wants float32 or float64, got %s; cast it",
                    knn_dtype_name(x->dtype));
  if (args->noise_shape.n >= 0 && args->noise_shape.n != x->rank)
    return knn_fail(q->ctx, KNN_ESHAPE, "noise_shape has %d sizes, expected one per axis of %s",
                    args->noise_shape.n, KNN__SPEC(*x));
  for (int i = 0; i < args->noise_shape.n; i++) {
    int64_t size = args->noise_shape.v[i];
    if (size != 1 && size != KNN_ANY && x->dims[i] != KNN_ANY && size != x->dims[i])
      return knn_fail(q->ctx, KNN_ESHAPE,
                      "noise_shape %s does not fit %s: each size must be 1, -1 or the input's",
                      KNN__SHAPE(x->rank, args->noise_shape.v), KNN__SPEC(*x));
    if (size != KNN_ANY) mask.dims[i] = size;
  }
  mask.dtype = KNN_U8;
  q->out[0] = *x;
  q->out[1] = mask;
  return KNN_OK;
}

/* The loop over x, mask and scale, and the scale. */
static void inner(const knn__call *call, knn__inner *out) {
  static knn__loop *const loops[KNN_DTYPES] = {KNN__REAL_LOOPS(masked)};
  const double rate = ((const dropout_args *)call->args)->rate;
  knn_dtype type = call->in[0].spec.dtype;
  knn__best_loop(call, type, loops, offsetof(knn__simd_set, masked), out);
  out->n_constants = 1;
  knn__set_element(type, &out->constants[0], rate < 1 ? 1 / (1 - rate) : 0);
}

typedef struct job {
  const knn__simd_set *set; /* NULL = loops of ref */
  knn__inner inner;
  const knn__buf *x, *mask, *y;
  knn__stream stream;
  uint32_t threshold; /* bits below it are dropped */
  int pieces;
} job;

/* kept unless the element's 32 bits lie below rate 2^32 */
static void draw_mask(const job *j, int64_t first, int64_t last) {
  enum { AT_ONCE = 512 };
  uint32_t bits[AT_ONCE];
  uint8_t *mask = j->mask->data;
  if (j->set) {
    j->set->draw_mask(&j->stream, j->threshold, first, last - first, mask + first);
    return;
  }
  for (int64_t i = first; i < last; i += AT_ONCE) {
    int64_t n = last - i < AT_ONCE ? last - i : AT_ONCE;
    knn__ref_random_bits(&j->stream, i, n, bits);
    for (int64_t k = 0; k < n; k++) mask[i + k] = bits[k] >= j->threshold;
  }
}

/* n elements of x from `at` on, with masks side by side or one for all */
static void apply_mask(const job *j, int64_t at, int64_t n, const uint8_t *mask, bool one) {
  size_t bytes = (size_t)at * knn_dtype_size(j->x->spec.dtype);
  void *const p[] = {(char *)j->x->data + bytes, (void *)(uintptr_t)mask,
                     (void *)(uintptr_t)&j->inner.constants[0], (char *)j->y->data + bytes};
  j->inner.loop(n, p, (int64_t[]){1, !one, 0});
}

static void same_shape_piece(void *arg, int piece) {
  const job *j = arg;
  int64_t first, last;
  knn__piece_range(j->x->n, j->pieces, piece, &first, &last);
  draw_mask(j, first, last);
  apply_mask(j, first, last - first, (const uint8_t *)j->mask->data + first, false);
}

/* Element of the mask that belongs to the first element of row i of x, rows along the last axis. */
static int64_t mask_of_row(const job *j, int64_t i) {
  const knn__spec *x = &j->x->spec, *mask = &j->mask->spec;
  int64_t at = 0, step = mask->dims[x->rank - 1];
  for (int axis = x->rank - 2; axis >= 0; axis--) {
    if (mask->dims[axis] > 1) at += i % x->dims[axis] * step;
    i /= x->dims[axis];
    step *= mask->dims[axis];
  }
  return at;
}

/* Rows of x whose last axis has a mask of its own, or one number for all of it. */
static void shared_piece(void *arg, int piece) {
  const job *j = arg;
  const int64_t n = j->x->spec.dims[j->x->spec.rank - 1];
  const bool one = j->mask->spec.dims[j->x->spec.rank - 1] == 1;
  int64_t first, last;
  knn__piece_range(j->x->n / n, j->pieces, piece, &first, &last);
  for (int64_t row = first; row < last; row++)
    apply_mask(j, row * n, n, (const uint8_t *)j->mask->data + mask_of_row(j, row), one);
}

static knn_status prepare(knn__call *call) {
  call->state = (void *)(uintptr_t)knn__simd(call->ctx, call->in[0].spec.dtype);
  return KNN_OK;
}

static knn_status forward(const knn__call *call) {
  const dropout_args *args = call->args;
  job j = {.set = call->state,
           .x = &call->in[0],
           .mask = &call->out[1],
           .y = &call->out[0],
           .stream = call->stream,
           .pieces = knn__pieces(call->in[0].n, 16384)};
  if (j.x->n == 0) return KNN_OK;
  inner(call, &j.inner);
  if (args->seed != KNN_NONE) j.stream.seed = (uint64_t)args->seed;
  j.threshold = args->rate >= 1 ? UINT32_MAX : (uint32_t)(args->rate * 0x1p32);
  if (j.mask->n == j.x->n) {
    knn__parallel(call->ctx, j.pieces, same_shape_piece, &j);
    return KNN_OK;
  }
  draw_mask(&j, 0, j.mask->n);
  knn__parallel(call->ctx, j.pieces, shared_piece, &j);
  return KNN_OK;
}

static knn_status infer_grad(const knn__infer *q) {
  const knn__spec *dy = &q->in[0], *mask = &q->in[1];
  knn__spec both;
  bool fit = dy->rank == mask->rank &&
             knn__broadcast(dy->rank, dy->dims, mask->rank, mask->dims, &both.rank, both.dims) &&
             knn__dims_fit(dy->rank, dy->dims, both.rank, both.dims);
  if (!fit || mask->dtype != KNN_U8 || !knn_dtype_is_float(dy->dtype))
    return knn_fail(
        q->ctx, KNN_ESHAPE, "the mask (uint8) must fit the gradient (float), got %s %s and %s %s",
        knn_dtype_name(mask->dtype), KNN__SPEC(*mask), knn_dtype_name(dy->dtype), KNN__SPEC(*dy));
  q->out[0] = *dy;
  return KNN_OK;
}

static void vjp(knn__scope *s, const knn__vjp *g) {
  if (g->dy[0] && g->wanted[0])
    g->dx[0] = knn__op2(s, &knn__op_dropout_grad, g->args, g->dy[0], g->out[1]);
}

static void vjp_grad(knn__scope *s, const knn__vjp *g) {
  if (g->dy[0] && g->wanted[0])
    g->dx[0] = knn__op2(s, &knn__op_dropout_grad, g->args, g->dy[0], g->in[1]);
}

const knn__op knn__op_dropout = {
    .cls = {.family = "op",
            .name = "dropout",
            .summary =
                "Sets a random share of the elements to 0 and scales the others by 1 / (1 - rate).",
            .detail = "The second result is the mask: 1 where the element was kept.",
            .shapes = "x (...) -> y as x, mask (noise_shape)",
            .example = "print(knn.ops.dropout(knn.ones{2, 8}, {rate = 0.5}))",
            .source = "Srivastava et al. 2014, Dropout: a simple way to prevent neural networks "
                      "from overfitting",
            .see = "random_bernoulli",
            KNN__PARAMS(params, dropout_args)},
    .min_in = 1,
    .max_in = 1,
    .n_out = 2,
    .flags = KNN__OP_RANDOM,
    .infer = infer,
    .prepare = prepare,
    .forward = forward,
    .vjp = vjp,
};

const knn__op knn__op_dropout_grad = {
    .cls = {.family = "op",
            .name = "dropout_grad",
            .summary = "Gradient of dropout: dy where the mask is set, scaled by 1 / (1 - rate).",
            .shapes = "dy (...), mask (noise_shape) -> as dy",
            .see = "dropout",
            KNN__PARAMS(grad_params, dropout_args)},
    .min_in = 2,
    .max_in = 2,
    .n_out = 1,
    .flags = KNN__OP_INPLACE | KNN__OP_HIDDEN,
    .infer = infer_grad,
    KNN__ELEMENTWISE(inner),
    .vjp = vjp_grad,
};

knn_value *knn__dropout(knn__scope *s, knn_value *x, double rate, const int64_t *noise,
                        int64_t seed) {
  if (s->status != KNN_OK || rate == 0) return x;
  dropout_args args = {.rate = rate, .noise_shape = {.n = -1}, .seed = seed};
  knn_value *outs[2];
  int n = 2;
  if (noise) args.noise_shape.n = x->spec.rank;
  for (int i = 0; i < args.noise_shape.n; i++) args.noise_shape.v[i] = noise[i];
  knn_status st = knn__apply(s->ctx, &knn__op_dropout, &args, &x, 1, outs, &n);
  if (st != KNN_OK) {
    s->status = st;
    return NULL;
  }
  knn__hold(s, outs[1]);
  return knn__hold(s, outs[0]);
}
