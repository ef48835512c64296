/* test_graph.c - tape, graph and plan: the same expression gives the same bits eagerly and planned,
 * with its gradients, with each pass on and off; a plan places memory by lifetime, pins stores, and
 * allocates nothing when it runs. */
#include "testing.h"

#include <math.h>
#include <stdlib.h>

#include "grad.h"
#include "ops.h"
#include "plan.h"

enum { ROWS = 5, WIDE = 7, HIDDEN = 6 };

static knn_tensor *filled(knn_ctx *ctx, int rank, const int64_t *dims, int seed) {
  knn_tensor *t;
  assert_ok(ctx, knn_tensor_new(ctx, KNN_F32, rank, dims, &t));
  for (int64_t i = 0; i < knn_tensor_size(t); i++)
    knn_tensor_set(t, i, (double)((i * 37 + seed * 101) % 61) / 30.5 - 1);
  return t;
}

static knn_value *value_of(knn_ctx *ctx, int rank, const int64_t *dims, int seed) {
  knn_tensor *t = filled(ctx, rank, dims, seed);
  knn_value *v;
  assert_ok(ctx, knn_value_from(t, &v));
  knn_tensor_release(t);
  return v;
}

/* mean(square(tanh(x w + b) - sigmoid(x w + b))) with a reshape and a reuse, scalar. */
static knn_value *expression(knn__scope *s, knn_value *x, knn_value *w, knn_value *b) {
  knn_value *h = knn__add(s, knn__matmul(s, x, w, false, false), b);
  knn_value *flat = knn__reshape(s, h, 1, (int64_t[]){KNN_ANY});
  knn_value *d = knn__subtract(s, knn__tanh(s, flat), knn__sigmoid(s, flat));
  return knn__mean(s, knn__square(s, knn__relu(s, d)), KNN__ALL_AXES, false);
}

typedef struct results {
  float loss, dw[WIDE * HIDDEN], db[HIDDEN], dx[ROWS * WIDE];
} results;

static knn_value *inputs(knn_ctx *ctx, knn_value **w, knn_value **b) {
  *w = value_of(ctx, 2, (int64_t[]){WIDE, HIDDEN}, 2);
  *b = value_of(ctx, 1, (int64_t[]){HIDDEN}, 3);
  return value_of(ctx, 2, (int64_t[]){ROWS, WIDE}, 1);
}

static results run_eager(knn_ctx *ctx) {
  results r;
  knn_value *w, *b, *x = inputs(ctx, &w, &b), *g[3];
  knn_tape *tape;
  knn__scope s;
  knn__scope_begin(&s, ctx);
  assert_ok(ctx, knn_tape_begin(ctx, &tape));
  knn_value *loss = expression(&s, x, w, b);
  assert_ok(ctx, s.status);
  assert_ok(ctx, knn_tape_gradient(tape, loss, (knn_value *[]){w, b, x}, 3, g));
  knn_tape_end(tape);
  r.loss = (float)knn_tensor_get(loss->tensor, 0);
  assert_ok(ctx, knn_tensor_read(g[0]->tensor, r.dw, sizeof r.dw));
  assert_ok(ctx, knn_tensor_read(g[1]->tensor, r.db, sizeof r.db));
  assert_ok(ctx, knn_tensor_read(g[2]->tensor, r.dx, sizeof r.dx));
  assert_ok(ctx, knn__scope_end(&s));
  for (int i = 0; i < 3; i++) knn_value_release(g[i]);
  knn_value_release(w);
  knn_value_release(b);
  knn_value_release(x);
  return r;
}

typedef struct planned {
  knn_graph *g;
  knn__plan *plan;
  knn_value *x, *outs[4];
  knn_value *w, *b, *x_value;
} planned;

