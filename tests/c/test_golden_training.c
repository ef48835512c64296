/* test_golden_training.c - losses, metrics, optimizers and schedules against Keras. Classes that
 * knn does not have yet are named and passed over. */
#include <math.h>

#include "golden.h"
#include "loss.h"
#include "metric.h"
#include "optimizer.h"

static knn_object *make(knn_ctx *ctx, golden *g, const char *family) {
  knn_object *object;
  const char *name = golden_text(g, "name");
  knn_config *options = golden_options(ctx, g, "options", family, name);
  assert_ok(ctx, knn_object_new(ctx, family, name, options, &object));
  knn_config_release(options);
  return object;
}

static const char *title(golden *g, const char *part, char *buffer) {
  snprintf(buffer, 160, "%.50s [%.50s] %.50s", golden_text(g, "name"), golden_text(g, "tag"), part);
  return buffer;
}

static int compare(knn_ctx *ctx, golden *g, const char *path, const knn_value *got,
                   double tolerance) {
  char what[160];
  knn_value *expected = golden_value(ctx, g, path, KNN_F32);
  const int wrong = golden_compare(title(g, path, what), got, expected, tolerance, 1e-3);
  knn_value_release(expected);
  return wrong;
}

static int near(golden *g, const char *part, double got, double expected, double tolerance) {
  char what[160];
  if ((isnan(got) && isnan(expected)) ||
      fabs(got - expected) <= tolerance * fmax(fabs(expected), 1e-3))
    return 0;
  print_error("%s: %.9g, Keras has %.9g\n", title(g, part, what), got, expected);
  return 1;
}

static int value_and_gradient(knn_ctx *ctx, golden *g, knn_loss *loss, knn_value *t, knn_value *p,
                              knn_value *w) {
  knn_tape *tape;
  knn_value *dp;
  knn__scope s;
  knn__scope_begin(&s, ctx);
  assert_ok(ctx, knn_tape_begin(ctx, &tape));
  knn_value *value = knn__loss_value(loss, &s, t, p, w);
  assert_ok(ctx, s.status);
  assert_ok(ctx, knn_tape_gradient(tape, value, &p, 1, &dp));
  knn_tape_end(tape);
  int wrong = near(g, "value", knn_tensor_get(value->tensor, 0), golden_number(g, "value"), 5e-6);
  if (golden_has(g, "grad")) wrong += compare(ctx, g, "grad", dp, 1e-5);
  knn_value_release(dp);
  assert_ok(ctx, knn__scope_end(&s));
  return wrong;
}

static int loss_case(knn_ctx *ctx, golden *g) {
  knn_object *loss = make(ctx, g, "loss");
  knn_value *t = golden_value(ctx, g, "y_true", KNN_F32),
            *p = golden_value(ctx, g, "y_pred", KNN_F32);
  knn_value *w =
      golden_has(g, "sample_weight") ? golden_value(ctx, g, "sample_weight", KNN_F32) : NULL;
  int wrong = value_and_gradient(ctx, g, (knn_loss *)loss, t, p, w);
  knn_value_release(w);
  knn_value_release(p);
  knn_value_release(t);
  knn_object_release(loss);
  return wrong;
}

static knn_value *batch_value(knn_ctx *ctx, golden *g, int batch, const char *part) {
  char path[64];
  snprintf(path, sizeof path, "batches.%d.%.40s", batch, part);
  return golden_has(g, path) ? golden_value(ctx, g, path, KNN_F32) : NULL;
}

static int metric_state(knn_ctx *ctx, golden *g, const knn_metric *m, int batch, int i) {
  char part[32], what[160];
  snprintf(part, sizeof part, "state.%d", i + 1);
  assert_in_range(i, 0, m->n_states - 1);
  knn_value *state = batch_value(ctx, g, batch, part);
  const int wrong = golden_compare(title(g, part, what), m->states[i]->value, state, 5e-6, 1e-3);
  knn_value_release(state);
  return wrong;
}

static int metric_batch(knn_ctx *ctx, golden *g, knn_metric *m, int batch) {
  char path[64];
  int wrong = 0;
  knn_value *t = batch_value(ctx, g, batch, "y_true"), *p = batch_value(ctx, g, batch, "y_pred");
  knn_value *w = batch_value(ctx, g, batch, "sample_weight"),
            *result = batch_value(ctx, g, batch, "result");
  assert_ok(ctx, knn_metric_update(m, t, p, w));
  assert_int_equal(knn_metric_size(m), knn_tensor_size(result->tensor));
  for (int i = 0; i < knn_metric_size(m); i++)
    wrong += near(g, "result", knn_metric_result_at(m, i), knn_tensor_get(result->tensor, i), 5e-6);
  snprintf(path, sizeof path, "batches.%d.state", batch);
  const int n = golden_length(g, path);
  for (int i = 0; i < n; i++) wrong += metric_state(ctx, g, m, batch, i);
  knn_value_release(t);
  knn_value_release(p);
  knn_value_release(w);
  knn_value_release(result);
  return wrong;
}

static int metric_case(knn_ctx *ctx, golden *g) {
  knn_metric *m = (knn_metric *)make(ctx, g, "metric");
  int wrong = 0;
  for (int i = 1; i <= golden_length(g, "batches"); i++) wrong += metric_batch(ctx, g, m, i);
  for (int i = 0; i < m->n_states; i++) {
    char path[32];
    snprintf(path, sizeof path, "state_names.%d", i + 1);
    if (golden_has(g, path)) assert_string_equal(m->states[i]->name, golden_text(g, path));
  }
  knn_metric_release(m);
  return wrong;
}

