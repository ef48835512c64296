/* test_optimizers.c - update rules against numbers observed in Keras 3 (spec keras-training.md 3.3
 * and 3.4), convergence, and equality of packed, piecewise and threaded steps. */
#include "testing.h"

#include <math.h>

#include "optimizer.h"

/* w = [[1, 2], [-1, .5]], three steps. */
static const float first[4] = {1, 2, -1, 0.5f};
static const float gradients[3][4] = {
    {0.1f, -0.2f, 0.3f, 0.4f}, {0.2f, 0.1f, -0.1f, 0.4f}, {-0.3f, 0.2f, 0.1f, 0.1f}};

static knn_variable *variable(knn_ctx *ctx, const char *path, const float *data, int64_t n) {
  knn_variable *v;
  knn__spec spec = {.dtype = KNN_F32, .rank = 1, .dims = {n}};
  assert_ok(ctx, knn__variable_new(ctx, path, path, &spec, true, &v));
  if (data) memcpy(knn_tensor_data(knn__variable_tensor(v)), data, (size_t)n * sizeof *data);
  return v;
}

static const struct {
  const char *name, *options;
  double expected[4];
} cases[] = {
    {"SGD", "", {1.0, 1.99900019, -1.00300002, 0.490999997}},
    {"SGD", "momentum=0.9", {0.99649000, 2.00151992, -1.00723004, 0.48055997}},
    {"SGD", "momentum=0.9, nesterov=true", {0.99684095, 2.00036812, -1.00950694, 0.47350401}},
    {"RMSprop", "", {0.99657142, 1.99947107, -1.00315702, 0.49394977}},
    {"RMSprop", "momentum=0.9, centered=true", {0.98759484, 2.00397277, -1.00809062, 0.48545253}},
    {"Adam", "", {0.99810141, 2.00099349, -1.00188780, 0.49712756}},
    {"Adam", "amsgrad=true", {0.99810141, 2.00099349, -1.00188780, 0.49712756}},
    {"AdamW", "", {0.99808943, 2.00096941, -1.00187576, 0.49712157}},
    {"Adagrad", "", {0.99979442, 1.99981749, -1.00068283, 0.49844584}},
    {"SGD", "clipnorm=0.1", {1.00016558, 1.99963570, -1.00059283, 0.49815869}},
    {"SGD", "global_clipnorm=0.1", {1.00016558, 1.99963570, -1.00059283, 0.49815869}},
    {"SGD", "clipvalue=0.15", {0.99900001, 1.99899995, -1.00150001, 0.49599999}},
    {"SGD", "weight_decay=0.1", {0.99700707, 1.99300301, -0.99999803, 0.48951352}},
    {"SGD",
     "use_ema=true, ema_momentum=0.5, ema_overwrite_frequency=2",
     {1.00100005, 1.99950016, -1.00350010, 0.49300000}},
    {"SGD", "gradient_accumulation_steps=2", {0.99849999, 2.00049996, -1.00100005, 0.49599999}},
    {"SGD", "loss_scale_factor=10", {1.0, 1.99990010, -1.00030005, 0.49910000}},
};

static void rules_give_keras_numbers(void **state) {
  knn_ctx *ctx = *state;
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    knn_optimizer *o;
    float w[4], g[4];
    knn_variable *v = variable(ctx, "k", NULL, 4);
    assert_ok(ctx, knn_optimizer_new(ctx, cases[c].name, cases[c].options, &o));
    assert_ok(ctx, knn__optimizer_build(o, NULL, &v, 1));
    memcpy(w, first, sizeof w);
    for (int s = 0; s < 3; s++) {
      memcpy(g, gradients[s], sizeof g);
      knn__optimizer_step(o, w, g, NULL, 0);
    }
    for (int i = 0; i < 4; i++)
      if (fabs((double)w[i] - cases[c].expected[i]) > 2e-7)
        fail_msg("%s{%s}: element %d is %.9g, Keras gives %.9g", cases[c].name, cases[c].options, i,
                 (double)w[i], cases[c].expected[i]);
    knn_optimizer_release(o);
    knn__variable_release(v);
  }
}

