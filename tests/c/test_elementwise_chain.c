/* test_elementwise_chain.c - chains of elementwise ops: what joins and what does not, and random
 * graphs whose results keep their bits with the pass on and off, on any number of threads. */
#include "testing.h"

#include <stdlib.h>

#include "chain.h"
#include "grad.h"
#include "ops.h"
#include "plan.h"

static uint64_t state_of_rolls;

static int roll(int n) {
  state_of_rolls = state_of_rolls * 6364136223846793005u + 1442695040888963407u;
  return (int)((state_of_rolls >> 33) % (uint64_t)n);
}

static void fill(float *x, int64_t n) {
  for (int64_t i = 0; i < n; i++) x[i] = (float)(i * 37 % 101) / 33.3f - 1.5f;
}

/* ---- what joins ---- */

static knn__step_info info_of(const knn__plan *plan, const char *op) {
  for (int i = 0; i < knn__plan_steps(plan); i++) {
    knn__step_info info = knn__plan_step_info(plan, i);
    if (strcmp(info.record->op->cls.name, op) == 0) return info;
  }
  fail_msg("the plan has no step %s", op);
  return (knn__step_info){0};
}

static int count(const knn__plan *plan, const char *op) {
  int n = 0;
  for (int i = 0; i < knn__plan_steps(plan); i++)
    n += strcmp(knn__plan_step_info(plan, i).record->op->cls.name, op) == 0;
  return n;
}

typedef struct small {
  knn_ctx *ctx;
  knn_graph *g;
  knn__scope s;
  knn_value *x, *row, *column;
} small;

static small begin(knn_ctx *ctx, int64_t rows, int64_t columns) {
  small t = {.ctx = ctx};
  assert_ok(ctx, knn__graph_new(ctx, &t.g));
  knn__spec spec = {.dtype = KNN_F32, .rank = 2, .dims = {rows, columns}};
  assert_ok(ctx, knn__graph_input(t.g, &spec, &t.x));
  spec.dims[0] = 1;
  assert_ok(ctx, knn__graph_input(t.g, &spec, &t.row));
  spec.dims[0] = rows, spec.dims[1] = 1;
  assert_ok(ctx, knn__graph_input(t.g, &spec, &t.column));
  return t;
}

static knn__plan *plan_for(small *t, knn_value *const *outs, int n) {
  knn__plan *plan;
  assert_ok(t->ctx, t->s.status);
  assert_ok(t->ctx, knn__plan_new(t->g, outs, n, &plan));
  return plan;
}

static void end(small *t, knn__plan *plan) {
  knn__plan_release(plan);
  assert_ok(t->ctx, knn__scope_end(&t->s));
  knn__graph_release(t->g);
}

static void a_formula_is_one_step(void **state) {
  small t = begin(*state, 300, 40);
  knn__scope_begin(&t.s, *state);
  knn_value *scaled = knn__multiply(&t.s, knn__add(&t.s, t.x, t.row), t.column);
  knn_value *shaped = knn__reshape(&t.s, knn__tanh(&t.s, scaled), 1, (int64_t[]){KNN_ANY});
  knn_value *y = knn__square(&t.s, knn__clip(&t.s, shaped, -0.5, 0.5));
  knn__plan *plan = plan_for(&t, &y, 1);
  assert_int_equal(knn__plan_steps(plan), 1);
  assert_string_equal(info_of(plan, "chain").call->why, "add multiply tanh clip square");
  assert_int_equal(info_of(plan, "chain").call->n_out, 1);
  end(&t, plan);
}

/* A sum between them keeps ops apart, and values that others read become results. */
static void a_group_does_not_wait_for_itself(void **state) {
  small t = begin(*state, 300, 40);
  knn__scope_begin(&t.s, *state);
  knn_value *e = knn__exp(&t.s, knn__negative(&t.s, t.x));
  knn_value *share = knn__divide(&t.s, e, knn__sum(&t.s, e, KNN__AXIS(1), true));
  knn_value *y = knn__log(&t.s, share);
  knn__plan *plan = plan_for(&t, &y, 1);
  assert_int_equal(knn__plan_steps(plan), 3);
  assert_int_equal(count(plan, "chain"), 2);
  end(&t, plan);
}

