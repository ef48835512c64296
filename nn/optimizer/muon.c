/* muon.c - steps of matrices along the nearest orthogonal matrix to their momentum: m = mu m + g; G
 * = g + mu m (nesterov) or m; X = G / |G|, then ns_steps times A = X X', X = a X + (b A + c A A) X
 * (Newton and Schulz), X turned so that it has no more rows than columns; w -= rate rms_rate
 * sqrt(max(rows, columns)) X. Weights that are no matrices, embeddings and those whose path holds a
 * fragment of exclude_layers are moved by Adam, with a decay of their own. Jordan et al. 2024; the
 * factor by size: Liu et al. 2025. */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "kernel.h"
#include "optimizer.h"

typedef struct muon_args {
  knn__optimizer_common common;
  double adam_beta_1, adam_beta_2, adam_weight_decay, epsilon;
  knn_config *exclude_layers;
  bool exclude_embeddings;
  double muon_a, muon_b, muon_c, adam_lr_ratio, momentum;
  int64_t ns_steps;
  bool nesterov;
  double rms_rate;
} muon_args;

static const knn_param params[] = {
    KNN__OPTIMIZER_PARAMS(muon_args, "0.001", "0.004"),
    KNN__PARAM(muon_args, adam_beta_1, KNN_P_FLOAT, "0.9", "Adam's share of the old mean gradient.",
               .min = 0, .max = 1),
    KNN__PARAM(muon_args, adam_beta_2, KNN_P_FLOAT, "0.999", "Adam's share of the old mean square.",
               .min = 0, .max = 1),
    KNN__PARAM(muon_args, adam_weight_decay, KNN_P_FLOAT, "0.004",
               "Weight decay of the weights that Adam moves.", .nullable = true, .min = 0,
               .max = 1e9),
    KNN__PARAM(muon_args, epsilon, KNN_P_FLOAT, "1e-7", "Added to Adam's root.", .min = 0,
               .max = 1e30),
    KNN__PARAM(muon_args, exclude_layers, KNN_P_CONFIG, "null",
               "Fragments of paths: weights that have one are moved by Adam.", .nullable = true),
    KNN__PARAM(muon_args, exclude_embeddings, KNN_P_BOOL, "true",
               "Weights with embedding in their path are moved by Adam."),
    KNN__PARAM(muon_args, muon_a, KNN_P_FLOAT, "3.4445", "a of the iteration."),
    KNN__PARAM(muon_args, muon_b, KNN_P_FLOAT, "-4.7750", "b of the iteration."),
    KNN__PARAM(muon_args, muon_c, KNN_P_FLOAT, "2.0315", "c of the iteration."),
    KNN__PARAM(muon_args, adam_lr_ratio, KNN_P_FLOAT, "1", "Adam's rate as a share of the rate.",
               .min = 0, .max = 1e9),
    KNN__PARAM(muon_args, momentum, KNN_P_FLOAT, "0.95", "Share of the old momentum.", .min = 0,
               .max = 1),
    KNN__PARAM(muon_args, ns_steps, KNN_P_INT, "5", "Rounds of the iteration.", .mark = KNN_COUNT,
               .min = 0, .max = 1000),
    KNN__PARAM(muon_args, nesterov, KNN_P_BOOL, "true", "Look ahead along the momentum."),
    KNN__PARAM(muon_args, rms_rate, KNN_P_FLOAT, "0.2",
               "Size of the step's elements; null = no factor by the matrix's size.",
               .nullable = true, .min = 0, .max = 1e9),
};

enum { MOMENTUM, VELOCITY };

/* ---- which rule moves a weight ---- */

static bool has_embedding(const char *path) {
  static const char word[] = "embedding";
  for (; *path; path++) {
    size_t i = 0;
    while (word[i] && tolower((unsigned char)path[i]) == word[i]) i++;
    if (!word[i]) return true;
  }
  return false;
}

static bool by_adam(const muon_args *a, const knn_variable *v) {
  const knn_config *fragments = a->exclude_layers;
  if (v->value->spec.rank != 2) return true;
  if (a->exclude_embeddings && has_embedding(v->path)) return true;
  for (int i = 0; fragments && i < knn_config_size(fragments); i++)
    if (strstr(v->path, knn_config_get_string(knn_config_at(fragments, i)))) return true;
  return false;
}

static int slots(const void *args, knn__slot_spec specs[KNN__SLOTS]) {
  (void)args;
  specs[MOMENTUM] = (knn__slot_spec){.name = "momentum"};
  specs[VELOCITY] = (knn__slot_spec){.name = "velocity"};
  return 2;
}

