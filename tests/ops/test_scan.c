/* test_scan.c - loops over time against the same steps written one after the other: values, both
 * derivatives, plan and eager, what a step reads from outside, messages. */
#include "testing.h"

#include <math.h>
#include <stdlib.h>

#include "grad.h"
#include "plan.h"
#include "scan.h"

enum { BATCH = 3, STEPS = 5, FEATURES = 4, UNITS = 6 };

typedef struct cell {
  knn_value *kernel, *recurrent; /* captured */
  bool draws;
} cell;

static knn_value *pattern(knn__scope *s, int rank, const int64_t *dims, int seed) {
  knn_tensor *t;
  knn_value *v;
  assert_ok(s->ctx, knn_tensor_new(s->ctx, KNN_F64, rank, dims, &t));
  for (int64_t i = 0; i < knn_tensor_size(t); i++)
    knn_tensor_set(t, i, sin((double)seed + 1.7 * (double)i));
  assert_ok(s->ctx, knn_value_from(t, &v));
  knn_tensor_release(t);
  return knn__hold(s, v);
}

/* in = h, x, a vector read whole; out = h, result */
static void step(void *self, knn__scope *s, knn_value *const *in, knn_value **out) {
  const cell *c = self;
  knn_value *sum = knn__add(s, knn__matmul(s, in[1], c->kernel, false, false),
                            knn__matmul(s, in[0], c->recurrent, false, false));
  out[0] = knn__tanh(s, knn__times(s, knn__add(s, sum, in[2]), 0.7));
  out[1] = knn__multiply(s, out[0], knn__sigmoid(s, sum));
  if (c->draws) out[1] = knn__dropout(s, out[1], 0.5, NULL, KNN_NONE);
}

typedef struct problem {
  knn__scope *s;
  cell cell;
  knn_value *h, *x, *bias;
  int axis;
  bool reverse, saves;
} problem;

static problem new_problem(knn__scope *s, int axis, bool reverse, bool saves) {
  const int64_t x[2][3] = {{STEPS, BATCH, FEATURES}, {BATCH, STEPS, FEATURES}};
  problem p = {.s = s, .axis = axis, .reverse = reverse, .saves = saves};
  p.cell.kernel = pattern(s, 2, (int64_t[]){FEATURES, UNITS}, 1);
  p.cell.recurrent = pattern(s, 2, (int64_t[]){UNITS, UNITS}, 2);
  p.h = pattern(s, 2, (int64_t[]){BATCH, UNITS}, 3);
  p.x = pattern(s, 3, x[axis], 4);
  p.bias = pattern(s, 1, (int64_t[]){UNITS}, 5);
  return p;
}

static void by_scan(problem *p, knn_value **last, knn_value **ys) {
  const knn__scan loop = {.n_states = 1,
                          .n_xs = 1,
                          .n_constants = 1,
                          .n_ys = 1,
                          .states = &p->h,
                          .xs = &p->x,
                          .constants = &p->bias,
                          .axis = p->axis,
                          .reverse = p->reverse,
                          .saves = p->saves};
  knn__scan_over(p->s, &loop, step, &p->cell, last, ys);
}

static void by_hand(problem *p, knn_value **last, knn_value **ys) {
  knn_value *out[2] = {p->h}, *all[STEPS];
  for (int i = 0; i < STEPS; i++) {
    const int t = p->reverse ? STEPS - 1 - i : i;
    knn_value *slice = knn__squeeze(p->s, knn__slice_axis(p->s, p->x, p->axis, t, 1, 1), p->axis);
    step(&p->cell, p->s, (knn_value *[]){out[0], slice, p->bias}, out);
    all[t] = out[1];
  }
  *last = out[0];
  *ys = knn__stack(p->s, STEPS, all, p->axis);
}

typedef void way(problem *p, knn_value **last, knn_value **ys);

