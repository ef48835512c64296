/* test_norm_folding.c - what depends on weights alone is computed once and again when a weight has
 * changed, however it was changed; and the pass that takes a normalisation into the weights of the
 * product before it gives the numbers of the separate ops. */
#include "testing.h"

#include <math.h>

#include "graph.h"
#include "op_list.h"
#include "pass.h"
#include "plan.h"
#include "window.h"

enum { CHANNELS = 3, FILTERS = 5 };

typedef struct net {
  knn_graph *g;
  knn_variable *w, *bias, *factor, *term; /* bias may be NULL */
  knn_value *x, *y;
  knn__plan *plan;
} net;

static knn_variable *variable(knn_ctx *ctx, int rank, const int64_t *dims, double first) {
  knn_variable *v;
  knn__spec spec = {.dtype = KNN_F32, .rank = rank};
  memcpy(spec.dims, dims, (size_t)rank * sizeof *dims);
  assert_ok(ctx, knn__variable_new(ctx, "v", "v", &spec, true, &v));
  knn_tensor *t = knn__variable_tensor(v);
  for (int64_t i = 0; i < knn_tensor_size(t); i++)
    knn_tensor_set(t, i, first + (double)(i * 29 % 17) / 8 - 1);
  return v;
}

/* relu((conv(x, w) + bias) rsqrt(factor^2) + term) or the same with a product */
static net make(knn_ctx *ctx, bool conv, bool with_bias) {
  const knn__window window = {.rank = 2, .size = {2, 2}, .stride = {1, 1}, .dilation = {1, 1}};
  const int64_t row[] = {FILTERS};
  net n = {.w = variable(
               ctx, conv ? 4 : 2,
               conv ? (int64_t[]){2, 2, CHANNELS, FILTERS} : (int64_t[]){CHANNELS, FILTERS}, 0),
           .bias = with_bias ? variable(ctx, 1, row, 0.5) : NULL,
           .factor = variable(ctx, 1, row, 2),
           .term = variable(ctx, 1, row, 0.25)};
  knn__spec spec = {.dtype = KNN_F32, .rank = 4, .dims = {2, 4, 6, CHANNELS}};
  if (!conv) spec = (knn__spec){.dtype = KNN_F32, .rank = 2, .dims = {7, CHANNELS}};
  knn__scope s;
  assert_ok(ctx, knn__graph_new(ctx, &n.g));
  assert_ok(ctx, knn__graph_input(n.g, &spec, &n.x));
  knn__scope_begin(&s, ctx);
  knn_graph *before = knn__trace_begin(n.g);
  knn_value *y = conv ? knn__conv_op(&s, n.x, n.w->value, &window, 1)
                      : knn__matmul(&s, n.x, n.w->value, false, false);
  if (with_bias) y = knn__add(&s, y, n.bias->value);
  y = knn__multiply(&s, y, knn__rsqrt(&s, knn__square(&s, n.factor->value)));
  n.y = knn__relu(&s, knn__add(&s, y, n.term->value));
  knn__trace_end(ctx, before);
  assert_ok(ctx, knn__scope_end(&s));
  assert_ok(ctx, knn__plan_new(n.g, &n.y, 1, &n.plan));
  return n;
}

static void drop(net *n) {
  knn__plan_release(n->plan);
  knn__graph_release(n->g);
  knn__variable_release(n->w);
  knn__variable_release(n->bias);
  knn__variable_release(n->factor);
  knn__variable_release(n->term);
}

static const knn__buf *run(net *n) {
  const knn__buf *x = knn__plan_buffer(n->plan, n->x);
  for (int64_t i = 0; i < x->n; i++) ((float *)x->data)[i] = (float)(i * 13 % 7) - 3;
  assert_ok(n->g->ctx, knn__plan_run(n->plan, 0));
  return knn__plan_buffer(n->plan, n->y);
}

