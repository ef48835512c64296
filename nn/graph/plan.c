/* plan.c - see plan.h. Buffers: each node value lies in a slot; aliases and in-place results share
 * one. A slot is the arena's (placed by lifetime), a variable's or constant's memory, or pinned to
 * a place given from outside. */
#include "plan.h"

#include <string.h>

#include "tensor_internal.h"

typedef enum slot_kind { ARENA, OUTSIDE } slot_kind;

typedef struct slot {
  slot_kind kind;
  void *data;       /* OUTSIDE: where; ARENA: set after placing */
  size_t bytes, at; /* at: offset in the arena */
  int first, last;  /* steps between which the contents matter */
} slot;

struct knn__plan {
  knn_ctx *ctx;
  knn_graph *graph;
  knn__arena memory; /* calls, buffers, specs */
  knn__record **records;
  knn__call *calls;
  int n;
  int *slot_of; /* by value id; -1 = not used */
  slot *slots;
  int n_slots, cap_slots;
  int *random_calls, n_random;
  knn__buf *buffers; /* by value id */
  void *arena;
  size_t arena_bytes;
  int *scratch_slots;     /* by call; -1 = none */
  bool inner;             /* arena and places of inputs come from outside */
  int n_fixed;            /* steps in front whose results stay until a weight changes */
  knn__storage **sources; /* what they read */
  int n_sources;
  bool effects;
  uint64_t stamp; /* of the sources when these steps ran; 0 = not yet */
  bool profiling;
  double *seconds; /* by step, of the last run while profiling */
};

static knn_status infer_store(const knn__infer *q) {
  (void)q;
  return KNN_OK;
}

static knn_status forward_store(const knn__call *call) {
  const knn__store_args *args = call->args;
  size_t bytes = (size_t)call->in[0].n * knn_dtype_size(call->in[0].spec.dtype);
  if (bytes && args->to != call->in[0].data) memcpy(args->to, call->in[0].data, bytes);
  return KNN_OK;
}

const knn__op knn__op_store = {
    .cls = {.family = "op",
            .name = "store",
            .summary = "Copy a value to a fixed place.",
            .shapes = "x (...) -> nothing",
            .args_size = sizeof(knn__store_args)},
    .min_in = 1,
    .max_in = 1,
    .n_out = 0,
    .flags = KNN__OP_EFFECT | KNN__OP_HIDDEN | KNN__OP_HALVES,
    .infer = infer_store,
    .forward = forward_store,
};

/* The plan's own records, whose operands passes may exchange; results and arguments are the
 * graph's. */
static knn_status copy_records(knn__plan *p) {
  knn_graph *g = p->graph;
  p->records = knn__arena_alloc(&p->memory, (size_t)g->n_records * sizeof *p->records);
  if (!p->records) return KNN_ENOMEM;
  for (int i = 0; i < g->n_records; i++) {
    const knn__record *r = g->records[i];
    size_t bytes = (size_t)r->n_in * sizeof *r->in;
    knn__record *copy = knn__arena_alloc(&p->memory, sizeof *copy);
    knn_value **in = copy ? knn__arena_alloc(&p->memory, bytes) : NULL;
    if (!in) return KNN_ENOMEM;
    if (bytes) memcpy(in, r->in, bytes);
    *copy = *r;
    copy->in = in;
    p->records[i] = copy;
  }
  p->n = g->n_records;
  return KNN_OK;
}

/* Steps with fixed results (pass.h) move to the front, in their order. */
static knn_status fixed_first(knn__plan *p, const knn__ir *ir) {
  bool *fixed = knn__arena_alloc(&p->memory, (size_t)p->graph->n_values * sizeof *fixed);
  knn__record **others = knn__arena_alloc(&p->memory, (size_t)p->n * sizeof *others);
  int n = 0;
  if (!fixed || !others) return KNN_ENOMEM;
  knn__ir_find_fixed(ir, fixed);
  for (int i = 0; i < p->n; i++) {
    knn__record *r = p->records[i];
    if (r->n_out > 0 && fixed[r->out[0]->id])
      p->records[p->n_fixed++] = r;
    else
      others[n++] = r;
  }
  for (int i = 0; i < n; i++) p->records[p->n_fixed + i] = others[i];
  return KNN_OK;
}

