/* common_subexpression.c - an op applied twice to the same operands is computed once: conditions
 * that a gradient asks again, a variable reshaped in several places. An op that reads a variable
 * directly is not merged across an effect, which may have changed the variable. */
#include <string.h>

#include "pass.h"

typedef struct seen {
  uint64_t hash;
  knn__record *record;
  bool reads_variable;
} seen;

/* Arguments that are compared byte by byte: no pointers among them. */
static bool plain_args(const knn_class *cls) {
  for (int i = 0; i < cls->n_params; i++) {
    knn_kind kind = cls->params[i].kind;
    if (kind == KNN_P_STRING || kind == KNN_P_FLOATS || kind == KNN_P_OBJECT ||
        kind == KNN_P_CONFIG)
      return false;
  }
  return true;
}

static bool mergeable(const knn__record *r) {
  return !(r->op->flags & (KNN__OP_EFFECT | KNN__OP_RANDOM)) && r->n_out > 0 &&
         plain_args(&r->op->cls);
}

static uint64_t mix(uint64_t hash, uint64_t x) {
  return (hash ^ x) * 0x9E3779B97F4A7C15u;
}

static uint64_t hash_of(const knn__record *r) {
  uint64_t hash = mix(0, (uintptr_t)r->op);
  for (int k = 0; k < r->n_in; k++) hash = mix(hash, (uint64_t)r->in[k]->id + 1);
  return hash;
}

static bool same(const knn__record *a, const knn__record *b) {
  if (a->op != b->op || a->n_in != b->n_in || a->n_out != b->n_out) return false;
  for (int k = 0; k < a->n_in; k++)
    if (a->in[k] != b->in[k]) return false;
  return !a->args || memcmp(a->args, b->args, a->op->cls.args_size) == 0;
}

static bool is_output(const knn__ir *ir, const knn__record *r) {
  for (int i = 0; i < ir->n_outputs; i++)
    for (int k = 0; k < r->n_out; k++)
      if (ir->outputs[i] == r->out[k]) return true;
  return false;
}

/* Let records behind `from` read `kept` instead of `gone`. */
static void replace_reads(knn__ir *ir, int from, const knn__record *gone, const knn__record *kept) {
  for (int i = from; i < ir->n; i++)
    for (int k = 0; ir->records[i] && k < ir->records[i]->n_in; k++)
      for (int o = 0; o < gone->n_out; o++)
        if (ir->records[i]->in[k] == gone->out[o]) ir->records[i]->in[k] = kept->out[o];
}

typedef struct search {
  seen *items;
  int n;
  bool *variable; /* by value id: a variable, or another shape of one */
} search;

static bool reads_variable(search *s, const knn__record *r) {
  bool reads = false;
  for (int k = 0; k < r->n_in; k++)
    reads = reads || r->in[k]->variable || s->variable[r->in[k]->id];
  if (reads && r->op->flags & KNN__OP_ALIAS) s->variable[r->out[0]->id] = true;
  return reads;
}

static void forget_readers(search *s) {
  int n = 0;
  for (int i = 0; i < s->n; i++)
    if (!s->items[i].reads_variable) s->items[n++] = s->items[i];
  s->n = n;
}

static const knn__record *find(const search *s, const knn__record *r, uint64_t hash) {
  for (int i = s->n - 1; i >= 0; i--)
    if (s->items[i].hash == hash && same(s->items[i].record, r)) return s->items[i].record;
  return NULL;
}

static void merge_all(knn__ir *ir, search *s) {
  for (int i = 0; i < ir->n; i++) {
    knn__record *r = ir->records[i];
    if (r->op->flags & KNN__OP_EFFECT) forget_readers(s);
    bool reads = reads_variable(s, r);
    if (!mergeable(r)) continue;
    uint64_t hash = hash_of(r);
    const knn__record *kept = is_output(ir, r) ? NULL : find(s, r, hash);
    if (kept) {
      replace_reads(ir, i + 1, r, kept);
      ir->records[i] = NULL;
    } else {
      s->items[s->n++] = (seen){hash, r, reads};
    }
  }
  knn__ir_compact(ir);
}

static knn_status run(knn__ir *ir) {
  search s = {.items = knn__alloc(ir->ctx, (size_t)ir->n * sizeof *s.items),
              .variable = knn__alloc(ir->ctx, (size_t)ir->graph->n_values * sizeof *s.variable)};
  knn_status st = s.items && s.variable ? KNN_OK : KNN_ENOMEM;
  if (st == KNN_OK) merge_all(ir, &s);
  knn__free(ir->ctx, s.items);
  knn__free(ir->ctx, s.variable);
  return st;
}

const knn__pass knn__pass_common_subexpression = {
    .name = "common_subexpression",
    .summary = "computes an op on the same operands once",
    .run = run,
};
