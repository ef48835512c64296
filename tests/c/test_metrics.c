/* test_metrics.c - streaming metrics against numbers observed in Keras 3 (spec keras-training.md
 * section 2), batch by batch, eager and in a plan; resolution of "accuracy"; messages. */
#include "testing.h"

#include <math.h>

#include "graph.h"
#include "metric.h"
#include "plan.h"

enum { ROOM = 24 };

typedef struct array {
  int rank;
  int64_t dims[3];
  float v[ROOM];
} array;

static knn_value *value(knn_ctx *ctx, const array *a, knn_dtype type) {
  knn_tensor *t, *cast;
  knn_value *v;
  assert_ok(ctx, knn_tensor_from(ctx, KNN_F32, a->rank, a->dims, a->v, &t));
  assert_ok(ctx, knn_tensor_cast(t, type, &cast));
  assert_ok(ctx, knn_value_from(cast, &v));
  knn_tensor_release(t);
  knn_tensor_release(cast);
  return v;
}

static void feed(knn_metric *m, knn_ctx *ctx, const array *t, const array *p, const array *w,
                 knn_dtype labels) {
  knn_value *y_true = t && t->rank ? value(ctx, t, labels) : NULL, *y_pred = value(ctx, p, KNN_F32);
  knn_value *weights = w && w->rank ? value(ctx, w, KNN_F32) : NULL;
  assert_ok(ctx, knn_metric_update(m, y_true, y_pred, weights));
  knn_value_release(y_true);
  knn_value_release(y_pred);
  knn_value_release(weights);
}

#define PAIR                   \
  {2, {2, 2}, {0, 1, 0, 0}}, { \
    2, {2, 2}, {               \
      .6f, .4f, .4f, .6f       \
    }                          \
  }
#define SCORES              \
  {1, {4}, {0, 0, 1, 1}}, { \
    1, {4}, {               \
      0, .5f, .3f, .9f      \
    }                       \
  }

