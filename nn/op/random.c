/* random.c - arrays drawn from the context's seed, or from a seed given as an option (then the same
 * at every call, as keras.random with an integer seed, unless `advance` asks for a series that goes
 * on from call to call, as a layer's). An operand, if given, lends its sizes where the shape says
 * -1. Element i depends on the stream and on i only, whatever the number of threads. */
#include "half.h"
#include "ops.h"
#include "pool.h"
#include "random_loops.h"

extern const knn__op knn__op_random_uniform, knn__op_random_normal, knn__op_random_truncated_normal;
extern const knn__op knn__op_random_bernoulli, knn__op_random_int;

typedef struct random_args {
  knn_ints shape;
  knn_dtype dtype;
  double a, b; /* bounds, mean and deviation, or probability */
  int64_t low, high;
  int64_t seed; /* KNN_NONE: the context's */
  bool advance;
} random_args;

#define SHAPE                                                                                      \
  KNN__PARAM(random_args, shape, KNN_P_INTS, NULL, "Sizes of the result; -1 = as in the operand.", \
             .mark = KNN_SIZE, .positional = true, .max = 1e15)
#define DTYPE(DEFAULT) \
  KNN__PARAM(random_args, dtype, KNN_P_DTYPE, DEFAULT, "Element type of the result.")
#define SEED                                                                               \
  KNN__PARAM(random_args, seed, KNN_P_INT, "null",                                         \
             "Seed of this call alone; null draws from the context's.", .mark = KNN_LABEL, \
             .nullable = true),                                                            \
      KNN__PARAM(random_args, advance, KNN_P_BOOL, "false",                                \
                 "With a seed: other numbers at each call, a series of this seed's.")
#define NUMBER(field, NAME, DEFAULT, DOC, ...)                     \
  {                                                                \
    .name = NAME, .kind = KNN_P_FLOAT, .def = DEFAULT, .doc = DOC, \
    .offset = offsetof(random_args, field), __VA_ARGS__            \
  }

static const knn_param uniform_params[] = {SHAPE, NUMBER(a, "low", "0.0", "Smallest value."),
                                           NUMBER(b, "high", "1.0", "Bound that is not reached."),
                                           DTYPE("float32"), SEED};
static const knn_param normal_params[] = {
    SHAPE, NUMBER(a, "mean", "0.0", "Mean."),
    NUMBER(b, "stddev", "1.0", "Standard deviation.", .min = 0, .max = 1e300), DTYPE("float32"),
    SEED};
static const knn_param bernoulli_params[] = {
    SHAPE, NUMBER(a, "p", "0.5", "Probability of a 1.", .min = 0, .max = 1), DTYPE("float32"),
    SEED};
static const knn_param int_params[] = {
    SHAPE, KNN__PARAM(random_args, low, KNN_P_INT, "0", "Smallest value.", .mark = KNN_LABEL),
    KNN__PARAM(random_args, high, KNN_P_INT, NULL, "Bound that is not reached.", .mark = KNN_LABEL),
    DTYPE("int32"), SEED};

static knn_status infer_shape(const knn__infer *q) {
  const random_args *args = q->args;
  knn__spec y = {.dtype = args->dtype, .rank = args->shape.n};
  if (y.rank > KNN_MAX_RANK)
    return knn_fail(q->ctx, KNN_ESHAPE, "a tensor has at most %d axes, got %d sizes", KNN_MAX_RANK,
                    y.rank);
  for (int i = 0; i < y.rank; i++) {
    const bool lent = args->shape.v[i] == KNN_ANY && q->n_in == 1 && i < q->in[0].rank;
    if (args->shape.v[i] < 0 && !lent)
      return knn_fail(q->ctx, KNN_ESHAPE, "sizes must be 0 or more, got %s",
                      KNN__SHAPE(y.rank, args->shape.v));
    y.dims[i] = lent ? q->in[0].dims[i] : args->shape.v[i];
  }
  q->out[0] = y;
  return KNN_OK;
}

