/* test_memory.c - memory runs out at every point of building, training and predicting: each call
 * says so, nothing is left behind, and the context, the data and a model that was there before go
 * on working. */
#include "testing.h"

#include <math.h>
#include <stdlib.h>

#include "model_help.h"

/* An allocator that gives `left` more blocks; all it wants when left < 0. */
typedef struct limited {
  long left;
} limited;

static void *limited_alloc(void *user, size_t bytes) {
  limited *l = user;
  if (l->left == 0) return NULL;
  if (l->left > 0) l->left--;
  return malloc(bytes);
}

static void limited_release(void *user, void *block) {
  (void)user;
  free(block);
}

static knn_ctx *limited_context(limited *l) {
  knn_ctx_options options = {
      .alloc = limited_alloc, .release = limited_release, .user = l, .threads = 1};
  knn_ctx *ctx;
  l->left = -1;
  assert_int_equal(knn_ctx_new(&options, &ctx), KNN_OK);
  return ctx;
}

static size_t blocks_of(const knn_ctx *ctx) {
  size_t blocks;
  knn_ctx_memory(ctx, NULL, &blocks, NULL);
  return blocks;
}

enum { MOST_LAYERS = 12, SIDE = 6, ROWS = 10 };

/* Models that together use every kind of part; inputs are (6, 6, 1). */
typedef struct variant {
  const char *compile, *fit;
  int classes;
  const char *layers[MOST_LAYERS][2];
} variant;

static const variant convolutional = {
    "loss=sparse_categorical_crossentropy, optimizer=adam, metrics=[accuracy, "
    "sparse_top_k_categorical_accuracy]",
    "batch_size=4, validation_split=0.2",
    3,
    {{"Conv2D", "filters=2, kernel_size=3, activation=relu, input_shape=[6,6,1]"},
     {"BatchNormalization", ""},
     {"MaxPooling2D", "pool_size=2"},
     {"Dropout", "rate=0.3"},
     {"Flatten", ""},
     {"Dense", "units=3, activation=softmax, kernel_regularizer=l2"}}};

static const variant eager = {
    "loss=sparse_categorical_crossentropy, optimizer=sgd, metrics=[accuracy], run_eagerly=true",
    "batch_size=4",
    3,
    {{"Conv2D", "filters=2, kernel_size=3, input_shape=[6,6,1]"},
     {"BatchNormalization", ""},
     {"GlobalMaxPooling2D", ""},
     {"Dense", "units=3, activation=softmax, kernel_constraint=max_norm"}}};

static const variant binary = {
    "loss=binary_crossentropy, metrics=[Precision, Recall, AUC, binary_accuracy], "
    "optimizer={class_name=RMSprop, config={centered=true, momentum=0.5, clipnorm=1.0}}",
    "batch_size=4, class_weight={0=1.0, 1=2.0}",
    2,
    {{"Flatten", "input_shape=[6,6,1]"},
     {"Dense", "units=4, activation=gelu, activity_regularizer=l1, kernel_initializer=orthogonal"},
     {"RepeatVector", "n=3"},
     {"Permute", "dims=[2,1]"},
     {"LeakyReLU", ""},
     {"Flatten", ""},
     {"Dense", "units=1, activation=sigmoid"}}};

static const variant regression = {
    "loss=huber, metrics=[mse, mae], optimizer={class_name=AdamW, config={amsgrad=true, "
    "global_clipnorm=1.0, use_ema=true}}",
    "batch_size=4, shuffle=false",
    0,
    {{"Reshape", "target_shape=[-1,2], input_shape=[6,6,1]"},
     {"ZeroPadding1D", ""},
     {"Conv1D", "filters=3, kernel_size=2, padding=causal, dilation_rate=2"},
     {"AveragePooling1D", "pool_size=2"},
     {"ReLU", "max_value=6.0"},
     {"Softmax", ""},
     {"GlobalAveragePooling1D", ""},
     {"Dense", "units=1, bias_regularizer=l1_l2"}}};

static knn_status make_model(knn_ctx *ctx, const variant *v, knn_model **out) {
  knn_status st = knn_sequential_new(ctx, NULL, out);
  for (int i = 0; i < MOST_LAYERS && v->layers[i][0] && st == KNN_OK; i++)
    st = knn_model_add_new(*out, v->layers[i][0], v->layers[i][1]);
  return st == KNN_OK ? compile_text(*out, v->compile) : st;
}