static planned make_planned(knn_ctx *ctx) {
  planned p;
  knn_value *w_leaf, *b_leaf, *dxs[3];
  knn__scope s;
  p.x_value = inputs(ctx, &p.w, &p.b);
  assert_ok(ctx, knn__graph_new(ctx, &p.g));
  assert_ok(ctx, knn__graph_input(p.g, &p.x_value->spec, &p.x));
  assert_ok(ctx, knn__graph_leaf(p.g, p.w, &w_leaf));
  assert_ok(ctx, knn__graph_leaf(p.g, p.b, &b_leaf));
  knn__scope_begin(&s, ctx);
  p.outs[0] = expression(&s, p.x, p.w, p.b);
  assert_ok(ctx, s.status);
  assert_ok(ctx, knn__gradient(ctx, p.g->records, p.g->n_records, p.outs[0], NULL,
                               (knn_value *[]){w_leaf, b_leaf, p.x}, 3, dxs));
  for (int i = 0; i < 3; i++) p.outs[i + 1] = knn__hold(&s, dxs[i]);
  assert_ok(ctx, knn__scope_end(&s));
  assert_ok(ctx, knn__plan_new(p.g, p.outs, 4, &p.plan));
  return p;
}

static results run_plan(planned *p) {
  results r;
  knn_tensor_read(p->x_value->tensor, knn__plan_buffer(p->plan, p->x)->data,
                  ROWS * WIDE * sizeof(float));
  assert_ok(p->g->ctx, knn__plan_run(p->plan, 0));
  memcpy(&r.loss, knn__plan_buffer(p->plan, p->outs[0])->data, sizeof r.loss);
  memcpy(r.dw, knn__plan_buffer(p->plan, p->outs[1])->data, sizeof r.dw);
  memcpy(r.db, knn__plan_buffer(p->plan, p->outs[2])->data, sizeof r.db);
  memcpy(r.dx, knn__plan_buffer(p->plan, p->outs[3])->data, sizeof r.dx);
  return r;
}

static void drop_planned(planned *p) {
  knn__plan_release(p->plan);
  knn__graph_release(p->g);
  knn_value_release(p->w);
  knn_value_release(p->b);
  knn_value_release(p->x_value);
}

static void plan_equals_eager_with_each_pass_on_and_off(void **state) {
  knn_ctx *ctx = *state;
  results eager = run_eager(ctx);
  for (int pass = -1; pass <= knn__passes_n; pass++) {
    const char *name = pass < 0 ? "all" : pass < knn__passes_n ? knn__passes[pass]->name : NULL;
    if (name) assert_ok(ctx, knn__pass_enable(ctx, name, false));
    planned p = make_planned(ctx);
    results r = run_plan(&p);
    assert_memory_equal(&r, &eager, sizeof r);
    r = run_plan(&p); /* a second run starts from the same memory */
    assert_memory_equal(&r, &eager, sizeof r);
    drop_planned(&p);
    if (name) assert_ok(ctx, knn__pass_enable(ctx, name, true));
  }
  assert_int_equal(knn__pass_enable(ctx, "no_such_pass", true), KNN_EARG);
}

static void running_a_plan_allocates_nothing(void **state) {
  knn_ctx *ctx = *state;
  planned p = make_planned(ctx);
  uint64_t before, after;
  run_plan(&p);
  knn_ctx_memory(ctx, NULL, NULL, &before);
  for (int i = 0; i < 1000; i++) run_plan(&p);
  knn_ctx_memory(ctx, NULL, NULL, &after);
  assert_int_equal(after, before);
  drop_planned(&p);
}

/* The gradient of the loss by central differences of the eager expression. */
static void gradients_match_differences(void **state) {
  knn_ctx *ctx = *state;
  results r = run_eager(ctx);
  knn_value *w, *b, *x = inputs(ctx, &w, &b);
  float *data = knn_tensor_data(w->tensor);
  for (int i = 0; i < WIDE * HIDDEN; i++) {
    double at[2];
    float old = data[i];
    for (int side = 0; side < 2; side++) {
      knn__scope s;
      data[i] = old + (side ? -1e-2f : 1e-2f);
      knn__scope_begin(&s, ctx);
      at[side] = knn_tensor_get(expression(&s, x, w, b)->tensor, 0);
      assert_ok(ctx, knn__scope_end(&s));
    }
    data[i] = old;
    assert_true(fabs((at[0] - at[1]) / 2e-2 - (double)r.dw[i]) < 2e-4);
  }
  knn_value_release(w);
  knn_value_release(b);
  knn_value_release(x);
}

