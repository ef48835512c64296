/* harness.c - see harness.h. */
#include "harness.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>

#include "grad.h"
#include "op_list.h"
#include "plan.h"
#include "value.h"

enum { MOST_IN = 8, MOST_OUT = KNN__MAX_OUT, SAMPLES = 40 };

typedef struct run {
  knn_ctx *ctx;
  const op_case *c;
  const knn__op *op;
  void *args;
  int n_in;
  op_array in[MOST_IN];
  bool floats[MOST_IN]; /* follows the check's float type */
  bool float_result;
} run;

/* ---- operands ---- */

static double random_unit(uint64_t *state) { /* splitmix64 */
  uint64_t z = *state += 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return (double)((z ^ z >> 31) >> 11) * 0x1p-53;
}

static const char *read_dims(const char *at, op_array *x) {
  x->n = 1;
  for (at++; *at != ')';) {
    char *end;
    x->dims[x->rank] = strtoll(at, &end, 10);
    x->n *= x->dims[x->rank++];
    at = *end == ',' ? end + 1 : end;
  }
  return at + 1;
}

static const char *read_numbers(const char *at, op_array *x) {
  for (int64_t i = 0; i < x->n; i++) {
    char *end;
    x->v[i] = strtod(at, &end);
    if (end == at) fail_msg("operands: too few numbers: %s", at);
    at = end + 1;
  }
  return at;
}

static const char *draw_numbers(const char *at, op_array *x, uint64_t *state) {
  bool is_float = knn_dtype_is_float(x->dtype);
  double low = is_float ? -2 : 0, high = is_float ? 2 : x->dtype == KNN_BOOL ? 1 : 4;
  if (*at == '[') {
    char *end;
    low = strtod(at + 1, &end);
    high = strtod(end + 1, &end);
    at = end + 1;
  }
  for (int64_t i = 0; i < x->n; i++) {
    double u = random_unit(state);
    x->v[i] =
        is_float ? (double)(float)(low + u * (high - low)) : floor(low + u * (high - low + 1));
  }
  return at;
}

static void read_inputs(run *r, const char *text) {
  static const char letters[] = "fsdilub";
  static const knn_dtype types[] = {KNN_F64, KNN_F32, KNN_F64, KNN_I32, KNN_I64, KNN_U8, KNN_BOOL};
  uint64_t state = 12345;
  r->n_in = 0;
  for (const char *at = text; *at;) {
    if (isspace((unsigned char)*at)) {
      at++;
      continue;
    }
    const char *letter = strchr(letters, *at);
    if (!letter || r->n_in == MOST_IN || at[1] != '(') fail_msg("operands: cannot read '%s'", at);
    op_array *x = &r->in[r->n_in];
    *x = (op_array){.dtype = types[letter - letters]};
    r->floats[r->n_in++] = *letter == 'f';
    at = read_dims(at + 1, x);
    x->v = malloc((size_t)(x->n ? x->n : 1) * sizeof(double));
    at = at[0] == '=' ? read_numbers(at + 2, x) : draw_numbers(at, x, &state);
  }
}

static void free_inputs(run *r) {
  for (int i = 0; i < r->n_in; i++) free(r->in[i].v);
}

static bool is_smooth(const run *r, int i) {
  return r->floats[i];
}

static knn_value *value_of(const run *r, int i, knn_dtype real) {
  const op_array *x = &r->in[i];
  knn_tensor *t;
  knn_value *v;
  assert_ok(r->ctx, knn_tensor_new(r->ctx, r->floats[i] ? real : x->dtype, x->rank, x->dims, &t));
  for (int64_t k = 0; k < x->n; k++) knn_tensor_set(t, k, x->v[k]);
  assert_ok(r->ctx, knn_value_from(t, &v));
  knn_tensor_release(t);
  return v;
}

static void make_values(const run *r, knn_dtype real, knn_value **values) {
  for (int i = 0; i < r->n_in; i++) values[i] = value_of(r, i, real);
}