static knn_status run_passes(knn__plan *p, knn_value *const *outputs, int n_outputs) {
  knn__ir ir = {.ctx = p->ctx,
                .graph = p->graph,
                .records = p->records,
                .n = p->n,
                .outputs = outputs,
                .n_outputs = n_outputs,
                .inner = p->inner};
  knn_status st = KNN_OK;
  for (int i = 0; i < knn__passes_n && st == KNN_OK; i++) {
    if (p->ctx->passes_off >> i & 1) continue;
    ir.uses = knn__alloc(p->ctx, (size_t)p->graph->n_values * sizeof *ir.uses);
    if (!ir.uses) return KNN_ENOMEM;
    knn__ir_count_uses(&ir);
    st = knn__passes[i]->run(&ir);
    knn__free(p->ctx, ir.uses);
  }
  p->records = ir.records;
  p->n = ir.n;
  return st == KNN_OK ? fixed_first(p, &ir) : st;
}

static knn_status add_slot(knn__plan *p, slot s, int *index) {
  KNN__TRY(knn__grow(p->ctx, (void **)&p->slots, &p->cap_slots, p->n_slots, sizeof s));
  p->slots[p->n_slots] = s;
  *index = p->n_slots++;
  return KNN_OK;
}

static size_t value_bytes(const knn_value *v) {
  return (size_t)knn__count(v->spec.rank, v->spec.dims) * knn_dtype_size(v->spec.dtype);
}

/* Slot of a leaf at its first reading; inputs live from the start. */
static knn_status leaf_slot(knn__plan *p, const knn_value *v) {
  slot s = {.kind = ARENA, .bytes = value_bytes(v), .first = -1, .last = -1};
  const knn_tensor *fixed = v->variable ? knn__variable_tensor(v->variable) : v->constant;
  if (fixed) {
    s.kind = OUTSIDE;
    s.data = knn_tensor_data(fixed);
  } else if (p->inner) {
    s.kind = OUTSIDE;
  }
  return add_slot(p, s, &p->slot_of[v->id]);
}

/* Last step that reads each value: results of later steps count through their aliases. */
static void find_last_uses(const knn__plan *p, int *last, knn_value *const *outputs,
                           int n_outputs) {
  for (int i = 0; i < p->graph->n_values; i++) last[i] = -1;
  for (int i = 0; i < n_outputs; i++) last[outputs[i]->id] = p->n;
  for (int i = p->n - 1; i >= 0; i--) {
    const knn__record *r = p->records[i];
    for (int k = 0; k < r->n_in; k++) {
      if (k < 32 && r->op->unread >> k & 1) continue;
      int *at = &last[r->in[k]->id];
      int until = r->op->flags & KNN__OP_ALIAS ? last[r->out[0]->id] : i;
      if (until < i) until = i;
      if (until > *at) *at = until;
    }
  }
  for (int i = 0; i < p->n_fixed; i++) /* what later steps read stays for the next run */
    for (int k = 0; k < p->records[i]->n_out; k++) {
      int *at = &last[p->records[i]->out[k]->id];
      if (*at >= p->n_fixed) *at = p->n;
    }
}

static bool same_spec(const knn_value *a, const knn_value *b) {
  return a->spec.dtype == b->spec.dtype &&
         knn__dims_equal(a->spec.rank, a->spec.dims, b->spec.rank, b->spec.dims);
}

/* The slot of an operand that step i may overwrite, or -1. */
static int reusable_slot(const knn__plan *p, const knn__record *r, int i) {
  if (!(r->op->flags & KNN__OP_INPLACE)) return -1;
  for (int k = 0; k < r->n_in; k++) {
    int s = p->slot_of[r->in[k]->id];
    if (p->slots[s].kind == ARENA && p->slots[s].last == i && same_spec(r->in[k], r->out[0]))
      return s;
  }
  return -1;
}

