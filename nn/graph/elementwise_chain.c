/* elementwise_chain.c - elementwise ops whose results have one number of elements become one op
 * that runs them tile by tile (chain.h): an activation and its gradient, a loss from its
 * predictions to the gradient of its inputs. Ops join when one reads the other or both read one
 * value; small ones join anyway, because there a step costs more than its work.
 *
 * A group must not depend on itself by way of other ops. Hence levels: a level never falls from an
 * op to its readers, elementwise ops have even ones and all others odd ones, and the ops of a group
 * are of one level. A way out of a group and back would have to rise; among elementwise ops of one
 * level it cannot lead through groups of another size, since sizes never fall either. An op that
 * does not fit the group of its operands moves up a level. Other shapes of a value are looked
 * through. An op whose operands are kept anyway moves up to the level of its readers, which are
 * often steps of a gradient. Ops that read a variable keep their place among the effects, which may
 * change it. Fixed values, which are computed once, stay apart from others. */
#include <limits.h>

#include "chain.h"
#include "op_list.h"
#include "pass.h"
#include "plan.h"

enum { SMALL = 1024 }; /* elements up to which unrelated ops join */

typedef struct group {
  int joined; /* the group that has taken this one over; itself if none has */
  int level, members;
  bool fixed;         /* the results */
  int64_t n, columns; /* columns 0 = no operand per row or column */
} group;

/* What keeps a record in its place. */
typedef enum order {
  FREE,
  READS,  /* a variable, or it is a store, which effects must not overtake */
  SETS,   /* one variable, and disturbs nobody but those who read it */
  CHANGES /* anything */
} order;

typedef struct search {
  knn__ir *ir;
  int *producer;             /* by value id: record, or -1 */
  int *readers, *readers_at; /* by value id: readers[readers_at[id] ..] are records */
  int *level, *lowest;       /* by record; lowest: where the level starts */
  int *group_of;             /* by record */
  bool *is_output, *fixed;   /* by value id */
  order *order;              /* by record */
  int *variable; /* by value id: the variable that it is, maybe in another shape; or -1 */
  bool *elementwise, *placed; /* by record */
  group *groups;
  int n_groups;
  knn__record **made; /* the new list */
  int n_made;
} search;

static bool is_alias(const knn__record *r) {
  return r->op->flags & KNN__OP_ALIAS;
}

static bool is_effect(const knn__record *r) {
  return r->op->flags & KNN__OP_EFFECT;
}

static int64_t elements(const knn_value *v) {
  return knn__count(v->spec.rank, v->spec.dims);
}

/* Two numbers of columns, of which 0 goes with any; false if they differ. */
static bool agree(int64_t *columns, int64_t other) {
  if (other == 0) return true;
  if (*columns == 0) *columns = other;
  return *columns == other;
}

/* May the record be a member, and with how many columns? */
static bool can_join(const knn__record *r, int64_t *columns) {
  *columns = 0;
  if (!r->op->inner || r->n_out != 1 || elements(r->out[0]) < 1) return false;
  for (int k = 0; k < knn__operands_read(r); k++) {
    int64_t own = 0;
    if (knn__span_of(&r->in[k]->spec, &r->out[0]->spec, &own) == KNN__SPAN_IRREGULAR) return false;
    if (!agree(columns, own)) return false;
  }
  return true;
}

static int root(const search *s, int g) {
  while (s->groups[g].joined != g) g = s->groups[g].joined;
  return g;
}

static void unite(search *s, int a, int b) {
  a = root(s, a);
  b = root(s, b);
  if (a == b) return;
  s->groups[a].members += s->groups[b].members;
  agree(&s->groups[a].columns, s->groups[b].columns);
  s->groups[b].joined = a;
}

static bool can_unite(const search *s, int a, int b) {
  int64_t columns = s->groups[root(s, a)].columns;
  if (root(s, a) == root(s, b)) return true;
  return s->groups[root(s, a)].members + s->groups[root(s, b)].members <= KNN__CHAIN_LONGEST &&
         agree(&columns, s->groups[root(s, b)].columns);
}

/* The record that computes v, behind other shapes of it; -1 for a leaf. */
static int computed_by(const search *s, const knn_value *v) {
  int p = s->producer[v->id];
  while (p >= 0 && is_alias(s->ir->records[p])) p = s->producer[s->ir->records[p]->in[0]->id];
  return p;
}

static bool same_kind(const search *s, int a, int b) {
  const group *x = &s->groups[root(s, a)], *y = &s->groups[root(s, b)];
  return x->level == y->level && x->n == y->n && x->fixed == y->fixed;
}

