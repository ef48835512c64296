/* chain.c - see chain.h. prepare gives each result between the members a register, a stretch of one
 * tile that is used again when its contents are no longer read. Operands per row or column are laid
 * out as full tiles where a tile holds several rows; longer rows are cut into tiles, so that such
 * an operand is read where it lies. The loops are those of the members, so the bits are theirs. */
#include "chain.h"

#include <stdio.h>
#include <string.h>

#include "op_list.h"
#include "pool.h"

enum {
  OPERANDS = 4,       /* of a step: operands, constants, result */
  FILE_BYTES = 16384, /* all registers of a piece, if they are few */
  LONGEST_TILE = 1024,
  GRAIN = 65536 /* loop steps of one element that pay for waking a thread */
};

typedef enum where { INPUT, OUTPUT, REGISTER, CONSTANT } where;

typedef struct place {
  where where;
  int index; /* of the input, output, register or constant */
  knn__span span;
  int64_t size; /* bytes per element */
} place;

typedef struct step {
  knn__inner inner;
  int n;
  place at[OPERANDS]; /* the result is the last */
  int64_t steps[OPERANDS];
} step;

/* An operand per row or column that is laid out in a register. */
typedef struct spread {
  place from;
  int to;
} spread;

typedef struct program {
  int n_steps, n_spreads, n_registers;
  int64_t n, columns, tile; /* elements in all, per row (0 = no rows), per tile at most */
  int64_t tiles, per_row;   /* per_row: tiles of a row; 0 = a tile holds whole rows */
  int64_t width;            /* bytes per element of a register */
  int pieces;
  char names[120];
  spread *spreads;
  step steps[];
} program;

knn__span knn__span_of(const knn__spec *x, const knn__spec *y, int64_t *columns) {
  int64_t n = knn__count(x->rank, x->dims), all = knn__count(y->rank, y->dims), inner = 1;
  int turns = 0, last = -1; /* how often broadcast and other axes alternate, from the last axis */
  if (n == all) return KNN__SPAN_FULL;
  if (n == 1) return KNN__SPAN_SCALAR;
  for (int i = 1; i <= y->rank; i++) {
    int64_t size = i <= x->rank ? x->dims[x->rank - i] : 1, whole = y->dims[y->rank - i];
    int repeated = size != whole;
    if (whole == 1) continue;
    if (repeated != last) turns++;
    if (turns == 1) inner *= whole;
    last = repeated;
  }
  if (turns != 2) return KNN__SPAN_IRREGULAR;
  *columns = inner;
  return last ? KNN__SPAN_ROW : KNN__SPAN_COLUMN;
}

int knn__operands_read(const knn__record *r) {
  int n = r->n_in;
  while (n > 0 && r->op->unread >> (n - 1) & 1) n--;
  return n;
}

/* ---- from members to a program ---- */

typedef struct maker {
  const knn__call *call;
  const knn__chain_args *args;
  program *p;
  int busy[KNN__CHAIN_LONGEST];     /* by register: the last member that reads it */
  place result[KNN__CHAIN_LONGEST]; /* by member */
} maker;

static int member_of(const maker *m, const knn_value *v) {
  for (int i = 0; i < m->args->n_members; i++)
    if (m->args->members[i]->out[0] == v) return i;
  return -1;
}

static int last_reader(const maker *m, const knn_value *v) {
  for (int i = m->args->n_members - 1; i >= 0; i--)
    for (int k = 0; k < m->args->members[i]->n_in; k++)
      if (m->args->members[i]->in[k] == v) return i;
  return -1;
}

static int new_register(maker *m, int from, int until) {
  int r = 0;
  while (r < m->p->n_registers && m->busy[r] >= from) r++;
  if (r == m->p->n_registers) m->p->n_registers++;
  m->busy[r] = until;
  return r;
}

