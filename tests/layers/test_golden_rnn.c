/* test_golden_rnn.c - recurrent layers and wrappers against Keras: outputs and states, gradients by
 * inputs, initial states and weights; masks; stateful layers called twice. */
#include "golden.h"
#include "layer.h"

enum { MOST = 32 };

typedef struct run {
  knn_ctx *ctx;
  golden *g;
  knn_layer *layer;
  char what[200];
  int wrong;
} run;

static void compare(run *r, const knn_value *got, const char *format, int i) {
  char path[64], what[300];
  snprintf(path, sizeof path, format, i + 1);
  knn_value *expected = golden_value(r->ctx, r->g, path, KNN_F32);
  snprintf(what, sizeof what, "%s: %s", r->what, path);
  r->wrong += golden_compare(what, got, expected, 2e-5, 0.5);
  knn_value_release(expected);
}

static knn_value *value_at(run *r, const char *format, int i) {
  char path[64];
  snprintf(path, sizeof path, format, i + 1);
  return golden_value(r->ctx, r->g, path, KNN_F32);
}

static void make_layer(run *r, const knn_value *x) {
  const char *name = golden_text(r->g, "name");
  knn_config *options = golden_options(r->ctx, r->g, "options", "layer", name);
  char text[sizeof r->what / 2];
  knn_config_print(options, text, sizeof text);
  snprintf(r->what, sizeof r->what, "%s%s on %s %s", name, text, KNN__SPEC(x->spec),
           golden_has(r->g, "mask") ? "masked" : "");
  assert_ok(r->ctx, knn_layer_from_config(r->ctx, name, options, &r->layer));
  knn_config_release(options);
  assert_ok(r->ctx, knn__layer_build(r->layer, "", &x->spec, 1));
  const int n = golden_length(r->g, "weights");
  if (knn_layer_weight_count(r->layer) != n) fail_msg("%s: weights", r->what);
  for (int i = 0; i < n; i++) {
    char path[64];
    const char *found;
    knn_tensor *w;
    knn_value *value = value_at(r, "weights.%d.value", i);
    assert_ok(r->ctx, knn_layer_weight(r->layer, i, &w, &found, NULL));
    assert_ok(r->ctx, knn_tensor_copy(w, value->tensor));
    snprintf(path, sizeof path, "weights.%d.path", i + 1);
    assert_string_equal(strchr(found, '/') + 1, golden_text(r->g, path));
    knn_value_release(value);
  }
}

/* The layer on in[0], in[1], ... with the case's mask; results lent by the scope. */
static int call(run *r, knn__scope *s, knn_value *const *in, int n_in, bool training,
                knn_value **out) {
  knn_value *masks[MOST] = {0};
  if (golden_has(r->g, "mask"))
    masks[0] = knn__hold(s, golden_value(r->ctx, r->g, "mask", KNN_BOOL));
  knn__layer_io io = {.n_in = n_in, .in = in, .mask = masks, .training = training, .n_out = 1};
  knn__layer_call(r->layer, s, &io);
  assert_ok(r->ctx, s->status);
  memcpy(out, io.out, (size_t)io.n_out * sizeof *out);
  return io.n_out;
}

static void check_outputs(run *r, knn_value *const *in, int n_in, const char *format) {
  knn__scope s;
  knn_value *out[KNN__MAX_OUT];
  knn__scope_begin(&s, r->ctx);
  const int n = call(r, &s, in, n_in, false, out);
  for (int i = 0; i < n; i++) compare(r, out[i], format, i);
  assert_ok(r->ctx, knn__scope_end(&s));
}

/* Gradients of the sum over k of sum(w[k] outputs[k]); in training what the gradient wants is kept,
 * else it is computed again. */
static void check_gradients(run *r, knn_value *const *in, int n_in, bool training) {
  knn__scope s;
  knn_tape *tape;
  knn_value *xs[2 * MOST], *dxs[2 * MOST], *out[KNN__MAX_OUT], *loss = NULL;
  const int weights = knn_layer_weight_count(r->layer);
  knn__scope_begin(&s, r->ctx);
  for (int i = 0; i < weights; i++) {
    assert_ok(r->ctx, knn_layer_weight_value(r->layer, i, &xs[i]));
    knn__hold(&s, xs[i]);
  }
  for (int i = 0; i < n_in; i++) xs[weights + i] = in[i];
  assert_ok(r->ctx, knn_tape_begin(r->ctx, &tape));
  const int n = call(r, &s, in, n_in, training, out);
  for (int i = 0; i < n; i++) {
    knn_value *w = knn__hold(&s, value_at(r, "w.%d", i));
    knn_value *part = knn__sum(&s, knn__multiply(&s, out[i], w), KNN__ALL_AXES, false);
    loss = loss ? knn__add(&s, loss, part) : part;
  }
  assert_ok(r->ctx, s.status);
  assert_ok(r->ctx, knn_tape_gradient(tape, loss, xs, weights + n_in, dxs));
  knn_tape_end(tape);
  for (int i = 0; i < weights + n_in; i++) {
    knn__hold(&s, dxs[i]);
    if (i < weights)
      compare(r, dxs[i], "weight_grads.%d", i);
    else
      compare(r, dxs[i], "input_grads.%d", i - weights);
  }
  assert_ok(r->ctx, knn__scope_end(&s));
}

static int check_case(knn_ctx *ctx, golden *g) {
  run r = {.ctx = ctx, .g = g};
  knn_value *in[MOST] = {golden_value(ctx, g, "x", KNN_F32)};
  const int n_in = 1 + golden_length(g, "initial");
  for (int i = 1; i < n_in; i++) in[i] = value_at(&r, "initial.%d", i - 1);
  make_layer(&r, in[0]);
  check_outputs(&r, in, n_in, "outputs.%d");
  if (golden_has(g, "next_x")) {
    knn_value *next = golden_value(ctx, g, "next_x", KNN_F32);
    check_outputs(&r, &next, 1, "next_outputs.%d");
    assert_ok(ctx, knn_layer_reset_states(r.layer));
    check_outputs(&r, in, n_in, "outputs.%d");
    knn_value_release(next);
  } else {
    check_gradients(&r, in, n_in, false);
    check_gradients(&r, in, n_in, true);
  }
  for (int i = 0; i < n_in; i++) knn_value_release(in[i]);
  knn_layer_release(r.layer);
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

static void simple(void **state) {
  check_group(*state, "rnn_simple");
}

static void gru(void **state) {
  check_group(*state, "rnn_gru");
}

static void lstm(void **state) {
  check_group(*state, "rnn_lstm");
}

static void wrappers(void **state) {
  check_group(*state, "rnn_more");
}

static void convolutional(void **state) {
  check_group(*state, "rnn_conv");
}

int main(void) {
  const struct CMUnitTest tests[] = {knn_test(simple), knn_test(gru), knn_test(lstm),
                                     knn_test(wrappers), knn_test(convolutional)};
  return cmocka_run_group_tests_name("golden_rnn", tests, NULL, NULL);
}
