/* merge_dot.c - products of two inputs summed over an axis of each, sample by sample. x (batch, xs,
 * n), y (batch, n, ys) -> (batch, xs, ys); of two matrices (batch, 1). */
#include "layer.h"
#include "ops.h"

typedef struct dot_args {
  knn__layer_common common;
  knn_ints axes;
  bool normalize;
} dot_args;

static const knn_param params[] = {
    KNN__PARAM(dot_args, axes, KNN_P_INTS, NULL,
               "Axis of both inputs that is summed over, or one for each.", .mark = KNN_AXIS,
               .positional = true, .min = -KNN_MAX_RANK, .max = KNN_MAX_RANK),
    KNN__PARAM(dot_args, normalize, KNN_P_BOOL, "false",
               "Bring both to length 1 along their axis first: the cosine."),
    KNN__LAYER_PARAMS(dot_args),
};

static knn_status check(knn_layer *layer) {
  const dot_args *args = layer->base.args;
  if (args->axes.n == 1 || args->axes.n == 2) return KNN_OK;
  return knn_fail(layer->base.ctx, KNN_EARG, "'axes' is one axis, or one for each input, got %d",
                  args->axes.n);
}

/* Keras's normalize: x / sqrt(max(sum x^2, 1e-12)) */
static knn_value *unit(knn__scope *s, knn_value *x, int axis) {
  knn_value *sum = knn__sum(s, knn__square(s, x), KNN__AXIS(axis), true);
  if (s->status != KNN_OK) return NULL;
  return knn__multiply(s, x, knn__rsqrt(s, knn__maximum(s, sum, knn__scalar_like(s, x, 1e-12))));
}

static int axis_of(const dot_args *args, int i, int rank) {
  const int64_t axis = args->axes.v[args->axes.n == 2 ? i : 0];
  return (int)(axis < 0 ? axis + rank : axis);
}

/* "abc,ade->acde" with the summed label in both: a is the batch, z what is summed. */
static void subscripts(const int rank[2], const int axis[2], char out[4 * KNN_MAX_RANK + 8]) {
  char label = 'b', rest[2 * KNN_MAX_RANK + 2];
  int n = 0, m = 0;
  rest[m++] = 'a';
  for (int i = 0; i < 2; i++) {
    if (i) out[n++] = ',';
    out[n++] = 'a';
    for (int k = 1; k < rank[i]; k++) {
      const char c = k == axis[i] ? 'z' : label++;
      out[n++] = c;
      if (c != 'z') rest[m++] = c;
    }
  }
  out[n++] = '-';
  out[n++] = '>';
  for (int i = 0; i < m; i++) out[n++] = rest[i];
  out[n] = '\0';
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const dot_args *args = layer->base.args;
  char text[4 * KNN_MAX_RANK + 8];
  int rank[2], axis[2];
  knn_value *x[2];
  if (io->n_in != 2) {
    knn__scope_fail(s, KNN_EARG, "2 inputs expected, got %d", io->n_in);
    return;
  }
  for (int i = 0; i < 2; i++) {
    rank[i] = io->in[i]->spec.rank;
    axis[i] = axis_of(args, i, rank[i]);
    if (axis[i] < 1 || axis[i] >= rank[i]) {
      knn__scope_fail(s, KNN_EARG,
                      "input %d of shape %s has no axis to sum over there; the batch is none",
                      i + 1, KNN__SPEC(io->in[i]->spec));
      return;
    }
    x[i] = args->normalize ? unit(s, io->in[i], axis[i]) : io->in[i];
  }
  subscripts(rank, axis, text);
  io->out[0] = knn__einsum(s, text, 2, x);
  if (rank[0] == 2 && rank[1] == 2) io->out[0] = knn__expand_dims(s, io->out[0], -1);
}

const knn__layer_def knn__layer_dot = {
    .cls = {.family = "layer",
            .name = "Dot",
            .summary = "Products of two inputs, summed over an axis of each.",
            .detail = "y[b, i..., j...] = sum over n of x1[b, i..., n] x2[b, n, j...]",
            .shapes = "x1 (batch, xs, n), x2 (batch, n, ys) -> (batch, xs, ys)",
            .example =
                "local y = knn.layers.Dot{axes = {3, 2}}{knn.ones{2, 3, 4}, knn.ones{2, 4, 5}}",
            .source = "Keras, Dot",
            .see = "Multiply",
            KNN__PARAMS(params, dot_args)},
    .min_rank = 2,
    .max_rank = KNN_MAX_RANK,
    .max_in = 2,
    .consumes_mask = true,
    .check = check,
    .call = call,
};