static bool slot_shape(const void *args, int slot, const knn_variable *v, knn__spec *shape) {
  (void)shape;
  return slot == MOMENTUM || by_adam(args, v);
}

static double decay(const void *args, const knn_variable *v) {
  const muon_args *a = args;
  return by_adam(a, v) ? a->adam_weight_decay : a->common.weight_decay;
}

/* ---- memory and kernels of the iteration ---- */

/* The three products of one matrix, X of rows x columns with rows <= columns. */
typedef struct products {
  knn__gemm a, square, x; /* A = X X', A A, B X */
  knn__choice run_a, run_square, run_x;
} products;

typedef struct work {
  float *floats; /* X, B X, A, A A of the largest matrix */
  void *scratch; /* of the kernels */
  products *of;  /* one per segment; unused where Adam moves the weight */
} work;

static void sizes(const knn_variable *v, int64_t *rows, int64_t *columns) {
  int64_t m = v->value->spec.dims[0], n = v->value->spec.dims[1];
  *rows = m < n ? m : n;
  *columns = m < n ? n : m;
}

static knn_status choose(knn_ctx *ctx, products *p, int64_t m, int64_t n, size_t *scratch) {
  p->a = (knn__gemm){.dtype = KNN_F32,
                     .trans_b = true,
                     .m = m,
                     .n = m,
                     .k = n,
                     .lda = n,
                     .ldb = n,
                     .ldc = m,
                     .batch = 1};
  p->square = (knn__gemm){
      .dtype = KNN_F32, .m = m, .n = m, .k = m, .lda = m, .ldb = m, .ldc = m, .batch = 1};
  p->x = (knn__gemm){
      .dtype = KNN_F32, .m = m, .n = n, .k = m, .lda = m, .ldb = n, .ldc = n, .batch = 1};
  KNN__TRY(knn__choose(ctx, KNN__GEMM, &p->a, &p->run_a));
  KNN__TRY(knn__choose(ctx, KNN__GEMM, &p->square, &p->run_square));
  KNN__TRY(knn__choose(ctx, KNN__GEMM, &p->x, &p->run_x));
  const size_t each[3] = {p->run_a.scratch, p->run_square.scratch, p->run_x.scratch};
  for (int i = 0; i < 3; i++)
    if (each[i] > *scratch) *scratch = each[i];
  return KNN_OK;
}

static void release(knn_optimizer *o) {
  knn_ctx *ctx = o->base.ctx;
  work *w = o->work;
  for (int i = 0; w->of && i < o->n_segments; i++) {
    knn__choice *each[3] = {&w->of[i].run_a, &w->of[i].run_square, &w->of[i].run_x};
    for (int k = 0; k < 3; k++)
      if (each[k]->kernel) knn__choice_release(ctx, each[k]);
  }
  knn__free(ctx, w->of);
  knn__free(ctx, w->floats);
  knn__free(ctx, w->scratch);
  knn__free(ctx, w);
}

static knn_status prepare(knn_optimizer *o) {
  knn_ctx *ctx = o->base.ctx;
  int64_t floats = 0, rows, columns;
  size_t scratch = 0;
  work *w = o->work = knn__alloc(ctx, sizeof *w);
  if (!w) return KNN_ENOMEM;
  w->of = knn__alloc(ctx, (size_t)o->n_segments * sizeof *w->of);
  if (!w->of) return KNN_ENOMEM;
  for (int i = 0; i < o->n_segments; i++) {
    if (by_adam(knn__optimizer_rule(o)->args, o->segments[i].variable)) continue;
    sizes(o->segments[i].variable, &rows, &columns);
    int64_t need = 2 * rows * columns + 2 * rows * rows;
    if (need > floats) floats = need;
    KNN__TRY(choose(ctx, &w->of[i], rows, columns, &scratch));
  }
  w->floats = knn__alloc_aligned(ctx, (size_t)floats * sizeof *w->floats + 1);
  w->scratch = knn__alloc_aligned(ctx, scratch + 1);
  return w->floats && w->scratch ? KNN_OK : KNN_ENOMEM;
}

/* ---- the rule ---- */

static void multiply(knn_ctx *ctx, knn__gemm *g, const knn__choice *run, const float *a,
                     const float *b, float *c, void *scratch) {
  g->a = a, g->b = b, g->c = c;
  run->kernel->run(ctx, g, run->state, scratch);
}

/* x = a x + b y */
static void combine(int64_t n, float a, float *restrict x, float b, const float *restrict y) {
  for (int64_t i = 0; i < n; i++) x[i] = a * x[i] + b * y[i];
}