static knn_status use_predictor(knn_model *m, const knn_tensor *x, size_t outputs) {
  float y[ROWS * 3];
  knn_predictor *predictor = NULL;
  knn_status st = knn_predictor_new(m, ROWS, &predictor);
  if (st == KNN_OK)
    st = knn_predictor_run(predictor, knn_tensor_data(x), ROWS * SIDE * SIDE, y, ROWS * outputs);
  knn_predictor_release(predictor);
  return st;
}

static knn_status live(knn_ctx *ctx, const variant *v, problem *p) {
  knn_model *m = NULL;
  knn_history *history = NULL;
  knn_tensor *y = NULL, *labels = NULL;
  knn_data data = problem_data(p);
  char *text = NULL;
  double loss;
  knn_status st = make_model(ctx, v, &m);
  if (st == KNN_OK) st = fit_text(m, &data, v->fit, &history);
  if (st == KNN_OK) st = evaluate_text(m, &data, "batch_size=4", "loss", &loss);
  if (st == KNN_OK) st = predict_text(m, p->x, "batch_size=4", &y);
  if (st == KNN_OK) st = knn_model_predict_classes(m, &data, NULL, &labels);
  if (st == KNN_OK) st = knn_model_summary(m, &(knn_summary){.batch = 8}, &text);
  if (st == KNN_OK) st = use_predictor(m, p->x, v->classes == 3 ? 3 : 1);
  if (text) knn_text_free(ctx, text);
  knn_tensor_release(y);
  knn_tensor_release(labels);
  knn_history_release(history);
  knn_model_release(m);
  return st;
}

static void every_allocation_fails_once(const variant *v) {
  limited l;
  problem p;
  knn_ctx *ctx = limited_context(&l);
  assert_ok(ctx, problem_images(ctx, ROWS, SIDE, v->classes, &p));
  assert_ok(ctx, live(ctx, v, &p)); /* kernels are chosen, names are known */
  size_t before = blocks_of(ctx);
  knn_status st = KNN_ENOMEM;
  for (long allowed = 0; allowed < 100000 && st != KNN_OK; allowed++) {
    l.left = allowed;
    knn_ctx_forget_names(ctx);
    st = live(ctx, v, &p);
    l.left = -1;
    if (st != KNN_OK && (st != KNN_ENOMEM || !strstr(knn_ctx_error(ctx), "out of memory")))
      fail_msg("allocation %ld: %s: %s", allowed, knn_status_name(st), knn_ctx_error(ctx));
    if (blocks_of(ctx) > before)
      fail_msg("allocation %ld: %zu blocks were left behind", allowed, blocks_of(ctx) - before);
  }
  assert_int_equal(st, KNN_OK);
  problem_drop(&p);
  knn_ctx_release(ctx);
}

static void convolutional_models_survive(void **state) {
  (void)state;
  every_allocation_fails_once(&convolutional);
}

static void eager_models_survive(void **state) {
  (void)state;
  every_allocation_fails_once(&eager);
}

static void binary_models_survive(void **state) {
  (void)state;
  every_allocation_fails_once(&binary);
}

static void regression_models_survive(void **state) {
  (void)state;
  every_allocation_fails_once(&regression);
}

/* Two inputs, a shared layer, a stack inside, an op, inner values as the inputs of another model.
 */
static knn_status draw(knn_ctx *ctx, knn_value *const *in, knn_layer *shared, knn_model *stack,
                       knn_value **out) {
  knn_value *a = NULL, *b = NULL, *sum = NULL;
  int n = 1;
  knn_status st = knn_layer_call(shared, &in[0], 1, -1, &a, &n);
  if (st == KNN_OK) st = knn_layer_call(shared, &in[1], 1, -1, &b, &n);
  if (st == KNN_OK) st = knn_apply(ctx, "add", (knn_value *[]){a, b}, 2, NULL, &sum, &n);
  if (st == KNN_OK) st = knn_layer_call(knn_model_layer(stack), &sum, 1, -1, out, &n);
  knn_value_release(a);
  knn_value_release(b);
  knn_value_release(sum);
  return st;
}

