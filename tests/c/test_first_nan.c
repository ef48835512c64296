/* test_first_nan.c - the first NaN or infinity of a training step is traced to the layer, the loss
 * or the weight where it arose, and told once a run. */
#include <string.h>

#include "model_help.h"
#include "testing.h"

typedef struct ear {
  int n;
  char last[700];
} ear;

static void hear(void *user, const char *text) {
  ear *e = user;
  e->n++;
  snprintf(e->last, sizeof e->last, "%s", text);
}

/* Fits two layers in three batches and two epochs. */
static void train(const char *hidden, const char *options, double target, ear *heard) {
  knn_ctx_options hooks = {.log = hear, .user = heard};
  knn_ctx *ctx;
  knn_model *model = NULL;
  problem p = {0};
  assert_ok(NULL, knn_ctx_new(&hooks, &ctx));
  assert_ok(ctx, problem_new(ctx, 24, 3, 0, &p));
  if (target != 0) assert_ok(ctx, knn_tensor_fill(p.y, target));
  assert_ok(ctx, knn_sequential_new(ctx, NULL, &model));
  assert_ok(ctx, knn_model_add_new(model, "Dense", hidden));
  assert_ok(ctx, knn_model_add_new(model, "Dense", "units=1, name=last"));
  assert_ok(ctx, compile_text(model, options));
  knn_data data = problem_data(&p);
  assert_ok(ctx, fit_text(model, &data, "epochs=2, batch_size=8", NULL));
  knn_model_release(model);
  problem_drop(&p);
  knn_ctx_release(ctx);
}

static void is_told(const char *hidden, const char *options, double target, const char *wanted) {
  char eager[200];
  snprintf(eager, sizeof eager, "%s, run_eagerly=true", options);
  for (int i = 0; i < 2; i++) {
    ear heard = {0};
    train(hidden, i ? eager : options, target, &heard);
    if (heard.n != 1 || !strstr(heard.last, wanted))
      fail_msg("%s, %s: told %d times, at last \"%s\"; expected \"%s\"", hidden,
               i ? eager : options, heard.n, heard.last, wanted);
  }
}

static void a_layer_is_named(void **state) {
  (void)state;
  is_told(
      "units=4, input_shape=[3], name=hot, activation=exponential, kernel_initializer="
      "{class_name=Constant, config={value=4000.0}}",
      "loss=mse, optimizer=sgd", 0, "op exp of layer 'sequential/hot'");
}

static void the_loss_is_named(void **state) {
  (void)state;
  is_told("units=4, input_shape=[3]", "loss=mse, optimizer=sgd", 1e30, "op square of the loss");
}

static void a_weight_is_named(void **state) {
  (void)state;
  is_told("units=4, input_shape=[3]",
          "loss=mse, optimizer={class_name=SGD, config={learning_rate=3e38}}", 1e6,
          "was not finite any more after the update of step 1");
}

static void nothing_is_told_of_finite_losses(void **state) {
  ear heard = {0};
  (void)state;
  train("units=4, input_shape=[3]", "loss=mse, optimizer=adam", 0, &heard);
  assert_int_equal(heard.n, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_layer_is_named), cmocka_unit_test(the_loss_is_named),
      cmocka_unit_test(a_weight_is_named), cmocka_unit_test(nothing_is_told_of_finite_losses)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