enum { BIG = 150000, SMALL = 7, ALL = BIG + SMALL };
static float start[ALL], arena[ALL], g_arena[ALL], results[3][ALL];

/* One step weight by weight, as a custom loop makes it. */
static void separate_step(knn_ctx *ctx, knn_optimizer *o, knn_variable *const *v, const float *g) {
  knn_tensor *parts[2];
  knn_value *values[2];
  for (int k = 0; k < 2; k++) {
    assert_ok(ctx, knn_tensor_from(ctx, KNN_F32, 1, &v[k]->value->spec.dims[0], k ? g + BIG : g,
                                   &parts[k]));
    assert_ok(ctx, knn_value_from(parts[k], &values[k]));
  }
  assert_ok(ctx, knn_optimizer_apply(o, values, (knn_value *[]){v[0]->value, v[1]->value}, 2));
  for (int k = 0; k < 2; k++) {
    knn_value_release(values[k]);
    knn_tensor_release(parts[k]);
  }
}

/* run 0: packed, one thread; 1: packed, three threads; 2: separate, three threads. */
static void train(knn_ctx *ctx, const char *name, const char *options, bool exclude, int run) {
  knn_optimizer *o;
  knn_variable *v[2] = {variable(ctx, "big", start, BIG),
                        variable(ctx, "small", start + BIG, SMALL)};
  assert_ok(ctx, knn_optimizer_new(ctx, name, options, &o));
  if (exclude) assert_ok(ctx, knn_optimizer_exclude_from_weight_decay(o, "small"));
  knn_ctx_set_threads(ctx, run == 0 ? 1 : 3);
  assert_ok(ctx, knn__optimizer_build(o, NULL, v, 2));
  memcpy(arena, start, sizeof arena);
  for (int s = 0; s < 4; s++) {
    for (int i = 0; i < ALL; i++) g_arena[i] = (float)((i * 31 + s) % 101) / 101 - 0.4f;
    if (run < 2)
      knn__optimizer_step(o, arena, g_arena, NULL, 0);
    else
      separate_step(ctx, o, v, g_arena);
  }
  for (int k = 0; k < 2 && run == 2; k++)
    memcpy(k ? arena + BIG : arena, knn_tensor_data(knn__variable_tensor(v[k])),
           (k ? SMALL : BIG) * sizeof *arena);
  memcpy(results[run], arena, sizeof arena);
  knn_optimizer_release(o);
  for (int k = 0; k < 2; k++) knn__variable_release(v[k]);
}

/* A big weight and a small one: packed arenas with 1 and 3 threads, and a custom loop weight by
 * weight, give the same bits. */
static void packed_threaded_and_separate_steps_agree(void **state) {
  static const struct {
    const char *name, *options;
  } rows[] = {
      {"SGD", "momentum=0.9, nesterov=true, clipnorm=1"},
      {"Adam", "global_clipnorm=1, weight_decay=0.01"},
      {"RMSprop", "centered=true, momentum=0.5, clipvalue=0.2, loss_scale_factor=3"},
      {"Adagrad",
       "gradient_accumulation_steps=2, global_clipnorm=0.1, use_ema=true, "
       "ema_overwrite_frequency=2"},
  };
  for (int i = 0; i < ALL; i++) start[i] = (float)(i % 97) / 50 - 1;
  for (size_t r = 0; r < 2 * sizeof rows / sizeof *rows; r++) {
    for (int run = 0; run < 3; run++)
      train(*state, rows[r / 2].name, rows[r / 2].options, r % 2, run);
    assert_memory_not_equal(results[0], start, sizeof start);
    assert_memory_equal(results[0], results[1], sizeof results[0]);
    assert_memory_equal(results[0], results[2], sizeof results[0]);
  }
}