static knn_status infer_float(const knn__infer *q) {
  const random_args *args = q->args;
  if (!knn_dtype_is_float(args->dtype))
    return knn_fail(q->ctx, KNN_ETYPE, "makes floats, not %s", knn_dtype_name(args->dtype));
  return infer_shape(q);
}

static knn_status infer_int(const knn__infer *q) {
  const random_args *args = q->args;
  bool narrow = args->dtype == KNN_I32;
  if (!narrow && args->dtype != KNN_I64)
    return knn_fail(q->ctx, KNN_ETYPE, "makes int32 or int64, not %s", knn_dtype_name(args->dtype));
  if (args->low >= args->high || (narrow && (args->low < INT32_MIN || args->high - 1 > INT32_MAX)))
    return knn_fail(q->ctx, KNN_EARG,
                    "there is no %s from low = %lld up to high = %lld (not reached)",
                    knn_dtype_name(args->dtype), (long long)args->low, (long long)args->high);
  return infer_shape(q);
}

static knn__stream stream_of(const knn__call *call) {
  const random_args *args = call->args;
  knn__stream stream = call->stream;
  if (args->seed == KNN_NONE) return stream;
  if (!args->advance) return (knn__stream){.seed = (uint64_t)args->seed};
  stream.seed = (uint64_t)args->seed;
  return stream;
}

/* 16-bit floats are drawn as float32 and rounded. */
static knn_status prepare(knn__call *call) {
  if (knn__dtype_is_half(call->out[0].spec.dtype))
    call->scratch_bytes = (size_t)call->out[0].n * sizeof(float);
  return KNN_OK;
}

typedef void fill(knn_ctx *ctx, const knn__stream *stream, int64_t n, double a, double b, void *y);

static knn_status fill_with(const knn__call *call, fill *narrow, fill *wide) {
  const random_args *args = call->args;
  knn__stream stream = stream_of(call);
  const bool half = knn__dtype_is_half(args->dtype);
  (args->dtype == KNN_F64 ? wide : narrow)(call->ctx, &stream, call->out[0].n, args->a, args->b,
                                           half ? call->scratch : call->out[0].data);
  if (half) knn__half_from_float(args->dtype, call->scratch, call->out[0].data, call->out[0].n);
  return KNN_OK;
}

static knn_status forward_uniform(const knn__call *call) {
  return fill_with(call, knn__ref_random_uniform_f32, knn__ref_random_uniform_f64);
}

static knn_status forward_normal(const knn__call *call) {
  return fill_with(call, knn__ref_random_normal_f32, knn__ref_random_normal_f64);
}

static knn_status forward_truncated(const knn__call *call) {
  return fill_with(call, knn__ref_random_truncated_normal_f32,
                   knn__ref_random_truncated_normal_f64);
}

/* An integer element or a coin per 64 bits of the stream, written in the result's type. */
static void put(const knn__buf *out, int64_t i, int64_t value) {
  switch (out->spec.dtype) {
    case KNN_F32: ((float *)out->data)[i] = (float)value; break;
    case KNN_F64: ((double *)out->data)[i] = (double)value; break;
    case KNN_I32: ((int32_t *)out->data)[i] = (int32_t)value; break;
    case KNN_I64: ((int64_t *)out->data)[i] = value; break;
    case KNN_BF16: ((uint16_t *)out->data)[i] = knn__to_bf16((float)value); break;
    case KNN_F16: ((uint16_t *)out->data)[i] = knn__to_f16((float)value); break;
    default: ((uint8_t *)out->data)[i] = (uint8_t)value; break;
  }
}

typedef struct job {
  const knn__buf *out;
  knn__stream stream;
  const random_args *args;
  int pieces;
} job;

static void bernoulli_piece(void *arg, int piece) {
  const job *j = arg;
  int64_t first, last;
  knn__piece_range(j->out->n, j->pieces, piece, &first, &last);
  for (int64_t i = first; i < last; i++) {
    double u = (double)(knn__random_u64(&j->stream, (uint64_t)i) >> 11) * 0x1p-53;
    put(j->out, i, u < j->args->a);
  }
}