static place place_of(const maker *m, const knn_value *v, const knn__spec *result) {
  int member = member_of(m, v);
  if (member >= 0) return m->result[member];
  int64_t columns;
  place at = {.where = INPUT, .size = (int64_t)knn_dtype_size(v->spec.dtype)};
  while (m->args->in[at.index] != v) at.index++;
  at.span = knn__span_of(&v->spec, result, &columns);
  return at;
}

/* Where member i writes: an output, the register of an operand that ends here, or another one. */
static place place_for_result(maker *m, int i, const step *s) {
  const knn_value *v = m->args->members[i]->out[0];
  place at = {.where = OUTPUT, .size = (int64_t)knn_dtype_size(v->spec.dtype)};
  for (; at.index < m->args->n_out; at.index++)
    if (m->args->out[at.index] == v) return at;
  at.where = REGISTER;
  int until = last_reader(m, v);
  for (int k = 0; k < s->inner.n_operands; k++) {
    const place *x = &s->at[k];
    if (x->where != REGISTER || m->busy[x->index] != i || x->size != at.size) continue;
    at.index = x->index;
    m->busy[at.index] = until;
    return at;
  }
  at.index = new_register(m, i, until);
  return at;
}

static bool is_output(const maker *m, const knn_value *v) {
  for (int i = 0; i < m->args->n_out; i++)
    if (m->args->out[i] == v) return true;
  return false;
}

/* A broadcast between members is no work: its readers take the operand as it lies. */
static bool passes_on(maker *m, int i) {
  const knn__record *r = m->args->members[i];
  if (r->op != &knn__op_broadcast_to && r->op != &knn__op_broadcast_like) return false;
  place x = place_of(m, r->in[0], &r->out[0]->spec);
  if (is_output(m, r->out[0]) || x.where != INPUT) return false;
  m->result[i] = x;
  return true;
}

static void make_step(maker *m, int i) {
  const knn__record *r = m->args->members[i];
  if (passes_on(m, i)) return;
  step *s = &m->p->steps[m->p->n_steps++];
  knn__buf in[OPERANDS], out = {.spec = r->out[0]->spec};
  for (int k = 0; k < r->n_in; k++) in[k] = (knn__buf){.spec = r->in[k]->spec};
  const knn__call call = {.ctx = m->call->ctx,
                          .op = r->op,
                          .args = r->args,
                          .n_in = r->n_in,
                          .n_out = 1,
                          .in = in,
                          .out = &out};
  s->inner.n_operands = r->n_in;
  r->op->inner(&call, &s->inner);
  for (int k = 0; k < s->inner.n_operands; k++) s->at[k] = place_of(m, r->in[k], &out.spec);
  for (int k = 0; k < s->inner.n_constants; k++)
    s->at[s->inner.n_operands + k] =
        (place){.where = CONSTANT, .index = k, .span = KNN__SPAN_SCALAR};
  s->n = s->inner.n_operands + s->inner.n_constants + 1;
  s->at[s->n - 1] = m->result[i] = place_for_result(m, i, s);
}

static void note_name(program *p, const char *name) {
  size_t used = strlen(p->names);
  if (used + 8 < sizeof p->names)
    snprintf(p->names + used, sizeof p->names - used, "%s%s", used ? " " : "", name);
}

/* Registers of operands per row or column stay for the whole tile. */
static void make_spreads(maker *m) {
  program *p = m->p;
  for (int i = 0; i < p->n_steps; i++)
    for (int k = 0; k < p->steps[i].n; k++) {
      place *x = &p->steps[i].at[k];
      int known = 0;
      if (x->where != INPUT || (x->span != KNN__SPAN_ROW && x->span != KNN__SPAN_COLUMN)) continue;
      while (known < p->n_spreads &&
             (p->spreads[known].from.index != x->index || p->spreads[known].from.span != x->span))
        known++;
      if (known == p->n_spreads) p->spreads[p->n_spreads++] = (spread){*x, p->n_registers++};
      *x = (place){.where = REGISTER, .index = p->spreads[known].to, .size = x->size};
    }
}