static void drop_values(knn_value **values, int n) {
  for (int i = 0; i < n; i++) knn_value_release(values[i]);
}

/* ---- applying ---- */

/* Results are lent by the scope. */
static knn_status apply(run *r, knn__scope *s, knn_value *const *in, knn_value **outs, int *n_out) {
  knn_value *converted[MOST_IN];
  if (s->status != KNN_OK) return s->status;
  knn_ctx_seed(r->ctx, 7); /* random ops draw the same again */
  knn__promote(s, r->op, r->n_in, in, converted);
  if (s->status != KNN_OK) return s->status;
  *n_out = MOST_OUT;
  s->status = knn__apply(r->ctx, r->op, r->args, converted, r->n_in, outs, n_out);
  for (int i = 0; i < *n_out && s->status == KNN_OK; i++) knn__hold(s, outs[i]);
  return s->status;
}

static double weight(int out, int64_t i) {
  return 0.3 + 0.7 * (double)((i * 7 + out * 3 + 5) % 11) / 11;
}

/* sum over float results of weight * result */
static knn_value *loss_of(run *r, knn__scope *s, knn_value **outs, int n_out) {
  knn_value *loss = NULL;
  for (int k = 0; k < n_out && s->status == KNN_OK; k++) {
    const knn__spec *spec = &outs[k]->spec;
    knn_tensor *t;
    knn_value *w;
    if (!knn_dtype_is_float(spec->dtype)) continue;
    assert_ok(r->ctx, knn_tensor_new(r->ctx, spec->dtype, spec->rank, spec->dims, &t));
    for (int64_t i = 0; i < knn_tensor_size(t); i++) knn_tensor_set(t, i, weight(k, i));
    assert_ok(r->ctx, knn_value_from(t, &w));
    knn_tensor_release(t);
    knn_value *part = knn__sum(s, knn__multiply(s, outs[k], knn__hold(s, w)), KNN__ALL_AXES, false);
    loss = loss ? knn__add(s, loss, part) : part;
  }
  return loss;
}

/* The loss as a number, computed without the ops that the gradient relies on. */
static double plain_loss(run *r, knn_value *const *in) {
  knn__scope s;
  knn_value *outs[MOST_OUT];
  int n = 0;
  double sum = 0;
  knn__scope_begin(&s, r->ctx);
  assert_ok(r->ctx, apply(r, &s, in, outs, &n));
  for (int k = 0; k < n; k++)
    for (int64_t i = 0;
         i < knn_tensor_size(outs[k]->tensor) && knn_dtype_is_float(outs[k]->spec.dtype); i++)
      sum += weight(k, i) * knn_tensor_get(outs[k]->tensor, i);
  assert_ok(r->ctx, knn__scope_end(&s));
  return sum;
}

/* Gradients of the loss for the smooth operands; new references, NULL for the others. */
static void gradients(run *r, knn_value *const *in, knn_value **dxs) {
  knn__scope s;
  knn_value *outs[MOST_OUT], *xs[MOST_IN], *found[MOST_IN];
  knn_tape *tape;
  int n = 0, n_xs = 0;
  for (int i = 0; i < r->n_in; i++)
    if (is_smooth(r, i)) xs[n_xs++] = in[i];
  knn__scope_begin(&s, r->ctx);
  assert_ok(r->ctx, knn_tape_begin(r->ctx, &tape));
  assert_ok(r->ctx, apply(r, &s, in, outs, &n));
  knn_value *loss = loss_of(r, &s, outs, n);
  assert_ok(r->ctx, s.status);
  assert_ok(r->ctx, knn_tape_gradient(tape, loss, xs, n_xs, found));
  knn_tape_end(tape);
  assert_ok(r->ctx, knn__scope_end(&s));
  for (int i = r->n_in - 1; i >= 0; i--) dxs[i] = is_smooth(r, i) ? found[--n_xs] : NULL;
}