/* What only the last step needs is computed there, so that it need not be kept. */
static void ops_wait_for_their_reader(void **state) {
  small t = begin(*state, 300, 40);
  knn__scope_begin(&t.s, *state);
  knn_value *y = knn__tanh(&t.s, t.x), *slope = knn__square(&t.s, y);
  knn_value *sum = knn__sum(&t.s, y, KNN__AXIS(1), true);
  knn_value *z = knn__multiply(&t.s, slope, sum);
  knn__plan *plan = plan_for(&t, &z, 1);
  assert_string_equal(info_of(plan, "chain").call->why, "square multiply");
  end(&t, plan);
}

static void memory_is_not_lost(void **state) {
  for (int on = 0; on < 2; on++) {
    small t = begin(*state, 3000, 40);
    assert_ok(t.ctx, knn__pass_enable(t.ctx, "elementwise_chain", on));
    knn__scope_begin(&t.s, *state);
    knn_value *y = knn__exp(&t.s, t.x);
    for (int i = 0; i < 5; i++) y = knn__tanh(&t.s, knn__square(&t.s, y));
    knn__plan *plan = plan_for(&t, &y, 1);
    size_t least = 3000 * 40 * sizeof(float); /* the input, in whose place the result comes */
    assert_true(knn__plan_bytes(plan) < least + least / 2);
    end(&t, plan);
  }
}

/* The gradient of dropout joins its neighbours, however the mask lies. */
static void dropout_joins_its_neighbours(void **state) {
  static const int64_t noise[][2] = {{300, 40}, {300, 1}, {1, 40}, {1, 1}};
  static float results[2][300 * 40];
  for (int i = 0; i < 8; i++) {
    small t = begin(*state, 300, 40);
    assert_ok(t.ctx, knn__pass_enable(t.ctx, "elementwise_chain", i % 2));
    knn__scope_begin(&t.s, *state);
    knn_graph *before = knn__trace_begin(t.g);
    knn_value *y = knn__dropout(&t.s, knn__relu(&t.s, t.x), 0.4, noise[i / 2], 3), *dx;
    y = knn__square(&t.s, y);
    knn__trace_end(t.ctx, before);
    assert_ok(t.ctx, knn__gradient(t.ctx, t.g->records, t.g->n_records, y, NULL, &t.x, 1, &dx));
    knn__plan *plan = plan_for(&t, &dx, 1);
    assert_int_equal(count(plan, "dropout_grad"), i % 2 == 0);
    fill(knn__plan_buffer(plan, t.x)->data, 300 * 40);
    assert_ok(t.ctx, knn__plan_run(plan, 0));
    memcpy(results[i % 2], knn__plan_buffer(plan, dx)->data, sizeof *results);
    if (i % 2) assert_memory_equal(results[0], results[1], sizeof *results);
    knn_value_release(dx);
    end(&t, plan);
  }
}

/* ---- random graphs ---- */

enum { MOST_VALUES = 60, MOST_OUTS = 24 };

typedef struct world {
  knn__scope *s;
  knn_value *v[MOST_VALUES];
  int n;
  int64_t rows, columns;
} world;

static knn_value *pick(world *w) {
  return w->v[roll(2) ? w->n - 1 - roll(w->n < 5 ? w->n : 5) : roll(w->n)];
}

static bool has_dims(const knn_value *v, int rank, int64_t a, int64_t b) {
  return v->spec.rank == rank && v->spec.dims[0] == a && (rank < 2 || v->spec.dims[1] == b);
}

static knn_value *pick_wide(world *w) {
  knn_value *v = pick(w);
  while (!has_dims(v, 2, w->rows, w->columns)) v = w->v[roll(w->n)];
  return v;
}