/* Group g, of record i alone, must be united with those of its operands: there may be no way from
 * one group of a kind to another. */
static void unite_with_operands(search *s, int i, int g) {
  const knn__record *r = s->ir->records[i];
  for (int k = 0; k < knn__operands_read(r); k++) {
    int p = computed_by(s, r->in[k]);
    if (p >= 0 && s->group_of[p] >= 0 && same_kind(s, s->group_of[p], g))
      unite(s, s->group_of[p], g);
  }
}

/* Groups that read one of the record's operands too. */
static void unite_with_neighbours(search *s, int i, int g) {
  const knn__record *r = s->ir->records[i];
  for (int k = 0; k < knn__operands_read(r); k++) {
    int id = r->in[k]->id;
    if (elements(r->in[k]) == 1) continue; /* a number many read */
    for (int at = s->readers_at[id]; at < s->readers_at[id + 1] && s->readers[at] < i; at++) {
      int other = s->group_of[s->readers[at]];
      if (other >= 0 && same_kind(s, other, g) && can_unite(s, other, g)) unite(s, other, g);
    }
  }
  for (int other = g - 1; other >= 0 && s->groups[g].n <= SMALL; other--)
    if (same_kind(s, other, g) && can_unite(s, other, g)) unite(s, other, g);
}

/* All of them at once: two may fit the record but not each other. */
static bool fits_operands(search *s, int i, int g) {
  const knn__record *r = s->ir->records[i];
  int64_t columns = s->groups[g].columns;
  int seen[3], n = 0, members = 1;
  for (int k = 0; k < knn__operands_read(r); k++) {
    int p = computed_by(s, r->in[k]), known = 0;
    if (p < 0 || s->group_of[p] < 0 || !same_kind(s, s->group_of[p], g)) continue;
    int other = root(s, s->group_of[p]);
    while (known < n && seen[known] != other) known++;
    if (known < n) continue;
    seen[n++] = other;
    members += s->groups[other].members;
    if (!agree(&columns, s->groups[other].columns)) return false;
  }
  return members <= KNN__CHAIN_LONGEST;
}

static void join(search *s, int i, int64_t columns) {
  int g = s->n_groups++;
  const knn_value *y = s->ir->records[i]->out[0];
  s->groups[g] = (group){g, s->level[i], 1, s->fixed[y->id], elements(y), columns};
  if (!fits_operands(s, i, g)) s->level[i] = s->groups[g].level += 2;
  unite_with_operands(s, i, g);
  s->group_of[i] = g;
  unite_with_neighbours(s, i, g);
}

static bool touches(const search *s, const knn__record *r, int variable) {
  for (int k = 0; k < r->n_in; k++)
    if (s->variable[r->in[k]->id] == variable) return true;
  return false;
}

/* Must record i stay behind the earlier record j, whatever they compute? */
static bool must_follow(const search *s, int i, int j) {
  const knn__record *a = s->ir->records[j], *b = s->ir->records[i];
  if (s->order[i] == FREE || s->order[j] == FREE) return false;
  if (s->order[i] == CHANGES || s->order[j] == CHANGES) return true;
  return (s->order[j] == SETS && touches(s, b, s->variable[a->in[0]->id])) ||
         (s->order[i] == SETS && touches(s, a, s->variable[b->in[0]->id]));
}

/* Lowest level of record i: that of what it depends on, made even or odd. */
static void set_level(search *s, int i) {
  const knn__record *r = s->ir->records[i];
  int level = s->lowest[i];
  for (int k = 0; k < r->n_in; k++) {
    int p = s->producer[r->in[k]->id];
    if (p >= 0 && s->level[p] > level) level = s->level[p];
  }
  for (int j = i - 1; s->order[i] != FREE && j >= 0; j--) {
    if (must_follow(s, i, j) && s->level[j] > level) level = s->level[j];
    if (s->order[j] == CHANGES) break; /* which stands behind all before */
  }
  s->level[i] = is_alias(r) ? level : s->elementwise[i] ? (level + 1) / 2 * 2 : level | 1;
}

/* Levels without groups. */
static void find_levels(search *s) {
  int64_t columns;
  for (int i = 0; i < s->ir->n; i++) {
    const knn__record *r = s->ir->records[i];
    s->elementwise[i] = !is_effect(r) && can_join(r, &columns);
    set_level(s, i);
  }
}

