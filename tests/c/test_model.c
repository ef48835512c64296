/* test_model.c - sequential models through the public header: stacking, compiling, training,
 * evaluating; what is refused, what a run leaves behind when it is stopped, the same bits on any
 * number of threads, no allocation in a step. */
#include "testing.h"

#include <math.h>
#include <pthread.h>

#include "model_help.h"

#define DIMS(...) ((const int64_t[]){__VA_ARGS__})

static knn_model *stack(knn_ctx *ctx, int n, const char *const (*layers)[2]) {
  knn_model *m;
  assert_ok(ctx, knn_sequential_new(ctx, NULL, &m));
  for (int i = 0; i < n; i++) assert_ok(ctx, knn_model_add_new(m, layers[i][0], layers[i][1]));
  return m;
}
#define STACK(ctx, ...)                                                              \
  stack(ctx, (int)(sizeof((const char *const[][2])__VA_ARGS__) / sizeof(char *[2])), \
        (const char *const[][2])__VA_ARGS__)

static const char classifier_options[] =
    "loss=sparse_categorical_crossentropy, optimizer=adam, metrics=[accuracy]";

static knn_model *classifier(knn_ctx *ctx) {
  knn_model *m = STACK(
      ctx, {{"Dense", "units=16, activation=relu"}, {"Dense", "units=3, activation=softmax"}});
  assert_ok(ctx, compile_text(m, classifier_options));
  return m;
}

/* Everything that draws numbers, keeps statistics or runs in pieces. */
static knn_model *everything(knn_ctx *ctx, const char *compile) {
  knn_model *m = STACK(ctx, {{"Conv2D", "filters=6, kernel_size=3, padding=same, activation=relu"},
                             {"BatchNormalization", ""},
                             {"MaxPooling2D", "pool_size=2"},
                             {"Dropout", "rate=0.3"},
                             {"Flatten", ""},
                             {"Dense", "units=32, activation=tanh, kernel_regularizer=l2"},
                             {"Dropout", "rate=0.5"},
                             {"Dense", "units=3, activation=softmax"}});
  assert_ok(ctx, compile_text(m, compile));
  return m;
}

/* ---- stacking ---- */

static void layers_stack_and_come_off(void **state) {
  knn_ctx *ctx = *state;
  knn_layer *found;
  int64_t dims[KNN_MAX_RANK];
  knn_model *m =
      STACK(ctx, {{"Dense", "units=4, input_shape=[3]"}, {"Dense", "units=2, name=out"}});
  assert_true(knn_model_built(m));
  assert_int_equal(knn_model_layer_count(m), 2);
  assert_int_equal(knn_layer_param_count(knn_model_layer(m)), 4 * 3 + 4 + 2 * 4 + 2);
  assert_int_equal(knn_model_output_shape(m, dims), 2);
  assert_true(dims[0] == KNN_ANY && dims[1] == 2);
  assert_ok(ctx, knn_model_find_layer(m, "out", &found));
  assert_ptr_equal(found, knn_model_layer_at(m, 1));
  assert_int_equal(knn_model_add(m, found), KNN_ESTATE);
  assert_string_contains(knn_ctx_error(ctx), "'out'");
  assert_int_equal(knn_model_find_layer(m, "outer", &found), KNN_EARG);
  assert_string_contains(knn_ctx_error(ctx), "layers: dense, out");
  assert_ok(ctx, knn_model_pop(m));
  assert_int_equal(knn_model_output_shape(m, dims), 2);
  assert_int_equal(dims[1], 4);
  assert_ok(ctx, knn_model_pop(m));
  assert_int_equal(knn_model_pop(m), KNN_ESTATE);
  knn_model_release(m);
}

static void weights_have_keras_names(void **state) {
  static const char *const paths[] = {"sequential/dense/kernel", "sequential/dense/bias",
                                      "sequential/dense_1/kernel"};
  knn_ctx *ctx = *state;
  knn_model *m =
      STACK(ctx, {{"Dense", "units=4, input_shape=[3]"}, {"Dense", "units=2, use_bias=false"}});
  assert_int_equal(knn_layer_weight_count(knn_model_layer(m)), 3);
  for (int i = 0; i < 3; i++) {
    knn_tensor *t;
    const char *path;
    bool trainable;
    assert_ok(ctx, knn_layer_weight(knn_model_layer(m), i, &t, &path, &trainable));
    assert_string_equal(path, paths[i]);
    assert_true(trainable);
  }
  knn_model_release(m);
}