/* sum over the gradients of weight * gradient, as a number */
static double plain_gradient_sum(run *r, knn_value *const *in) {
  knn_value *dxs[MOST_IN];
  double sum = 0;
  gradients(r, in, dxs);
  for (int i = 0; i < r->n_in; i++)
    for (int64_t k = 0; dxs[i] && k < knn_tensor_size(dxs[i]->tensor); k++)
      sum += weight(i, k) * knn_tensor_get(dxs[i]->tensor, k);
  drop_values(dxs, r->n_in);
  return sum;
}

/* ---- checks ---- */

static bool close_to(double a, double b, double relative, double scale) {
  if (isnan(a) || isnan(b)) return isnan(a) && isnan(b);
  if (isinf(a) || isinf(b)) return a == b;
  return fabs(a - b) <= relative * fmax(scale, fmax(fabs(a), fabs(b)));
}

static void name_case(const run *r, char *text, size_t size) {
  snprintf(text, size, "%s{%s} of %s", r->c->op, r->c->options ? r->c->options : "", r->c->inputs);
}
#define fail_case(r, ...)                     \
  do {                                        \
    char case_[256], why_[600];               \
    name_case((r), case_, sizeof case_);      \
    snprintf(why_, sizeof why_, __VA_ARGS__); \
    fail_msg("%s: %s", case_, why_);          \
  } while (0)

double op_at(const op_array *x, const op_array *out, int64_t i) {
  int64_t at = 0, step = 1;
  for (int k = 1; k <= out->rank; k++) {
    int64_t size = out->dims[out->rank - k], own = k <= x->rank ? x->dims[x->rank - k] : 1;
    if (own != 1) at += i % size * step;
    step *= own;
    i /= size;
  }
  return x->v[at];
}

static void check_formula(run *r, knn_value **outs, int n_out, double relative) {
  op_array expected[MOST_OUT];
  if (!r->c->scalar && !r->c->formula) return;
  for (int k = 0; k < n_out; k++) {
    const knn__spec *spec = &outs[k]->spec;
    expected[k] =
        (op_array){.dtype = spec->dtype, .rank = spec->rank, .n = knn_tensor_size(outs[k]->tensor)};
    memcpy(expected[k].dims, spec->dims, sizeof spec->dims);
    expected[k].v = calloc((size_t)expected[k].n + 1, sizeof(double));
  }
  if (r->c->formula) r->c->formula(r->in, r->n_in, expected, n_out);
  for (int64_t i = 0; r->c->scalar && i < expected[0].n; i++) {
    double x[MOST_IN];
    for (int k = 0; k < r->n_in; k++) x[k] = op_at(&r->in[k], &expected[0], i);
    expected[0].v[i] = r->c->scalar(x);
  }
  for (int k = 0; k < n_out; k++)
    for (int64_t i = 0; i < expected[k].n; i++) {
      double found = knn_tensor_get(outs[k]->tensor, i);
      double allowed = expected[k].dtype == KNN_F64 ? 1e-11 : relative;
      if (!close_to(found, expected[k].v[i], allowed, 1))
        fail_case(r, "result %d, element %lld: expected %.12g, found %.12g", k, (long long)i,
                  expected[k].v[i], found);
    }
  for (int k = 0; k < n_out; k++) free(expected[k].v);
}