/* The highest level that the readers of v allow; 0 = v must be there early. */
static int ceiling(const search *s, const knn_value *v) {
  int most = s->is_output[v->id] ? 0 : INT_MAX;
  for (int at = s->readers_at[v->id]; at < s->readers_at[v->id + 1]; at++) {
    int reader = s->readers[at];
    const knn__record *r = s->ir->records[reader];
    int own = is_alias(r)              ? ceiling(s, r->out[0])
              : s->elementwise[reader] ? s->level[reader]
                                       : s->level[reader] - 1;
    if (own < most) most = own;
  }
  return most;
}

/* Will v be there at the level even if record i no longer reads it earlier? */
static bool kept_until(const search *s, const knn_value *v, int i, int level) {
  bool kept = s->producer[v->id] < 0 || s->is_output[v->id] || elements(v) == 1;
  for (int at = s->readers_at[v->id]; at < s->readers_at[v->id + 1] && !kept; at++)
    kept = s->readers[at] != i && s->level[s->readers[at]] >= level;
  return kept;
}

static size_t bytes_of(const knn_value *v) {
  return (size_t)elements(v) * knn_dtype_size(v->spec.dtype);
}

/* Operands that must live longer for it take no more room than the result that need not live yet.
 */
static void move_up(search *s) {
  for (int i = s->ir->n - 1; i >= 0; i--) {
    const knn__record *r = s->ir->records[i];
    if (!s->elementwise[i] || s->order[i] != FREE || s->fixed[r->out[0]->id]) continue;
    int level = ceiling(s, r->out[0]);
    if (level <= s->level[i] || level == INT_MAX || level % 2 == 1) continue;
    size_t longer = 0;
    for (int k = 0; k < r->n_in; k++)
      if (!kept_until(s, r->in[k], i, level)) longer += bytes_of(r->in[k]);
    if (longer <= bytes_of(r->out[0])) s->lowest[i] = s->level[i] = level;
  }
}

static void find_groups(search *s) {
  for (int i = 0; i < s->ir->n; i++) {
    int64_t columns;
    s->group_of[i] = -1;
    set_level(s, i);
    if (!s->elementwise[i]) continue;
    can_join(s->ir->records[i], &columns);
    join(s, i, columns);
  }
}

static void find_order(search *s) {
  const knn_graph *g = s->ir->graph;
  for (int v = 0; v < g->n_values; v++) s->variable[v] = g->values[v]->variable ? v : -1;
  for (int i = 0; i < s->ir->n; i++) {
    const knn__record *r = s->ir->records[i];
    bool reads = r->op == &knn__op_store;
    for (int k = 0; k < r->n_in; k++) reads = reads || s->variable[r->in[k]->id] >= 0;
    if (is_alias(r)) s->variable[r->out[0]->id] = s->variable[r->in[0]->id];
    s->order[i] = r->op == &knn__op_assign                  ? SETS
                  : is_effect(r) && r->op != &knn__op_store ? CHANGES
                  : reads                                   ? READS
                                                            : FREE;
  }
}

static void find_readers(search *s) {
  const knn__ir *ir = s->ir;
  int values = ir->graph->n_values, total = 0;
  for (int v = 0; v < values; v++) s->producer[v] = -1;
  for (int i = 0; i < ir->n; i++) {
    for (int k = 0; k < ir->records[i]->n_out; k++) s->producer[ir->records[i]->out[k]->id] = i;
    for (int k = 0; k < ir->records[i]->n_in; k++) s->readers_at[ir->records[i]->in[k]->id]++;
  }
  for (int v = 0; v <= values; v++) {
    int n = s->readers_at[v];
    s->readers_at[v] = total += v < values ? n : 0;
  }
  for (int i = ir->n - 1; i >= 0; i--)
    for (int k = ir->records[i]->n_in - 1; k >= 0; k--)
      s->readers[--s->readers_at[ir->records[i]->in[k]->id]] = i;
  for (int i = 0; i < ir->n_outputs; i++) s->is_output[ir->outputs[i]->id] = true;
}

/* ---- from groups to chains ---- */

typedef struct batch {
  const int *members; /* records, in order */
  int n;
  knn_value *in[KNN__CHAIN_INPUTS + 3], *out[KNN__CHAIN_LONGEST];
  int n_in, n_out;
  int64_t columns;
} batch;

static bool holds(const batch *b, int record) {
  for (int i = 0; i < b->n; i++)
    if (b->members[i] == record) return true;
  return false;
}

