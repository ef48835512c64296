/* layer_harness.c - see layer_harness.h. */
#include "layer_harness.h"

#include <math.h>
#include <stdlib.h>

#include "grad.h"
#include "plan.h"

enum { MOST = 16 }; /* weights and inputs of a case */

typedef struct run {
  knn_ctx *ctx;
  const layer_case_more *more;
  const layer_case *c; /* the plain part */
  knn_layer *layer;
  int n_in;
  knn_value *in[4];
  knn_layer_extra extra;
} run;

#define fail_case(r, ...)                                  \
  do {                                                     \
    print_error("%s{%s}: ", (r)->c->cls, (r)->c->options); \
    fail_msg(__VA_ARGS__);                                 \
  } while (0)

#define ok(r, call)                                                    \
  do {                                                                 \
    if ((call) != KNN_OK) fail_case(r, "%s", knn_ctx_error((r)->ctx)); \
  } while (0)

/* Numbers of -2 .. 2 that hit no kink, or ids. */
static void fill_input(const layer_case *c, knn_tensor *t, uint32_t seed) {
  for (int64_t i = 0; i < knn_tensor_size(t); i++) {
    seed = seed * 1664525u + 1013904223u;
    const double u = (double)(seed >> 8) * 0x1p-24;
    knn_tensor_set(t, i, c->ids ? floor(u * (double)c->ids) : 4 * u - 2);
  }
}

static knn_value *new_value(run *r, knn_dtype type, int rank, const int64_t *dims, uint32_t seed) {
  knn_tensor *t;
  knn_value *v;
  ok(r, knn_tensor_new(r->ctx, type, rank, dims, &t));
  fill_input(r->c, t, seed);
  ok(r, knn_value_from(t, &v));
  knn_tensor_release(t);
  return v;
}

static knn_layer *make(run *r, knn_dtype type) {
  char options[400];
  knn_layer *layer;
  snprintf(options, sizeof options, "%s%sdtype=%s", r->c->options, *r->c->options ? ", " : "",
           knn_dtype_name(type));
  ok(r, knn_layer_new(r->ctx, r->c->cls, options, &layer));
  return layer;
}

static void start(run *r, knn_ctx *ctx, const layer_case_more *more, knn_dtype type) {
  const layer_case *c = &more->plain;
  *r = (run){.ctx = ctx, .more = more, .c = c};
  r->layer = make(r, type);
  r->in[r->n_in++] = new_value(r, c->ids ? KNN_I32 : type, c->rank, c->dims, 7);
  for (const char *at = more->others; at && *at;) {
    int64_t dims[KNN_MAX_RANK];
    int rank = 0;
    for (; *at && *at != ' '; at += *at == ',') dims[rank++] = strtoll(at, (char **)&at, 10);
    at += *at == ' ';
    r->in[r->n_in] = new_value(r, c->ids ? KNN_I32 : type, rank, dims, 8 + (uint32_t)r->n_in);
    r->n_in++;
  }
  if (more->call) ok(r, knn_config_parse(ctx, more->call, (knn_config **)&r->extra.options));
}

static void finish(run *r) {
  knn_layer_release(r->layer);
  for (int i = 0; i < r->n_in; i++) knn_value_release(r->in[i]);
  knn_config_release((knn_config *)(uintptr_t)r->extra.options);
}

/* The first result; others are left alone. */
static knn_value *call(run *r, bool training) {
  knn_value *ys[KNN__MAX_OUT];
  int n = KNN__MAX_OUT;
  ok(r, knn_layer_call_with(r->layer, r->in, r->n_in, training, &r->extra, ys, &n));
  for (int i = 1; i < n; i++) knn_value_release(ys[i]);
  return ys[0];
}

