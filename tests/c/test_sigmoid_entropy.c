/* test_sigmoid_entropy.c - the pass that takes cross-entropies of a sigmoid from its logits: what it
 * leaves of the graph, the same numbers as without it, and the exact loss where a probability in
 * float is no longer known well. */
#include "testing.h"

#include <math.h>

#include "grad.h"
#include "op_list.h"
#include "pass.h"
#include "plan.h"

enum { N = 37 };

typedef struct solved {
  float loss[N], dx[N];
  bool loss_from_logits, short_gradient;
} solved;

/* Logits from -18 to 18, beyond where probabilities are clipped; targets 0, 0.25, ..., 1. */
static double logit(int i) {
  return i - 18;
}

static double target(int i) {
  return i % 5 * 0.25;
}

static knn_value *tensor_of(knn_ctx *ctx, double (*element)(int i)) {
  knn_tensor *t;
  knn_value *v;
  assert_ok(ctx, knn_tensor_new(ctx, KNN_F32, 1, (int64_t[]){N}, &t));
  for (int i = 0; i < N; i++) knn_tensor_set(t, i, element(i));
  assert_ok(ctx, knn_value_from(t, &v));
  knn_tensor_release(t);
  return v;
}

static void assert_near(double found, double expected, double most) {
  if (!(fabs(found - expected) <= most))
    fail_msg("%.9g differs from %.9g by more than %.2g", found, expected, most);
}

/* other_reader: the gradient reaches the sigmoid's result from elsewhere too. */
static solved solve(knn_ctx *ctx, bool other_reader) {
  knn_graph *g;
  knn__plan *plan;
  knn__scope s;
  knn_value *x = tensor_of(ctx, logit), *t = tensor_of(ctx, target), *leaf, *outs[2], *dx;
  solved r = {.loss_from_logits = false};
  assert_ok(ctx, knn__graph_new(ctx, &g));
  assert_ok(ctx, knn__graph_leaf(g, x, &leaf));
  knn__scope_begin(&s, ctx);
  knn_graph *before = knn__trace_begin(g);
  knn_value *p = knn__sigmoid(&s, leaf);
  outs[0] = knn__op2(&s, &knn__op_binary_entropy, NULL, t, p);
  knn_value *total = knn__sum(&s, outs[0], KNN__ALL_AXES, false);
  if (other_reader) total = knn__add(&s, total, knn__sum(&s, p, KNN__ALL_AXES, false));
  knn__trace_end(ctx, before);
  assert_ok(ctx, s.status);
  assert_ok(ctx, knn__gradient(ctx, g->records, g->n_records, total, NULL, &leaf, 1, &dx));
  outs[1] = knn__hold(&s, dx);
  assert_ok(ctx, knn__scope_end(&s));
  assert_ok(ctx, knn__pass_enable(ctx, "elementwise_chain", false));
  assert_ok(ctx, knn__plan_new(g, outs, 2, &plan));
  for (int i = 0; i < knn__plan_steps(plan); i++) {
    const knn__op *op = knn__plan_step_info(plan, i).record->op;
    r.loss_from_logits = r.loss_from_logits || op == &knn__op_sigmoid_entropy;
    r.short_gradient = r.short_gradient || op == &knn__op_sigmoid_entropy_grad;
  }
  assert_ok(ctx, knn__plan_run(plan, 0));
  memcpy(r.loss, knn__plan_buffer(plan, outs[0])->data, sizeof r.loss);
  memcpy(r.dx, knn__plan_buffer(plan, outs[1])->data, sizeof r.dx);
  knn__plan_release(plan);
  knn__graph_release(g);
  knn_value_release(x);
  knn_value_release(t);
  return r;
}

static void same_numbers_with_the_pass_and_without(void **state) {
  knn_ctx *ctx = *state;
  static const char *const providers[] = {"simd", "ref"};
  for (int k = 0; k < 4; k++) {
    bool other_reader = k / 2;
    assert_ok(ctx, knn__kernels_only(ctx, providers[k % 2]));
    solved with = solve(ctx, other_reader);
    assert_ok(ctx, knn__pass_enable(ctx, "sigmoid_entropy", false));
    solved without = solve(ctx, other_reader);
    assert_ok(ctx, knn__pass_enable(ctx, "sigmoid_entropy", true));
    assert_true(with.loss_from_logits && !without.loss_from_logits && !without.short_gradient);
    assert_int_equal(with.short_gradient, !other_reader);
    for (int i = 0; i < N; i++) {
      /* of 1 - p, in which rounding of p counts in full */
      double lost = 0x1p-24 * (1 + exp(logit(i))) * (1 - target(i)), dp = 0x1p-22;
      assert_near((double)with.loss[i], (double)without.loss[i], 2 * lost + 1e-5);
      assert_near((double)with.dx[i], (double)without.dx[i], other_reader ? 1e-6 : dp);
    }
  }
}

static void losses_are_exact(void **state) {
  solved r = solve(*state, false);
  for (int i = 0; i < N; i++) {
    double x = fmin(fmax(logit(i), -16.11809555), 15.94238503),
           exact = fmax(x, 0) - target(i) * x + log1p(exp(-fabs(x)));
    assert_near((double)r.loss[i], exact, 3e-7 * fmax(exact, 1e-3) + 1e-6 * fabs(x));
    assert_near((double)r.dx[i], logit(i) == x ? 1 / (1 + exp(-x)) - target(i) : 0, 2e-7);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {knn_test(same_numbers_with_the_pass_and_without),
                                     knn_test(losses_are_exact)};
  return cmocka_run_group_tests_name("sigmoid_entropy", tests, NULL, NULL);
}