/* Does anyone but the batch read v, or another shape of it? */
static bool needed_outside(const search *s, const batch *b, const knn_value *v) {
  if (s->is_output[v->id]) return true;
  for (int at = s->readers_at[v->id]; at < s->readers_at[v->id + 1]; at++) {
    const knn__record *r = s->ir->records[s->readers[at]];
    if (holds(b, s->readers[at])) continue;
    if (!is_alias(r) || needed_outside(s, b, r->out[0])) return true;
  }
  return false;
}

static void add_once(knn_value **list, int *n, knn_value *v) {
  for (int i = 0; i < *n; i++)
    if (list[i] == v) return;
  list[(*n)++] = v;
}

/* An operand as the chain sees it: the result of a member, whatever its shape, or a value from
 * outside as it is. */
static knn_value *operand_of(const search *s, const batch *b, knn_value *v) {
  int p = computed_by(s, v);
  return p >= 0 && holds(b, p) ? s->ir->records[p]->out[0] : v;
}

/* False if there are too many of them. */
static bool find_ends(const search *s, batch *b) {
  b->n_in = b->n_out = 0;
  b->columns = 0;
  for (int i = b->n - 1; i >= 0; i--) { /* the last member's result first */
    const knn__record *r = s->ir->records[b->members[i]];
    int64_t columns;
    for (int k = 0; k < knn__operands_read(r); k++) {
      knn_value *v = operand_of(s, b, r->in[k]);
      if (v == r->in[k] && !(s->producer[v->id] >= 0 && holds(b, s->producer[v->id])))
        add_once(b->in, &b->n_in, v);
    }
    can_join(r, &columns);
    agree(&b->columns, columns);
    if (needed_outside(s, b, r->out[0])) b->out[b->n_out++] = r->out[0];
    if (b->n_in > KNN__CHAIN_INPUTS) return false;
  }
  return b->n_out <= KNN__MAX_OUT;
}

static knn_status make_members(search *s, const batch *b, knn__record **members) {
  for (int i = 0; i < b->n; i++) {
    const knn__record *r = s->ir->records[b->members[i]];
    knn_value *in[3];
    int n = knn__operands_read(r);
    for (int k = 0; k < n; k++) in[k] = operand_of(s, b, r->in[k]);
    KNN__TRY(knn__ir_record(s->ir, r->op, r->args, n, in, 1, r->out, r, &members[i]));
  }
  return KNN_OK;
}

static knn_status place_record(search *s, int i);

static knn_status place_producers(search *s, int n, knn_value *const *values) {
  for (int i = 0; i < n; i++)
    if (s->producer[values[i]->id] >= 0) KNN__TRY(place_record(s, s->producer[values[i]->id]));
  return KNN_OK;
}

/* What the batch reads, then the chain; each half by itself if it is too large for one. */
static knn_status place_batch(search *s, const int *members, int n) {
  batch b = {.members = members, .n = n};
  knn__arena *arena = &s->ir->graph->arena;
  while (b.n > 0 && !needed_outside(s, &b, s->ir->records[members[b.n - 1]]->out[0])) b.n--;
  n = b.n;
  if (n == 0) return KNN_OK;
  if (n == 1) {
    knn__record *r = s->ir->records[members[0]];
    KNN__TRY(place_producers(s, r->n_in, r->in));
    s->made[s->n_made++] = r;
    return KNN_OK;
  }
  if (!find_ends(s, &b)) {
    KNN__TRY(place_batch(s, members, n / 2));
    return place_batch(s, members + n / 2, n - n / 2);
  }
  KNN__TRY(place_producers(s, b.n_in, b.in));
  knn__record **records = knn__arena_alloc(arena, (size_t)n * sizeof *records);
  knn_value **ends = knn__arena_alloc(arena, (size_t)(b.n_in + b.n_out) * sizeof *ends);
  if (!records || !ends) return KNN_ENOMEM;
  KNN__TRY(make_members(s, &b, records));
  for (int i = 0; i < b.n_in; i++) ends[i] = b.in[i];
  for (int i = 0; i < b.n_out; i++) ends[b.n_in + i] = b.out[i];
  const knn__chain_args args = {n, b.n_in, b.n_out, records, ends, ends + b.n_in, b.columns};
  return knn__ir_record(s->ir, &knn__op_chain, &args, b.n_in, b.in, b.n_out, b.out, records[n - 1],
                        &s->made[s->n_made++]);
}

/* What record i must follow though it does not read it. */
static knn_status place_before(search *s, int i) {
  for (int j = i - 1; s->order[i] != FREE && j >= 0; j--) {
    if (must_follow(s, i, j)) KNN__TRY(place_record(s, j));
    if (s->order[j] == CHANGES) break;
  }
  return KNN_OK;
}