static void a_layer_that_does_not_fit_is_refused(void **state) {
  knn_ctx *ctx = *state;
  knn_model *m = STACK(ctx, {{"Dense", "units=4, input_shape=[3]"}});
  assert_int_equal(knn_model_add_new(m, "Conv2D", "filters=2, kernel_size=3, name=conv"),
                   KNN_ESHAPE);
  assert_string_contains(knn_ctx_error(ctx), "layer 'conv' (Conv2D)");
  assert_string_contains(knn_ctx_error(ctx), "(None, 4)");
  assert_int_equal(knn_model_layer_count(m), 1);
  assert_true(knn_model_built(m));
  assert_ok(ctx, knn_model_add_new(m, "Dense", "units=1"));
  knn_model_release(m);
}

static void a_model_is_built_by_its_first_data(void **state) {
  knn_ctx *ctx = *state;
  problem p;
  knn_tensor *y;
  assert_ok(ctx, problem_new(ctx, 12, 5, 3, &p));
  knn_model *m = STACK(ctx, {{"Dense", "units=4"}, {"Dense", "units=3"}});
  assert_false(knn_model_built(m));
  assert_ok(ctx, predict_text(m, p.x, NULL, &y));
  assert_true(knn_model_built(m));
  assert_true(knn_tensor_dim(y, 0) == 12 && knn_tensor_dim(y, 1) == 3);
  knn_tensor_release(y);
  knn_model_release(m);
  problem_drop(&p);
}

static void the_summary_counts_parameters(void **state) {
  knn_ctx *ctx = *state;
  char *text;
  knn_model *m = STACK(
      ctx,
      {{"Dense", "units=32, input_shape=[20]"}, {"Dropout", "rate=0.5"}, {"Dense", "units=10"}});
  knn_layer_set_trainable(knn_model_layer_at(m, 0), false);
  assert_ok(ctx, knn_model_summary(m, NULL, &text));
  assert_string_contains(text, "Model: \"sequential\"");
  assert_string_contains(text, "dropout (Dropout)");
  assert_string_contains(text, "(None, 10)");
  assert_string_contains(text, "Total params: 1,002 (3.91 KB)");
  assert_string_contains(text, "Trainable params: 330 (1.29 KB)");
  assert_string_contains(text, "Non-trainable params: 672 (2.62 KB)");
  knn_text_free(ctx, text);
  knn_model_release(m);
}

static void wrong_compile_options_are_named(void **state) {
  static const char *const bad[][2] = {
      {"loss=mean_squared_eror", "mean_squared_error"},
      {"loss=mse, optimizer=adm", "Adam"},
      {"loss=mse, metrics=[acuracy]", "Accuracy"},
      {"los=mse", "loss"},
      {"loss=mse, optimizer={class_name=SGD, config={momentun=0.9}}", "momentum"},
  };
  knn_ctx *ctx = *state;
  knn_model *m = STACK(ctx, {{"Dense", "units=1, input_shape=[2]"}});
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    assert_int_equal(compile_text(m, bad[i][0]), KNN_EARG);
    assert_string_contains(knn_ctx_error(ctx), "compile: ");
    assert_string_contains(knn_ctx_error(ctx), bad[i][1]);
    assert_false(knn_model_compiled(m));
  }
  knn_model_release(m);
}

/* ---- training ---- */

static void training_lowers_the_loss(void **state) {
  knn_ctx *ctx = *state;
  problem p;
  knn_history *h;
  double accuracy;
  knn_ctx_seed(ctx, 1);
  assert_ok(ctx, problem_new(ctx, 300, 5, 3, &p));
  knn_data data = problem_data(&p);
  knn_model *m = classifier(ctx);
  assert_ok(ctx, fit_text(m, &data, "epochs=30, batch_size=16", &h));
  assert_int_equal(knn_history_epochs(h), 30);
  assert_int_equal(knn_history_columns(h), 2);
  assert_string_equal(knn_history_name(h, 0), "accuracy");
  assert_string_equal(knn_history_name(h, 1), "loss");
  assert_true(knn_history_value(h, 1, 29) < 0.5 * knn_history_value(h, 1, 0));
  assert_false(knn_history_interrupted(h));
  assert_ok(ctx, evaluate_text(m, &data, NULL, "accuracy", &accuracy));
  assert_true(accuracy > 0.9);
  knn_history_release(h);
  knn_model_release(m);
  problem_drop(&p);
}

