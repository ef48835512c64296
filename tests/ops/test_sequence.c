/* test_sequence.c - LSTM and GRU as one op against the same steps in a scan: values, both
 * derivatives, masks, simd and ref, threads, plan and eager. */
#include "testing.h"

#include <math.h>

#include "grad.h"
#include "kernel.h"
#include "plan.h"
#include "scan.h"
#include "sequence.h"

typedef struct problem {
  int gates;
  int64_t batch, steps, units;
  bool masked, sequences, saves;
  knn_dtype type;
} problem;

enum { MOST = 5 };
typedef struct operands {
  knn_value *v[MOST], *mask; /* x, h, c or bias, kernel; c and bias may be NULL */
  int n;
} operands;

static knn_value *pattern(knn__scope *s, knn_dtype type, int rank, const int64_t *dims, int seed) {
  knn_tensor *t;
  knn_value *v;
  assert_ok(s->ctx, knn_tensor_new(s->ctx, type, rank, dims, &t));
  for (int64_t i = 0; i < knn_tensor_size(t); i++)
    knn_tensor_set(
        t, i, type == KNN_BOOL ? (i * 7 + i / 3) % 3 > 0 : sin((double)seed + 1.7 * (double)i));
  assert_ok(s->ctx, knn_value_from(t, &v));
  knn_tensor_release(t);
  return knn__hold(s, v);
}

static operands new_operands(knn__scope *s, const problem *p) {
  const int64_t wide = p->gates * p->units;
  operands o = {.n = 4};
  o.v[0] = pattern(s, p->type, 3, (int64_t[]){p->batch, p->steps, wide}, 1);
  o.v[1] = pattern(s, p->type, 2, (int64_t[]){p->batch, p->units}, 2);
  o.v[2] = p->gates == 4 ? pattern(s, p->type, 2, (int64_t[]){p->batch, p->units}, 3)
                         : pattern(s, p->type, 1, &wide, 3);
  o.v[3] = pattern(s, p->type, 2, (int64_t[]){p->units, wide}, 4);
  if (p->masked) o.mask = pattern(s, KNN_BOOL, 2, (int64_t[]){p->batch, p->steps}, 0);
  return o;
}

/* Results h, c (LSTM), y. */
typedef int way(const problem *p, knn__scope *s, const operands *o, knn_value **out);

static int as_op(const problem *p, knn__scope *s, const operands *o, knn_value **out) {
  const bool lstm = p->gates == 4;
  knn__sequence q = {.x = o->v[0],
                     .h0 = o->v[1],
                     .c0 = lstm ? o->v[2] : NULL,
                     .bias = lstm ? NULL : o->v[2],
                     .kernel = o->v[3],
                     .mask = o->mask,
                     .sequences = p->sequences,
                     .saves = p->saves};
  int n = 0;
  (lstm ? knn__lstm : knn__gru)(s, &q);
  out[n++] = q.h;
  if (lstm) out[n++] = q.c;
  if (q.y) out[n++] = q.y;
  return n;
}

static void split(knn__scope *s, knn_value *x, int n, knn_value **out) {
  const int64_t size = x->spec.dims[x->spec.rank - 1] / n;
  knn__split(s, x, n, (int64_t[]){size, size, size, size}, -1, out);
}

/* in = h, c, x, mask; what else is read is captured */
static void lstm_step(const operands *o, knn__scope *s, knn_value *const *in, knn_value **out) {
  knn_value *z[4];
  split(s, knn__add(s, in[2], knn__matmul(s, in[0], o->v[3], false, false)), 4, z);
  out[1] = knn__add(s, knn__multiply(s, knn__sigmoid(s, z[1]), in[1]),
                    knn__multiply(s, knn__sigmoid(s, z[0]), knn__tanh(s, z[2])));
  out[0] = knn__multiply(s, knn__sigmoid(s, z[3]), knn__tanh(s, out[1]));
}

/* in = h, x, mask */
static void gru_step(const operands *o, knn__scope *s, knn_value *const *in, knn_value **out) {
  knn_value *x[3], *u[3];
  split(s, in[1], 3, x);
  split(s, knn__add(s, knn__matmul(s, in[0], o->v[3], false, false), o->v[2]), 3, u);
  knn_value *z = knn__sigmoid(s, knn__add(s, x[0], u[0])),
            *r = knn__sigmoid(s, knn__add(s, x[1], u[1])),
            *n = knn__tanh(s, knn__add(s, x[2], knn__multiply(s, r, u[2])));
  knn_value *rest = knn__multiply(s, knn__subtract(s, knn__scalar_like(s, z, 1), z), n);
  out[0] = knn__add(s, knn__multiply(s, z, in[0]), rest);
}