static const struct {
  const char *name, *options;
  array t, p, w;
  int n;
  double expected[3];
} cases[] = {
    {"Mean", "", {0}, {2, {2, 3}, {1, 2, 3, 4, 5, 6}}, {0}, 1, {3.5}},
    {"Mean", "", {0}, {2, {2, 3}, {1, 2, 3, 4, 5, 6}}, {1, {2}, {1, 3}}, 1, {4.25}},
    {"Mean", "", {0}, {2, {2, 3}, {1, 2, 3, 4, 5, 6}}, {2, {2, 3}, {1, 0, 0, 1, 1, 1}}, 1, {4}},
    {"Sum", "", {0}, {2, {2, 3}, {1, 2, 3, 4, 5, 6}}, {1, {2}, {1, 3}}, 1, {51}},
    {"accuracy", "", {2, {4, 1}, {1, 2, 3, 4}}, {2, {4, 1}, {0, 2, 3, 4}}, {0}, 1, {.75}},
    {"accuracy",
     "",
     {2, {4, 1}, {1, 2, 3, 4}},
     {2, {4, 1}, {0, 2, 3, 4}},
     {1, {4}, {1, 1, 0, 0}},
     1,
     {.5}},
    {"BinaryAccuracy",
     "",
     {2, {4, 1}, {1, 1, 0, 0}},
     {2, {4, 1}, {.98f, 1, 0, .6f}},
     {0},
     1,
     {.75}},
    {"BinaryAccuracy", "", {1, {2}, {1, 0}}, {2, {2, 1}, {.5f, .5f}}, {0}, 1, {.5}},
    {"CategoricalAccuracy",
     "",
     {2, {2, 3}, {0, 0, 1, 0, 1, 0}},
     {2, {2, 3}, {.1f, .9f, .8f, .05f, .95f, 0}},
     {0},
     1,
     {.5}},
    {"CategoricalAccuracy",
     "",
     {2, {2, 3}, {0, 0, 1, 0, 1, 0}},
     {2, {2, 3}, {.1f, .9f, .8f, .05f, .95f, 0}},
     {1, {2}, {.7f, .3f}},
     1,
     {.3}},
    {"sparse_categorical_accuracy",
     "",
     {1, {2}, {2, 1}},
     {2, {2, 3}, {.1f, .6f, .3f, .05f, .95f, 0}},
     {0},
     1,
     {.5}},
    {"sparse_categorical_accuracy",
     "",
     {2, {2, 1}, {2, 1}},
     {2, {2, 3}, {.1f, .6f, .3f, .05f, .95f, 0}},
     {1, {2}, {.7f, .3f}},
     1,
     {.3}},
    {"top_k_categorical_accuracy",
     "k=1",
     {2, {2, 3}, {0, 0, 1, 0, 1, 0}},
     {2, {2, 3}, {.1f, .9f, .8f, .05f, .95f, 0}},
     {0},
     1,
     {.5}},
    {"top_k_categorical_accuracy",
     "k=2",
     {2, {2, 3}, {0, 0, 1, 0, 1, 0}},
     {2, {2, 3}, {.1f, .9f, .8f, .05f, .95f, 0}},
     {0},
     1,
     {1}},
    {"sparse_top_k_categorical_accuracy",
     "k=1",
     {1, {1}, {1}},
     {2, {1, 3}, {.5f, .5f, 0}},
     {0},
     1,
     {1}},
    {"sparse_top_k_categorical_accuracy",
     "k=1",
     {1, {1}, {2}},
     {2, {1, 3}, {.5f, .5f, NAN}},
     {0},
     1,
     {0}},
    {"sparse_top_k_categorical_accuracy",
     "k=2, from_sorted_ids=true",
     {1, {2}, {2, 1}},
     {2, {2, 3}, {1, 0, 2, 0, 1, 2}},
     {0},
     1,
     {.5}},
    {"mse", "", PAIR, {0}, 1, {.31}},
    {"mae", "", PAIR, {0}, 1, {.55}},
    {"msle", "", PAIR, {0}, 1, {.17055929}},
    {"LogCoshError", "", PAIR, {0}, 1, {.14708981}},
    {"CosineSimilarity", "", PAIR, {0}, 1, {.2773501}},
    {"Hinge", "", PAIR, {0}, 1, {1.3}},
    {"SquaredHinge", "", PAIR, {0}, 1, {1.86}},
    {"CategoricalHinge", "", PAIR, {0}, 1, {1.4}},
    {"KLDivergence", "", PAIR, {0}, 1, {.45814306}},
    {"Poisson", "", PAIR, {0}, 1, {.72907263}},
    {"BinaryCrossentropy", "", PAIR, {0}, 1, {.81492448}},
    {"CategoricalCrossentropy", "", PAIR, {0}, 1, {.45814535}},
    {"SparseCategoricalCrossentropy",
     "",
     {1, {3}, {0, 1, 1}},
     {2, {3, 2}, {.9f, .1f, .5f, .5f, .2f, .8f}},
     {0},
     1,
     {.34055042}},
    {"SparseCategoricalCrossentropy",
     "from_logits=true",
     {1, {1}, {1}},
     {2, {1, 3}, {1, 2, 3}},
     {0},
     1,
     {1.40760600}},
    {"RootMeanSquaredError",
     "",
     {2, {2, 2}, {0, 1, 0, 0}},
     {2, {2, 2}, {1, 1, 0, 0}},
     {0},
     1,
     {.5}},
    {"Precision", "", {1, {4}, {0, 1, 1, 1}}, {1, {4}, {1, 0, 1, 1}}, {0}, 1, {.6666667}},
    {"Precision",
     "thresholds=[0.3, 0.7]",
     {1, {4}, {0, 1, 1, 1}},
     {1, {4}, {.5f, .2f, .8f, .9f}},
     {0},
     2,
     {.6666667, 1}},
    {"Precision", "", {1, {2}, {1, 1}}, {1, {2}, {.5f, .6f}}, {1, {2}, {3, 1}}, 1, {1}},
    {"Precision",
     "top_k=1",
     {2, {2, 3}, {0, 1, 0, 1, 0, 0}},
     {2, {2, 3}, {.1f, .4f, .2f, .3f, .1f, .4f}},
     {0},
     1,
     {.5}},
    {"Recall",
     "class_id=1",
     {2, {3, 3}, {0, 1, 0, 0, 1, 0, 1, 0, 0}},
     {2, {3, 3}, {.1f, .8f, .1f, .6f, .3f, .1f, .2f, .7f, .1f}},
     {0},
     1,
     {.5}},
    {"Recall",
     "thresholds=[0, 0.5, 1]",
     {1, {4}, {0, 1, 1, 1}},
     {1, {4}, {.5f, 0, .8f, 1}},
     {0},
     3,
     {.6666667, .6666667, 0}},
    {"TruePositives",
     "",
     {1, {4}, {0, 1, 1, 1}},
     {1, {4}, {1, 0, 1, 1}},
     {1, {4}, {0, 0, 1, 0}},
     1,
     {1}},
    {"FalsePositives",
     "",
     {1, {4}, {0, 1, 0, 0}},
     {1, {4}, {0, 0, 1, 1}},
     {1, {4}, {0, 0, 1, 0}},
     1,
     {1}},
    {"FalseNegatives", "", {1, {4}, {0, 1, 1, 1}}, {1, {4}, {0, 1, 0, 0}}, {0}, 1, {2}},
    {"TrueNegatives", "", {1, {4}, {0, 1, 0, 0}}, {1, {4}, {1, 1, 0, 0}}, {0}, 1, {2}},
    {"AUC", "num_thresholds=3, curve=ROC, summation_method=interpolation", SCORES, {0}, 1, {0.75}},
    {"AUC", "num_thresholds=3, curve=ROC, summation_method=minoring", SCORES, {0}, 1, {0.5}},
    {"AUC", "num_thresholds=3, curve=ROC, summation_method=majoring", SCORES, {0}, 1, {1}},
    {"AUC",
     "num_thresholds=3, curve=PR, summation_method=interpolation",
     SCORES,
     {0},
     1,
     {0.8206993937}},
    {"AUC", "num_thresholds=3, curve=PR, summation_method=minoring", SCORES, {0}, 1, {0.25}},
    {"AUC", "num_thresholds=3, curve=PR, summation_method=majoring", SCORES, {0}, 1, {1}},
    {"AUC",
     "num_thresholds=3, curve=PRGAIN, summation_method=interpolation",
     SCORES,
     {0},
     1,
     {0.5}},
    {"AUC", "num_thresholds=3, curve=PRGAIN, summation_method=minoring", SCORES, {0}, 1, {0}},
    {"AUC", "num_thresholds=3, curve=PRGAIN, summation_method=majoring", SCORES, {0}, 1, {1}},
    {"AUC",
     "num_thresholds=200, curve=ROC, summation_method=interpolation",
     SCORES,
     {0},
     1,
     {0.75}},
    {"AUC", "num_thresholds=200, curve=ROC, summation_method=minoring", SCORES, {0}, 1, {0.75}},
    {"AUC", "num_thresholds=200, curve=ROC, summation_method=majoring", SCORES, {0}, 1, {0.75}},
    {"AUC",
     "num_thresholds=200, curve=PR, summation_method=interpolation",
     SCORES,
     {0},
     1,
     {0.79726744}},
    {"AUC", "num_thresholds=200, curve=PR, summation_method=minoring", SCORES, {0}, 1, {0.25}},
    {"AUC",
     "num_thresholds=200, curve=PR, summation_method=majoring",
     SCORES,
     {0},
     1,
     {0.83333337}},
    {"AUC",
     "num_thresholds=200, curve=PRGAIN, summation_method=interpolation",
     SCORES,
     {0},
     1,
     {0.25}},
    {"AUC", "num_thresholds=200, curve=PRGAIN, summation_method=minoring", SCORES, {0}, 1, {0}},
    {"AUC", "num_thresholds=200, curve=PRGAIN, summation_method=majoring", SCORES, {0}, 1, {0.5}},
    {"AUC", "thresholds=[0.5]", SCORES, {0}, 1, {.75}},
    {"AUC", "", SCORES, {1, {4}, {1, 0, 0, 1}}, 1, {1}},
};