/* By the high half of a product: no modulo bias to speak of. */
static void int_piece(void *arg, int piece) {
  const job *j = arg;
  uint64_t range = (uint64_t)j->args->high - (uint64_t)j->args->low;
  int64_t first, last;
  knn__piece_range(j->out->n, j->pieces, piece, &first, &last);
  for (int64_t i = first; i < last; i++) {
    uint64_t bits = knn__random_u64(&j->stream, (uint64_t)i);
    uint64_t offset = (uint64_t)(((unsigned __int128)bits * range) >> 64);
    put(j->out, i, (int64_t)((uint64_t)j->args->low + offset));
  }
}

static knn_status in_pieces(const knn__call *call, void piece(void *arg, int piece)) {
  job j = {.out = &call->out[0], .stream = stream_of(call), .args = call->args};
  j.pieces = knn__pieces(j.out->n, 4096);
  knn__parallel(call->ctx, j.pieces, piece, &j);
  return KNN_OK;
}

static knn_status forward_bernoulli(const knn__call *call) {
  return in_pieces(call, bernoulli_piece);
}

static knn_status forward_int(const knn__call *call) {
  return in_pieces(call, int_piece);
}

const knn__op knn__op_random_uniform = {
    .cls = {.family = "op",
            .name = "random_uniform",
            .summary = "Numbers spread evenly from low up to high.",
            .detail = "low is reached, high is not. 24 random bits in float32, 53 in float64.",
            .shapes = "-> shape",
            .example = "print(knn.ops.random_uniform{shape = {2, 3}, low = -1})",
            .source = "Salmon et al. 2011, Parallel random numbers: as easy as 1, 2, 3",
            .see = "random_normal|random_int",
            KNN__PARAMS(uniform_params, random_args)},
    .max_in = 1,
    .n_out = 1,
    .flags = KNN__OP_RANDOM,
    .infer = infer_float,
    .prepare = prepare,
    .forward = forward_uniform,
};

const knn__op knn__op_random_normal = {
    .cls =
        {.family = "op",
         .name = "random_normal",
         .summary = "Normally distributed numbers.",
         .detail =
             "Two at a time by Box and Muller: r = sqrt(-2 log u), (r cos 2 pi v, r sin 2 pi v).",
         .shapes = "-> shape",
         .example = "print(knn.ops.random_normal{shape = {2, 3}, stddev = 0.1})",
         .source = "Box and Muller 1958, A note on the generation of random normal deviates",
         .see = "random_truncated_normal|random_uniform",
         KNN__PARAMS(normal_params, random_args)},
    .max_in = 1,
    .n_out = 1,
    .flags = KNN__OP_RANDOM,
    .infer = infer_float,
    .prepare = prepare,
    .forward = forward_normal,
};

const knn__op knn__op_random_truncated_normal = {
    .cls = {.family = "op",
            .name = "random_truncated_normal",
            .summary = "Normally distributed numbers within two standard deviations of the mean.",
            .detail = "Values beyond are drawn again. `stddev` is that of the normal distribution "
                      "before the cut; the result's is "
                      "0.8796 of it.",
            .shapes = "-> shape",
            .example = "print(knn.ops.random_truncated_normal{shape = {2, 3}})",
            .source = "Box and Muller 1958, A note on the generation of random normal deviates",
            .see = "random_normal",
            KNN__PARAMS(normal_params, random_args)},
    .max_in = 1,
    .n_out = 1,
    .flags = KNN__OP_RANDOM,
    .infer = infer_float,
    .prepare = prepare,
    .forward = forward_truncated,
};