static void check_values(run *r) {
  knn__scope s;
  knn_value *in[2][MOST_IN], *outs[2][MOST_OUT];
  int n = 0;
  double relative = r->c->tolerance > 0 ? r->c->tolerance : 1e-5;
  knn__scope_begin(&s, r->ctx);
  for (int k = 0; k < 2; k++) {
    make_values(r, k ? KNN_F32 : KNN_F64, in[k]);
    assert_ok(r->ctx, apply(r, &s, in[k], outs[k], &n));
    if (!(k && r->c->skip & OP_NO_FLOAT)) check_formula(r, outs[k], n, relative);
  }
  for (int k = 0; k < n && !(r->c->skip & OP_NO_FLOAT); k++)
    for (int64_t i = 0; i < knn_tensor_size(outs[0][k]->tensor); i++) {
      double wide = knn_tensor_get(outs[0][k]->tensor, i),
             narrow = knn_tensor_get(outs[1][k]->tensor, i);
      if (!close_to(wide, narrow, relative, 1))
        fail_case(r, "result %d, element %lld: %.12g in double, %.12g in float", k, (long long)i,
                  wide, narrow);
    }
  for (int k = 0; k < n; k++)
    r->float_result = r->float_result || knn_dtype_is_float(outs[0][k]->spec.dtype);
  assert_ok(r->ctx, knn__scope_end(&s));
  for (int k = 0; k < 2; k++) drop_values(in[k], r->n_in);
}

/* d f / d x[i][k] for a sample of the elements, against `dx`. */
static void compare_with_differences(run *r, knn_value **in, knn_value **dx,
                                     double (*f)(run *, knn_value *const *), const char *what,
                                     double h, double relative) {
  for (int i = 0; i < r->n_in; i++) {
    if (!is_smooth(r, i)) continue;
    int64_t n = r->in[i].n, step = n > SAMPLES ? n / SAMPLES : 1;
    for (int64_t k = 0; k < n; k += step) {
      double at = knn_tensor_get(in[i]->tensor, k), side[2];
      for (int m = 0; m < 2; m++) {
        knn_tensor_set(in[i]->tensor, k, m ? at - h : at + h);
        side[m] = f(r, in);
      }
      knn_tensor_set(in[i]->tensor, k, at);
      double expected = (side[0] - side[1]) / (2 * h), found = knn_tensor_get(dx[i]->tensor, k);
      if (!close_to(found, expected, relative, 1))
        fail_case(r, "%s for operand %d, element %lld: differences give %.9g, found %.9g", what,
                  i + 1, (long long)k, expected, found);
    }
  }
}

static void check_gradient(run *r) {
  knn_value *in[MOST_IN], *dx[MOST_IN];
  make_values(r, KNN_F64, in);
  gradients(r, in, dx);
  for (int i = 0; i < r->n_in; i++)
    if (dx[i] && !knn__dims_equal(r->in[i].rank, r->in[i].dims, dx[i]->spec.rank, dx[i]->spec.dims))
      fail_case(r, "gradient for operand %d has shape %s", i + 1, KNN__SPEC(dx[i]->spec));
  compare_with_differences(r, in, dx, plain_loss, "gradient", 1e-5, 1e-6);
  drop_values(dx, r->n_in);
  drop_values(in, r->n_in);
}

/* The derivative of the weighted sum of all gradients, by a tape around a tape. */
static void check_second(run *r) {
  knn__scope s;
  knn_value *in[MOST_IN], *dx[MOST_IN], *ddx[MOST_IN], *xs[MOST_IN], *found[MOST_IN], *sum = NULL;
  knn_tape *tape;
  int n_xs = 0;
  make_values(r, KNN_F64, in);
  for (int i = 0; i < r->n_in; i++)
    if (is_smooth(r, i)) xs[n_xs++] = in[i];
  knn__scope_begin(&s, r->ctx);
  assert_ok(r->ctx, knn_tape_begin(r->ctx, &tape));
  gradients(r, in, dx);
  for (int i = 0; i < r->n_in; i++) {
    if (!dx[i]) continue;
    knn_value *w = value_of(r, i, KNN_F64);
    for (int64_t k = 0; k < r->in[i].n; k++) knn_tensor_set(w->tensor, k, weight(i, k));
    knn_value *part =
        knn__sum(&s, knn__multiply(&s, dx[i], knn__hold(&s, w)), KNN__ALL_AXES, false);
    sum = sum ? knn__add(&s, sum, part) : part;
  }
  assert_ok(r->ctx, s.status);
  assert_ok(r->ctx, knn_tape_gradient(tape, sum, xs, n_xs, found));
  knn_tape_end(tape);
  assert_ok(r->ctx, knn__scope_end(&s));
  for (int i = r->n_in - 1; i >= 0; i--) ddx[i] = is_smooth(r, i) ? found[--n_xs] : NULL;
  compare_with_differences(r, in, ddx, plain_gradient_sum, "second derivative", 1e-5, 1e-5);
  drop_values(ddx, r->n_in);
  drop_values(dx, r->n_in);
  drop_values(in, r->n_in);
}