/* Values stay within a few units, so that no infinity hides a difference. */
static knn_value *unary_of(world *w, knn_value *x) {
  knn__scope *s = w->s;
  switch (roll(9)) {
    case 0: return knn__tanh(s, x);
    case 1: return knn__sigmoid(s, x);
    case 2: return knn__relu(s, x);
    case 3: return knn__negative(s, x);
    case 4: return knn__clip(s, x, -0.7, 0.9);
    case 5: return knn__softplus(s, x);
    case 6: return knn__cast(s, knn__greater(s, x, knn__scalar_like(s, x, 0.1)), KNN_F32);
    case 7: return knn__erf(s, knn__cast(s, knn__cast(s, x, KNN_F64), KNN_F32));
    default: return knn__stop_gradient(s, x);
  }
}

static bool goes_with(const world *w, const knn_value *a, const knn_value *b) {
  int64_t na = knn__count(a->spec.rank, a->spec.dims), nb = knn__count(b->spec.rank, b->spec.dims);
  if (na == 1 || nb == 1) return true;
  if (a->spec.rank == 2 && b->spec.rank == 2) return true;
  const knn_value *flat = a->spec.rank == 1 ? a : b, *other = flat == a ? b : a;
  if (other->spec.rank == 1) return na == nb;
  return flat->spec.dims[0] == w->columns && other->spec.dims[1] == w->columns;
}

static knn_value *binary_of(world *w, knn_value *x, knn_value *y) {
  knn__scope *s = w->s;
  if (!goes_with(w, x, y)) return unary_of(w, x);
  switch (roll(5)) {
    case 0: return knn__tanh(s, knn__add(s, x, y));
    case 1: return knn__subtract(s, knn__sigmoid(s, x), y);
    case 2: return knn__maximum(s, x, y);
    case 3: return knn__where(s, knn__less(s, x, y), x, y);
    default: return knn__clip(s, knn__multiply(s, x, y), -2, 2);
  }
}

static knn_value *other_of(world *w) {
  knn__scope *s = w->s;
  knn_value *x = pick_wide(w);
  switch (roll(7)) {
    case 0: return knn__mean(s, x, KNN__AXIS(1), true);
    case 1: return knn__mean(s, x, KNN__AXIS(0), false);
    case 2: return knn__mean(s, x, KNN__ALL_AXES, false);
    case 3:
      return knn__broadcast_to(s, knn__mean(s, x, KNN__AXIS(1), true), 2,
                               (int64_t[]){w->rows, w->columns});
    case 4: return knn__reshape(s, x, 1, (int64_t[]){KNN_ANY});
    case 5:
      return knn__reshape(s, knn__reshape(s, x, 1, (int64_t[]){KNN_ANY}), 2,
                          (int64_t[]){w->rows, w->columns});
    default: return knn__flip(s, x, 0);
  }
}

typedef struct built {
  knn_graph *g;
  knn_value *in[3], *outs[MOST_OUTS];
  knn_variable *variable;
  int n_outs;
} built;

