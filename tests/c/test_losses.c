/* test_losses.c - losses against numbers observed in Keras 3 (spec keras-training.md 1.2 to 1.4),
 * their gradients against central differences in double, and stability at the ends. */
#include "testing.h"

#include <math.h>

#include "grad.h"
#include "loss.h"

static knn_value *values(knn_ctx *ctx, knn_dtype type, int rank, const int64_t *dims,
                         const double *x) {
  knn_tensor *t;
  knn_value *v;
  assert_ok(ctx, knn_tensor_new(ctx, type, rank, dims, &t));
  for (int64_t i = 0; i < knn_tensor_size(t); i++) knn_tensor_set(t, i, x[i]);
  assert_ok(ctx, knn_value_from(t, &v));
  knn_tensor_release(t);
  return v;
}

static knn_loss *make(knn_ctx *ctx, const char *name, const char *options) {
  knn_config *config;
  knn_object *object;
  assert_ok(ctx, knn_config_parse(ctx, options, &config));
  assert_ok(ctx, knn_object_new(ctx, "loss", name, config, &object));
  knn_config_release(config);
  return (knn_loss *)object;
}

static double evaluate(knn_ctx *ctx, knn_loss *loss, knn_value *t, knn_value *p, knn_value *w) {
  knn__scope s;
  knn__scope_begin(&s, ctx);
  knn_value *v = knn__loss_value(loss, &s, t, p, w);
  assert_ok(ctx, s.status);
  double result = knn_tensor_get(v->tensor, 0);
  assert_ok(ctx, knn__scope_end(&s));
  return result;
}

typedef struct loss_case {
  const char *name, *options;
  int rank;
  int64_t t_dims[3], p_dims[3];
  double t[8], p[8], expected;
} loss_case;

#define PAIR                         \
  2, {2, 2}, {2, 2}, {0, 1, 0, 0}, { \
    .6, .4, .4, .6                   \
  }
static const loss_case cases[] = {
    {"mean_squared_error", "", PAIR, .31},
    {"mae", "", PAIR, .55},
    {"mape", "", PAIR, 4e8 / 16 * 16},
    {"msle", "", PAIR, .17055929},
    {"CosineSimilarity", "", PAIR, -.2773501},
    {"huber", "", PAIR, .155},
    {"log_cosh", "", PAIR, .14708981},
    {"hinge", "", PAIR, 1.3},
    {"squared_hinge", "", PAIR, 1.86},
    {"categorical_hinge", "", PAIR, 1.4},
    {"kl_divergence", "", PAIR, .45814306},
    {"poisson", "", PAIR, .72907263},
    {"bce", "", PAIR, .81492448},
    {"categorical_crossentropy", "", PAIR, .45814535},
    {"bce", "label_smoothing=.2", 2, {1, 2}, {1, 2}, {0, 1}, {.6, .4}, .87574422},
    {"categorical_crossentropy",
     "label_smoothing=.2",
     2,
     {1, 3},
     {1, 3},
     {0, 1, 0},
     {.05, .95, 0},
     1.31870949},
    {"categorical_crossentropy",
     "from_logits=true",
     2,
     {1, 3},
     {1, 3},
     {0, 1, 0},
     {1, 2, 3},
     1.40760600},
    {"sparse_categorical_crossentropy",
     "from_logits=true",
     1,
     {1},
     {1, 3},
     {1},
     {1, 2, 3},
     1.40760600},
    {"bce", "from_logits=true", 2, {1, 2}, {1, 2}, {0, 1}, {-2, 3}, .08775767},
    {"sparse_categorical_crossentropy",
     "ignore_class=-1",
     1,
     {3},
     {3, 2},
     {0, -1, 1},
     {.9, .1, .5, .5, .2, .8},
     .16425204},
    {"sparse_categorical_crossentropy",
     "",
     1,
     {3},
     {3, 2},
     {0, 1, 1},
     {.9, .1, .5, .5, .2, .8},
     .34055042},
    {"sparse_categorical_crossentropy",
     "",
     2,
     {3, 1},
     {3, 2},
     {0, 1, 1},
     {.9, .1, .5, .5, .2, .8},
     .34055042},
    {"sparse_categorical_crossentropy",
     "axis=1",
     2,
     {1, 2},
     {1, 2, 2},
     {0, 1},
     {.5, .25, .5, .75},
     .49041462},
};