enum { ROWS = 1500, WIDTH = BIG / ROWS, LISTED = 300 };

/* Four steps of (table, small weight); each lists some rows, blocks without any and with several
 * among them. Weights and slots to `out`. */
static void train_table(knn_ctx *ctx, const char *name, const char *options, int threads,
                        bool lists, float *out) {
  knn_optimizer *o;
  knn_variable *v[2] = {variable(ctx, "table", start, BIG),
                        variable(ctx, "small", start + BIG, SMALL)};
  static int32_t rows[LISTED];
  static float sums[LISTED * WIDTH];
  knn__row_gradient listed = {0, rows, sums, LISTED, WIDTH};
  assert_ok(ctx, knn_optimizer_new(ctx, name, options, &o));
  knn_ctx_set_threads(ctx, threads);
  assert_ok(ctx, knn__optimizer_build(o, NULL, v, 2));
  assert_true(knn__optimizer_lists_rows(o));
  memcpy(arena, start, sizeof arena);
  for (int s = 0; s < 4; s++) {
    memset(g_arena, 0, sizeof g_arena);
    for (int i = 0; i < SMALL; i++) g_arena[BIG + i] = (float)(i - s) / 9;
    for (int i = 0; i < LISTED * WIDTH; i++) sums[i] = (float)((i * 31 + s) % 101) / 101 - 0.4f;
    for (int i = 0; i < LISTED; i++) {
      rows[i] = i < LISTED - 5 ? i * 3 + i / 100 * (190 + s) : ROWS; /* the tail fills up */
      if (rows[i] < ROWS) memcpy(g_arena + rows[i] * WIDTH, sums + i * WIDTH, WIDTH * sizeof *sums);
    }
    if (lists)
      for (int i = 0; i < BIG; i++) g_arena[i] = NAN; /* is not read */
    knn__optimizer_step(o, arena, g_arena, &listed, lists);
  }
  memcpy(out, arena, sizeof arena);
  for (int i = 0; i < o->n_slots; i++)
    memcpy(out + (i + 1) * ALL, knn_tensor_data(o->slots[i]), sizeof arena);
  if (o->average) memcpy(out + (KNN__SLOTS + 1) * ALL, knn_tensor_data(o->average), sizeof arena);
  knn_optimizer_release(o);
  for (int k = 0; k < 2; k++) knn__variable_release(v[k]);
}

static void a_gradient_listed_by_rows_gives_the_same_bits(void **state) {
  static const struct {
    const char *name, *options;
  } table[] = {
      {"SGD", ""},
      {"SGD", "clipvalue=0.2"},
      {"SGD", "weight_decay=0.01"},
      {"SGD", "use_ema=true, ema_overwrite_frequency=2"},
      {"SGD", "momentum=0.9"},
      {"SGD", "momentum=0.9, nesterov=true"},
      {"Adam", ""},
      {"Adam", "amsgrad=true, clipvalue=0.2"},
      {"AdamW", "use_ema=true"},
      {"RMSprop", ""},
      {"RMSprop", "centered=true, momentum=0.5"},
      {"Adagrad", ""},
      {"Adadelta", ""},
      {"Adamax", ""},
      {"Ftrl", "l1_regularization_strength=0.01, beta=0.1"},
      {"Lion", ""},
  };
  enum { SEEN = (KNN__SLOTS + 2) * ALL };
  static float dense[SEEN], found[SEEN];
  for (int i = 0; i < ALL; i++) start[i] = (float)(i % 97) / 50 - 1;
  for (size_t r = 0; r < sizeof table / sizeof *table; r++) {
    memset(dense, 0, sizeof dense);
    train_table(*state, table[r].name, table[r].options, 1, false, dense);
    for (int threads = 1; threads <= 3; threads += 2) {
      memset(found, 0, sizeof found);
      train_table(*state, table[r].name, table[r].options, threads, true, found);
      if (memcmp(dense, found, sizeof dense) != 0)
        fail_msg("%s{%s}, %d threads: not the bits of the dense step", table[r].name,
                 table[r].options, threads);
    }
  }
}