static void build(knn_ctx *ctx, int seed, built *b) {
  static const int64_t sizes[][2] = {{1, 1}, {3, 7},   {40, 10},  {7, 1},
                                     {1, 9}, {33, 40}, {3, 1500}, {200, 130}};
  knn__scope s;
  *b = (built){0};
  state_of_rolls = (uint64_t)seed * 77 + 5;
  const int64_t *size = sizes[roll(8)];
  world w = {.s = &s, .rows = size[0], .columns = size[1]};
  knn__spec spec = {.dtype = KNN_F32, .rank = 2, .dims = {w.rows, w.columns}};
  assert_ok(ctx, knn__variable_new(ctx, "v", "v", &spec, false, &b->variable));
  assert_ok(ctx, knn__graph_new(ctx, &b->g));
  assert_ok(ctx, knn__graph_input(b->g, &spec, &b->in[0]));
  spec.dims[0] = 1;
  assert_ok(ctx, knn__graph_input(b->g, &spec, &b->in[1]));
  spec.dims[0] = w.rows, spec.dims[1] = 1;
  assert_ok(ctx, knn__graph_input(b->g, &spec, &b->in[2]));
  knn__scope_begin(&s, ctx);
  knn_graph *before = knn__trace_begin(b->g);
  for (int i = 0; i < 3; i++) w.v[w.n++] = b->in[i];
  w.v[w.n++] = b->variable->value;
  while (w.n < MOST_VALUES - 1) {
    int kind = roll(10);
    knn_value *x = pick(&w);
    w.v[w.n++] = kind < 3 ? unary_of(&w, x) : kind < 8 ? binary_of(&w, x, pick(&w)) : other_of(&w);
    assert_ok(ctx, s.status);
    if (roll(20) == 0) knn__assign(&s, b->variable, knn__tanh(&s, pick_wide(&w)));
  }
  knn__trace_end(ctx, before);
  for (int i = 0; i < MOST_OUTS; i++) {
    knn_value *v = w.v[i < 4 ? w.n - 1 - i : roll(w.n)];
    if (v->graph && v->from) b->outs[b->n_outs++] = v;
    if (i > 3 + seed % 20) break;
  }
  assert_ok(ctx, knn__scope_end(&s));
}

/* All results one after the other, and the variable at the end. */
static size_t run(knn_ctx *ctx, built *b, char *results, int *steps) {
  knn__plan *plan;
  size_t used = 0;
  assert_ok(ctx, knn__plan_new(b->g, b->outs, b->n_outs, &plan));
  knn_tensor *t = knn__variable_tensor(b->variable);
  fill(knn_tensor_data(t), knn_tensor_size(t));
  for (int again = 0; again < 2; again++) {
    for (int i = 0; i < 3; i++) {
      const knn__buf *in = knn__plan_buffer(plan, b->in[i]);
      if (in->data) fill(in->data, in->n);
    }
    assert_ok(ctx, knn__plan_run(plan, 0));
  }
  for (int i = 0; i < b->n_outs; i++) {
    const knn__buf *out = knn__plan_buffer(plan, b->outs[i]);
    size_t bytes = (size_t)out->n * knn_dtype_size(out->spec.dtype);
    memcpy(results + used, out->data, bytes);
    used += bytes;
  }
  memcpy(results + used, knn_tensor_data(t), knn_tensor_bytes(t));
  used += knn_tensor_bytes(t);
  *steps = knn__plan_steps(plan);
  knn__plan_release(plan);
  return used;
}

static void random_graphs_keep_their_bits(void **state) {
  knn_ctx *ctx = *state;
  const size_t room = (MOST_OUTS + 1) * 200 * 130 * sizeof(float);
  char *results[3];
  int fewer = 0;
  for (int k = 0; k < 3; k++) results[k] = calloc(1, room);
  for (int seed = 0; seed < 300; seed++) {
    built b;
    int steps[3];
    size_t used = 0;
    build(ctx, seed, &b);
    for (int k = 0; k < 3; k++) {
      assert_ok(ctx, knn__pass_enable(ctx, "elementwise_chain", k > 0));
      knn_ctx_set_threads(ctx, k == 2 ? 3 : 1);
      used = run(ctx, &b, results[k], &steps[k]);
    }
    if (memcmp(results[0], results[1], used) != 0) fail_msg("graph %d changes", seed);
    if (memcmp(results[1], results[2], used) != 0) fail_msg("graph %d changes with threads", seed);
    assert_true(steps[1] <= steps[0]);
    fewer += steps[1] < steps[0] / 2;
    knn__graph_release(b.g);
    knn__variable_release(b.variable);
  }
  for (int k = 0; k < 3; k++) free(results[k]);
  assert_true(fewer > 30);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      knn_test(a_formula_is_one_step),        knn_test(a_group_does_not_wait_for_itself),
      knn_test(ops_wait_for_their_reader),    knn_test(memory_is_not_lost),
      knn_test(dropout_joins_its_neighbours), knn_test(random_graphs_keep_their_bits),
  };
  return cmocka_run_group_tests_name("elementwise_chain", tests, NULL, NULL);
}