static void losses_give_keras_numbers(void **state) {
  knn_ctx *ctx = *state;
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    const loss_case *k = &cases[c];
    int p_rank = k->rank == 1 ? 2 : k->p_dims[2] ? 3 : 2;
    knn_loss *loss = make(ctx, k->name, k->options);
    knn_value *t = values(ctx, KNN_F32, k->rank, k->t_dims, k->t),
              *p = values(ctx, KNN_F32, p_rank, k->p_dims, k->p);
    double got = evaluate(ctx, loss, t, p, NULL);
    if (fabs(got - k->expected) > 2e-6 * fmax(1, fabs(k->expected)))
      fail_msg("%s{%s} is %.9g, Keras gives %.9g", k->name, k->options, got, k->expected);
    knn_value_release(t);
    knn_value_release(p);
    knn_object_release(&loss->base);
  }
}

static void gradients_match_differences(void **state) {
  knn_ctx *ctx = *state;
  static const double t[6] = {.2, .7, .1, .5, .25, .25}, p[6] = {.3, .45, .35, .15, .6, .35},
                      labels[2] = {2, 0};
  for (int i = 0; i < knn__family_loss.n; i++) {
    const knn__loss_def *def = (const knn__loss_def *)knn__family_loss.classes[i];
    bool logits = strstr(def->cls.name, "rossentropy") != NULL;
    int sequence = strcmp(def->cls.name, "CTC") == 0; /* one axis more */
    for (int variant = 0; variant <= logits; variant++) {
      knn_loss *loss = make(ctx, def->cls.name, variant ? "from_logits=true" : "");
      knn_value *y = def->labels
                         ? values(ctx, KNN_I32, 1 + sequence, &(int64_t[]){1, 2}[!sequence], labels)
                         : values(ctx, KNN_F64, 2, (int64_t[]){2, 3}, t);
      knn_value *dx, *x = values(ctx, KNN_F64, 2 + sequence, &(int64_t[]){1, 2, 3}[!sequence], p);
      knn_tape *tape;
      knn__scope s;
      knn__scope_begin(&s, ctx);
      assert_ok(ctx, knn_tape_begin(ctx, &tape));
      knn_value *v = knn__loss_value(loss, &s, y, x, NULL);
      assert_ok(ctx, s.status);
      assert_ok(ctx, knn_tape_gradient(tape, v, &x, 1, &dx));
      knn_tape_end(tape);
      assert_ok(ctx, knn__scope_end(&s));
      for (int64_t k = 0; k < 6; k++) {
        double h = 1e-6, at = p[k], up, down;
        knn_tensor_set(x->tensor, k, at + h);
        up = evaluate(ctx, loss, y, x, NULL);
        knn_tensor_set(x->tensor, k, at - h);
        down = evaluate(ctx, loss, y, x, NULL);
        knn_tensor_set(x->tensor, k, at);
        double expected = (up - down) / (2 * h), got = knn_tensor_get(dx->tensor, k);
        if (fabs(got - expected) > 1e-6 * fmax(1, fabs(expected)))
          fail_msg("%s: d/dp[%d] is %.9g, differences give %.9g", def->cls.name, (int)k, got,
                   expected);
      }
      knn_value_release(dx);
      knn_value_release(x);
      knn_value_release(y);
      knn_object_release(&loss->base);
    }
  }
}

/* mse losses [.36, .26] with weights [1, 0]; reductions of spec 1.2. */
static void weights_and_reductions(void **state) {
  knn_ctx *ctx = *state;
  static const struct {
    const char *reduction;
    double expected;
  } rows[] = {{"reduction=sum_over_batch_size", .18},
              {"reduction=mean", .18},
              {"reduction=mean_with_sample_weight", .36},
              {"reduction=sum", .36}};
  static const double t[4] = {0, 1, 0, 0}, p[4] = {.6, .4, .4, .6}, w[2] = {1, 0};
  for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
    knn_loss *loss = make(ctx, "mse", rows[r].reduction);
    knn_value *y = values(ctx, KNN_F32, 2, (int64_t[]){2, 2}, t),
              *x = values(ctx, KNN_F32, 2, (int64_t[]){2, 2}, p);
    knn_value *weight = values(ctx, KNN_F32, 1, (int64_t[]){2}, w);
    assert_true(fabs(evaluate(ctx, loss, y, x, weight) - rows[r].expected) < 1e-6);
    knn_value_release(y);
    knn_value_release(x);
    knn_value_release(weight);
    knn_object_release(&loss->base);
  }
}

