/* random_log_gamma.c - logarithms of numbers with the gamma distribution of shape alpha: alpha
 * (...)
 * -> (...). As logarithms, since for small alpha most of the numbers are smaller than a float can
 * be; a / (a + b) of two of them has the beta distribution. Element i depends on the stream and on
 * i only. Source: Marsaglia and Tsang 2000; below 1, G(alpha) = G(alpha + 1) u^(1 / alpha). */
#include <math.h>

#include "op_list.h"
#include "reals.h"

typedef struct gamma_args {
  int64_t seed;
  bool advance;
} gamma_args;

static const knn_param params[] = {
    KNN__PARAM(gamma_args, seed, KNN_P_INT, "null",
               "Seed of this call alone; null draws from the context's.", .mark = KNN_LABEL,
               .nullable = true),
    KNN__PARAM(gamma_args, advance, KNN_P_BOOL, "false",
               "With a seed: other numbers at each call, a series of this seed's."),
};

static knn_status infer(const knn__infer *q) {
  if (!knn_dtype_is_float(q->in[0].dtype))
    return knn_fail(q->ctx, KNN_ETYPE, "alpha must be floats, got %s",
                    knn_dtype_name(q->in[0].dtype));
  q->out[0] = q->in[0];
  return KNN_OK;
}

/* The numbers of one element. */
typedef struct source {
  const knn__stream *stream;
  uint64_t next;
} source;

/* (0, 1] */
static double unit(source *s) {
  return (double)((knn__random_u64(s->stream, s->next++) >> 11) + 1) * 0x1p-53;
}

static double draw(source *s, double alpha) {
  const double d = (alpha < 1 ? alpha + 1 : alpha) - 1.0 / 3, c = 1 / sqrt(9 * d);
  double log_v;
  for (;;) {
    const double x = sqrt(-2 * log(unit(s))) * cos(2 * M_PI * unit(s)), v = 1 + c * x;
    if (v <= 0) continue;
    log_v = 3 * log(v);
    if (log(unit(s)) < x * x / 2 + d - d * exp(log_v) + d * log_v) break;
  }
  return log(d) + log_v + (alpha < 1 ? log(unit(s)) / alpha : 0);
}

static knn_status forward(const knn__call *call) {
  const gamma_args *args = call->args;
  knn__stream stream = call->stream;
  if (args->seed != KNN_NONE) {
    if (!args->advance) stream = (knn__stream){0};
    stream.seed = (uint64_t)args->seed;
  }
  for (int64_t i = 0; i < call->in[0].n; i++) {
    const double alpha = knn__real_at(&call->in[0], i);
    source s = {&stream, (uint64_t)i << 32};
    knn__set_real(&call->out[0], i, alpha > 0 ? draw(&s, alpha) : (double)NAN);
  }
  return KNN_OK;
}

const knn__op knn__op_random_log_gamma = {
    .cls = {.family = "op",
            .name = "random_log_gamma",
            .summary = "Logarithms of numbers with the gamma distribution.",
            .detail = "Of shape alpha and scale 1; NaN unless alpha is positive. No gradient.",
            .shapes = "alpha (...) -> (...)",
            .example = "print(knn.ops.random_log_gamma(knn.tensor{0.5, 2.0}))",
            .source = "Marsaglia and Tsang 2000",
            .see = "random_normal|random_uniform",
            KNN__PARAMS(params, gamma_args)},
    .min_in = 1,
    .max_in = 1,
    .n_out = 1,
    .flags = KNN__OP_RANDOM | KNN__OP_TO_FLOAT,
    .infer = infer,
    .forward = forward,
};

knn_value *knn__random_log_gamma(knn__scope *s, knn_value *alpha, int64_t seed) {
  return knn__op1(s, &knn__op_random_log_gamma, &(gamma_args){seed, seed != KNN_NONE}, alpha);
}