/* d/dx (d/dx sum x^3) = 6 x, by a tape inside a tape. */
static void tapes_nest(void **state) {
  knn_ctx *ctx = *state;
  knn_value *x = value_of(ctx, 1, (int64_t[]){4}, 5), *first, *second;
  knn_tape *outer, *inner;
  knn__scope s;
  knn__scope_begin(&s, ctx);
  assert_ok(ctx, knn_tape_begin(ctx, &outer));
  assert_ok(ctx, knn_tape_begin(ctx, &inner));
  knn_value *y = knn__multiply(&s, knn__square(&s, x), x);
  assert_ok(ctx, knn_tape_gradient(inner, y, &x, 1, &first));
  knn_tape_end(inner);
  assert_ok(ctx, knn_tape_gradient(outer, first, &x, 1, &second));
  knn_tape_end(outer);
  for (int i = 0; i < 4; i++) {
    double v = knn_tensor_get(x->tensor, i);
    assert_true(fabs(knn_tensor_get(first->tensor, i) - 3 * v * v) < 1e-5);
    assert_true(fabs(knn_tensor_get(second->tensor, i) - 6 * v) < 1e-5);
  }
  knn_value_release(first);
  knn_value_release(second);
  assert_ok(ctx, knn__scope_end(&s));
  knn_value_release(x);
}

static void independent_values_have_zero_gradient(void **state) {
  knn_ctx *ctx = *state;
  knn_value *x = value_of(ctx, 1, (int64_t[]){3}, 1), *z = value_of(ctx, 1, (int64_t[]){2}, 1), *g;
  knn_tape *tape;
  knn__scope s;
  knn__scope_begin(&s, ctx);
  assert_ok(ctx, knn_tape_begin(ctx, &tape));
  knn_value *y = knn__exp(&s, x);
  assert_ok(ctx, knn_tape_gradient(tape, y, &z, 1, &g));
  knn_tape_end(tape);
  assert_int_equal(knn_tensor_size(g->tensor), 2);
  assert_true(knn_tensor_get(g->tensor, 0) == 0 && knn_tensor_get(g->tensor, 1) == 0);
  knn_value_release(g);
  assert_ok(ctx, knn__scope_end(&s));
  knn_value_release(x);
  knn_value_release(z);
}

/* A chain of elementwise ops needs room for one result, not for all. */
static void memory_is_shared_by_lifetime(void **state) {
  knn_ctx *ctx = *state;
  knn_graph *g;
  knn_value *x, *out;
  knn__plan *plan;
  knn__scope s;
  knn__spec spec = {.dtype = KNN_F32, .rank = 1, .dims = {1024}};
  assert_ok(ctx, knn__graph_new(ctx, &g));
  assert_ok(ctx, knn__graph_input(g, &spec, &x));
  knn__scope_begin(&s, ctx);
  out = x;
  for (int i = 0; i < 20; i++) out = knn__tanh(&s, out);
  assert_ok(ctx, s.status);
  assert_ok(ctx, knn__plan_new(g, &out, 1, &plan));
  assert_true(knn__plan_bytes(plan) <= 2 * 4096);
  knn__plan_release(plan);
  assert_ok(ctx, knn__scope_end(&s));
  knn__graph_release(g);
}

/* Dead ops are not run; an input that is returned as it is, and one nobody reads, still have
 * buffers. */