typedef struct stepper {
  const operands *o;
  int states;
} stepper;

static void step(void *self, knn__scope *s, knn_value *const *in, knn_value **out) {
  const stepper *p = self;
  (p->states == 2 ? lstm_step : gru_step)(p->o, s, in, out);
  if (p->o->mask) {
    knn_value *mask = knn__expand_dims(s, in[p->states + 1], 1);
    for (int i = 0; i < p->states; i++) out[i] = knn__where(s, mask, out[i], in[i]);
  }
  out[p->states] = out[0];
}

static int as_scan(const problem *p, knn__scope *s, const operands *o, knn_value **out) {
  stepper self = {o, p->gates == 4 ? 2 : 1};
  knn_value *xs[2] = {o->v[0], o->mask}, *y;
  const knn__scan loop = {.n_states = self.states,
                          .n_xs = o->mask ? 2 : 1,
                          .n_ys = 1,
                          .states = o->v + 1,
                          .xs = xs,
                          .axis = 1,
                          .saves = p->saves};
  knn__scan_over(s, &loop, step, &self, out, &y);
  if (p->sequences) out[self.states] = y;
  return self.states + p->sequences;
}

static knn_value *weighted_sum(knn__scope *s, int n, knn_value *const *v, int seed) {
  knn_value *sum = NULL;
  for (int i = 0; i < n; i++) {
    knn_value *w = pattern(s, v[i]->spec.dtype, v[i]->spec.rank, v[i]->spec.dims, seed + i);
    knn_value *part = knn__sum(s, knn__multiply(s, v[i], w), KNN__ALL_AXES, false);
    sum = sum ? knn__add(s, sum, part) : part;
  }
  return sum;
}

/* Results, first derivatives of their weighted sum, and derivatives of those' weighted sum; all
 * lent. Returns how many in all. */
static int derive(const problem *p, knn__scope *s, const operands *o, way *run, knn_value **all) {
  knn_tape *outer, *inner;
  assert_ok(s->ctx, knn_tape_begin(s->ctx, &outer));
  assert_ok(s->ctx, knn_tape_begin(s->ctx, &inner));
  const int n = run(p, s, o, all);
  assert_ok(s->ctx, s->status);
  knn_value *loss = weighted_sum(s, n, all, 10), **first = all + n, **second = first + o->n;
  assert_ok(s->ctx, knn_tape_gradient(inner, loss, o->v, o->n, first));
  knn_tape_end(inner);
  for (int i = 0; i < o->n; i++) knn__hold(s, first[i]);
  knn_value *sum = weighted_sum(s, o->n, first, 20);
  assert_ok(s->ctx, s->status);
  assert_ok(s->ctx, knn_tape_gradient(outer, sum, o->v, o->n, second));
  knn_tape_end(outer);
  for (int i = 0; i < o->n; i++) knn__hold(s, second[i]);
  return n + 2 * o->n;
}

static void assert_near(const knn_value *a, const knn_value *b, double tolerance, int index) {
  double scale = 1;
  assert_true(knn__dims_equal(a->spec.rank, a->spec.dims, b->spec.rank, b->spec.dims));
  for (int64_t i = 0; i < knn_tensor_size(b->tensor); i++)
    scale = fmax(scale, fabs(knn_tensor_get(b->tensor, i)));
  for (int64_t i = 0; i < knn_tensor_size(a->tensor); i++) {
    const double x = knn_tensor_get(a->tensor, i), y = knn_tensor_get(b->tensor, i);
    if (!(fabs(x - y) <= tolerance * scale))
      fail_msg("result %d, element %lld: %.17g instead of %.17g", index, (long long)i, x, y);
  }
}

static void compare(knn_ctx *ctx, const problem *p) {
  knn__scope s;
  knn_value *op[3 + 2 * MOST], *scan[3 + 2 * MOST];
  knn__scope_begin(&s, ctx);
  const operands o = new_operands(&s, p);
  const int n = derive(p, &s, &o, as_op, op);
  assert_int_equal(n, derive(p, &s, &o, as_scan, scan));
  for (int i = 0; i < n; i++) assert_near(op[i], scan[i], p->type == KNN_F64 ? 1e-11 : 3e-5, i);
  assert_ok(ctx, knn__scope_end(&s));
}