static void initial_epoch_leaves_epochs_out(void **state) {
  knn_ctx *ctx = *state;
  problem p;
  knn_history *h;
  assert_ok(ctx, problem_new(ctx, 20, 5, 3, &p));
  knn_data data = problem_data(&p);
  knn_model *m = classifier(ctx);
  assert_ok(ctx, fit_text(m, &data, "epochs=7, initial_epoch=5", &h));
  assert_int_equal(knn_history_epochs(h), 2);
  assert_int_equal(knn_history_epoch(h, 0), 5);
  knn_history_release(h);
  knn_model_release(m);
  problem_drop(&p);
}

/* Mean of (y - p)^2 over rows first .. first + n - 1. */
static double manual_mse(const knn_tensor *p, const knn_tensor *y, int64_t first, int64_t n) {
  double sum = 0;
  for (int64_t i = first; i < first + n; i++) {
    double d = knn_tensor_get(p, i) - knn_tensor_get(y, i);
    sum += d * d;
  }
  return sum / (double)n;
}

static void evaluating_is_the_mean_over_samples(void **state) {
  static const char *const batches[] = {"batch_size=32", "batch_size=10", "batch_size=7",
                                        "batch_size=1"}; /* 23 rows: partial */
  knn_ctx *ctx = *state;
  problem p;
  knn_tensor *prediction;
  double loss, mae;
  assert_ok(ctx, problem_new(ctx, 23, 4, 0, &p));
  knn_data data = problem_data(&p);
  knn_model *m = STACK(ctx, {{"Dense", "units=1"}});
  assert_ok(ctx, compile_text(m, "loss=mse, optimizer=sgd, metrics=[mae]"));
  assert_ok(ctx, predict_text(m, p.x, "batch_size=5", &prediction));
  for (size_t i = 0; i < sizeof batches / sizeof *batches; i++) {
    assert_ok(ctx, evaluate_text(m, &data, batches[i], "loss", &loss));
    assert_true(fabs(loss - manual_mse(prediction, p.y, 0, 23)) < 1e-6);
    assert_ok(ctx, evaluate_text(m, &data, batches[i], "mae", &mae));
    double sum = 0;
    for (int k = 0; k < 23; k++)
      sum += fabs(knn_tensor_get(prediction, k) - knn_tensor_get(p.y, k));
    assert_true(fabs(mae - sum / 23) < 1e-6);
  }
  knn_tensor_release(prediction);
  knn_model_release(m);
  problem_drop(&p);
}

/* With a learning rate of 0 the losses of an epoch are those of the two parts. */
static void validation_takes_the_tail(void **state) {
  knn_ctx *ctx = *state;
  problem p;
  knn_tensor *prediction;
  knn_history *h;
  assert_ok(ctx, problem_new(ctx, 23, 4, 0, &p));
  knn_data data = problem_data(&p);
  knn_model *m = STACK(ctx, {{"Dense", "units=1"}});
  assert_ok(ctx,
            compile_text(m, "loss=mse, optimizer={class_name=SGD, config={learning_rate=0.0}}"));
  assert_ok(ctx, predict_text(m, p.x, NULL, &prediction));
  assert_ok(ctx, fit_text(m, &data, "validation_split=0.3, batch_size=4, epochs=2", &h));
  assert_string_equal(knn_history_name(h, 1), "val_loss");
  for (int epoch = 0; epoch < 2; epoch++) { /* int(23 * (1 - 0.3)) = 16 rows stay */
    assert_true(fabs(knn_history_value(h, 0, epoch) - manual_mse(prediction, p.y, 0, 16)) < 1e-6);
    assert_true(fabs(knn_history_value(h, 1, epoch) - manual_mse(prediction, p.y, 16, 7)) < 1e-6);
  }
  knn_history_release(h);
  knn_tensor_release(prediction);
  knn_model_release(m);
  problem_drop(&p);
}

static void a_batch_trains_as_it_is(void **state) {
  knn_ctx *ctx = *state;
  problem p;
  double before, after;
  knn_logs *logs;
  assert_ok(ctx, problem_new(ctx, 23, 4, 0, &p));
  knn_data data = problem_data(&p);
  knn_model *m = STACK(ctx, {{"Dense", "units=1"}});
  assert_ok(ctx, compile_text(m, "loss=mse, optimizer=sgd"));
  assert_ok(ctx, evaluate_text(m, &data, NULL, "loss", &before));
  assert_ok(ctx, knn_model_train_on_batch(m, &data, NULL, &logs));
  assert_true(knn_logs_get(logs, "loss", &after) &&
              fabs(after - before) < 1e-6); /* of before the update */
  knn_logs_release(logs);
  assert_ok(ctx, knn_model_test_on_batch(m, &data, &logs));
  assert_true(knn_logs_get(logs, "loss", &after) && after < before);
  knn_logs_release(logs);
  knn_model_release(m);
  problem_drop(&p);
}