static knn_status result_slots(knn__plan *p, const knn__record *r, int i, const int *last) {
  for (int k = 0; k < r->n_out; k++) {
    const knn_value *v = r->out[k];
    int *s = &p->slot_of[v->id];
    *s = -1;
    if (k == 0 && r->op->flags & KNN__OP_ALIAS) *s = p->slot_of[r->in[0]->id];
    if (k == 0 && *s < 0) *s = reusable_slot(p, r, i);
    if (*s < 0)
      KNN__TRY(
          add_slot(p, (slot){.kind = ARENA, .bytes = value_bytes(v), .first = i, .last = i}, s));
    int until = last[v->id] > i ? last[v->id] : i;
    if (until > p->slots[*s].last) p->slots[*s].last = until;
  }
  return KNN_OK;
}

static knn_status assign_slots(knn__plan *p, const int *last) {
  for (int i = 0; i < p->n; i++) {
    const knn__record *r = p->records[i];
    for (int k = 0; k < r->n_in; k++) {
      const knn_value *v = r->in[k];
      if (p->slot_of[v->id] < 0) KNN__TRY(leaf_slot(p, v));
      slot *s = &p->slots[p->slot_of[v->id]];
      if (!v->from && s->kind == ARENA && last[v->id] > s->last) s->last = last[v->id];
    }
    KNN__TRY(result_slots(p, r, i, last));
  }
  return KNN_OK;
}

/* A store whose operand lies in the arena is planned away by computing the operand in the store's
 * place. */
static void pin_stores(knn__plan *p) {
  for (int i = 0; i < p->n; i++) {
    const knn__record *r = p->records[i];
    if (r->op != &knn__op_store) continue;
    slot *s = &p->slots[p->slot_of[r->in[0]->id]];
    if (s->kind != ARENA || s->first < 0 || s->bytes != value_bytes(r->in[0])) continue;
    s->kind = OUTSIDE;
    s->data = ((const knn__store_args *)r->args)->to;
  }
}

static knn_status fail_at(const knn__plan *p, int i, knn_status st) {
  const knn__record *r = p->records[i];
  knn_fail_in(p->ctx, st, "op %s", r->op->cls.name);
  return r->layer[0] ? knn_fail_in(p->ctx, st, "layer '%s'", r->layer) : st;
}

/* Calls with specs but no pointers, so that ops can choose kernels and name their scratch. */
static knn_status prepare_calls(knn__plan *p) {
  p->calls = knn__arena_alloc(&p->memory, (size_t)p->n * sizeof *p->calls);
  if (!p->calls) return KNN_ENOMEM;
  int n = p->n;
  p->n = 0; /* counts the calls that release must visit */
  for (int i = 0; i < n; i++) {
    const knn__record *r = p->records[i];
    knn__buf *bufs = knn__arena_alloc(&p->memory, (size_t)(r->n_in + r->n_out) * sizeof *bufs);
    if (!bufs) return KNN_ENOMEM;
    for (int k = 0; k < r->n_in + r->n_out; k++) {
      const knn_value *v = k < r->n_in ? r->in[k] : r->out[k - r->n_in];
      bufs[k].spec = v->spec;
      bufs[k].n = knn__count(v->spec.rank, v->spec.dims);
    }
    p->calls[i] = (knn__call){.ctx = p->ctx,
                              .op = r->op,
                              .args = r->args,
                              .n_in = r->n_in,
                              .n_out = r->n_out,
                              .in = bufs,
                              .out = bufs + r->n_in,
                              .stream.op = r->random_id};
    knn_status st = r->op->prepare ? r->op->prepare(&p->calls[i]) : KNN_OK;
    if (st != KNN_OK) return fail_at(p, i, st);
    p->n = i + 1;
  }
  return KNN_OK;
}

static knn_status add_scratch(knn__plan *p) {
  for (int i = 0; i < p->n; i++) {
    p->scratch_slots[i] = -1;
    if (p->calls[i].scratch_bytes)
      KNN__TRY(add_slot(
          p, (slot){.kind = ARENA, .bytes = p->calls[i].scratch_bytes, .first = i, .last = i},
          &p->scratch_slots[i]));
  }
  return KNN_OK;
}

static bool overlap(const slot *a, const slot *b) {
  return a->first <= b->last && b->first <= a->last;
}