static void test_against_scan(void **state) {
  static const int64_t sizes[][3] = {{1, 1, 1},  {3, 4, 5},  {2, 6, 16},
                                     {7, 3, 19}, {35, 2, 9}, {1, 3, 70}};
  for (int only_ref = 0; only_ref < 2; only_ref++) {
    assert_ok(*state, knn__kernels_only(*state, only_ref ? "ref" : NULL));
    for (int i = 0; i < KNN__LEN(sizes); i++)
      for (int flags = 0; flags < 16; flags++)
        compare(*state, &(problem){.gates = flags & 8 ? 4 : 3,
                                   .batch = sizes[i][0],
                                   .steps = sizes[i][1],
                                   .units = sizes[i][2],
                                   .masked = flags & 1,
                                   .sequences = flags & 2,
                                   .saves = flags & 4,
                                   .type = flags & 4 ? KNN_F64 : KNN_F32});
  }
}

/* Gradients by all operands as one plan: the eager bits with one thread and with three; x is not
 * kept for the gradient's sake. */
static void test_plan_and_threads(void **state) {
  for (int gates = 3; gates <= 4; gates++) {
    const problem p = {gates, 67, 5, 40, true, true, true, KNN_F32};
    knn__scope s;
    knn_graph *g;
    knn__plan *plan;
    knn_value *eager[3 + 2 * MOST], *xs[MOST], *dxs[MOST], *out[3];
    uint64_t before, after;
    knn__scope_begin(&s, *state);
    const operands o = new_operands(&s, &p);
    derive(&p, &s, &o, as_op, eager);
    assert_ok(*state, knn__graph_new(*state, &g));
    knn_graph *outer = knn__trace_begin(g);
    const int n = as_op(&p, &s, &o, out);
    knn_value *loss = weighted_sum(&s, n, out, 10);
    assert_ok(*state, s.status);
    for (int i = 0; i < o.n; i++) assert_ok(*state, knn__graph_leaf(g, o.v[i], &xs[i]));
    assert_ok(*state, knn__gradient(*state, g->records, g->n_records, loss, NULL, xs, o.n, dxs));
    knn__trace_end(*state, outer);
    for (int i = 0; i < o.n; i++) knn__hold(&s, dxs[i]);
    assert_ok(*state, knn__plan_new(g, dxs, o.n, &plan));
    for (int threads = 1; threads <= 3; threads += 2) {
      knn_ctx_set_threads(*state, threads);
      assert_ok(*state, knn__plan_run(plan, 0));
      knn_ctx_memory(*state, NULL, NULL, &before);
      assert_ok(*state, knn__plan_run(plan, 0));
      knn_ctx_memory(*state, NULL, NULL, &after);
      assert_int_equal(before, after);
      for (int i = 0; i < o.n; i++)
        assert_memory_equal(knn__plan_buffer(plan, dxs[i])->data,
                            knn_tensor_data(eager[n + i]->tensor),
                            knn_tensor_bytes(eager[n + i]->tensor));
    }
    knn__plan_release(plan);
    assert_ok(*state, knn__scope_end(&s));
    knn__graph_release(g);
  }
}

static void test_messages(void **state) {
  knn__scope s;
  knn_value *out[3];
  problem p = {4, 2, 3, 5, false, false, false, KNN_F32};
  knn__scope_begin(&s, *state);
  operands o = new_operands(&s, &p);
  o.v[3] = pattern(&s, KNN_F32, 2, (int64_t[]){5, 15}, 1);
  as_op(&p, &s, &o, out);
  assert_string_equal(
      knn_ctx_error(*state),
      "op lstm: x (batch, steps, 4 units), h (batch, units) and the recurrent kernel "
      "(units, 4 units) do not go together: (2, 3, 20), (2, 5), (5, 15)");
  s.status = KNN_OK;
  assert_ok(*state, knn__scope_end(&s));
}

int main(void) {
  const struct CMUnitTest tests[] = {knn_test(test_against_scan), knn_test(test_plan_and_threads),
                                     knn_test(test_messages)};
  return cmocka_run_group_tests_name("sequence", tests, NULL, NULL);
}