/* What reads the whole gradient before the update has it in the arena. */
static void some_settings_want_the_whole_gradient(void **state) {
  static const char *const options[] = {"clipnorm=1", "global_clipnorm=1", "loss_scale_factor=2",
                                        "gradient_accumulation_steps=2"};
  for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
    knn_optimizer *o;
    assert_ok((knn_ctx *)*state, knn_optimizer_new(*state, "SGD", options[i], &o));
    assert_false(knn__optimizer_lists_rows(o));
    knn_optimizer_release(o);
  }
}

static void slots_can_be_seen(void **state) {
  knn_ctx *ctx = *state;
  knn_optimizer *o;
  knn_tensor *slot = NULL;
  float g[4] = {1, 2, 3, 4};
  memcpy(arena, first, sizeof first);
  knn_variable *v = variable(ctx, "dense/kernel", first, 4);
  assert_ok(ctx, knn_optimizer_new(ctx, "Adam", "use_ema=true", &o));
  assert_int_equal(knn_optimizer_slot(o, "dense/kernel", "momentum", &slot), KNN_ESTATE);
  assert_ok(ctx, knn__optimizer_build(o, NULL, &v, 1));
  knn__optimizer_step(o, arena, g, NULL, 0);
  assert_int_equal(knn_optimizer_slot_count(o), 3);
  assert_string_equal(knn_optimizer_slot_name(o, 0), "average");
  assert_string_equal(knn_optimizer_slot_name(o, 1), "momentum");
  assert_string_equal(knn_optimizer_slot_name(o, 2), "velocity");
  assert_null(knn_optimizer_slot_name(o, 3));
  assert_ok(ctx, knn_optimizer_slot(o, "dense/kernel", "momentum", &slot));
  assert_int_equal(knn_tensor_size(slot), 4);
  assert_true(fabs(knn_tensor_get(slot, 3) - 0.4) < 1e-6);
  knn_tensor_set(slot, 3, 7); /* a view: the optimizer goes on from it */
  knn_tensor_release(slot);
  slot = NULL;
  assert_true(((float *)knn_tensor_data(o->slots[0]))[3] == 7);
  assert_int_equal(knn_optimizer_slot(o, "dense/bias", "momentum", &slot), KNN_EARG);
  assert_string_contains(knn_ctx_error(ctx), "Adam: it has no weight 'dense/bias'");
  assert_int_equal(knn_optimizer_slot(o, "dense/kernel", "momentun", &slot), KNN_EARG);
  assert_string_contains(knn_ctx_error(ctx),
                         "Adam: it keeps no 'momentun'; its slots are average, momentum, velocity");
  assert_null(slot);
  knn_optimizer_release(o);
  knn__variable_release(v);
}

static void a_config_makes_an_equal_optimizer(void **state) {
  knn_ctx *ctx = *state;
  knn_optimizer *o;
  knn_config *config;
  knn_object *copy;
  assert_ok(ctx, knn_optimizer_new(ctx, "SGD", "momentum=0.5, clipnorm=2", &o));
  assert_ok(ctx, knn_optimizer_set_learning_rate(o, 0.25));
  assert_ok(ctx, knn_optimizer_config(o, &config));
  assert_true(knn_config_get_float(knn_config_get(config, "learning_rate")) == 0.25);
  assert_true(knn_config_get_float(knn_config_get(config, "clipnorm")) == 2);
  assert_ok(ctx, knn_object_new(ctx, "optimizer", "SGD", config, &copy));
  assert_true(knn_optimizer_learning_rate(knn_optimizer_of(copy)) == 0.25);
  knn_object_release(copy);
  knn_config_release(config);
  knn_optimizer_release(o);
}