static void frozen_layers_stay(void **state) {
  knn_ctx *ctx = *state;
  problem p;
  knn_tensor *kernel, *before;
  assert_ok(ctx, problem_new(ctx, 40, 5, 3, &p));
  knn_data data = problem_data(&p);
  knn_model *m =
      STACK(ctx, {{"Dense", "units=4, input_shape=[5]"}, {"Dense", "units=3, activation=softmax"}});
  knn_layer_set_trainable(knn_model_layer_at(m, 0), false);
  assert_ok(ctx, compile_text(m, classifier_options));
  assert_ok(ctx, knn_layer_weight(knn_model_layer_at(m, 0), 0, &kernel, NULL, NULL));
  assert_ok(ctx, knn_tensor_clone(kernel, &before));
  uint64_t all = weights_sum(m);
  assert_ok(ctx, fit_text(m, &data, NULL, NULL));
  assert_ok(ctx, knn_layer_weight(knn_model_layer_at(m, 0), 0, &kernel, NULL, NULL));
  assert_memory_equal(knn_tensor_data(kernel), knn_tensor_data(before), knn_tensor_bytes(before));
  assert_true(weights_sum(m) != all);
  knn_tensor_release(before);
  knn_model_release(m);
  problem_drop(&p);
}

/* ---- the same bits ---- */

static uint64_t trained_sum(int threads, const char *compile) {
  knn_ctx_options options = {.threads = threads, .seed = 42};
  knn_ctx *ctx;
  problem p;
  assert_int_equal(knn_ctx_new(&options, &ctx), KNN_OK);
  assert_ok(ctx, problem_images(ctx, 70, 12, 3, &p));
  knn_data data = problem_data(&p);
  knn_model *m = everything(ctx, compile);
  assert_ok(ctx, fit_text(m, &data, "epochs=3, batch_size=16, validation_split=0.1", NULL));
  uint64_t sum = weights_sum(m);
  knn_model_release(m);
  problem_drop(&p);
  knn_ctx_release(ctx);
  return sum;
}

static void threads_and_plans_do_not_change_a_bit(void **state) {
  char eager[200];
  (void)state;
  snprintf(eager, sizeof eager, "%s, run_eagerly=true", classifier_options);
  uint64_t sum = trained_sum(1, classifier_options);
  assert_true(sum == trained_sum(1, classifier_options));
  assert_true(sum == trained_sum(3, classifier_options));
  assert_true(sum == trained_sum(1, eager));
  assert_true(sum == trained_sum(3, eager));
}

static void another_seed_gives_other_weights(void **state) {
  knn_ctx *ctx = *state;
  uint64_t sums[3];
  for (int i = 0; i < 3; i++) {
    knn_ctx_seed(ctx, i == 2 ? 5 : 4);
    knn_model *m = STACK(ctx, {{"Dense", "units=4, input_shape=[3]"}});
    sums[i] = weights_sum(m);
    knn_model_release(m);
  }
  assert_true(sums[0] == sums[1] && sums[0] != sums[2]);
}

/* ---- no allocation in a step ---- */

static uint64_t allocations_of(knn_ctx *ctx, knn_model *m, knn_tensor *x, knn_tensor *y,
                               int64_t rows) {
  uint64_t before, after;
  knn_tensor *some_x, *some_y;
  assert_ok(ctx, knn_tensor_slice(x, 0, 0, rows, 1, &some_x));
  assert_ok(ctx, knn_tensor_slice(y, 0, 0, rows, 1, &some_y));
  knn_data data = {.n_x = 1, .n_y = 1, .x = &some_x, .y = &some_y};
  knn_ctx_memory(ctx, NULL, NULL, &before);
  assert_ok(ctx, fit_text(m, &data, "batch_size=4", NULL));
  knn_ctx_memory(ctx, NULL, NULL, &after);
  knn_tensor_release(some_x);
  knn_tensor_release(some_y);
  return after - before;
}