static void unread_ops_are_dropped(void **state) {
  knn_ctx *ctx = *state;
  knn_graph *g;
  knn_value *x, *y, *outs[2];
  knn__plan *plan;
  knn__scope s;
  knn__spec spec = {.dtype = KNN_F32, .rank = 1, .dims = {3}};
  assert_ok(ctx, knn__graph_new(ctx, &g));
  assert_ok(ctx, knn__graph_input(g, &spec, &x));
  assert_ok(ctx, knn__graph_input(g, &spec, &y));
  knn__scope_begin(&s, ctx);
  knn__exp(&s, knn__sin(&s, x));
  outs[0] = knn__add(&s, x, x);
  outs[1] = x;
  assert_ok(ctx, s.status);
  assert_ok(ctx, knn__plan_new(g, outs, 2, &plan));
  assert_int_equal(knn__plan_steps(plan), 1);
  float *data = knn__plan_buffer(plan, x)->data;
  assert_non_null(knn__plan_buffer(plan, y)->data);
  data[0] = 1, data[1] = 2, data[2] = 3;
  assert_ok(ctx, knn__plan_run(plan, 0));
  assert_true(((float *)knn__plan_buffer(plan, outs[0])->data)[2] == 6 &&
              ((float *)knn__plan_buffer(plan, outs[1])->data)[2] == 3);
  knn__plan_release(plan);
  assert_ok(ctx, knn__scope_end(&s));
  knn__graph_release(g);
}

/* exp(x) asked for twice runs once; a variable read before and after it is set is read twice. */
static void equal_ops_run_once_unless_a_variable_changed(void **state) {
  knn_ctx *ctx = *state;
  knn_graph *g;
  knn_variable *v;
  knn_value *x, *outs[2];
  knn__plan *plan;
  knn__scope s;
  knn__spec spec = {.dtype = KNN_F32, .rank = 1, .dims = {3}};
  assert_ok(ctx, knn__variable_new(ctx, "v", "v", &spec, false, &v));
  assert_ok(ctx, knn__graph_new(ctx, &g));
  assert_ok(ctx, knn__graph_input(g, &spec, &x));
  knn__scope_begin(&s, ctx);
  knn_graph *before = knn__trace_begin(g);
  outs[0] =
      knn__multiply(&s, knn__add(&s, knn__exp(&s, x), knn__exp(&s, x)), knn__exp(&s, v->value));
  knn__assign(&s, v, x);
  outs[1] = knn__add(&s, knn__exp(&s, v->value), outs[0]);
  knn__trace_end(ctx, before);
  assert_ok(ctx, s.status);
  assert_ok(ctx, knn__pass_enable(ctx, "elementwise_chain", false));
  assert_ok(ctx, knn__plan_new(g, outs, 2, &plan));
  assert_int_equal(knn__plan_steps(plan),
                   7); /* exp x, exp v, add, multiply, assign, exp v again, add */
  float *data = knn__plan_buffer(plan, x)->data;
  data[0] = 0, data[1] = 0, data[2] = 0;
  ((float *)knn_tensor_data(knn__variable_tensor(v)))[0] = 1;
  assert_ok(ctx, knn__plan_run(plan, 0));
  assert_true(fabs((double)((float *)knn__plan_buffer(plan, outs[0])->data)[0] - 2 * exp(1)) <
              1e-5);
  assert_true(fabs((double)((float *)knn__plan_buffer(plan, outs[1])->data)[0] - 2 * exp(1) - 1) <
              1e-5);
  knn__plan_release(plan);
  assert_ok(ctx, knn__scope_end(&s));
  knn__graph_release(g);
  knn__variable_release(v);
}

static void operands_of_two_graphs_do_not_mix(void **state) {
  knn_ctx *ctx = *state;
  knn_graph *g, *h;
  knn_value *x, *y;
  knn__scope s;
  knn__spec spec = {.dtype = KNN_F32, .rank = 1, .dims = {3}};
  assert_ok(ctx, knn__graph_new(ctx, &g));
  assert_ok(ctx, knn__graph_new(ctx, &h));
  assert_ok(ctx, knn__graph_input(g, &spec, &x));
  assert_ok(ctx, knn__graph_input(h, &spec, &y));
  knn__scope_begin(&s, ctx);
  assert_null(knn__add(&s, x, y));
  assert_string_contains(knn_ctx_error(ctx),
                         "op add: operand 2 is a symbolic value of another graph");
  assert_null(knn__exp(&s, x)); /* the failure sticks */
  assert_int_equal(knn__scope_end(&s), KNN_EARG);
  knn__graph_release(g);
  knn__graph_release(h);
}