/* f(x, y) = (1 - x)^2 + 100 (y - x^2)^2 from (-1.2, 1): every rule gets near the minimum at (1, 1);
 * and a quadratic bowl. */
static void rules_converge(void **state) {
  knn_ctx *ctx = *state;
  static const struct {
    const char *name, *options;
    int steps;
  } runs[] = {{"SGD", "learning_rate=0.001, momentum=0.9", 20000},
              {"SGD", "learning_rate=0.001, momentum=0.9, nesterov=true", 20000},
              {"RMSprop", "learning_rate=0.001", 20000},
              {"Adam", "learning_rate=0.01", 20000},
              {"Adam", "learning_rate=0.01, amsgrad=true", 20000},
              {"AdamW", "learning_rate=0.01, weight_decay=0", 20000},
              {"Adagrad", "learning_rate=0.5", 20000}};
  for (size_t c = 0; c < sizeof runs / sizeof *runs; c++) {
    knn_optimizer *o;
    float w[4] = {-1.2f, 1, 3, -2}, g[4];
    knn_variable *v = variable(ctx, "k", NULL, 4);
    assert_ok(ctx, knn_optimizer_new(ctx, runs[c].name, runs[c].options, &o));
    assert_ok(ctx, knn__optimizer_build(o, NULL, &v, 1));
    for (int s = 0; s < runs[c].steps; s++) {
      float bend = w[1] - w[0] * w[0];
      g[0] = -2 * (1 - w[0]) - 400 * w[0] * bend;
      g[1] = 200 * bend;
      g[2] = 2 * (w[2] - 0.5f);
      g[3] = 20 * (w[3] - 0.25f);
      knn__optimizer_step(o, w, g, NULL, 0);
    }
    if (fabsf(w[0] - 1) > 0.05f || fabsf(w[1] - 1) > 0.1f || fabsf(w[2] - 0.5f) > 0.01f ||
        fabsf(w[3] - 0.25f) > 0.01f)
      fail_msg("%s{%s} ended at %g, %g, %g, %g", runs[c].name, runs[c].options, (double)w[0],
               (double)w[1], (double)w[2], (double)w[3]);
    knn_optimizer_release(o);
    knn__variable_release(v);
  }
}

static void schedules_give_keras_numbers(void **state) {
  knn_ctx *ctx = *state;
  static const int64_t steps[8] = {0, 1, 5, 6, 10, 12, 15, 20};
  static const struct {
    const char *name, *options;
    double expected[8];
  } rows[] = {
      {"ExponentialDecay",
       "initial_learning_rate=.1, decay_steps=10, decay_rate=.5",
       {.1, .093303, .070711, .065975, .05, .043528, .035355, .025}},
      {"PiecewiseConstantDecay",
       "boundaries=[5, 10], values=[1, .5, .1]",
       {1, 1, 1, .5, .5, .1, .1, .1}},
      {"PolynomialDecay",
       "initial_learning_rate=.1, decay_steps=10, end_learning_rate=.01, power=2",
       {.1, .0829, .0325, .0244, .01, .01, .01, .01}},
      {"PolynomialDecay",
       "initial_learning_rate=.1, decay_steps=10, end_learning_rate=.01, power=2, cycle=true",
       {.1, .0829, .0325, .0244, .01, .0244, .015625, .01}},
      {"InverseTimeDecay",
       "initial_learning_rate=.1, decay_steps=10, decay_rate=.5",
       {.1, .095238, .08, .076923, .066667, .0625, .057143, .05}},
      {"CosineDecay",
       "initial_learning_rate=.1, decay_steps=10, alpha=.1",
       {.1, .097798, .055, .041094, .01, .01, .01, .01}},
      {"CosineDecay",
       "initial_learning_rate=0, decay_steps=10, warmup_target=.1, warmup_steps=5",
       {0, .02, .1, .097553, .05, .020611, 0, 0}},
      {"CosineDecayRestarts",
       "initial_learning_rate=.1, first_decay_steps=5, t_mul=2, m_mul=.5, alpha=.1",
       {.1, .091406, .055, .053899, .0325, .019275, .0325, .029205}},
  };
  for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
    knn_config *options;
    knn_object *schedule;
    assert_ok(ctx, knn_config_parse(ctx, rows[r].options, &options));
    assert_ok(ctx, knn_object_new(ctx, "schedule", rows[r].name, options, &schedule));
    for (int i = 0; i < 8; i++)
      if (fabs(knn__schedule_at(schedule, steps[i]) - rows[r].expected[i]) > 6e-7)
        fail_msg("%s at %lld is %.7f, Keras gives %.7f", rows[r].name, (long long)steps[i],
                 knn__schedule_at(schedule, steps[i]), rows[r].expected[i]);
    knn_object_release(schedule);
    knn_config_release(options);
  }
}