/* A number that weighs all results differently. */
static knn_value *loss_of(problem *p, way *run) {
  knn_value *last, *ys;
  knn__scope *s = p->s;
  run(p, &last, &ys);
  assert_ok(s->ctx, s->status);
  knn_value *w = pattern(s, ys->spec.rank, ys->spec.dims, 7),
            *v = pattern(s, 2, last->spec.dims, 8);
  return knn__add(s, knn__sum(s, knn__multiply(s, ys, w), KNN__ALL_AXES, false),
                  knn__sum(s, knn__multiply(s, last, v), KNN__ALL_AXES, false));
}

enum { INPUTS = 5 };

/* First derivatives, and those of their weighted sum; lent by the scope. */
static void derive(problem *p, way *run, knn_value **first, knn_value **second) {
  knn__scope *s = p->s;
  knn_value *xs[INPUTS] = {p->h, p->x, p->bias, p->cell.kernel, p->cell.recurrent}, *sum = NULL;
  knn_tape *outer, *inner;
  assert_ok(s->ctx, knn_tape_begin(s->ctx, &outer));
  assert_ok(s->ctx, knn_tape_begin(s->ctx, &inner));
  knn_value *loss = loss_of(p, run);
  assert_ok(s->ctx, s->status);
  assert_ok(s->ctx, knn_tape_gradient(inner, loss, xs, INPUTS, first));
  knn_tape_end(inner);
  for (int i = 0; i < INPUTS; i++) {
    knn__hold(s, first[i]);
    knn_value *part =
        knn__multiply(s, first[i], pattern(s, first[i]->spec.rank, first[i]->spec.dims, 20 + i));
    part = knn__sum(s, part, KNN__ALL_AXES, false);
    sum = sum ? knn__add(s, sum, part) : part;
  }
  assert_ok(s->ctx, s->status);
  assert_ok(s->ctx, knn_tape_gradient(outer, sum, xs, INPUTS, second));
  knn_tape_end(outer);
  for (int i = 0; i < INPUTS; i++) knn__hold(s, second[i]);
}

static void assert_near(const knn_value *a, const knn_value *b) {
  assert_true(knn__dims_equal(a->spec.rank, a->spec.dims, b->spec.rank, b->spec.dims));
  for (int64_t i = 0; i < knn_tensor_size(a->tensor); i++) {
    const double x = knn_tensor_get(a->tensor, i), y = knn_tensor_get(b->tensor, i);
    if (!(fabs(x - y) <= 1e-12 * fmax(1, fabs(y)))) fail_msg("%.17g instead of %.17g", x, y);
  }
}

static void test_values_and_gradients(void **state) {
  for (int i = 0; i < 8; i++) {
    knn__scope s;
    knn_value *last[2], *ys[2], *first[2][INPUTS], *second[2][INPUTS];
    knn__scope_begin(&s, *state);
    problem p = new_problem(&s, i & 1, i & 2, i & 4);
    by_scan(&p, &last[0], &ys[0]);
    by_hand(&p, &last[1], &ys[1]);
    assert_ok(*state, s.status);
    assert_near(last[0], last[1]);
    assert_near(ys[0], ys[1]);
    derive(&p, by_scan, first[0], second[0]);
    derive(&p, by_hand, first[1], second[1]);
    for (int k = 0; k < INPUTS; k++) {
      assert_near(first[0][k], first[1][k]);
      assert_near(second[0][k], second[1][k]);
    }
    assert_ok(*state, knn__scope_end(&s));
  }
}