/* The first size of the operands that share it with the first one becomes unknown; the results must
 * leave room for it. */
static void check_infer(run *r) {
  knn__spec known[MOST_IN], open[MOST_IN], out[MOST_OUT], out_open[MOST_OUT];
  knn_value *in[MOST_IN], *converted[MOST_IN];
  knn__scope s;
  make_values(r, KNN_F32, in);
  knn__scope_begin(&s, r->ctx);
  knn__promote(&s, r->op, r->n_in, in, converted);
  for (int i = 0; i < r->n_in; i++) {
    known[i] = open[i] = converted[i]->spec;
    if (known[i].rank > 0 && known[0].rank > 0 && known[i].dims[0] == known[0].dims[0])
      open[i].dims[0] = KNN_ANY;
  }
  assert_ok(r->ctx, knn__scope_end(&s));
  drop_values(in, r->n_in);
  knn__infer q = {.ctx = r->ctx,
                  .args = r->args,
                  .n_in = r->n_in,
                  .in = known,
                  .n_out = r->op->n_out,
                  .out = out};
  knn__infer p = {.ctx = r->ctx,
                  .args = r->args,
                  .n_in = r->n_in,
                  .in = open,
                  .n_out = r->op->n_out,
                  .out = out_open};
  assert_ok(r->ctx, r->op->infer(&q));
  if (r->op->infer(&p) != KNN_OK)
    fail_case(r, "infer with an unknown batch size: %s", knn_ctx_error(r->ctx));
  if (q.n_out != p.n_out)
    fail_case(r, "infer gives %d results, with an unknown batch size %d", q.n_out, p.n_out);
  for (int k = 0; k < q.n_out; k++)
    if (out[k].dtype != out_open[k].dtype ||
        !knn__dims_fit(out[k].rank, out[k].dims, out_open[k].rank, out_open[k].dims))
      fail_case(r, "infer gives %s, with an unknown batch size %s", KNN__SPEC(out[k]),
                KNN__SPEC(out_open[k]));
}

/* The same for a function made of ops: its graph with an unknown size. */
static void check_composed_infer(run *r) {
  knn_value *in[MOST_IN], *nodes[MOST_IN], *known[MOST_OUT], *open[MOST_OUT];
  knn_graph *g;
  knn__scope s;
  int n = 0, n_open = 0;
  make_values(r, KNN_F32, in);
  knn__scope_begin(&s, r->ctx);
  assert_ok(r->ctx, apply(r, &s, in, known, &n));
  assert_ok(r->ctx, knn__graph_new(r->ctx, &g));
  for (int i = 0; i < r->n_in; i++) {
    knn__spec spec = in[i]->spec;
    if (spec.rank > 0 && in[0]->spec.rank > 0 && spec.dims[0] == in[0]->spec.dims[0])
      spec.dims[0] = KNN_ANY;
    assert_ok(r->ctx, knn__graph_input(g, &spec, &nodes[i]));
  }
  if (apply(r, &s, nodes, open, &n_open) != KNN_OK)
    fail_case(r, "with an unknown batch size: %s", knn_ctx_error(r->ctx));
  for (int k = 0; k < n; k++)
    if (known[k]->spec.dtype != open[k]->spec.dtype ||
        !knn__dims_fit(known[k]->spec.rank, known[k]->spec.dims, open[k]->spec.rank,
                       open[k]->spec.dims))
      fail_case(r, "result of shape %s, with an unknown batch size %s", KNN__SPEC(known[k]->spec),
                KNN__SPEC(open[k]->spec));
  assert_ok(r->ctx, knn__scope_end(&s));
  knn__graph_release(g);
  drop_values(in, r->n_in);
}