static int64_t widest(const program *p) {
  int64_t width = 1;
  for (int i = 0; i < p->n_steps; i++)
    for (int k = 0; k < p->steps[i].n; k++)
      if (p->steps[i].at[k].size > width) width = p->steps[i].at[k].size;
  return width;
}

static int64_t tile_for(const program *p, int registers) {
  int64_t tile = registers ? FILE_BYTES / (registers * p->width) / 64 * 64 : LONGEST_TILE;
  return tile > LONGEST_TILE ? LONGEST_TILE : tile < 64 ? 64 : tile;
}

/* Rows longer than a tile are cut; of shorter ones a tile holds as many as fit. */
static void cut_tiles(maker *m) {
  program *p = m->p;
  p->width = widest(p);
  p->tile = tile_for(p, p->n_registers + m->args->n_in);
  if (p->columns > p->tile) {
    p->tile = tile_for(p, p->n_registers);
    p->per_row = (p->columns + p->tile - 1) / p->tile;
    p->tiles = p->n / p->columns * p->per_row;
  } else {
    if (p->columns) make_spreads(m);
    if (p->columns) p->tile = p->tile / p->columns * p->columns;
    p->tiles = (p->n + p->tile - 1) / p->tile;
  }
  if (p->tile > p->n) p->tile = p->n;
  p->pieces = knn__pieces(p->n * (1 + p->n_steps / 2), GRAIN);
  if (p->pieces > p->tiles) p->pieces = (int)p->tiles;
}

static int64_t register_bytes(const program *p) {
  return (p->tile * p->width + 63) / 64 * 64;
}

static knn_status prepare(knn__call *call) {
  const knn__chain_args *args = call->args;
  size_t steps = sizeof(program) + (size_t)args->n_members * sizeof(step);
  program *p = knn__alloc(call->ctx, steps + (size_t)args->n_in * sizeof(spread));
  maker *m = knn__alloc(call->ctx, sizeof *m);
  if (!p || !m) {
    knn__free(call->ctx, p);
    knn__free(call->ctx, m);
    return KNN_ENOMEM;
  }
  *m = (maker){.call = call, .args = args, .p = p};
  p->spreads = (spread *)((char *)p + steps);
  p->n = call->out[0].n;
  p->columns = args->columns;
  for (int i = 0; i < args->n_members; i++) {
    make_step(m, i);
    note_name(p, args->members[i]->op->cls.name);
  }
  cut_tiles(m);
  for (int i = 0; i < p->n_steps; i++) {
    step *s = &p->steps[i];
    for (int k = 0; k < s->n; k++)
      s->steps[k] = s->at[k].span == KNN__SPAN_FULL || s->at[k].span == KNN__SPAN_ROW;
    if (s->inner.provider) call->provider = s->inner.provider;
  }
  knn__free(call->ctx, m);
  call->state = p;
  call->why = p->names;
  call->scratch_bytes = (size_t)(p->pieces * p->n_registers * register_bytes(p));
  return KNN_OK;
}

static void release(knn__call *call) {
  knn__free(call->ctx, call->state);
  call->state = NULL;
}

/* ---- running ---- */

typedef struct job {
  const knn__call *call;
  const program *p;
} job;

typedef struct tile {
  int64_t first, n, row, column; /* elements [first, first + n); the row and the place in it */
  char *registers;
} tile;

#define SPREAD_LOOPS(T)                                                             \
  {                                                                                 \
    const T *x = from;                                                              \
    T *y = to;                                                                      \
    for (int64_t i = 0; i < rows; i++)                                              \
      for (int64_t j = 0; j < columns; j++) y[i * columns + j] = x[by_row ? i : j]; \
    return;                                                                         \
  }