static void check_shape(run *r) {
  knn__spec in[4], out[KNN__MAX_OUT];
  int n;
  for (int i = 0; i < r->n_in; i++) {
    in[i] = r->in[i]->spec;
    in[i].dims[0] = KNN_ANY;
  }
  ok(r, knn__layer_infer(r->layer, in, r->n_in, true, out, &n));
  if (strcmp(KNN__SPEC(out[0]), r->c->shape) != 0)
    fail_case(r, "shape %s, expected %s", KNN__SPEC(out[0]), r->c->shape);
  knn_value *y = call(r, false);
  if (!knn__dims_fit(y->spec.rank, y->spec.dims, out[0].rank, out[0].dims) ||
      y->spec.dims[0] != r->c->dims[0])
    fail_case(r, "shape %s of a result that was to be %s", KNN__SPEC(y->spec), KNN__SPEC(out[0]));
  if (y->spec.dtype != out[0].dtype)
    fail_case(r, "the result is %s", knn_dtype_name(y->spec.dtype));
  knn_value_release(y);
}

static void check_weights(run *r) {
  char start_of_path[100];
  const int n = knn_layer_weight_count(r->layer);
  if (n != r->c->weights || knn_layer_param_count(r->layer) != r->c->params)
    fail_case(r, "%d weights with %lld parameters", n, (long long)knn_layer_param_count(r->layer));
  snprintf(start_of_path, sizeof start_of_path, "%s/", knn_layer_name(r->layer));
  for (int i = 0; i < n; i++) {
    const char *path;
    ok(r, knn_layer_weight(r->layer, i, NULL, &path, NULL));
    if (strncmp(path, start_of_path, strlen(start_of_path)) != 0) fail_case(r, "path %s", path);
  }
}

static void check_config(run *r) {
  char first[4000], second[4000];
  knn_config *config, *again;
  knn_layer *copy;
  ok(r, knn_object_config(knn_layer_object(r->layer), &config));
  knn_config_print(config, first, sizeof first);
  ok(r, knn_layer_from_config(r->ctx, r->c->cls, config, &copy));
  ok(r, knn_object_config(knn_layer_object(copy), &again));
  knn_config_print(again, second, sizeof second);
  if (strcmp(first, second) != 0) fail_case(r, "the config changes: %s\n%s", first, second);
  knn_config_release(config);
  knn_config_release(again);
  knn_layer_release(copy);
}

static knn_value *apply(run *r, knn__scope *s, knn_value *const *in, bool training) {
  knn__layer_io io = {
      .n_in = r->n_in, .in = in, .training = training, .extra = &r->extra, .n_out = 1};
  knn__layer_call(r->layer, s, &io);
  return io.out[0];
}

/* sum(w y) with fixed w, so that no direction of the gradient cancels. */
static knn_value *loss_of(run *r, knn__scope *s, bool training, knn_value **y) {
  int64_t dims[KNN_MAX_RANK];
  *y = apply(r, s, r->in, training);
  if (s->status != KNN_OK) return NULL;
  memcpy(dims, (*y)->spec.dims, sizeof dims);
  knn_tensor *t;
  knn_value *w;
  ok(r, knn_tensor_new(r->ctx, (*y)->spec.dtype, (*y)->spec.rank, dims, &t));
  for (int64_t i = 0; i < knn_tensor_size(t); i++) knn_tensor_set(t, i, sin(1.0 + 2.3 * (double)i));
  ok(r, knn_value_from(t, &w));
  knn_tensor_release(t);
  return knn__sum(s, knn__multiply(s, *y, knn__hold(s, w)), KNN__ALL_AXES, false);
}

static double loss_number(run *r, bool training) {
  knn__scope s;
  knn_value *y;
  knn__scope_begin(&s, r->ctx);
  knn_value *loss = loss_of(r, &s, training, &y);
  ok(r, s.status);
  const double number = knn_tensor_get(loss->tensor, 0);
  ok(r, knn__scope_end(&s));
  return number;
}

/* What gradients are taken by: trainable weights, then the input. New references. */
static int variables(run *r, knn_value **xs) {
  int n = 0;
  for (int i = 0; i < knn_layer_weight_count(r->layer); i++) {
    bool trainable;
    ok(r, knn_layer_weight(r->layer, i, NULL, NULL, &trainable));
    if (trainable) ok(r, knn_layer_weight_value(r->layer, i, &xs[n++]));
  }
  if (!r->c->ids && !(r->c->flags & LAYER_NO_GRADIENT)) {
    for (int i = 0; i < r->n_in; i++) {
      knn_value_retain(r->in[i]);
      xs[n++] = r->in[i];
    }
  }
  return n;
}