/* Largest first, each at the lowest offset that no slot alive at the same time occupies. */
static knn_status place(knn__plan *p) {
  int n = 0, *order = knn__alloc(p->ctx, (size_t)p->n_slots * 2 * sizeof *order),
      *placed = order + p->n_slots, n_placed = 0;
  if (!order) return KNN_ENOMEM;
  for (int i = 0; i < p->n_slots; i++) {
    if (p->slots[i].kind != ARENA) continue;
    p->slots[i].bytes = (p->slots[i].bytes + 63) / 64 * 64;
    int at = n++;
    while (at > 0 && p->slots[order[at - 1]].bytes < p->slots[i].bytes) {
      order[at] = order[at - 1];
      at--;
    }
    order[at] = i;
  }
  for (int i = 0; i < n; i++) {
    slot *s = &p->slots[order[i]];
    s->at = 0;
    int at = n_placed; /* `placed` is sorted by offset */
    for (int k = 0; k < n_placed; k++) {
      const slot *other = &p->slots[placed[k]];
      if (overlap(s, other) && other->at < s->at + s->bytes && s->at < other->at + other->bytes)
        s->at = other->at + other->bytes;
    }
    while (at > 0 && p->slots[placed[at - 1]].at > s->at) {
      placed[at] = placed[at - 1];
      at--;
    }
    placed[at] = order[i];
    n_placed++;
    if (s->at + s->bytes > p->arena_bytes) p->arena_bytes = s->at + s->bytes;
  }
  knn__free(p->ctx, order);
  return KNN_OK;
}

/* Pointers of slots, buffers and calls. */
static void point(knn__plan *p) {
  for (int i = 0; i < p->n_slots; i++)
    if (p->slots[i].kind == ARENA) p->slots[i].data = (char *)p->arena + p->slots[i].at;
  for (int i = 0; i < p->graph->n_values; i++)
    if (p->slot_of[i] >= 0) p->buffers[i].data = p->slots[p->slot_of[i]].data;
  for (int i = 0; i < p->n; i++) {
    knn__call *call = &p->calls[i];
    for (int k = 0; k < call->n_in; k++)
      ((knn__buf *)(uintptr_t)call->in)[k].data = p->buffers[p->records[i]->in[k]->id].data;
    for (int k = 0; k < call->n_out; k++)
      call->out[k].data = p->buffers[p->records[i]->out[k]->id].data;
    if (p->scratch_slots[i] >= 0) call->scratch = p->slots[p->scratch_slots[i]].data;
  }
}

static knn_status resolve(knn__plan *p) {
  p->buffers = knn__arena_alloc(&p->memory, (size_t)p->graph->n_values * sizeof *p->buffers);
  if (!p->buffers) return KNN_ENOMEM;
  for (int i = 0; i < p->graph->n_values; i++) {
    const knn_value *v = p->graph->values[i];
    if (p->slot_of[i] >= 0)
      p->buffers[i] = (knn__buf){NULL, v->spec, knn__count(v->spec.rank, v->spec.dims)};
  }
  if (p->inner) return KNN_OK;
  p->arena = knn__alloc_aligned(p->ctx, p->arena_bytes);
  if (!p->arena) return KNN_ENOMEM;
  point(p);
  return KNN_OK;
}

static bool idle(const knn__record *r, const knn__call *call) {
  if (r->op->flags & KNN__OP_ALIAS) return true;
  return r->op == &knn__op_store && ((const knn__store_args *)r->args)->to == call->in[0].data;
}

static bool is_known(const knn__plan *p, const knn__storage *s) {
  for (int i = 0; i < p->n_sources; i++)
    if (p->sources[i] == s) return true;
  return false;
}

/* The memory of all weights and constants. Where a host may write without a word nothing stays. */
static knn_status find_sources(knn__plan *p) {
  const knn_graph *g = p->graph;
  p->sources = knn__arena_alloc(&p->memory, (size_t)g->n_values * sizeof *p->sources);
  if (!p->sources) return KNN_ENOMEM;
  for (int i = 0; i < g->n_values; i++) {
    const knn_value *v = g->values[i];
    const knn_tensor *t = v->variable ? knn__variable_tensor(v->variable) : v->constant;
    if (!t || v->from || p->slot_of[i] < 0) continue;
    if (t->storage->wrapped) p->n_fixed = 0;
    if (!is_known(p, t->storage)) p->sources[p->n_sources++] = t->storage;
  }
  return KNN_OK;
}

