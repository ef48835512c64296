/* test_constant_folding.c - ops on constants are gone from the plan; a constant that the host still
 * holds is read at every run. */
#include "testing.h"

#include "graph.h"
#include "ops.h"
#include "plan.h"

typedef struct made {
  knn_graph *g;
  knn_value *x, *y;
  knn__plan *plan;
} made;

/* x * reshape((2 + 3) * factor), a plan of one step if the factor is the graph's own. */
static made make(knn_ctx *ctx, knn_value *factor) {
  made m;
  knn__scope s;
  knn__spec spec = {.dtype = KNN_F32, .rank = 1, .dims = {4}};
  assert_ok(ctx, knn__graph_new(ctx, &m.g));
  assert_ok(ctx, knn__graph_input(m.g, &spec, &m.x));
  knn__scope_begin(&s, ctx);
  knn_graph *before = knn__trace_begin(m.g);
  knn_value *five = knn__add(&s, knn__scalar(&s, KNN_F32, 2), knn__scalar(&s, KNN_F32, 3));
  knn_value *scaled = knn__multiply(&s, five, factor ? factor : knn__scalar(&s, KNN_F32, 7));
  m.y = knn__multiply(&s, m.x, knn__reshape(&s, scaled, 1, (int64_t[]){1}));
  knn__trace_end(ctx, before);
  assert_ok(ctx, knn__scope_end(&s));
  assert_ok(ctx, knn__pass_enable(ctx, "elementwise_chain", false));
  assert_ok(ctx, knn__plan_new(m.g, &m.y, 1, &m.plan));
  return m;
}

static double result(made *m) {
  float *x = knn__plan_buffer(m->plan, m->x)->data;
  for (int i = 0; i < 4; i++) x[i] = 1;
  assert_ok(m->g->ctx, knn__plan_run(m->plan, 0));
  return (double)((const float *)knn__plan_buffer(m->plan, m->y)->data)[3];
}

static void drop(made *m) {
  knn__plan_release(m->plan);
  knn__graph_release(m->g);
}

static void own_constants_are_folded(void **state) {
  made m = make(*state, NULL);
  assert_int_equal(knn__plan_steps(m.plan), 1);
  assert_true(result(&m) == 35);
  drop(&m);
}

static void held_constants_are_read(void **state) {
  knn_ctx *ctx = *state;
  knn_tensor *t;
  knn_value *factor;
  assert_ok(ctx, knn_tensor_new(ctx, KNN_F32, 0, NULL, &t));
  assert_ok(ctx, knn_tensor_fill(t, 2));
  assert_ok(ctx, knn_value_from(t, &factor));
  made m = make(ctx, factor);
  assert_int_equal(knn__plan_steps(m.plan), 2); /* 2 + 3 is gone */
  assert_true(result(&m) == 10);
  assert_ok(ctx, knn_tensor_fill(t, 4));
  assert_true(result(&m) == 20);
  drop(&m);
  knn_value_release(factor);
  knn_tensor_release(t);
}

int main(void) {
  const struct CMUnitTest tests[] = {knn_test(own_constants_are_folded),
                                     knn_test(held_constants_are_read)};
  return cmocka_run_group_tests_name("constant_folding", tests, NULL, NULL);
}