static void orthogonalize(knn_ctx *ctx, const muon_args *a, products *p, const work *w) {
  int64_t m = p->x.m, n = p->x.n;
  float *x = w->floats, *y = x + m * n, *gram = y + m * n, *square = gram + m * m;
  for (int64_t i = 0; i < a->ns_steps; i++) {
    multiply(ctx, &p->a, &p->run_a, x, x, gram, w->scratch);
    multiply(ctx, &p->square, &p->run_square, gram, gram, square, w->scratch);
    combine(m * m, (float)a->muon_b, gram, (float)a->muon_c, square);
    multiply(ctx, &p->x, &p->run_x, gram, x, y, w->scratch);
    combine(m * n, (float)a->muon_a, x, 1, y);
  }
}

/* y (columns, rows) = x (rows, columns) transposed */
static void transpose(const float *restrict x, int64_t rows, int64_t columns, float *restrict y) {
  for (int64_t i = 0; i < rows; i++)
    for (int64_t j = 0; j < columns; j++) y[j * rows + i] = x[i * columns + j];
}

static float direct_matrix(const knn_optimizer *o, products *p, const knn__update *u,
                           int64_t rows) {
  const muon_args *a = u->args;
  const work *w = o->work;
  int64_t n = u->rule.n, columns = n > 0 ? n / rows : 0;
  float mu = (float)a->momentum, *g = u->g, *m = u->rule.slot[MOMENTUM], *x = w->floats;
  for (int64_t i = 0; i < n; i++) {
    m[i] += g[i] + m[i] * (mu - 1);
    g[i] = a->nesterov ? g[i] + mu * m[i] : m[i];
  }
  float length = (float)sqrt(u->loops->sum_of_squares(n, g)) + 1e-7f;
  for (int64_t i = 0; i < n; i++) g[i] /= length;
  if (rows > columns)
    transpose(g, rows, columns, x);
  else
    memcpy(x, g, (size_t)n * sizeof *x);
  orthogonalize(o->base.ctx, a, p, w);
  if (rows > columns)
    transpose(x, columns, rows, g);
  else
    memcpy(g, x, (size_t)n * sizeof *x);
  double size = (double)(rows > columns ? rows : columns);
  return (float)(u->rate * (isnan(a->rms_rate) ? 1 : sqrt(size) * a->rms_rate));
}

static float direct_adam(const knn__update *u) {
  const muon_args *a = u->args;
  double t = (double)u->t, rate = u->rate * a->adam_lr_ratio;
  float rest_1 = (float)(1 - a->adam_beta_1), rest_2 = (float)(1 - a->adam_beta_2),
        epsilon = (float)a->epsilon, *g = u->g, *m = u->rule.slot[MOMENTUM],
        *v = u->rule.slot[VELOCITY];
  for (int64_t i = 0; i < u->rule.n; i++) {
    m[i] += (g[i] - m[i]) * rest_1;
    v[i] += (g[i] * g[i] - v[i]) * rest_2;
    g[i] = m[i] / (sqrtf(v[i]) + epsilon);
  }
  return (float)(rate * sqrt(1 - pow(a->adam_beta_2, t)) / (1 - pow(a->adam_beta_1, t)));
}

static float direct(const knn_optimizer *o, const knn__segment *weight, const knn__update *u) {
  const work *w = o->work;
  if (by_adam(u->args, weight->variable)) return direct_adam(u);
  return direct_matrix(o, &w->of[weight - o->segments], u, weight->variable->value->spec.dims[0]);
}

const knn__optimizer_def knn__optimizer_muon = {
    .cls = {.family = "optimizer",
            .name = "Muon",
            .aliases = "muon",
            .summary = "Steps of matrices along an orthogonal matrix near their momentum; Adam for "
                       "the rest.",
            .detail =
                "m = mu m + g; X = (g + mu m) / |g + mu m|; ns_steps times A = X X', X = a X + "
                "(b A + c A A) X; w -= rate rms_rate sqrt(max(rows, columns)) X. Weights that "
                "are no matrices, and embeddings: Adam.",
            .shapes = "gradients -> weights, each as a whole",
            .example = "local optimizer = knn.optimizers.Muon{learning_rate = 0.02}",
            .source =
                "Jordan et al. 2024, Muon; Liu et al. 2025, Muon is scalable for LLM training",
            .see = "AdamW|SGD",
            KNN__PARAMS(params, muon_args)},
    .slots = slots,
    .slot_shape = slot_shape,
    .decay = decay,
    .prepare = prepare,
    .release = release,
    .direct = direct,
};