static void check_gradient(run *r, bool training) {
  knn_value *xs[MOST], *dxs[MOST], *y;
  knn_tape *tape;
  knn__scope s;
  const int n = variables(r, xs);
  if (n == 0) return; /* class numbers have no gradient */
  knn__scope_begin(&s, r->ctx);
  ok(r, knn_tape_begin(r->ctx, &tape));
  knn_value *loss = loss_of(r, &s, training, &y);
  ok(r, s.status);
  ok(r, knn_tape_gradient(tape, loss, xs, n, dxs));
  knn_tape_end(tape);
  ok(r, knn__scope_end(&s));
  for (int k = 0; k < n; k++) {
    for (int64_t i = 0; i < knn_tensor_size(xs[k]->tensor); i++) {
      const double at = knn_tensor_get(xs[k]->tensor, i), h = 1e-5,
                   found = knn_tensor_get(dxs[k]->tensor, i);
      knn_tensor_set(xs[k]->tensor, i, at + h);
      const double above = loss_number(r, training);
      knn_tensor_set(xs[k]->tensor, i, at - h);
      const double expected = (above - loss_number(r, training)) / (2 * h);
      knn_tensor_set(xs[k]->tensor, i, at);
      if (!(fabs(found - expected) <= 1e-6 * fmax(1, fabs(expected))))
        fail_case(r, "gradient %d, element %lld: %.9g, by differences %.9g", k, (long long)i, found,
                  expected);
    }
    knn_value_release(xs[k]);
    knn_value_release(dxs[k]);
  }
}

static void copy_weights(run *from, run *to) {
  for (int i = 0; i < knn_layer_weight_count(from->layer); i++) {
    knn_tensor *src, *dst;
    ok(from, knn_layer_weight(from->layer, i, &src, NULL, NULL));
    ok(to, knn_layer_weight(to->layer, i, &dst, NULL, NULL));
    ok(to, knn_tensor_copy(dst, src));
  }
}

static void check_float(run *wide) {
  run narrow;
  start(&narrow, wide->ctx, wide->more, KNN_F32);
  knn_value_release(call(&narrow, false));
  copy_weights(wide, &narrow);
  knn_value *a = call(&narrow, false), *b = call(wide, false);
  for (int64_t i = 0; i < knn_tensor_size(b->tensor); i++) {
    const double x = knn_tensor_get(a->tensor, i), y = knn_tensor_get(b->tensor, i);
    if (!(fabs(x - y) <= 1e-5 * fmax(1, fabs(y))))
      fail_case(wide, "element %lld is %.9g in float32, %.9g in float64", (long long)i, x, y);
  }
  knn_value_release(a);
  knn_value_release(b);
  finish(&narrow);
}

static bool same_bits(const knn_value *a, const knn_value *b) {
  return knn_tensor_bytes(a->tensor) == knn_tensor_bytes(b->tensor) &&
         memcmp(knn_tensor_data(a->tensor), knn_tensor_data(b->tensor),
                knn_tensor_bytes(a->tensor)) == 0;
}

static knn_value *packed(run *r, knn_value *v) {
  knn_tensor *t;
  knn_value *out;
  ok(r, knn_tensor_contiguous(v->tensor, &t));
  ok(r, knn_value_from(t, &out));
  knn_tensor_release(t);
  knn_value_release(v);
  return out;
}

/* The same seed, the same numbers: weights and, in training, what is drawn. */
static void check_seed(run *r, bool training) {
  knn_value *results[2];
  for (int i = 0; i < 2; i++) {
    run fresh;
    knn_ctx_seed(r->ctx, 42);
    start(&fresh, r->ctx, r->more, KNN_F32);
    results[i] = packed(&fresh, call(&fresh, training));
    finish(&fresh);
  }
  if (!same_bits(results[0], results[1])) fail_case(r, "the same seed gives other numbers");
  knn_value_release(results[0]);
  knn_value_release(results[1]);
}