static void cross_entropies_stay_finite_at_the_ends(void **state) {
  knn_ctx *ctx = *state;
  static const double t[4] = {1, 0, 0, 1}, ends[4] = {0, 1, 1, 0}, huge[4] = {-1e4, 1e4, 1e4, -1e4};
  static const char *const names[] = {"bce", "categorical_crossentropy", "kl_divergence",
                                      "poisson"};
  for (int n = 0; n < 4; n++)
    for (int logits = 0; logits < (n < 2 ? 2 : 1); logits++) {
      knn_loss *loss = make(ctx, names[n], logits ? "from_logits=true" : "");
      knn_value *y = values(ctx, KNN_F32, 2, (int64_t[]){2, 2}, t),
                *x = values(ctx, KNN_F32, 2, (int64_t[]){2, 2}, logits ? huge : ends), *dx;
      knn_tape *tape;
      knn__scope s;
      knn__scope_begin(&s, ctx);
      assert_ok(ctx, knn_tape_begin(ctx, &tape));
      knn_value *v = knn__loss_value(loss, &s, y, x, NULL);
      assert_ok(ctx, s.status);
      assert_true(isfinite(knn_tensor_get(v->tensor, 0)));
      assert_ok(ctx, knn_tape_gradient(tape, v, &x, 1, &dx));
      for (int64_t k = 0; k < 4; k++) assert_true(isfinite(knn_tensor_get(dx->tensor, k)));
      knn_tape_end(tape);
      assert_ok(ctx, knn__scope_end(&s));
      knn_value_release(dx);
      knn_value_release(x);
      knn_value_release(y);
      knn_object_release(&loss->base);
    }
}

/* A row of zeros, as padding makes, is no distribution; ignored, it must spoil neither the loss nor
 * the gradient. */
static void ignored_rows_bring_in_nothing(void **state) {
  knn_ctx *ctx = *state;
  static const double t[3] = {0, 9, 1}, p[6] = {.9, .1, 0, 0, .2, .8};
  static const double expected[6] = {-1 / (2 * .9) + .5, .5, 0, 0, .5, -1 / (2 * .8) + .5};
  knn_loss *loss = make(ctx, "sparse_categorical_crossentropy", "ignore_class=9");
  knn_value *y = values(ctx, KNN_I32, 1, (int64_t[]){3}, t),
            *x = values(ctx, KNN_F64, 2, (int64_t[]){3, 2}, p), *dx;
  knn_tape *tape;
  knn__scope s;
  knn__scope_begin(&s, ctx);
  assert_ok(ctx, knn_tape_begin(ctx, &tape));
  knn_value *v = knn__loss_value(loss, &s, y, x, NULL);
  assert_ok(ctx, s.status);
  assert_true(fabs(knn_tensor_get(v->tensor, 0) + (log(.9) + log(.8)) / 2) < 1e-12);
  assert_ok(ctx, knn_tape_gradient(tape, v, &x, 1, &dx));
  for (int64_t k = 0; k < 6; k++)
    assert_true(fabs(knn_tensor_get(dx->tensor, k) - expected[k]) < 1e-12);
  knn_tape_end(tape);
  assert_ok(ctx, knn__scope_end(&s));
  assert_true(knn__loss_ignored_label(loss) == 9);
  knn_value_release(dx);
  knn_value_release(x);
  knn_value_release(y);
  knn_object_release(&loss->base);
}