static bool folds(const net *n) {
  bool multiplies_weights = false;
  for (int i = 0; i < knn__plan_steps(n->plan); i++) {
    const knn__record *r = knn__plan_step_info(n->plan, i).record;
    if (r->op == &knn__op_multiply && r->out[0]->spec.rank == n->w->value->spec.rank)
      multiplies_weights = r->in[0]->variable == n->w;
  }
  return multiplies_weights;
}

static void assert_same(const knn__buf *a, const knn__buf *b) {
  assert_int_equal(a->n, b->n);
  for (int64_t i = 0; i < a->n; i++) {
    double found = (double)((const float *)a->data)[i],
           expected = (double)((const float *)b->data)[i];
    if (!(fabs(found - expected) <= 1e-5 * (1 + fabs(expected))))
      fail_msg("element %d is %.9g, expected %.9g", (int)i, found, expected);
  }
}

static void same_numbers_with_the_pass_and_without(void **state) {
  knn_ctx *ctx = *state;
  for (int k = 0; k < 4; k++) {
    net with = make(ctx, k & 1, k & 2);
    assert_ok(ctx, knn__pass_enable(ctx, "norm_folding", false));
    net without = make(ctx, k & 1, k & 2);
    assert_ok(ctx, knn__pass_enable(ctx, "norm_folding", true));
    assert_true(folds(&with) && !folds(&without));
    for (int again = 0; again < 2; again++) assert_same(run(&with), run(&without));
    drop(&with);
    drop(&without);
  }
}

/* Any way to write: by element, through the pointer, by an op that assigns on tensors. */
static void change(knn_ctx *ctx, knn_variable *v, int way) {
  knn_tensor *t = knn__variable_tensor(v);
  knn__scope s;
  if (way == 0) {
    knn_tensor_set(t, 0, -3);
  } else if (way == 1) {
    ((float *)knn_tensor_data(t))[1] = 5;
  } else {
    knn__scope_begin(&s, ctx);
    knn__assign(&s, v, knn__plus(&s, v->value, 1));
    assert_ok(ctx, knn__scope_end(&s));
  }
}

static void results_follow_the_weights(void **state) {
  knn_ctx *ctx = *state;
  net n = make(ctx, true, true);
  knn_variable *const all[] = {n.w, n.bias, n.factor, n.term};
  run(&n);
  for (int i = 0; i < 12; i++) {
    change(ctx, all[i % 4], i / 4);
    const knn__buf *found = run(&n);
    net fresh = make(ctx, true, true);
    knn_variable *const copies[] = {fresh.w, fresh.bias, fresh.factor, fresh.term};
    for (int k = 0; k < 4; k++)
      assert_ok(ctx,
                knn_tensor_copy(knn__variable_tensor(copies[k]), knn__variable_tensor(all[k])));
    assert_same(found, run(&fresh));
    drop(&fresh);
  }
  drop(&n);
}

/* y = x (w rsqrt(f^2)): the weights are not made anew by a run that finds them as they were. */
static void fixed_steps_run_once(void **state) {
  knn_ctx *ctx = *state;
  net n = make(ctx, true, false);
  assert_ok(ctx, knn__plan_profile(n.plan, true));
  for (int again = 0; again < 3; again++) {
    double seconds = 0;
    if (again == 2) change(ctx, n.w, 0);
    run(&n);
    for (int i = 0; i < knn__plan_steps(n.plan); i++) {
      const knn__step_info step = knn__plan_step_info(n.plan, i);
      if (step.record->op == &knn__op_multiply) seconds = step.seconds;
    }
    assert_int_equal(seconds > 0, again != 1);
  }
  drop(&n);
}

int main(void) {
  const struct CMUnitTest tests[] = {knn_test(same_numbers_with_the_pass_and_without),
                                     knn_test(results_follow_the_weights),
                                     knn_test(fixed_steps_run_once)};
  return cmocka_run_group_tests_name("norm_folding", tests, NULL, NULL);
}