/* Loss and gradients as one plan, run twice: the eager bits, and nothing allocated. */
static void test_plan(void **state) {
  for (int axis = 0; axis < 2; axis++) {
    knn__scope s;
    knn_graph *g;
    knn__plan *plan;
    knn_value *eager[INPUTS], *second[INPUTS], *xs[INPUTS], *dxs[INPUTS];
    uint64_t before, after;
    knn__scope_begin(&s, *state);
    problem p = new_problem(&s, axis, false, true);
    derive(&p, by_scan, eager, second);
    assert_ok(*state, knn__graph_new(*state, &g));
    knn_graph *outer = knn__trace_begin(g);
    knn_value *loss = loss_of(&p, by_scan);
    knn_value *values[INPUTS] = {p.h, p.x, p.bias, p.cell.kernel, p.cell.recurrent};
    for (int i = 0; i < INPUTS; i++) assert_ok(*state, knn__graph_leaf(g, values[i], &xs[i]));
    assert_ok(*state, knn__gradient(*state, g->records, g->n_records, loss, NULL, xs, INPUTS, dxs));
    knn__trace_end(*state, outer);
    for (int i = 0; i < INPUTS; i++) knn__hold(&s, dxs[i]);
    assert_ok(*state, knn__plan_new(g, dxs, INPUTS, &plan));
    for (int run = 0; run < 2; run++) {
      knn_ctx_memory(*state, NULL, NULL, &before);
      assert_ok(*state, knn__plan_run(plan, 0));
      knn_ctx_memory(*state, NULL, NULL, &after);
      assert_int_equal(before, after);
      for (int i = 0; i < INPUTS; i++)
        assert_memory_equal(knn__plan_buffer(plan, dxs[i])->data, knn_tensor_data(eager[i]->tensor),
                            knn_tensor_bytes(eager[i]->tensor));
    }
    knn__plan_release(plan);
    assert_ok(*state, knn__scope_end(&s));
    knn__graph_release(g);
  }
}

/* A step that draws is written out: other numbers at each step, the right gradient. */
static void test_random_step(void **state) {
  knn__scope s;
  knn_value *last, *ys, *dx;
  knn_tape *tape;
  knn__scope_begin(&s, *state);
  problem p = new_problem(&s, 0, false, false);
  p.cell.draws = true;
  assert_ok(*state, knn_tape_begin(*state, &tape));
  by_scan(&p, &last, &ys);
  assert_ok(*state, s.status);
  knn_value *sum = knn__sum(&s, ys, KNN__ALL_AXES, false);
  assert_ok(*state, knn_tape_gradient(tape, sum, &p.bias, 1, &dx));
  knn_tape_end(tape);
  int zeros[STEPS] = {0}, differ = 0;
  for (int t = 0; t < STEPS; t++)
    for (int i = 0; i < BATCH * UNITS; i++)
      zeros[t] |= (knn_tensor_get(ys->tensor, t * BATCH * UNITS + i) == 0) << i;
  for (int t = 1; t < STEPS; t++) differ += zeros[t] != zeros[0];
  assert_true(differ > 0);
  knn_value_release(dx);
  assert_ok(*state, knn__scope_end(&s));
}

/* Sizes that are not known yet. */
static void test_unknown_sizes(void **state) {
  knn__scope s;
  knn_graph *g;
  knn_value *last, *ys;
  knn__scope_begin(&s, *state);
  problem p = new_problem(&s, 1, false, false);
  assert_ok(*state, knn__graph_new(*state, &g));
  knn__spec x = {KNN_F64, 3, {KNN_ANY, KNN_ANY, FEATURES}}, h = {KNN_F64, 2, {KNN_ANY, UNITS}};
  assert_ok(*state, knn__graph_input(g, &x, &p.x));
  assert_ok(*state, knn__graph_input(g, &h, &p.h));
  by_scan(&p, &last, &ys);
  assert_ok(*state, s.status);
  assert_string_equal(KNN__SPEC(ys->spec), "(None, None, 6)");
  assert_string_equal(KNN__SPEC(last->spec), "(None, 6)");
  assert_ok(*state, knn__scope_end(&s));
  knn__graph_release(g);
}

/* A step whose state changes its shape. */
static void widen(void *self, knn__scope *s, knn_value *const *in, knn_value **out) {
  (void)self;
  out[0] = knn__concatenate(s, 2, (knn_value *[]){in[0], in[1]}, 1);
}