const knn__op knn__op_random_bernoulli = {
    .cls = {.family = "op",
            .name = "random_bernoulli",
            .summary = "1 with probability p, else 0.",
            .detail =
                "53 random bits per element are compared with p, so p = 0 and p = 1 are exact.",
            .shapes = "-> shape",
            .example = "print(knn.ops.random_bernoulli{shape = {8}, p = 0.3})",
            .source = "Salmon et al. 2011, Parallel random numbers: as easy as 1, 2, 3",
            .see = "random_uniform|dropout",
            KNN__PARAMS(bernoulli_params, random_args)},
    .max_in = 1,
    .n_out = 1,
    .flags = KNN__OP_RANDOM,
    .infer = infer_shape,
    .forward = forward_bernoulli,
};

const knn__op knn__op_random_int = {
    .cls = {.family = "op",
            .name = "random_int",
            .summary = "Whole numbers from low up to high, each as likely.",
            .detail = "low is reached, high is not.",
            .shapes = "-> shape",
            .example = "print(knn.ops.random_int{shape = {8}, high = 6})",
            .source = "Salmon et al. 2011, Parallel random numbers: as easy as 1, 2, 3",
            .see = "random_uniform",
            KNN__PARAMS(int_params, random_args)},
    .max_in = 1,
    .n_out = 1,
    .flags = KNN__OP_RANDOM,
    .infer = infer_int,
    .forward = forward_int,
};

static knn_value *draw(knn__scope *s, const knn__op *op, knn_dtype type, int rank,
                       const int64_t *dims, double a, double b) {
  random_args args = {.shape = {.n = rank}, .dtype = type, .a = a, .b = b, .seed = KNN_NONE};
  for (int i = 0; i < rank; i++) args.shape.v[i] = dims[i];
  return knn__op_apply(s, op, &args, 0, NULL);
}

knn_value *knn__random_uniform(knn__scope *s, knn_dtype type, int rank, const int64_t *dims,
                               double low, double high) {
  return draw(s, &knn__op_random_uniform, type, rank, dims, low, high);
}

knn_value *knn__random_normal(knn__scope *s, knn_dtype type, int rank, const int64_t *dims,
                              double mean, double stddev) {
  return draw(s, &knn__op_random_normal, type, rank, dims, mean, stddev);
}

knn_value *knn__random_truncated_normal(knn__scope *s, knn_dtype type, int rank,
                                        const int64_t *dims, double mean, double stddev) {
  return draw(s, &knn__op_random_truncated_normal, type, rank, dims, mean, stddev);
}

/* Sizes that are not known yet are lent by `like` when the op runs. */
static knn_value *draw_like(knn__scope *s, const knn__op *op, knn_value *like, int rank,
                            const int64_t *dims, double a, double b, int64_t seed) {
  if (s->status != KNN_OK) return NULL;
  random_args args = {.shape = {.n = rank},
                      .dtype = like->spec.dtype,
                      .a = a,
                      .b = b,
                      .seed = seed,
                      .advance = true};
  int unknown = 0;
  for (int i = 0; i < rank; i++) {
    const bool lent = dims[i] == KNN_ANY && i < like->spec.rank;
    args.shape.v[i] = lent ? like->spec.dims[i] : dims[i];
    unknown += args.shape.v[i] == KNN_ANY;
  }
  return knn__op_apply(s, op, &args, unknown > 0, &like);
}

knn_value *knn__random_uniform_like(knn__scope *s, knn_value *like, int rank, const int64_t *dims,
                                    double low, double high, int64_t seed) {
  return draw_like(s, &knn__op_random_uniform, like, rank, dims, low, high, seed);
}

knn_value *knn__random_normal_like(knn__scope *s, knn_value *like, int rank, const int64_t *dims,
                                   double mean, double stddev, int64_t seed) {
  return draw_like(s, &knn__op_random_normal, like, rank, dims, mean, stddev, seed);
}

knn_value *knn__random_bernoulli_like(knn__scope *s, knn_value *like, int rank, const int64_t *dims,
                                      double p, int64_t seed) {
  return draw_like(s, &knn__op_random_bernoulli, like, rank, dims, p, 0, seed);
}
