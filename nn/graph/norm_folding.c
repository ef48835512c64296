/* norm_folding.c - a convolution or product, maybe a bias, times a row of factors, plus a row of
 * terms, all of them made of weights (BatchNormalization outside of training), becomes one with
 * other weights: (x w + b) f + t = x (w f) + (b f + t). The new weights are fixed values, computed
 * again only when the old ones have changed. They take memory of their own, so weights that are
 * many more than the results stay as they are. Results differ by rounding. */
#include "fused.h"
#include "op_list.h"
#include "pass.h"

typedef struct search {
  knn__ir *ir;
  bool *fixed;        /* by value id */
  int *reader;        /* by value id: index of the last record that reads it, or -1 */
  knn__record **made; /* the new list */
  int n_made;
} search;

/* What stands behind a product: indices of records, bias -1 if there is none. */
typedef struct behind {
  int bias, factor, term;
} behind;

/* The only record that reads v, if it is `op` of v and a fixed row over v's last axis; else -1. */
static int row_op(const search *s, const knn__op *op, const knn_value *v) {
  const int at = s->reader[v->id];
  if (at < 0 || s->ir->uses[v->id] != 1) return -1;
  const knn__record *r = s->ir->records[at];
  if (r->op != op) return -1;
  const knn_value *row = r->in[r->in[0] == v ? 1 : 0];
  bool fits = s->fixed[row->id] && row->spec.rank == 1 && row->spec.dtype == v->spec.dtype &&
              row->spec.dims[0] == v->spec.dims[v->spec.rank - 1];
  return fits ? at : -1;
}

static knn_value *row_of(const search *s, int at, const knn_value *v) {
  const knn__record *r = s->ir->records[at];
  return r->in[r->in[0] == v ? 1 : 0];
}

enum {
  MANY = 4
}; /* times as many weights as results: more to keep than passing over these costs */

static int64_t elements(const knn_value *v) {
  return knn__count(v->spec.rank, v->spec.dims);
}

static bool is_product(const search *s, const knn__record *r) {
  if (r->op != &knn__op_conv && r->op != &knn__op_matmul) return false;
  bool turned = r->op == &knn__op_matmul && ((const knn__matmul_args *)r->args)->trans_b;
  const knn_value *w = r->in[1], *y = r->out[0];
  return !turned && s->fixed[w->id] && w->spec.rank >= 2 && y->spec.rank >= 2 &&
         elements(w) <= MANY * elements(y);
}

static bool find_behind(const search *s, const knn__record *product, behind *out) {
  const knn_value *y = product->out[0];
  if (!is_product(s, product)) return false;
  out->bias = row_op(s, &knn__op_add, y);
  if (out->bias >= 0) y = s->ir->records[out->bias]->out[0];
  out->factor = row_op(s, &knn__op_multiply, y);
  if (out->factor < 0) return false;
  out->term = row_op(s, &knn__op_add, s->ir->records[out->factor]->out[0]);
  return out->term >= 0;
}

/* A new record of two operands at the end of the list, with a result of spec `like`. */
static knn_status emit(search *s, const knn__op *op, knn_value *a, knn_value *b,
                       const knn_value *like, const knn__record *for_layer, knn_value **out) {
  KNN__TRY(knn__graph_result(s->ir->graph, &like->spec, out));
  return knn__ir_record(s->ir, op, NULL, 2, (knn_value *[]){a, b}, 1, out, for_layer,
                        &s->made[s->n_made++]);
}

static knn_status fold(search *s, knn__record *product, const behind *f) {
  knn__record *const *records = s->ir->records;
  const knn__record *term = records[f->term], *factor = records[f->factor];
  knn_value *y = product->out[0], *scaled = f->bias >= 0 ? records[f->bias]->out[0] : y,
            *bias = f->bias >= 0 ? row_of(s, f->bias, y) : NULL, *by = row_of(s, f->factor, scaled),
            *sum = row_of(s, f->term, factor->out[0]), *w;
  KNN__TRY(emit(s, &knn__op_multiply, product->in[1], by, product->in[1], term, &w));
  if (bias) {
    KNN__TRY(emit(s, &knn__op_multiply, bias, by, bias, term, &bias));
    KNN__TRY(emit(s, &knn__op_add, bias, sum, bias, term, &sum));
  }
  product->in[1] = w;
  s->made[s->n_made++] = product;
  return knn__ir_record(s->ir, &knn__op_add, NULL, 2, (knn_value *[]){y, sum}, 1, term->out, term,
                        &s->made[s->n_made++]);
}

/* Products wait until the row of terms is there; the records between them fall away. */
static knn_status rewrite(search *s, int *until) {
  knn__ir *ir = s->ir;
  behind f;
  for (int i = 0; i < ir->n; i++) until[i] = -1;
  for (int i = 0; i < ir->n; i++) {
    if (!find_behind(s, ir->records[i], &f)) continue;
    until[f.term] = i;
    until[i] = until[f.factor] = i;
    if (f.bias >= 0) until[f.bias] = i;
  }
  for (int i = 0; i < ir->n; i++) {
    if (until[i] < 0) {
      s->made[s->n_made++] = ir->records[i];
    } else if (find_behind(s, ir->records[until[i]], &f) && f.term == i) {
      KNN__TRY(fold(s, ir->records[until[i]], &f));
    }
  }
  ir->records = s->made;
  ir->n = s->n_made;
  return KNN_OK;
}

static knn_status run(knn__ir *ir) {
  const size_t n = (size_t)ir->n, values = (size_t)ir->graph->n_values;
  knn__arena memory = {.ctx = ir->ctx};
  search s = {.ir = ir};
  s.fixed = knn__arena_alloc(&memory, values * sizeof *s.fixed);
  s.reader = knn__arena_alloc(&memory, values * sizeof *s.reader);
  int *until = knn__arena_alloc(&memory, n * sizeof *until);
  /* five records at most in the place of three */
  s.made = knn__arena_alloc(&ir->graph->arena, 2 * n * sizeof(knn__record *));
  knn_status st = s.fixed && s.reader && until && s.made ? KNN_OK : KNN_ENOMEM;
  if (st == KNN_OK) {
    knn__ir_find_fixed(ir, s.fixed);
    for (size_t i = 0; i < values; i++) s.reader[i] = -1;
    for (int i = 0; i < ir->n; i++)
      for (int k = 0; k < ir->records[i]->n_in; k++) s.reader[ir->records[i]->in[k]->id] = i;
    st = rewrite(&s, until);
  }
  knn__arena_clear(&memory);
  return st;
}

const knn__pass knn__pass_norm_folding = {
    .name = "norm_folding",
    .summary = "takes factors and terms behind a product into its weights",
    .run = run,
};
