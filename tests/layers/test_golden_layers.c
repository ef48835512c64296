/* test_golden_layers.c - layers against Keras: outputs, gradients by input and weights, moving
 * statistics, masks. */
#include "golden.h"
#include "layer.h"

enum { MOST_WEIGHTS = 8 };

typedef struct run {
  knn_ctx *ctx;
  golden *g;
  knn_layer *layer;
  char what[200];
  int wrong;
} run;

static void compare(run *r, const char *part, const knn_value *got, const char *path) {
  char what[300];
  knn_value *expected = golden_value(r->ctx, r->g, path, KNN_F32);
  snprintf(what, sizeof what, "%s: %s", r->what, part);
  r->wrong += golden_compare(what, got, expected, 2e-5, 0.5);
  knn_value_release(expected);
}

static void make_layer(run *r, const knn_value *x) {
  knn__spec spec = x->spec;
  const char *name = golden_text(r->g, "name");
  knn_config *options = golden_options(r->ctx, r->g, "options", "layer", name);
  knn_config_print(options, r->what, sizeof r->what / 2);
  char text[sizeof r->what / 2];
  memcpy(text, r->what, sizeof text);
  snprintf(r->what, sizeof r->what, "%s%s on %s", name, text, KNN__SPEC(x->spec));
  assert_ok(r->ctx, knn_layer_from_config(r->ctx, name, options, &r->layer));
  knn_config_release(options);
  assert_ok(r->ctx, knn__layer_build(r->layer, "", &spec, 1));
  const int n = golden_length(r->g, "weights");
  assert_int_equal(knn_layer_weight_count(r->layer), n);
  for (int i = 0; i < n; i++) {
    char path[64];
    const char *weight_path;
    bool trainable;
    knn_tensor *w;
    snprintf(path, sizeof path, "weights.%d.value", i + 1);
    knn_value *value = golden_value(r->ctx, r->g, path, KNN_F32);
    assert_ok(r->ctx, knn_layer_weight(r->layer, i, &w, &weight_path, &trainable));
    assert_ok(r->ctx, knn_tensor_copy(w, value->tensor));
    snprintf(path, sizeof path, "weights.%d.name", i + 1);
    assert_string_equal(strchr(weight_path, '/') + 1, golden_text(r->g, path));
    knn_value_release(value);
  }
}

/* y and the gradients of sum(w y) by the trainable weights and by x; `at` is "" or "training." */
static void check_call(run *r, knn_value *x, const char *at, bool training) {
  knn_tape *tape;
  knn_value *y, *weighted, *xs[MOST_WEIGHTS + 1], *dxs[MOST_WEIGHTS + 1],
      *w = golden_value(r->ctx, r->g, "w", KNN_F32);
  int n_out = 1, n = 0;
  char path[64], part[64];
  for (int i = 0; i < knn_layer_weight_count(r->layer); i++) {
    bool trainable;
    assert_ok(r->ctx, knn_layer_weight(r->layer, i, NULL, NULL, &trainable));
    if (trainable) assert_ok(r->ctx, knn_layer_weight_value(r->layer, i, &xs[n++]));
  }
  const int n_weights = n;
  snprintf(path, sizeof path, "%sinput_grad", at);
  if (golden_has(r->g, path)) xs[n++] = x;
  assert_ok(r->ctx, knn_tape_begin(r->ctx, &tape));
  assert_ok(r->ctx, knn_layer_call(r->layer, &x, 1, training, &y, &n_out));
  n_out = 1;
  assert_ok(r->ctx,
            knn_apply(r->ctx, "multiply", (knn_value *[]){y, w}, 2, NULL, &weighted, &n_out));
  snprintf(path, sizeof path, "%soutput", at);
  compare(r, training ? "output in training" : "output", y, path);
  assert_ok(r->ctx, knn_tape_gradient(tape, weighted, xs, n, dxs));
  knn_tape_end(tape);
  for (int i = 0; i < n; i++) {
    snprintf(path, sizeof path, i < n_weights ? "%sweight_grads.%d" : "%sinput_grad", at, i + 1);
    snprintf(part, sizeof part, i < n_weights ? "gradient by weight %d" : "gradient by input",
             i + 1);
    compare(r, part, dxs[i], path);
    knn_value_release(dxs[i]);
    if (i < n_weights) knn_value_release(xs[i]);
  }
  knn_value_release(weighted);
  knn_value_release(y);
  knn_value_release(w);
}

static void check_mask(run *r, knn_value *x) {
  knn__scope s;
  knn__scope_begin(&s, r->ctx);
  knn__layer_io io = {.n_in = 1, .in = &x, .n_out = 1};
  knn__layer_call(r->layer, &s, &io);
  assert_ok(r->ctx, s.status);
  assert_non_null(io.out_mask[0]);
  compare(r, "mask", io.out_mask[0], "mask");
  assert_ok(r->ctx, knn__scope_end(&s));
}

static void check_fixed(run *r) {
  int fixed = 0;
  for (int i = 0; i < knn_layer_weight_count(r->layer); i++) {
    bool trainable;
    knn_value *value;
    char path[64];
    assert_ok(r->ctx, knn_layer_weight(r->layer, i, NULL, NULL, &trainable));
    if (trainable) continue;
    assert_ok(r->ctx, knn_layer_weight_value(r->layer, i, &value));
    snprintf(path, sizeof path, "training.fixed_after.%d", ++fixed);
    compare(r, "statistics after training", value, path);
    knn_value_release(value);
  }
}

static int check_case(knn_ctx *ctx, golden *g) {
  run r = {.ctx = ctx, .g = g};
  knn_value *x = golden_value(ctx, g, "x", KNN_F32);
  make_layer(&r, x);
  check_call(&r, x, "", false);
  if (golden_has(g, "mask")) check_mask(&r, x);
  if (golden_has(g, "training")) {
    check_call(&r, x, "training.", true);
    check_fixed(&r);
  }
  knn_layer_release(r.layer);
  knn_value_release(x);
  return r.wrong;
}

static void check_group(knn_ctx *ctx, const char *group) {
  golden *g = golden_open(group);
  int wrong = 0;
  for (int i = 0; i < golden_size(g); i++) {
    golden_choose(g, i);
    wrong += check_case(ctx, g);
  }
  assert_true(golden_size(g) > 0);
  golden_close(g);
  assert_int_equal(wrong, 0);
}

static void core(void **state) {
  check_group(*state, "layers_core");
}

static void conv1d(void **state) {
  check_group(*state, "layers_conv1d");
}

static void conv2d(void **state) {
  check_group(*state, "layers_conv2d");
}

static void conv3d(void **state) {
  check_group(*state, "layers_conv3d");
}

static void pooling(void **state) {
  check_group(*state, "layers_pool");
}

static void normalisation(void **state) {
  check_group(*state, "layers_norm");
}

int main(void) {
  const struct CMUnitTest tests[] = {knn_test(core),   knn_test(conv1d),  knn_test(conv2d),
                                     knn_test(conv3d), knn_test(pooling), knn_test(normalisation)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