static void a_thousand_steps_allocate_as_much_as_ten(void **state) {
  knn_ctx *ctx = *state;
  problem p;
  assert_ok(ctx, problem_images(ctx, 4 * 1010, 6, 3, &p));
  knn_model *m = everything(ctx, classifier_options);
  allocations_of(ctx, m, p.x, p.y, 40); /* makes the plan */
  uint64_t few = allocations_of(ctx, m, p.x, p.y, 40);
  assert_int_equal(allocations_of(ctx, m, p.x, p.y, 4 * 1010), few);
  knn_model_release(m);
  problem_drop(&p);
}

/* ---- what is refused before the first step ---- */

static void refused(knn_model *m, const knn_data *data, knn_status status, const char *message) {
  knn_ctx *ctx = knn_model_ctx(m);
  bool built = knn_model_built(m);
  uint64_t sum = weights_sum(m);
  assert_int_equal(fit_text(m, data, NULL, NULL), status);
  assert_string_contains(knn_ctx_error(ctx), "fit: ");
  assert_string_contains(knn_ctx_error(ctx), message);
  if (built) assert_true(weights_sum(m) == sum);
}

static void bad_numbers_are_shown_with_their_place(void **state) {
  knn_ctx *ctx = *state;
  problem p;
  assert_ok(ctx, problem_new(ctx, 20, 5, 3, &p));
  knn_data data = problem_data(&p);
  knn_model *m = classifier(ctx);
  knn_tensor_set(p.x, 5 * 6 + 2, NAN);
  refused(m, &data, KNN_EDATA, "x has NaN at row 7, column 3");
  knn_tensor_set(p.x, 5 * 6 + 2, INFINITY);
  refused(m, &data, KNN_EDATA, "x has infinity at row 7, column 3");
  knn_tensor_set(p.x, 5 * 6 + 2, 0);
  knn_tensor_set(p.y, 4, 3);
  refused(m, &data, KNN_EDATA, "label 3 at sample 5 is outside 0..2 (3 output units)");
  knn_tensor_set(p.y, 4, -1);
  refused(m, &data, KNN_EDATA, "label -1 at sample 5");
  knn_tensor_set(p.y, 4, 0);
  assert_ok(ctx, fit_text(m, &data, NULL, NULL));
  for (int i = 0; i < 20; i++) knn_tensor_set(p.y, i, 1 + i % 3);
  refused(m, &data, KNN_EDATA, "Labels look 1-based: min 1, max 3");
  knn_model_release(m);
  problem_drop(&p);
}

static knn_tensor *reshaped(knn_tensor *t, int rank, const int64_t *dims) {
  knn_tensor *view;
  assert_ok(knn_tensor_ctx(t), knn_tensor_reshape(t, rank, dims, &view));
  return view;
}

static void a_column_and_a_row_of_targets_are_the_same(void **state) {
  knn_ctx *ctx = *state;
  problem p;
  double flat_loss, loss;
  assert_ok(ctx, problem_new(ctx, 20, 5, 0, &p));
  knn_data data = problem_data(&p);
  knn_model *m = STACK(ctx, {{"Dense", "units=1"}});
  assert_ok(ctx, compile_text(m, "loss=mse"));
  knn_tensor *column = p.y;
  assert_ok(ctx, evaluate_text(m, &data, NULL, "loss", &loss));
  p.y = reshaped(column, 1, DIMS(20));
  assert_ok(ctx, evaluate_text(m, &data, NULL, "loss", &flat_loss));
  assert_true(loss == flat_loss);
  knn_tensor_release(p.y);
  p.y = reshaped(column, 2, DIMS(10, 2));
  refused(m, &data, KNN_ESHAPE, "10");
  knn_tensor_release(p.y);
  p.y = column;
  knn_model_release(m);
  m = STACK(ctx, {{"Dense", "units=2"}});
  assert_ok(ctx, compile_text(m, "loss=mse"));
  refused(m, &data, KNN_ESHAPE, "y has shape (20, 1), but the model's output is (None, 2)");
  knn_model_release(m);
  problem_drop(&p);
}