/* Forget the calls that have nothing to do, and note the random ones. */
static knn_status settle(knn__plan *p) {
  int n = 0, n_fixed = 0;
  p->random_calls = knn__arena_alloc(&p->memory, (size_t)p->n * sizeof *p->random_calls);
  if (!p->random_calls) return KNN_ENOMEM;
  for (int i = 0; i < p->n; i++) {
    if (idle(p->records[i], &p->calls[i])) continue;
    p->records[n] = p->records[i];
    p->calls[n] = p->calls[i];
    p->scratch_slots[n] = p->scratch_slots[i];
    n_fixed += i < p->n_fixed;
    p->effects = p->effects || p->records[n]->op->flags & KNN__OP_EFFECT;
    if (p->records[n]->op->flags & KNN__OP_RANDOM) p->random_calls[p->n_random++] = n;
    n++;
  }
  p->n = n;
  p->n_fixed = n_fixed;
  return KNN_OK;
}

static knn_status lay_out(knn__plan *p, knn_value *const *outputs, int n_outputs) {
  int values = p->graph->n_values;
  int *last = knn__arena_alloc(&p->memory, (size_t)values * sizeof *last);
  p->scratch_slots = knn__arena_alloc(&p->memory, (size_t)p->n * sizeof *p->scratch_slots);
  p->slot_of = knn__arena_alloc(&p->memory, (size_t)values * sizeof *p->slot_of);
  if (!last || !p->scratch_slots || !p->slot_of) return KNN_ENOMEM;
  for (int i = 0; i < values; i++) p->slot_of[i] = -1;
  find_last_uses(p, last, outputs, n_outputs);
  KNN__TRY(assign_slots(p, last));
  for (int i = 0; i < values;
       i++) { /* inputs and outputs that no step touches still have a place */
    bool leaf_output = p->slot_of[i] < 0 && (!p->graph->values[i]->from || last[i] == p->n);
    if (!leaf_output) continue;
    KNN__TRY(leaf_slot(p, p->graph->values[i]));
    p->slots[p->slot_of[i]].last = p->n;
  }
  pin_stores(p);
  KNN__TRY(prepare_calls(p));
  KNN__TRY(add_scratch(p));
  KNN__TRY(place(p));
  KNN__TRY(resolve(p));
  KNN__TRY(settle(p));
  return find_sources(p);
}

/* Strings have no fixed size: what is done with them is done before a plan runs. */
static knn_status refuse_strings(const knn_graph *graph) {
  for (int i = 0; i < graph->n_values; i++)
    if (graph->values[i]->spec.dtype == KNN_STRING)
      return knn_fail(
          graph->ctx, KNN_ETYPE,
          "strings cannot stand inside of a planned computation; turn them into numbers "
          "first, by a StringLookup or TextVectorization in front of it");
  return KNN_OK;
}

static knn_status new_plan(knn_graph *graph, knn_value *const *outputs, int n_outputs, bool inner,
                           knn__plan **out) {
  knn_ctx *ctx = graph->ctx;
  KNN__TRY(refuse_strings(graph));
  knn__plan *p = knn__alloc(ctx, sizeof *p);
  if (!p) return KNN_ENOMEM;
  p->ctx = ctx;
  p->memory.ctx = ctx;
  p->graph = graph;
  p->inner = inner;
  knn_ctx_retain(ctx);
  knn__graph_retain(graph);
  knn_status st = copy_records(p);
  if (st == KNN_OK) st = run_passes(p, outputs, n_outputs);
  if (st == KNN_OK) {
    st = lay_out(p, outputs, n_outputs);
    if (!p->calls) p->n = 0;
  } else {
    p->n = 0;
  }
  if (st != KNN_OK) {
    knn__plan_release(p);
    return st;
  }
  *out = p;
  return KNN_OK;
}

knn_status knn__plan_new(knn_graph *graph, knn_value *const *outputs, int n_outputs,
                         knn__plan **out) {
  return new_plan(graph, outputs, n_outputs, false, out);
}

knn_status knn__plan_new_inner(knn_graph *graph, knn_value *const *outputs, int n_outputs,
                               knn__plan **out) {
  return new_plan(graph, outputs, n_outputs, true, out);
}

void knn__plan_bind(knn__plan *p, const knn_value *input, void *data) {
  p->slots[p->slot_of[input->id]].data = data;
}