/* rows x columns elements, x giving one per row or one per column */
static void spread_out(int64_t size, bool by_row, int64_t rows, int64_t columns, const void *from,
                       void *to) {
  switch (size) {
    case 1: SPREAD_LOOPS(uint8_t)
    case 4: SPREAD_LOOPS(uint32_t)
    default: SPREAD_LOOPS(uint64_t)
  }
}

static void spread_all(const job *j, const tile *t, knn__span span) {
  const program *p = j->p;
  for (int i = 0; i < p->n_spreads; i++) {
    const spread *s = &p->spreads[i];
    if (s->from.span != span) continue;
    const char *from = j->call->in[s->from.index].data;
    if (span == KNN__SPAN_COLUMN) from += t->first / p->columns * s->from.size;
    spread_out(s->from.size, span == KNN__SPAN_COLUMN, t->n / p->columns, p->columns, from,
               t->registers + s->to * register_bytes(p));
  }
}

static void *address(const job *j, const tile *t, const step *s, const place *x) {
  switch (x->where) {
    case CONSTANT: return (void *)(uintptr_t)&s->inner.constants[x->index];
    case REGISTER: return t->registers + x->index * register_bytes(j->p);
    case OUTPUT: return (char *)j->call->out[x->index].data + t->first * x->size;
    default: break;
  }
  char *data = j->call->in[x->index].data;
  switch (x->span) {
    case KNN__SPAN_FULL: return data + t->first * x->size;
    case KNN__SPAN_ROW: return data + t->column * x->size;
    case KNN__SPAN_COLUMN: return data + t->row * x->size;
    default: return data;
  }
}

static void run_tile(const job *j, const tile *t) {
  for (int i = 0; i < j->p->n_steps; i++) {
    const step *s = &j->p->steps[i];
    void *at[OPERANDS];
    for (int k = 0; k < s->n; k++) at[k] = address(j, t, s, &s->at[k]);
    s->inner.loop(t->n, at, s->steps);
  }
}

static int64_t smaller(int64_t a, int64_t b) {
  return a < b ? a : b;
}

static tile tile_at(const program *p, int64_t index) {
  tile t = {0};
  if (p->per_row) {
    t.row = index / p->per_row;
    t.column = index % p->per_row * p->tile;
    t.first = t.row * p->columns + t.column;
    t.n = smaller(p->tile, p->columns - t.column);
  } else {
    t.first = index * p->tile;
    t.n = smaller(p->tile, p->n - t.first);
  }
  return t;
}

static void piece(void *arg, int number) {
  const job *j = arg;
  const program *p = j->p;
  int64_t first, last;
  char *registers =
      (char *)j->call->scratch + (size_t)(number * p->n_registers * register_bytes(p));
  knn__piece_range(p->tiles, p->pieces, number, &first, &last);
  for (int64_t i = first; i < last; i++) {
    tile t = tile_at(p, i);
    t.registers = registers;
    if (i == first) spread_all(j, &t, KNN__SPAN_ROW); /* later tiles are no longer */
    spread_all(j, &t, KNN__SPAN_COLUMN);
    run_tile(j, &t);
  }
}

static knn_status forward(const knn__call *call) {
  job j = {call, call->state};
  knn__parallel(call->ctx, j.p->pieces, piece, &j);
  return KNN_OK;
}

static knn_status infer(const knn__infer *q) {
  const knn__chain_args *args = q->args;
  for (int i = 0; i < args->n_out; i++) q->out[i] = args->out[i]->spec;
  return KNN_OK;
}

const knn__op knn__op_chain = {
    .cls = {.family = "op",
            .name = "chain",
            .summary = "Elementwise ops run together, tile by tile.",
            .shapes = "operands (...) -> results (...) of one size",
            .args_size = sizeof(knn__chain_args)},
    .min_in = 0,
    .max_in = -1,
    .n_out = -1,
    .flags = KNN__OP_INPLACE | KNN__OP_HIDDEN,
    .infer = infer,
    .prepare = prepare,
    .release = release,
    .forward = forward,
};