static void inputs_of_another_width_are_refused(void **state) {
  knn_ctx *ctx = *state;
  problem p, narrow;
  knn_tensor *y = NULL;
  assert_ok(ctx, problem_new(ctx, 20, 5, 3, &p));
  assert_ok(ctx, problem_new(ctx, 20, 4, 3, &narrow));
  knn_data data = problem_data(&p), narrow_data = problem_data(&narrow);
  knn_model *m = classifier(ctx);
  assert_ok(ctx, fit_text(m, &data, NULL, NULL));
  refused(m, &narrow_data, KNN_ESHAPE, "takes inputs of shape (None, 5), got x of shape (20, 4)");
  assert_int_equal(predict_text(m, narrow.x, NULL, &y), KNN_ESHAPE);
  assert_string_contains(knn_ctx_error(ctx), "(20, 4)");
  assert_null(y);
  knn_model_release(m);
  problem_drop(&p);
  problem_drop(&narrow);
}

static void a_model_that_is_not_ready_says_so(void **state) {
  knn_ctx *ctx = *state;
  problem p;
  double loss;
  knn_predictor *predictor = NULL;
  assert_ok(ctx, problem_new(ctx, 20, 5, 3, &p));
  knn_data data = problem_data(&p);
  knn_model *m = STACK(ctx, {{"Dense", "units=3, activation=softmax"}});
  refused(m, &data, KNN_ESTATE, "is not compiled; call model:compile{");
  assert_int_equal(evaluate_text(m, &data, NULL, "loss", &loss), KNN_ESTATE);
  assert_string_contains(knn_ctx_error(ctx), "is not compiled");
  assert_int_equal(knn_predictor_new(m, 4, &predictor), KNN_ESTATE);
  assert_string_contains(knn_ctx_error(ctx), "is not built");
  assert_ok(ctx, compile_text(m, classifier_options));
  data.n_y = 0;
  refused(m, &data, KNN_EARG, "targets are missing");
  knn_model_release(m);
  assert_ok(ctx, knn_sequential_new(ctx, NULL, &m));
  assert_ok(ctx, compile_text(m, classifier_options));
  data.n_y = 1;
  refused(m, &data, KNN_ESTATE, "the stack is empty");
  knn_model_release(m);
  problem_drop(&p);
}

/* ---- being stopped ---- */

typedef struct stopper {
  int polls, at;
} stopper;

static bool cancel_at(void *user) {
  stopper *s = user;
  return ++s->polls >= s->at && s->at > 0;
}

static void cancelling_returns_the_history_so_far(void **state) {
  (void)state;
  stopper s = {0, 25}; /* 10 batches an epoch: in the third */
  knn_ctx_options options = {.cancelled = cancel_at, .user = &s};
  knn_ctx *ctx;
  problem p;
  knn_history *h = NULL;
  assert_int_equal(knn_ctx_new(&options, &ctx), KNN_OK);
  assert_ok(ctx, problem_new(ctx, 160, 5, 3, &p));
  knn_data data = problem_data(&p);
  knn_model *m = classifier(ctx);
  assert_int_equal(fit_text(m, &data, "epochs=9, batch_size=16", &h), KNN_ECANCEL);
  assert_non_null(h);
  assert_int_equal(knn_history_epochs(h), 2);
  assert_true(knn_history_interrupted(h));
  knn_history_release(h);
  s.at = 0;
  assert_ok(ctx, fit_text(m, &data, NULL, NULL));
  knn_model_release(m);
  problem_drop(&p);
  knn_ctx_release(ctx);
}

static void cancelling_reaches_evaluate_and_predict(void **state) {
  (void)state;
  stopper s = {0, 0};
  knn_ctx_options options = {.cancelled = cancel_at, .user = &s};
  knn_ctx *ctx;
  problem p;
  knn_tensor *y = NULL;
  double loss;
  assert_int_equal(knn_ctx_new(&options, &ctx), KNN_OK);
  assert_ok(ctx, problem_new(ctx, 160, 5, 3, &p));
  knn_data data = problem_data(&p);
  knn_model *m = classifier(ctx);
  assert_ok(ctx, fit_text(m, &data, NULL, NULL));
  s = (stopper){0, 3};
  assert_int_equal(evaluate_text(m, &data, "batch_size=16", "loss", &loss), KNN_ECANCEL);
  s = (stopper){0, 3};
  assert_int_equal(predict_text(m, p.x, "batch_size=16", &y), KNN_ECANCEL);
  assert_null(y);
  s = (stopper){0, 0};
  assert_ok(ctx, evaluate_text(m, &data, "batch_size=16", "loss", &loss));
  assert_true(isfinite(loss));
  knn_model_release(m);
  problem_drop(&p);
  knn_ctx_release(ctx);
}