static void metrics_give_keras_numbers(void **state) {
  knn_ctx *ctx = *state;
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    knn_metric *m;
    assert_ok(ctx, knn_metric_new(ctx, cases[c].name, cases[c].options, &m));
    assert_true(knn_metric_result(m) == 0);
    for (int round = 0; round < 2; round++) { /* the second after a reset */
      feed(m, ctx, &cases[c].t, &cases[c].p, &cases[c].w, KNN_F32);
      assert_int_equal(knn_metric_size(m), cases[c].n);
      for (int i = 0; i < cases[c].n; i++)
        if (fabs(knn_metric_result_at(m, i) - cases[c].expected[i]) > 2e-7)
          fail_msg("%s{%s} (row %zu): result %d is %.9g, Keras gives %.9g", cases[c].name,
                   cases[c].options, c, i, knn_metric_result_at(m, i), cases[c].expected[i]);
      knn_metric_reset(m);
      assert_true(knn_metric_result(m) == 0);
    }
    knn_metric_release(m);
  }
}

static void batches_add_up(void **state) {
  knn_ctx *ctx = *state;
  static const array t[2] = {{1, {3}, {0, 2, 1}}, {1, {1}, {1}}};
  static const array p[2] = {{2, {3, 3}, {.8f, .1f, .1f, .3f, .4f, .3f, .2f, .5f, .3f}},
                             {2, {1, 3}, {.1f, .6f, .3f}}};
  knn_metric *m;
  assert_ok(ctx, knn_metric_new(ctx, "SparseCategoricalAccuracy", NULL, &m));
  feed(m, ctx, &t[0], &p[0], NULL, KNN_I32);
  assert_true(fabs(knn_metric_result(m) - 2.0 / 3) < 1e-6);
  feed(m, ctx, &t[1], &p[1], NULL, KNN_U8);
  assert_true(knn_metric_result(m) == 0.75);
  assert_int_equal(knn_metric_direction(m), 1);
  assert_string_equal(knn_object_name(knn_metric_object(m)), "sparse_categorical_accuracy");
  knn_metric_release(m);
}

