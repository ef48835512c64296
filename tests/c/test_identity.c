/* test_identity.c - reductions of single elements and products with 1 are no steps of a plan, and
 * give the bits that they gave; what reads a variable stays, as does what only looks alike. */
#include "testing.h"

#include "graph.h"
#include "ops.h"
#include "plan.h"

enum { ROWS = 5 };

static void nothing_is_computed(void **state) {
  knn_ctx *ctx = *state;
  float results[2][ROWS];
  for (int on = 0; on < 2; on++) {
    knn_graph *g;
    knn_value *x, *y;
    knn__plan *plan;
    knn__scope s;
    knn__spec spec = {.dtype = KNN_F32, .rank = 2, .dims = {ROWS, 1}};
    assert_ok(ctx, knn__graph_new(ctx, &g));
    assert_ok(ctx, knn__graph_input(g, &spec, &x));
    knn__scope_begin(&s, ctx);
    y = knn__mean(&s, knn__tanh(&s, x), KNN__AXIS(1), false);
    y = knn__sum(&s, knn__expand_dims(&s, y, 0), KNN__AXIS(0), true);
    y = knn__times(&s, knn__max(&s, y, KNN__AXIS(0), false), 1);
    y = knn__negative(&s, knn__divide(&s, y, knn__scalar(&s, KNN_F32, 1)));
    assert_ok(ctx, knn__scope_end(&s));
    assert_ok(ctx, knn__pass_enable(ctx, "elementwise_chain", false));
    assert_ok(ctx, knn__pass_enable(ctx, "identity", on));
    assert_ok(ctx, knn__plan_new(g, &y, 1, &plan));
    assert_int_equal(knn__plan_steps(plan), on ? 2 : 7);
    const float values[ROWS] = {-0.0f, 0.5f, -3, 1e-40f, 2};
    memcpy(knn__plan_buffer(plan, x)->data, values, sizeof values);
    assert_ok(ctx, knn__plan_run(plan, 0));
    memcpy(results[on], knn__plan_buffer(plan, y)->data, sizeof results[on]);
    knn__plan_release(plan);
    knn__graph_release(g);
  }
  assert_memory_equal(results[0], results[1], sizeof results[0]);
}

static void a_variable_is_read_in_its_place(void **state) {
  knn_ctx *ctx = *state;
  knn_graph *g;
  knn_variable *v;
  knn_value *y;
  knn__plan *plan;
  knn__scope s;
  knn__spec spec = {.dtype = KNN_F32, .rank = 1, .dims = {1}};
  assert_ok(ctx, knn__variable_new(ctx, "v", "v", &spec, false, &v));
  assert_ok(ctx, knn__graph_new(ctx, &g));
  knn__scope_begin(&s, ctx);
  knn_graph *before = knn__trace_begin(g);
  y = knn__sum(&s, v->value, KNN__ALL_AXES, false);
  knn__assign(&s, v, knn__plus(&s, v->value, 1));
  knn__trace_end(ctx, before);
  assert_ok(ctx, knn__scope_end(&s));
  assert_ok(ctx, knn__plan_new(g, &y, 1, &plan));
  for (int i = 0; i < 3; i++) {
    assert_ok(ctx, knn__plan_run(plan, 0));
    assert_true(*(const float *)knn__plan_buffer(plan, y)->data == (float)i);
  }
  knn__plan_release(plan);
  knn__graph_release(g);
  knn__variable_release(v);
}

int main(void) {
  const struct CMUnitTest tests[] = {knn_test(nothing_is_computed),
                                     knn_test(a_variable_is_read_in_its_place)};
  return cmocka_run_group_tests_name("identity", tests, NULL, NULL);
}