static knn_status draw_model(knn_ctx *ctx, knn_model **out, knn_model **part) {
  knn_value *in[2] = {0}, *y = NULL, *inner = NULL;
  knn_layer *shared = NULL;
  knn_model *stack = NULL;
  int n = 1;
  knn_status st = knn_input_new(ctx, "shape=[3]", &in[0]);
  if (st == KNN_OK) st = knn_input_new(ctx, "shape=[3]", &in[1]);
  if (st == KNN_OK) st = knn_layer_new(ctx, "Dense", "units=2, activation=relu", &shared);
  if (st == KNN_OK) st = knn_sequential_new(ctx, NULL, &stack);
  if (st == KNN_OK) st = knn_model_add_new(stack, "Dense", "units=1");
  if (st == KNN_OK) st = draw(ctx, in, shared, stack, &y);
  const char *const keys[] = {"right", "left"};
  const knn_values inputs = {2, in, keys}, outputs = {1, &y, NULL};
  if (st == KNN_OK) st = knn_model_functional(ctx, &inputs, &outputs, NULL, out);
  if (st == KNN_OK) st = knn_layer_symbolic_inputs(knn_model_layer(stack), &inner, &n);
  if (st == KNN_OK)
    st = knn_model_functional(ctx, &(knn_values){1, &inner, NULL}, &outputs, NULL, part);
  knn_value_release(inner);
  knn_value_release(y);
  knn_value_release(in[0]);
  knn_value_release(in[1]);
  knn_layer_release(shared);
  knn_model_release(stack);
  return st;
}

static knn_status live_drawn(knn_ctx *ctx) {
  knn_model *m = NULL, *part = NULL;
  knn_tensor *x = NULL, *y = NULL, *out = NULL;
  int n = 1;
  knn_status st = knn_tensor_new(ctx, KNN_F32, 2, (int64_t[]){4, 3}, &x);
  if (st == KNN_OK) st = knn_tensor_new(ctx, KNN_F32, 2, (int64_t[]){4, 1}, &y);
  if (st == KNN_OK) st = draw_model(ctx, &m, &part);
  if (st == KNN_OK) st = compile_text(m, "loss=mse, optimizer=adam");
  const knn_data data = {.n_x = 2, .n_y = 1, .x = (knn_tensor *[]){x, x}, .y = &y};
  if (st == KNN_OK) st = fit_text(m, &data, "batch_size=2", NULL);
  if (st == KNN_OK) st = knn_model_predict_on_batch(m, &data, &out, &n);
  knn_tensor_release(x);
  knn_tensor_release(y);
  knn_tensor_release(out);
  knn_model_release(m);
  knn_model_release(part);
  return st;
}

static void drawn_models_survive(void **state) {
  (void)state;
  limited l;
  knn_ctx *ctx = limited_context(&l);
  assert_ok(ctx, live_drawn(ctx));
  size_t before = blocks_of(ctx);
  knn_status st = KNN_ENOMEM;
  for (long allowed = 0; allowed < 100000 && st != KNN_OK; allowed++) {
    l.left = allowed;
    knn_ctx_forget_names(ctx);
    st = live_drawn(ctx);
    l.left = -1;
    if (st != KNN_OK && (st != KNN_ENOMEM || !strstr(knn_ctx_error(ctx), "out of memory")))
      fail_msg("allocation %ld: %s: %s", allowed, knn_status_name(st), knn_ctx_error(ctx));
    if (blocks_of(ctx) > before)
      fail_msg("allocation %ld: %zu blocks were left behind", allowed, blocks_of(ctx) - before);
  }
  assert_int_equal(st, KNN_OK);
  knn_ctx_release(ctx);
}

/* Training fails half-way, again and again: the model can be used after each time. */
static void a_model_survives_a_failed_fit(void **state) {
  (void)state;
  limited l;
  problem p;
  knn_model *m = NULL;
  knn_ctx *ctx = limited_context(&l);
  assert_ok(ctx, problem_images(ctx, ROWS, SIDE, 3, &p));
  knn_data data = problem_data(&p);
  assert_ok(ctx, make_model(ctx, &convolutional, &m));
  knn_status st = KNN_ENOMEM;
  for (long allowed = 0; allowed < 100000 && st != KNN_OK; allowed++) {
    double loss;
    l.left = allowed;
    st = fit_text(m, &data, "batch_size=4", NULL);
    l.left = -1;
    assert_true(st == KNN_OK || st == KNN_ENOMEM);
    assert_ok(ctx, evaluate_text(m, &data, NULL, "loss", &loss));
    assert_true(isfinite(loss));
    assert_ok(
        ctx,
        compile_text(
            m, convolutional.compile)); /* drops the plan, so that the next round makes it anew */
  }
  assert_int_equal(st, KNN_OK);
  knn_model_release(m);
  problem_drop(&p);
  knn_ctx_release(ctx);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(convolutional_models_survive),  cmocka_unit_test(eager_models_survive),
      cmocka_unit_test(binary_models_survive),         cmocka_unit_test(regression_models_survive),
      cmocka_unit_test(a_model_survives_a_failed_fit), cmocka_unit_test(drawn_models_survive),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