static void mistakes_are_named(void **state) {
  knn_ctx *ctx = *state;
  static const struct {
    const char *name, *options, *message;
  } rows[] = {
      {"Adma", "", "unknown optimizer 'Adma'; did you mean 'Adam'"},
      {"Adam", "learningrate=1",
       "Adam: unknown option 'learningrate'; did you mean 'learning_rate'?"},
      {"SGD", "learning_rate='fast'", "SGD: 'learning_rate': unknown schedule 'fast'"},
      {"SGD", "clipnorm=1, clipvalue=2",
       "SGD: only one of clipnorm, clipvalue and global_clipnorm may be given"},
      {"SGD", "momentum=2", "SGD: 'momentum' must be a number between 0 and 1, got 2"},
      {"SGD", "gradient_accumulation_steps=1",
       "'gradient_accumulation_steps' must be an integer of at least 2, got 1"},
  };
  for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
    knn_optimizer *o = NULL;
    assert_int_equal(knn_optimizer_new(ctx, rows[r].name, rows[r].options, &o), KNN_EARG);
    assert_null(o);
    assert_string_contains(knn_ctx_error(ctx), rows[r].message);
  }
}

static void the_rate_can_be_set_unless_scheduled(void **state) {
  knn_ctx *ctx = *state;
  knn_optimizer *o;
  assert_ok(ctx, knn_optimizer_new(ctx, "adam", NULL, &o));
  assert_true(fabs(knn_optimizer_learning_rate(o) - 0.0010000000474974513) < 1e-18);
  assert_ok(ctx, knn_optimizer_set_learning_rate(o, 0.5));
  assert_true(knn_optimizer_learning_rate(o) == 0.5);
  assert_int_equal(knn_optimizer_set_learning_rate(o, -1), KNN_EARG);
  knn_optimizer_release(o);
  assert_ok(ctx,
            knn_optimizer_new(ctx, "sgd",
                              "learning_rate={class_name=ExponentialDecay, "
                              "config={initial_learning_rate=1, decay_steps=1, decay_rate=.5}}",
                              &o));
  assert_true(knn_optimizer_learning_rate(o) == 1);
  assert_int_equal(knn_optimizer_set_learning_rate(o, 1), KNN_ESTATE);
  knn_optimizer_release(o);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      knn_test(rules_give_keras_numbers),
      knn_test(packed_threaded_and_separate_steps_agree),
      knn_test(rules_converge),
      knn_test(schedules_give_keras_numbers),
      knn_test(mistakes_are_named),
      knn_test(the_rate_can_be_set_unless_scheduled),
      knn_test(a_gradient_listed_by_rows_gives_the_same_bits),
      knn_test(some_settings_want_the_whole_gradient),
      knn_test(slots_can_be_seen),
      knn_test(a_config_makes_an_equal_optimizer),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