static void check_training(run *r) {
  const bool trains = r->c->flags & (LAYER_TRAINS | LAYER_RANDOM);
  knn_value *a = packed(r, call(r, false)), *b = packed(r, call(r, true)),
            *c = packed(r, call(r, false));
  if (same_bits(a, b) == trains)
    fail_case(r, "training %s inference", trains ? "equals" : "differs from");
  if (!(r->c->flags & LAYER_TRAINS) && !same_bits(a, c))
    fail_case(r, "a call in training changes inference");
  if ((r->c->flags & LAYER_TRAINS) && same_bits(a, c))
    fail_case(r, "training leaves the statistics as they were");
  knn_value_release(a);
  knn_value_release(b);
  knn_value_release(c);
}

static void check_plan(run *r) {
  knn__scope s;
  knn_graph *g;
  knn__plan *plan;
  knn_value *nodes[4], *y;
  knn_value *eager = packed(r, call(r, false));
  knn__scope_begin(&s, r->ctx);
  ok(r, knn__graph_new(r->ctx, &g));
  for (int i = 0; i < r->n_in; i++) ok(r, knn__graph_input(g, &r->in[i]->spec, &nodes[i]));
  y = apply(r, &s, nodes, false);
  ok(r, s.status);
  ok(r, knn__plan_new(g, &y, 1, &plan));
  for (int i = 0; i < r->n_in; i++) {
    const knn__buf *in = knn__plan_buffer(plan, nodes[i]);
    const knn_tensor *x = r->in[i]->tensor;
    if (in && in->data) ok(r, knn_tensor_read(x, in->data, knn_tensor_bytes(x)));
  }
  ok(r, knn__plan_run(plan, 0));
  const knn__buf *out = knn__plan_buffer(plan, y);
  if (memcmp(out->data, knn_tensor_data(eager->tensor), knn_tensor_bytes(eager->tensor)) != 0)
    fail_case(r, "the plan gives other numbers than the eager call");
  if (g->n_records && strncmp(g->records[0]->layer, knn_layer_name(r->layer),
                              strlen(knn_layer_name(r->layer))) != 0)
    fail_case(r, "its ops belong to the layer '%s'", g->records[0]->layer);
  knn__plan_release(plan);
  ok(r, knn__scope_end(&s));
  knn__graph_release(g);
  knn_value_release(eager);
}

void layer_check(knn_ctx *ctx, const layer_case *c) {
  const layer_case_more more = {.plain = *c};
  layer_check_more(ctx, &more);
}

void layer_check_more(knn_ctx *ctx, const layer_case_more *more) {
  run r;
  const layer_case *c = &more->plain;
  start(&r, ctx, more, KNN_F64);
  check_shape(&r);
  check_weights(&r);
  check_config(&r);
  check_gradient(&r, false);
  if (!(c->flags & LAYER_RANDOM)) check_gradient(&r, true);
  check_float(&r);
  check_plan(&r);
  check_training(&r);
  check_seed(&r, false);
  check_seed(&r, true);
  finish(&r);
}

/* Calls the layer on zeros. */
static knn_status call_with(knn_ctx *ctx, knn_layer *layer, int rank, const int64_t *dims,
                            knn_dtype type) {
  knn_tensor *t;
  knn_value *x, *y;
  int n = 1;
  assert_ok(ctx, knn_tensor_new(ctx, type, rank, dims, &t));
  assert_ok(ctx, knn_value_from(t, &x));
  knn_tensor_release(t);
  const knn_status st = knn_layer_call(layer, &x, 1, false, &y, &n);
  if (st == KNN_OK) knn_value_release(y);
  knn_value_release(x);
  return st;
}

void layer_fault_message(knn_ctx *ctx, const layer_fault *f, char *out, size_t size) {
  knn_layer *layer = NULL;
  knn_ctx_forget_names(ctx);
  knn_status st = knn_layer_new(ctx, f->cls, f->options, &layer);
  if (st == KNN_OK && f->built_rank) st = call_with(ctx, layer, f->built_rank, f->built, f->dtype);
  if (st == KNN_OK) st = call_with(ctx, layer, f->rank, f->dims, f->dtype);
  snprintf(out, size, "%s", st == KNN_OK ? "" : knn_ctx_error(ctx));
  knn_layer_release(layer);
}