static void check_threads(run *r) {
  knn__scope s;
  knn_value *in[MOST_IN], *outs[2][MOST_OUT];
  run big = *r;
  int n = 0, before = knn_ctx_threads(r->ctx);
  if (r->c->big) read_inputs(&big, r->c->big);
  make_values(&big, KNN_F32, in);
  knn__scope_begin(&s, r->ctx);
  for (int k = 0; k < 2; k++) {
    knn_ctx_set_threads(r->ctx, k ? 3 : 1);
    assert_ok(r->ctx, apply(&big, &s, in, outs[k], &n));
  }
  knn_ctx_set_threads(r->ctx, before);
  for (int k = 0; k < n; k++) {
    const knn_tensor *a = outs[0][k]->tensor, *b = outs[1][k]->tensor;
    if (memcmp(knn_tensor_data(a), knn_tensor_data(b), knn_tensor_bytes(a)) != 0)
      fail_case(r, "1 and 3 threads differ");
  }
  assert_ok(r->ctx, knn__scope_end(&s));
  drop_values(in, r->n_in);
  if (r->c->big) free_inputs(&big);
}

static bool has_gradient(const run *r) {
  bool smooth = false;
  for (int i = 0; i < r->n_in; i++) smooth = smooth || is_smooth(r, i);
  return smooth && r->float_result && (r->op->vjp || r->op->compose) &&
         !(r->c->skip & OP_NO_GRADIENT);
}

/* The op and its gradients planned, compared bit by bit with the eager ones. */
static void check_plan(run *r) {
  knn__scope s;
  knn_graph *g;
  knn__plan *plan;
  knn_value *in[MOST_IN], *nodes[MOST_IN], *xs[MOST_IN], *dxs[MOST_IN], *eager_dx[MOST_IN] = {0};
  knn_value *outs[MOST_OUT + MOST_IN], *eager[MOST_OUT];
  int n = 0, n_eager = 0, n_xs = 0;
  make_values(r, KNN_F32, in);
  knn__scope_begin(&s, r->ctx);
  assert_ok(r->ctx, apply(r, &s, in, eager, &n_eager));
  if (has_gradient(r)) gradients(r, in, eager_dx);
  assert_ok(r->ctx, knn__graph_new(r->ctx, &g));
  for (int i = 0; i < r->n_in; i++) {
    assert_ok(r->ctx, knn__graph_input(g, &in[i]->spec, &nodes[i]));
    if (eager_dx[i]) xs[n_xs++] = nodes[i];
  }
  assert_ok(r->ctx, apply(r, &s, nodes, outs, &n));
  assert_int_equal(n, n_eager);
  for (int i = 0; i < n; i++) /* so may a result that depends on no operand */
    if (!outs[i]->graph) assert_ok(r->ctx, knn__graph_leaf(g, outs[i], &outs[i]));
  if (n_xs) {
    knn_value *loss = loss_of(r, &s, outs, n);
    assert_ok(r->ctx, s.status);
    assert_ok(r->ctx, knn__gradient(r->ctx, g->records, g->n_records, loss, NULL, xs, n_xs, dxs));
    for (int i = 0; i < n_xs; i++) { /* a constant zero is no node: it becomes one for the plan */
      outs[n + i] = knn__hold(&s, dxs[i]);
      if (!outs[n + i]->graph) assert_ok(r->ctx, knn__graph_leaf(g, outs[n + i], &outs[n + i]));
    }
  }
  assert_ok(r->ctx, knn__plan_new(g, outs, n + n_xs, &plan));
  for (int i = 0; i < r->n_in; i++) {
    const knn__buf *b = knn__plan_buffer(plan, nodes[i]);
    if (b && b->data)
      assert_ok(r->ctx, knn_tensor_read(in[i]->tensor, b->data, knn_tensor_bytes(in[i]->tensor)));
  }
  assert_ok(r->ctx, knn__plan_run(plan, 0));
  for (int k = 0, x = 0; k < n + n_xs; k++) {
    while (k >= n && !eager_dx[x]) x++;
    const knn_tensor *expected = k < n ? eager[k]->tensor : eager_dx[x++]->tensor;
    const knn__buf *found = knn__plan_buffer(plan, outs[k]);
    if (r->op->flags & KNN__OP_RANDOM) continue; /* a plan draws by step, not by call */
    if (found->n != knn_tensor_size(expected))
      fail_case(r, "plan: result %d has %lld elements", k, (long long)found->n);
    if (memcmp(found->data, knn_tensor_data(expected), knn_tensor_bytes(expected)) != 0) {
      knn_tensor *t;
      char got[200], want[200];
      assert_ok(r->ctx, knn_tensor_wrap(r->ctx, found->spec.dtype, found->spec.rank,
                                        found->spec.dims, found->data, NULL, NULL, &t));
      knn_tensor_print(t, 10, 60, got, sizeof got);
      knn_tensor_print(expected, 10, 60, want, sizeof want);
      knn_tensor_release(t);
      fail_case(r, "result %d of the plan differs from the eager one:\n%s\n%s", k, got, want);
    }
  }
  knn__plan_release(plan);
  assert_ok(r->ctx, knn__scope_end(&s));
  knn__graph_release(g);
  drop_values(eager_dx, r->n_in);
  drop_values(in, r->n_in);
}