typedef struct failing {
  knn_ctx *ctx;
  knn_model *m;
  knn_event event;
  int64_t index;
  int calls;
  bool stop; /* stop training instead of failing */
} failing;

static knn_status fail_at(void *self, knn_event event, int64_t index, const knn_run_info *run,
                          knn_logs *logs) {
  failing *f = self;
  (void)run;
  (void)logs;
  f->calls++;
  if (event != f->event || index != f->index) return KNN_OK;
  if (!f->stop) return knn_fail(f->ctx, KNN_ECALLBACK, "the disk is full");
  knn_model_stop_training(f->m);
  return KNN_OK;
}

static void a_failing_callback_ends_the_run_only(void **state) {
  static const knn_event events[] = {
      KNN_ON_TRAIN_BEGIN, KNN_ON_EPOCH_BEGIN,    KNN_ON_TRAIN_BATCH_BEGIN, KNN_ON_TRAIN_BATCH_END,
      KNN_ON_TEST_BEGIN,  KNN_ON_TEST_BATCH_END, KNN_ON_EPOCH_END,         KNN_ON_TRAIN_END};
  knn_ctx *ctx = *state;
  problem p;
  assert_ok(ctx, problem_new(ctx, 48, 5, 3, &p));
  knn_data data = problem_data(&p);
  knn_model *m = classifier(ctx);
  for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
    failing f = {.ctx = ctx, .event = events[i]};
    knn_callback callback = {.self = &f, .events = ~0u, .on_event = fail_at};
    knn_history *h = NULL;
    assert_int_equal(knn_model_fit(m, &data, &data, NULL, &callback, 1, &h), KNN_ECALLBACK);
    assert_string_contains(knn_ctx_error(ctx), "the disk is full");
    assert_null(h);
    assert_ok(ctx, fit_text(m, &data, NULL, NULL));
  }
  knn_model_release(m);
  problem_drop(&p);
}

static void a_callback_may_stop_the_training(void **state) {
  knn_ctx *ctx = *state;
  problem p;
  knn_history *h;
  knn_config *epochs;
  assert_ok(ctx, problem_new(ctx, 160, 5, 3, &p));
  assert_ok(ctx, knn_config_parse(ctx, "epochs=9", &epochs));
  knn_data data = problem_data(&p);
  knn_model *m = classifier(ctx);
  failing f = {.ctx = ctx, .m = m, .event = KNN_ON_EPOCH_END, .index = 3, .stop = true};
  knn_callback callback = {.self = &f, .events = 1u << KNN_ON_EPOCH_END, .on_event = fail_at};
  assert_ok(ctx, knn_model_fit(m, &data, NULL, epochs, &callback, 1, &h));
  assert_int_equal(knn_history_epochs(h), 4);
  assert_int_equal(f.calls, 4);
  assert_false(knn_history_interrupted(h));
  knn_history_release(h);
  knn_config_release(epochs);
  knn_model_release(m);
  problem_drop(&p);
}

/* ---- threads ---- */

typedef struct trainee {
  pthread_t thread;
  uint64_t sum;
} trainee;

static void *train_apart(void *arg) {
  trainee *t = arg;
  t->sum = trained_sum(1, classifier_options);
  return NULL;
}

static void models_train_side_by_side(void **state) {
  (void)state;
  trainee trainees[3];
  uint64_t sum = trained_sum(1, classifier_options);
  for (int i = 0; i < 3; i++)
    assert_int_equal(pthread_create(&trainees[i].thread, NULL, train_apart, &trainees[i]), 0);
  for (int i = 0; i < 3; i++) {
    pthread_join(trainees[i].thread, NULL);
    assert_true(trainees[i].sum == sum);
  }
}

enum { ROWS = 24, COLUMNS = 5, CLASSES = 3 };

typedef struct reader {
  pthread_t thread;
  knn_predictor *predictor;
  const float *x, *expected;
  bool agrees;
} reader;

static void *predict_often(void *arg) {
  reader *r = arg;
  float y[ROWS * CLASSES];
  r->agrees = true;
  for (int i = 0; i < 200 && r->agrees; i++) {
    memset(y, 0, sizeof y);
    r->agrees = knn_predictor_run(r->predictor, r->x, ROWS * COLUMNS, y, ROWS * CLASSES) == KNN_OK;
    r->agrees = r->agrees && memcmp(y, r->expected, sizeof y) == 0;
  }
  return NULL;
}