static void test_messages(void **state) {
  knn__scope s;
  knn__scope_begin(&s, *state);
  problem p = new_problem(&s, 0, false, false);
  knn_value *last, *longer = pattern(&s, 3, (int64_t[]){STEPS + 1, BATCH, FEATURES}, 1),
                   *both[2] = {p.x, longer};
  knn__scan loop = {.n_states = 1, .n_xs = 1, .states = &p.h, .xs = &p.x};
  knn__scan_over(&s, &loop, widen, NULL, &last, NULL);
  assert_int_equal(s.status, KNN_ESHAPE);
  assert_string_equal(knn_ctx_error(*state),
                      "op scan: state 1 is float64 (3, 6) before the step and float64 (3, 10) "
                      "behind it; a step must give each state with its own type and shape");
  s.status = KNN_OK;
  loop.xs = both;
  loop.n_xs = 2;
  knn__scan_over(&s, &loop, widen, NULL, &last, NULL);
  assert_string_equal(knn_ctx_error(*state),
                      "op scan: sequences of 5 and of 6 steps do not go together");
  s.status = KNN_OK;
  assert_ok(*state, knn__scope_end(&s));
}

/* Every allocation of tracing, differentiating, planning and running fails in turn. */
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

static knn_status trace_and_run(knn_ctx *ctx) {
  knn_graph *g = NULL;
  knn__plan *plan = NULL;
  knn_value *last = NULL, *ys = NULL, *dx = NULL;
  knn__scope s;
  knn__scope_begin(&s, ctx);
  knn__spec sizes[5] = {{KNN_F32, 2, {BATCH, UNITS}},
                        {KNN_F32, 3, {STEPS, BATCH, FEATURES}},
                        {KNN_F32, 1, {UNITS}},
                        {KNN_F32, 2, {FEATURES, UNITS}},
                        {KNN_F32, 2, {UNITS, UNITS}}};
  knn_value *in[5] = {0};
  s.status = knn__graph_new(ctx, &g);
  for (int i = 0; i < 5 && s.status == KNN_OK; i++)
    s.status = knn__graph_input(g, &sizes[i], &in[i]);
  problem p = {
      .s = &s, .cell = {in[3], in[4], false}, .h = in[0], .x = in[1], .bias = in[2], .axis = 0};
  by_scan(&p, &last, &ys);
  knn_value *loss = knn__sum(&s, ys, KNN__ALL_AXES, false);
  if (s.status == KNN_OK)
    s.status = knn__gradient(ctx, g->records, g->n_records, loss, NULL, &in[3], 1, &dx);
  if (s.status == KNN_OK) knn__hold(&s, dx);
  if (s.status == KNN_OK) s.status = knn__plan_new(g, &dx, 1, &plan);
  if (s.status == KNN_OK) {
    for (int i = 0; i < 5; i++) {
      const knn__buf *b = knn__plan_buffer(plan, in[i]);
      memset(b->data, 0, (size_t)b->n * sizeof(float));
    }
    s.status = knn__plan_run(plan, 0);
  }
  knn__plan_release(plan);
  const knn_status st = knn__scope_end(&s);
  knn__graph_release(g);
  return st;
}

static void test_failing_allocations(void **state) {
  (void)state;
  for (long allowed = 1; allowed < 10000; allowed++) {
    limited l = {.left = allowed};
    knn_ctx_options options = {
        .alloc = limited_alloc, .release = limited_release, .user = &l, .threads = 1};
    knn_ctx *ctx = NULL;
    size_t blocks = 0;
    if (knn_ctx_new(&options, &ctx) != KNN_OK) continue;
    const knn_status st = trace_and_run(ctx);
    knn_ctx_memory(ctx, NULL, &blocks, NULL);
    assert_int_equal(blocks, 0);
    if (st != KNN_OK) assert_int_equal(st, KNN_ENOMEM);
    knn_ctx_release(ctx);
    if (st == KNN_OK) return;
  }
  fail_msg("never came through");
}

int main(void) {
  const struct CMUnitTest tests[] = {knn_test(test_values_and_gradients),
                                     knn_test(test_plan),
                                     knn_test(test_random_step),
                                     knn_test(test_unknown_sizes),
                                     knn_test(test_messages),
                                     cmocka_unit_test(test_failing_allocations)};
  return cmocka_run_group_tests_name("scan", tests, NULL, NULL);
}