static void fill_input(knn__plan *plan, knn_value *input, const array *a) {
  const knn__buf *buffer = knn__plan_buffer(plan, input);
  memcpy(buffer->data, a->v, (size_t)buffer->n * sizeof(float));
}

/* The update of every case recorded once and run twice gives what two eager updates give, to the
 * bit, on one thread and on three. */
static void plans_update_as_eager_code_does(void **state) {
  knn_ctx *ctx = *state;
  for (size_t c = 0; c < 2 * sizeof cases / sizeof *cases; c++) {
    const array *arrays[3] = {&cases[c / 2].t, &cases[c / 2].p, &cases[c / 2].w};
    knn_metric *planned, *eager;
    knn_graph *g;
    knn__plan *plan;
    knn_value *in[3] = {0};
    knn__scope s;
    knn_ctx_set_threads(ctx, c % 2 ? 3 : 1);
    assert_ok(ctx, knn_metric_new(ctx, cases[c / 2].name, cases[c / 2].options, &planned));
    assert_ok(ctx, knn_metric_new(ctx, cases[c / 2].name, cases[c / 2].options, &eager));
    assert_ok(ctx, knn__graph_new(ctx, &g));
    for (int i = 0; i < 3; i++) {
      knn__spec spec = {.dtype = KNN_F32, .rank = arrays[i]->rank};
      memcpy(spec.dims, arrays[i]->dims, sizeof arrays[i]->dims);
      if (spec.rank) assert_ok(ctx, knn__graph_input(g, &spec, &in[i]));
    }
    knn__scope_begin(&s, ctx);
    knn_graph *before = knn__trace_begin(g);
    knn__metric_update(planned, &s, in[0], in[1], in[2]);
    knn__trace_end(ctx, before);
    assert_ok(ctx, knn__scope_end(&s));
    assert_ok(ctx, knn__plan_new(g, NULL, 0, &plan));
    for (uint32_t run = 0; run < 2; run++) {
      for (int i = 0; i < 3; i++)
        if (in[i]) fill_input(plan, in[i], arrays[i]);
      assert_ok(ctx, knn__plan_run(plan, run));
      feed(eager, ctx, arrays[0], arrays[1], arrays[2], KNN_F32);
    }
    for (int i = 0; i < planned->n_states; i++) {
      const knn_tensor *a = knn__variable_tensor(planned->states[i]),
                       *b = knn__variable_tensor(eager->states[i]);
      assert_memory_equal(knn_tensor_data(a), knn_tensor_data(b), knn_tensor_bytes(a));
    }
    knn__plan_release(plan);
    knn__graph_release(g);
    knn_metric_release(planned);
    knn_metric_release(eager);
  }
}