static void check_error(run *r) {
  knn__scope s;
  knn_value *in[MOST_IN], *outs[MOST_OUT];
  int n = 0;
  make_values(r, KNN_F32, in);
  knn__scope_begin(&s, r->ctx);
  if (apply(r, &s, in, outs, &n) == KNN_OK)
    fail_case(r, "expected the message \"%s\"", r->c->error);
  knn__scope_end(&s);
  drop_values(in, r->n_in);
  assert_string_contains(knn_ctx_error(r->ctx), r->c->error);
}

static const knn__op *find(const char *name) {
  for (int i = 0; i < knn__ops_n; i++)
    if (strcmp(knn__ops[i]->cls.name, name) == 0) return knn__ops[i];
  fail_msg("no op is called '%s'", name);
  return NULL;
}

/* False when the options themselves are refused; the message is left in the context. */
static bool parse_args(run *r) {
  knn_config *options = NULL;
  const knn_class *cls = &r->op->cls;
  if (r->c->options) assert_ok(r->ctx, knn_config_parse(r->ctx, r->c->options, &options));
  r->args = cls->args_size ? calloc(1, cls->args_size) : NULL;
  knn_status st = knn__args_parse(r->ctx, cls->name, cls, options, r->args);
  knn_config_release(options);
  if (st != KNN_OK && !r->c->error) fail_case(r, "%s", knn_ctx_error(r->ctx));
  return st == KNN_OK;
}

void op_check(knn_ctx *ctx, const op_case *c) {
  run r = {.ctx = ctx, .c = c, .op = find(c->op)};
  read_inputs(&r, c->inputs);
  bool parsed = parse_args(&r);
  if (!parsed) {
    assert_string_contains(knn_ctx_error(ctx), c->error);
  } else if (c->error) {
    check_error(&r);
  } else {
    check_values(&r);
    if (!(c->skip & OP_NO_ANY)) (r.op->compose ? check_composed_infer : check_infer)(&r);
    if (has_gradient(&r)) check_gradient(&r);
    if (has_gradient(&r) && !(c->skip & OP_NO_SECOND)) check_second(&r);
    check_threads(&r);
    check_plan(&r);
  }
  if (r.args && parsed) knn__args_clear(ctx, &r.op->cls, r.args);
  free(r.args);
  free_inputs(&r);
}