enum { WEIGHTS = 2, STEPS = 5 };

static knn_variable *start_of(knn_ctx *ctx, golden *g, int i) {
  char path[32];
  knn_variable *v;
  golden_choose(g, -1);
  snprintf(path, sizeof path, "start.%d", i + 1);
  knn_value *start = golden_value(ctx, g, path, KNN_F32);
  assert_ok(ctx, knn__variable_new(ctx, i ? "bias" : "kernel", i ? "dense/bias" : "dense/kernel",
                                   &start->spec, true, &v));
  assert_ok(ctx, knn_tensor_copy(knn__variable_tensor(v), start->tensor));
  knn_value_release(start);
  return v;
}

/* Row `step` of a tensor of all steps. */
static knn_value *row_of(knn_ctx *ctx, golden *g, const char *path, int step) {
  knn_tensor *row, *packed;
  knn_value *all = golden_value(ctx, g, path, KNN_F32), *out;
  assert_ok(ctx, knn_tensor_select(all->tensor, 0, step, &row));
  assert_ok(ctx, knn_tensor_contiguous(row, &packed));
  assert_ok(ctx, knn_value_from(packed, &out));
  knn_tensor_release(packed);
  knn_tensor_release(row);
  knn_value_release(all);
  return out;
}

static void step(knn_ctx *ctx, golden *g, knn_optimizer *o, knn_variable *const *w, int number) {
  knn_value *gradients[WEIGHTS], *values[WEIGHTS];
  golden_choose(g, -1);
  for (int i = 0; i < WEIGHTS; i++) {
    gradients[i] = row_of(ctx, g, i ? "grads.2" : "grads.1", number);
    values[i] = w[i]->value;
  }
  assert_ok(ctx, knn_optimizer_apply(o, gradients, values, WEIGHTS));
  for (int i = 0; i < WEIGHTS; i++) knn_value_release(gradients[i]);
}

/* Called with case number `at` chosen; leaves it chosen. */
static int optimizer_case(knn_ctx *ctx, golden *g, int at) {
  knn_optimizer *o = (knn_optimizer *)make(ctx, g, "optimizer");
  knn_variable *w[WEIGHTS] = {start_of(ctx, g, 0), start_of(ctx, g, 1)};
  char what[160];
  int wrong = 0;
  for (int number = 0; number < STEPS; number++) {
    step(ctx, g, o, w, number);
    golden_choose(g, at);
    for (int i = 0; i < WEIGHTS; i++) {
      knn_value *expected = row_of(ctx, g, i ? "after.2" : "after.1", number);
      snprintf(what, sizeof what, "%s, case %d, weight %d, step %d", golden_text(g, "name"), at + 1,
               i + 1, number + 1);
      wrong += golden_compare(what, w[i]->value, expected, 1e-6, 1e-3);
      knn_value_release(expected);
    }
  }
  for (int i = 0; i < WEIGHTS; i++) knn__variable_release(w[i]);
  knn_optimizer_release(o);
  return wrong;
}

static int schedule_case(knn_ctx *ctx, golden *g, int at) {
  double steps[64];
  int wrong = 0;
  golden_choose(g, -1);
  const int n = golden_length(g, "step");
  for (int i = 0; i < n; i++) {
    char path[32];
    snprintf(path, sizeof path, "step.%d", i + 1);
    steps[i] = golden_number(g, path);
  }
  golden_choose(g, at);
  knn_object *schedule = make(ctx, g, "schedule");
  knn_value *values = golden_value(ctx, g, "values", KNN_F32);
  for (int i = 0; i < n; i++)
    wrong += near(g, "value", knn__schedule_at(schedule, (int64_t)steps[i]),
                  knn_tensor_get(values->tensor, i), 2e-6);
  knn_value_release(values);
  knn_object_release(schedule);
  return wrong;
}

static int loss_at(knn_ctx *ctx, golden *g, int at) {
  (void)at;
  return loss_case(ctx, g);
}

static int metric_at(knn_ctx *ctx, golden *g, int at) {
  (void)at;
  return metric_case(ctx, g);
}

static void check_group(knn_ctx *ctx, const char *group, const char *family,
                        int check(knn_ctx *ctx, golden *g, int at)) {
  golden *g = golden_open(group);
  int wrong = 0;
  char missing[64] = "";
  for (int i = 0; i < golden_size(g); i++) {
    golden_choose(g, i);
    if (knn_class_find(family, golden_text(g, "name"))) {
      wrong += check(ctx, g, i);
    } else if (strcmp(missing, golden_text(g, "name")) != 0) {
      snprintf(missing, sizeof missing, "%s", golden_text(g, "name"));
      print_message("not in knn yet: %s %s\n", family, missing);
    }
  }
  golden_close(g);
  assert_int_equal(wrong, 0);
}

#define GROUP(group, family, check)             \
  static void group(void **state) {             \
    check_group(*state, #group, family, check); \
  }
GROUP(losses, "loss", loss_at)
GROUP(losses_more, "loss", loss_at)
GROUP(metrics, "metric", metric_at)
GROUP(metrics_confusion, "metric", metric_at)
GROUP(optimizers, "optimizer", optimizer_case)
GROUP(optimizers_more, "optimizer", optimizer_case)
GROUP(schedules, "schedule", schedule_case)

int main(void) {
  const struct CMUnitTest tests[] = {
      knn_test(losses),     knn_test(losses_more),
      knn_test(metrics),    knn_test(metrics_confusion),
      knn_test(optimizers), knn_test(optimizers_more),
      knn_test(schedules),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