void knn__plan_place(knn__plan *p, void *arena) {
  p->arena = arena;
  point(p);
}

void knn__plan_release(knn__plan *p) {
  if (!p) return;
  knn_ctx *ctx = p->graph->ctx; /* messages may go elsewhere, memory came from here */
  knn__plan_use_context(p, ctx);
  for (int i = 0; i < p->n; i++)
    if (p->calls[i].op->release) p->calls[i].op->release(&p->calls[i]);
  knn__free(ctx, p->slots);
  if (!p->inner) knn__free(ctx, p->arena);
  knn__free(ctx, p->seconds);
  knn__arena_clear(&p->memory);
  knn__graph_release(p->graph);
  knn__free(ctx, p);
  knn_ctx_release(ctx);
}

const knn__buf *knn__plan_buffer(const knn__plan *p, const knn_value *value) {
  return &p->buffers[value->id];
}

size_t knn__plan_bytes(const knn__plan *p) {
  return p->arena_bytes;
}

int knn__plan_steps(const knn__plan *p) {
  return p->n;
}

void knn__plan_use_context(knn__plan *p, knn_ctx *ctx) {
  p->ctx = ctx;
  for (int i = 0; i < p->n; i++) p->calls[i].ctx = ctx;
}

/* Changes with every touch of a source; never 0. */
static uint64_t stamp_of(const knn__plan *p) {
  uint64_t sum = 1;
  for (int i = 0; i < p->n_sources; i++)
    sum += atomic_load_explicit(&p->sources[i]->version, memory_order_relaxed);
  return sum;
}

/* One reading of the clock between two steps, so that nothing falls between. */
static knn_status run_profiled(knn__plan *p, int first) {
  double before = knn_clock();
  for (int i = 0; i < first; i++) p->seconds[i] = 0;
  for (int i = first; i < p->n; i++) {
    knn_status st = p->calls[i].op->forward(&p->calls[i]);
    if (st != KNN_OK) return fail_at(p, i, st);
    double now = knn_clock();
    p->seconds[i] = now - before;
    before = now;
  }
  return KNN_OK;
}

static knn_status run_from(knn__plan *p, int first) {
  if (p->profiling) return run_profiled(p, first);
  for (int i = first; i < p->n; i++) {
    knn_status st = p->calls[i].op->forward(&p->calls[i]);
    if (st != KNN_OK) return fail_at(p, i, st);
  }
  return KNN_OK;
}

/* A plan with effects changes weights or states, which other plans may have made something of. */
static knn_status run_calls(knn__plan *p) {
  uint64_t stamp = p->n_fixed > 0 ? stamp_of(p) : 0;
  knn_status st = run_from(p, stamp == p->stamp ? p->n_fixed : 0);
  p->stamp = st == KNN_OK ? stamp : 0;
  for (int i = 0; p->effects && i < p->n_sources; i++) knn__storage_touch(p->sources[i]);
  return st;
}

knn_status knn__plan_run(knn__plan *p, uint32_t step) {
  for (int i = 0; i < p->n_random; i++) {
    knn__stream *stream = &p->calls[p->random_calls[i]].stream;
    stream->seed = p->ctx->seed;
    stream->step = step;
  }
  return run_calls(p);
}

/* Draws are counted as they were traced: passes may have dropped some of them. */
knn_status knn__plan_run_next(knn__plan *p) {
  for (uint32_t draw = 0; draw < p->graph->random_draws; draw++) {
    const knn__stream stream = knn__next_stream(p->ctx);
    for (int i = 0; i < p->n_random; i++) {
      const int call = p->random_calls[i];
      if (p->records[call]->random_id == draw) p->calls[call].stream = stream;
    }
  }
  return run_calls(p);
}

knn_status knn__plan_profile(knn__plan *p, bool on) {
  if (on && !p->seconds) {
    p->seconds = knn__alloc(p->graph->ctx, (size_t)p->n * sizeof *p->seconds);
    if (!p->seconds) return KNN_ENOMEM;
  }
  p->profiling = on;
  return KNN_OK;
}

knn__step_info knn__plan_step_info(const knn__plan *p, int step) {
  return (knn__step_info){.record = p->records[step],
                          .call = &p->calls[step],
                          .seconds = p->seconds ? p->seconds[step] : 0};
}