/* Losses (2, 2) with one weight per sample: it reaches both elements of the row. */
static void sample_weights_reach_the_whole_row(void **state) {
  knn_ctx *ctx = *state;
  static const double t[8] = {0}, p[8] = {1, 1, 2, 2, 3, 3, 4, 4}, w[2] = {1, 10};
  knn_loss *loss = make(ctx, "mae", "reduction=sum");
  knn_value *y = values(ctx, KNN_F32, 3, (int64_t[]){2, 2, 2}, t),
            *x = values(ctx, KNN_F32, 3, (int64_t[]){2, 2, 2}, p);
  knn_value *flat = values(ctx, KNN_F32, 1, (int64_t[]){2}, w),
            *column = values(ctx, KNN_F32, 2, (int64_t[]){2, 1}, w);
  assert_true(evaluate(ctx, loss, y, x, flat) == 1 + 2 + 30 + 40);
  assert_true(evaluate(ctx, loss, y, x, column) == 1 + 2 + 30 + 40);
  knn_value_release(y);
  knn_value_release(x);
  knn_value_release(flat);
  knn_value_release(column);
  knn_object_release(&loss->base);
}

static void mistakes_are_named(void **state) {
  knn_ctx *ctx = *state;
  static const double zeros[12] = {0};
  static const struct {
    const char *name, *options;
    int rank;
    int64_t t[2], p[2];
    const char *message;
  } rows[] = {
      {"mse",
       "",
       2,
       {4, 1},
       {4, 3},
       "loss MeanSquaredError: y_true has shape (4, 1), but y_pred has shape (4, 3); they must "
       "agree"},
      {"mse", "", 1, {4}, {4, 3}, "y_true has shape (4,), but y_pred has shape (4, 3)"},
      {"categorical_crossentropy",
       "",
       1,
       {4},
       {4, 3},
       "loss CategoricalCrossentropy: y_true has shape (4,), but y_pred"},
      {"sparse_categorical_crossentropy",
       "",
       2,
       {4, 3},
       {4, 3},
       "one-hot targets go with categorical_crossentropy"},
      {"categorical_crossentropy",
       "axis=2",
       2,
       {4, 3},
       {4, 3},
       "axis 2 is outside of y_pred's shape (4, 3)"},
  };
  for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
    knn_loss *loss = make(ctx, rows[r].name, rows[r].options);
    knn_value *y = values(ctx, KNN_F32, rows[r].rank, rows[r].t, zeros),
              *x = values(ctx, KNN_F32, 2, rows[r].p, zeros);
    knn__scope s;
    knn__scope_begin(&s, ctx);
    assert_null(knn__loss_value(loss, &s, y, x, NULL));
    assert_true(knn__scope_end(&s) == KNN_ESHAPE || strstr(rows[r].message, "axis"));
    assert_string_contains(knn_ctx_error(ctx), rows[r].message);
    knn_value_release(y);
    knn_value_release(x);
    knn_object_release(&loss->base);
  }
}

static knn_status twice_the_error(void *self, knn_value *y_true, knn_value *y_pred,
                                  knn_value **out) {
  knn__scope s;
  *(int *)self += 1;
  knn__scope_begin(&s, y_pred->ctx);
  knn_value *d = knn__subtract(&s, y_pred, y_true);
  *out = knn__add(&s, d, d);
  if (*out) knn_value_retain(*out);
  return knn__scope_end(&s);
}

static void freed(void *self) {
  *(int *)self += 100;
}

static void a_host_may_bring_its_own(void **state) {
  knn_ctx *ctx = *state;
  int calls = 0;
  knn_loss *loss;
  static const double t[2] = {1, 2}, p[2] = {2, 4};
  assert_ok(ctx, knn__loss_custom(ctx, "twice", twice_the_error, &calls, freed, &loss));
  knn_value *y = values(ctx, KNN_F32, 2, (int64_t[]){2, 1}, t),
            *x = values(ctx, KNN_F32, 2, (int64_t[]){2, 1}, p);
  assert_true(evaluate(ctx, loss, y, x, NULL) == 3);
  knn_value_release(y);
  knn_value_release(x);
  knn_object_release(&loss->base);
  assert_int_equal(calls, 101);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      knn_test(losses_give_keras_numbers),
      knn_test(gradients_match_differences),
      knn_test(weights_and_reductions),
      knn_test(cross_entropies_stay_finite_at_the_ends),
      knn_test(a_host_may_bring_its_own),
      knn_test(ignored_rows_bring_in_nothing),
      knn_test(sample_weights_reach_the_whole_row),
      knn_test(mistakes_are_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