static knn_status place_needs(search *s, int i) {
  const knn__record *r = s->ir->records[i];
  KNN__TRY(place_before(s, i));
  return place_producers(s, r->n_in, r->in);
}

/* An alias between members waits for its turn. */
static knn_status place_group(search *s, int i) {
  int members[KNN__CHAIN_LONGEST], n = 0, g = root(s, s->group_of[i]);
  for (int j = 0; j < s->ir->n; j++)
    if (s->group_of[j] >= 0 && root(s, s->group_of[j]) == g) members[n++] = j;
  for (int k = 0; k < n; k++) s->placed[members[k]] = true;
  for (int k = 0; k < n; k++) {
    const knn__record *r = s->ir->records[members[k]];
    const batch whole = {.members = members, .n = n};
    KNN__TRY(place_before(s, members[k]));
    for (int o = 0; o < r->n_in; o++) {
      int p = computed_by(s, r->in[o]);
      if (p < 0 || !holds(&whole, p)) KNN__TRY(place_producers(s, 1, &r->in[o]));
    }
  }
  return place_batch(s, members, n);
}

static knn_status place_record(search *s, int i) {
  if (s->placed[i]) return KNN_OK;
  if (s->group_of[i] >= 0) return place_group(s, i);
  s->placed[i] = true;
  KNN__TRY(place_needs(s, i));
  s->made[s->n_made++] = s->ir->records[i];
  return KNN_OK;
}

/* Other shapes of values that only members read. */
static void drop_aliases(knn__ir *ir) {
  knn__ir_count_uses(ir);
  for (int i = ir->n - 1; i >= 0; i--) {
    const knn__record *r = ir->records[i];
    if (!is_alias(r) || ir->uses[r->out[0]->id] > 0) continue;
    ir->uses[r->in[0]->id]--;
    ir->records[i] = NULL;
  }
  knn__ir_compact(ir);
}

static knn_status rewrite(search *s) {
  knn__ir *ir = s->ir;
  knn__ir_find_fixed(ir, s->fixed);
  find_readers(s);
  find_order(s);
  find_levels(s);
  move_up(s);
  find_groups(s);
  for (int i = 0; i < ir->n; i++) KNN__TRY(place_record(s, i));
  for (int i = 0; i < s->n_made; i++) ir->records[i] = s->made[i];
  ir->n = s->n_made;
  drop_aliases(ir);
  return KNN_OK;
}

static knn_status run(knn__ir *ir) {
  size_t n = (size_t)ir->n, values = (size_t)ir->graph->n_values, reads = 0;
  for (int i = 0; i < ir->n; i++) reads += (size_t)ir->records[i]->n_in;
  knn__arena memory = {.ctx = ir->ctx};
  search s = {.ir = ir};
  s.producer = knn__arena_alloc(&memory, values * sizeof *s.producer);
  s.readers_at = knn__arena_alloc(&memory, (values + 1) * sizeof *s.readers_at);
  s.readers = knn__arena_alloc(&memory, reads * sizeof *s.readers);
  s.is_output = knn__arena_alloc(&memory, values * sizeof *s.is_output);
  s.fixed = knn__arena_alloc(&memory, values * sizeof *s.fixed);
  s.variable = knn__arena_alloc(&memory, values * sizeof *s.variable);
  s.level = knn__arena_alloc(&memory, n * sizeof *s.level);
  s.lowest = knn__arena_alloc(&memory, n * sizeof *s.lowest);
  s.elementwise = knn__arena_alloc(&memory, n * sizeof *s.elementwise);
  s.group_of = knn__arena_alloc(&memory, n * sizeof *s.group_of);
  s.order = knn__arena_alloc(&memory, n * sizeof *s.order);
  s.placed = knn__arena_alloc(&memory, n * sizeof *s.placed);
  s.groups = knn__arena_alloc(&memory, n * sizeof *s.groups);
  s.made = knn__arena_alloc(&memory, n * sizeof *s.made);
  bool ready = s.producer && s.readers_at && s.readers && s.is_output && s.fixed && s.variable &&
               s.level && s.lowest && s.elementwise && s.group_of && s.order && s.placed &&
               s.groups && s.made;
  knn_status st = ready ? rewrite(&s) : KNN_ENOMEM;
  knn__arena_clear(&memory);
  return st;
}

const knn__pass knn__pass_elementwise_chain = {
    .name = "elementwise_chain",
    .summary = "runs elementwise ops together over tiles that stay in the cache",
    .run = run,
};