/* Every allocation of building, differentiating, planning and running fails in turn; nothing leaks
 * and a message stands. */
typedef struct limited {
  long left;
} limited;

static void *limited_alloc(void *user, size_t bytes) {
  limited *l = user;
  return l->left-- > 0 ? malloc(bytes) : NULL;
}

static void limited_release(void *user, void *block) {
  (void)user;
  free(block);
}

static knn_status build_and_run(knn_ctx *ctx) {
  knn_graph *g = NULL;
  knn_tensor *t = NULL;
  knn_value *x = NULL, *w = NULL, *leaf = NULL, *loss = NULL, *dw = NULL;
  knn__plan *plan = NULL;
  knn__scope s;
  knn__scope_begin(&s, ctx);
  knn__spec spec = {.dtype = KNN_F32, .rank = 2, .dims = {4, 3}};
  s.status = knn_tensor_new(ctx, KNN_F32, 2, (int64_t[]){3, 2}, &t);
  if (s.status == KNN_OK) s.status = knn_value_from(t, &w);
  if (s.status == KNN_OK) s.status = knn__graph_new(ctx, &g);
  if (s.status == KNN_OK) s.status = knn__graph_input(g, &spec, &x);
  if (s.status == KNN_OK) s.status = knn__graph_leaf(g, w, &leaf);
  if (s.status == KNN_OK)
    loss = knn__mean(&s, knn__tanh(&s, knn__matmul(&s, x, w, false, false)), KNN__ALL_AXES, false);
  if (s.status == KNN_OK)
    s.status = knn__gradient(ctx, g->records, g->n_records, loss, NULL, &leaf, 1, &dw);
  if (s.status == KNN_OK) knn__hold(&s, dw);
  if (s.status == KNN_OK) s.status = knn__plan_new(g, (knn_value *[]){loss, dw}, 2, &plan);
  if (s.status == KNN_OK) s.status = knn__plan_run(plan, 0);
  knn__plan_release(plan);
  knn_status st = knn__scope_end(&s);
  knn__graph_release(g);
  knn_value_release(w);
  knn_tensor_release(t);
  return st;
}

static void every_allocation_may_fail(void **state) {
  (void)state;
  for (long allowed = 1; allowed < 10000; allowed++) {
    limited l = {.left = allowed};
    knn_ctx_options options = {
        .alloc = limited_alloc, .release = limited_release, .user = &l, .threads = 1};
    knn_ctx *ctx = NULL;
    size_t blocks = 0;
    if (knn_ctx_new(&options, &ctx) != KNN_OK) continue;
    knn_status st = build_and_run(ctx);
    knn_ctx_memory(ctx, NULL, &blocks, NULL);
    assert_int_equal(blocks, 0);
    if (st != KNN_OK) assert_int_equal(st, KNN_ENOMEM);
    if (st != KNN_OK) assert_string_contains(knn_ctx_error(ctx), "out of memory");
    knn_ctx_release(ctx);
    if (st == KNN_OK) return;
  }
  fail_msg("never came through");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      knn_test(plan_equals_eager_with_each_pass_on_and_off),
      knn_test(running_a_plan_allocates_nothing),
      knn_test(gradients_match_differences),
      knn_test(tapes_nest),
      knn_test(independent_values_have_zero_gradient),
      knn_test(memory_is_shared_by_lifetime),
      knn_test(unread_ops_are_dropped),
      knn_test(equal_ops_run_once_unless_a_variable_changed),
      knn_test(operands_of_two_graphs_do_not_mix),
      cmocka_unit_test(every_allocation_may_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