static void predictors_run_side_by_side(void **state) {
  knn_ctx *ctx = *state;
  problem p;
  knn_tensor *y;
  float one;
  reader readers[3];
  assert_ok(ctx, problem_new(ctx, ROWS, COLUMNS, CLASSES, &p));
  knn_data data = problem_data(&p);
  knn_model *m = classifier(ctx);
  assert_ok(ctx, fit_text(m, &data, NULL, NULL));
  assert_ok(ctx, predict_text(m, p.x, "batch_size=24", &y));
  for (int i = 0; i < 3; i++) {
    readers[i] = (reader){.x = knn_tensor_data(p.x), .expected = knn_tensor_data(y)};
    assert_ok(ctx, knn_predictor_new(m, ROWS, &readers[i].predictor));
  }
  for (int i = 0; i < 3; i++)
    assert_int_equal(pthread_create(&readers[i].thread, NULL, predict_often, &readers[i]), 0);
  for (int i = 0; i < 3; i++) {
    pthread_join(readers[i].thread, NULL);
    assert_true(readers[i].agrees);
  }
  assert_int_equal(knn_predictor_run(readers[0].predictor, readers[0].x, 7, &one, 1), KNN_ESHAPE);
  assert_string_contains(knn_predictor_error(readers[0].predictor),
                         "x of shape (24, 5) takes 120 floats, got 7");
  for (int i = 0; i < 3; i++) knn_predictor_release(readers[i].predictor);
  knn_tensor_release(y);
  knn_model_release(m);
  problem_drop(&p);
}

/* ---- predictions ---- */

static void classes_are_labels(void **state) {
  knn_ctx *ctx = *state;
  problem p;
  knn_tensor *y, *labels;
  assert_ok(ctx, problem_new(ctx, 30, 5, 3, &p));
  knn_data data = {.n_x = 1, .x = &p.x};
  knn_model *m = STACK(ctx, {{"Dense", "units=3, activation=softmax"}});
  assert_ok(ctx, predict_text(m, p.x, NULL, &y));
  assert_ok(ctx, knn_model_predict_classes(m, &data, NULL, &labels));
  for (int i = 0; i < 30; i++) {
    int best = 0;
    for (int c = 1; c < 3; c++)
      if (knn_tensor_get(y, 3 * i + c) > knn_tensor_get(y, 3 * i + best)) best = c;
    assert_int_equal((int)knn_tensor_get(labels, i), best);
  }
  knn_tensor_release(labels);
  knn_tensor_release(y);
  knn_model_release(m);
  m = STACK(ctx, {{"Dense", "units=1, activation=sigmoid"}});
  assert_ok(ctx, predict_text(m, p.x, NULL, &y));
  assert_ok(ctx, knn_model_predict_classes(m, &data, NULL, &labels));
  for (int i = 0; i < 30; i++)
    assert_int_equal((int)knn_tensor_get(labels, i), knn_tensor_get(y, i) > 0.5);
  knn_tensor_release(labels);
  knn_tensor_release(y);
  knn_model_release(m);
  problem_drop(&p);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      knn_test(layers_stack_and_come_off),
      knn_test(weights_have_keras_names),
      knn_test(a_layer_that_does_not_fit_is_refused),
      knn_test(a_model_is_built_by_its_first_data),
      knn_test(the_summary_counts_parameters),
      knn_test(wrong_compile_options_are_named),
      knn_test(training_lowers_the_loss),
      knn_test(initial_epoch_leaves_epochs_out),
      knn_test(evaluating_is_the_mean_over_samples),
      knn_test(validation_takes_the_tail),
      knn_test(a_batch_trains_as_it_is),
      knn_test(frozen_layers_stay),
      cmocka_unit_test(threads_and_plans_do_not_change_a_bit),
      knn_test(another_seed_gives_other_weights),
      knn_test(a_thousand_steps_allocate_as_much_as_ten),
      knn_test(bad_numbers_are_shown_with_their_place),
      knn_test(a_column_and_a_row_of_targets_are_the_same),
      knn_test(inputs_of_another_width_are_refused),
      knn_test(a_model_that_is_not_ready_says_so),
      cmocka_unit_test(cancelling_returns_the_history_so_far),
      cmocka_unit_test(cancelling_reaches_evaluate_and_predict),
      knn_test(a_failing_callback_ends_the_run_only),
      knn_test(a_callback_may_stop_the_training),
      cmocka_unit_test(models_train_side_by_side),
      knn_test(predictors_run_side_by_side),
      knn_test(classes_are_labels),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