static void accuracy_is_chosen_by_shapes(void **state) {
  (void)state;
  static const struct {
    knn__spec t, p;
    const char *expected;
  } rows[] = {
      {{KNN_F32, 2, {4, 1}}, {KNN_F32, 2, {4, 1}}, "Binary"},
      {{KNN_F32, 1, {4}}, {KNN_F32, 2, {4, 1}}, "Binary"},
      {{KNN_F32, 2, {4, 3}}, {KNN_F32, 2, {4, 3}}, "Categorical"},
      {{KNN_F32, 1, {4}}, {KNN_F32, 2, {4, 3}}, "SparseCategorical"},
      {{KNN_F32, 2, {4, 1}}, {KNN_F32, 2, {4, 3}}, "SparseCategorical"},
      {{KNN_F32, 2, {4, 2}}, {KNN_F32, 3, {4, 2, 3}}, "SparseCategorical"},
      {{KNN_F32, 3, {4, 2, 1}}, {KNN_F32, 3, {4, 2, 3}}, "SparseCategorical"},
      {{KNN_F32, 3, {4, 2, 3}}, {KNN_F32, 3, {4, 2, 3}}, "Categorical"},
      {{KNN_F32, 2, {4, 3}}, {KNN_F32, 2, {4, 1}}, "Binary"},
  };
  for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
    for (int k = 0; k < 4; k++) {
      static const char *const given[4] = {"accuracy", "Acc", "crossentropy", "CE"};
      char name[64];
      snprintf(name, sizeof name, "%s%s", rows[r].expected, k < 2 ? "Accuracy" : "Crossentropy");
      assert_string_equal(knn__metric_for_shapes(given[k], &rows[r].t, &rows[r].p), name);
    }
}

static void mistakes_are_named(void **state) {
  knn_ctx *ctx = *state;
  knn_metric *m = NULL;
  assert_int_equal(knn_metric_new(ctx, "BinaryAcuracy", NULL, &m), KNN_EARG);
  assert_string_contains(knn_ctx_error(ctx),
                         "unknown metric 'BinaryAcuracy'; did you mean 'BinaryAccuracy'");
  assert_int_equal(knn_metric_new(ctx, "BinaryAccuracy", "treshold=0.5", &m), KNN_EARG);
  assert_string_contains(knn_ctx_error(ctx),
                         "BinaryAccuracy: unknown option 'treshold'; did you mean 'threshold'?");
  assert_null(m);
  assert_int_equal(knn_metric_new(ctx, "Precision", "thresholds=[0.5, 2]", &m), KNN_EARG);
  assert_string_contains(knn_ctx_error(ctx), "Precision: thresholds must lie in [0, 1], got 2");
  assert_int_equal(knn_metric_new(ctx, "AUC", "num_labels=2", &m), KNN_EARG);
  assert_int_equal(knn_metric_new(ctx, "AUC", "num_thresholds=1", &m), KNN_EARG);
  assert_ok(ctx, knn_metric_new(ctx, "CategoricalAccuracy", "name=right", &m));
  static const array t = {1, {4}, {0}}, p = {2, {5, 3}, {0}};
  knn_value *y_true = value(ctx, &t, KNN_F32), *y_pred = value(ctx, &p, KNN_F32);
  assert_int_equal(knn_metric_update(m, y_true, y_pred, NULL), KNN_ESHAPE);
  assert_string_contains(knn_ctx_error(ctx), "metric right: ");
  knn_value_release(y_true);
  knn_value_release(y_pred);
  knn_metric_release(m);
}

static bool freed;

static knn_status square_error(void *self, knn_value *y_true, knn_value *y_pred, knn_value **out) {
  knn__scope s;
  (void)self;
  knn__scope_begin(&s, y_true->ctx);
  *out = knn__square(&s, knn__subtract(&s, y_true, y_pred));
  if (*out) knn_value_retain(*out);
  return knn__scope_end(&s);
}

static void free_self(void *self) {
  freed = self == &freed;
}

static void a_host_may_bring_its_own(void **state) {
  knn_ctx *ctx = *state;
  static const array t = {2, {2, 2}, {1, 2, 3, 4}}, p = {2, {2, 2}, {1, 1, 1, 1}};
  knn_metric *m;
  assert_ok(ctx, knn__metric_custom(ctx, "my_error", square_error, &freed, free_self, &m));
  feed(m, ctx, &t, &p, NULL, KNN_F32);
  assert_true(knn_metric_result(m) == 14.0 / 4);
  assert_string_equal(knn_object_name(knn_metric_object(m)), "my_error");
  knn_metric_release(m);
  assert_true(freed);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      knn_test(metrics_give_keras_numbers),   knn_test(batches_add_up),
      knn_test(accuracy_is_chosen_by_shapes), knn_test(plans_update_as_eager_code_does),
      knn_test(mistakes_are_named),           knn_test(a_host_may_bring_its_own),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
