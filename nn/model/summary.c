/* summary.c - Keras's table of layers: name and class, output shape, parameters, and what a drawn
 * model that is no plain chain connects; then totals with their bytes. Layout: spec keras-layers.md
 * section 10. */
#include <stdio.h>
#include <string.h>

#include "functional.h"
#include "text.h"

enum { MOST_COLUMNS = 5, NARROWEST = 40, CELL = 600, DEEPEST = 16 };
typedef enum align { LEFT, RIGHT, CENTER } align;

typedef struct table {
  knn__text text;
  const knn_summary *options;
  bool connected, first; /* the column "Connected to"; no row was written */
  int columns;
  int width[MOST_COLUMNS]; /* between the bars, the blanks beside included */
  align align[MOST_COLUMNS];
} table;

static void rule(table *t, const char *left, const char *line, const char *middle,
                 const char *right) {
  for (int c = 0; c < t->columns; c++) {
    knn__text_add(&t->text, "%s", c == 0 ? left : middle);
    for (int i = 0; i < t->width[c]; i++) knn__text_add(&t->text, "%s", line);
  }
  knn__text_add(&t->text, "%s\n", right);
}

/* Columns that n bytes take. */
static int columns_of(const char *text, int n) {
  int columns = 0;
  for (int i = 0; i < n; i++) columns += ((unsigned char)text[i] & 0xC0) != 0x80;
  return columns;
}

/* Length of the words of `text` that stand in one line of `room` characters; a word that is longer
 * stands alone. */
static int line_of(const char *text, int room) {
  int n = (int)strcspn(text, " ");
  while (text[n]) {
    int more = 1 + (int)strcspn(text + n + 1, " ");
    if (columns_of(text, n + more) > room) break;
    n += more;
  }
  return n;
}

static void cell(table *t, const char *text, int n, int room, align how) {
  const int columns = columns_of(text, n), blank = columns <= room ? room - columns : 0;
  const int before = how == LEFT ? 0 : how == RIGHT ? blank : blank / 2;
  const int shown = columns <= room ? n : room - 1;
  knn__text_add(&t->text, " %*s%.*s%s%*s ", before, "", shown, text, columns <= room ? "" : "…",
                blank - before, "");
}

/* One row; cells that are too long go on in lines below, words that are too long are cut. */
static void row(table *t, const char *bar, const char *const *cells) {
  const char *rest[MOST_COLUMNS];
  for (int c = 0; c < t->columns; c++) rest[c] = cells[c];
  bool more = true;
  while (more) {
    more = false;
    for (int c = 0; c < t->columns; c++) {
      int room = t->width[c] - 2, n = line_of(rest[c], room);
      knn__text_add(&t->text, "%s", bar);
      cell(t, rest[c], n, room, t->align[c]);
      rest[c] += n;
      while (*rest[c] == ' ') rest[c]++;
      more = more || *rest[c];
    }
    knn__text_add(&t->text, "%s\n", bar);
  }
}

static void with_commas(int64_t n, char *out, size_t size) {
  char digits[32];
  int length = snprintf(digits, sizeof digits, "%lld", (long long)n), at = 0;
  for (int i = 0; i < length && (size_t)at + 2 < size; i++) {
    if (i && (length - i) % 3 == 0) out[at++] = ',';
    out[at++] = digits[i];
  }
  out[at] = '\0';
}

static void add_to(char *out, size_t size, const char *text) {
  const size_t n = strlen(out);
  snprintf(out + n, size - n, "%s", text);
}

/* "(None, 4)", or a list of them. */
static void shapes_cell(const knn__spec *spec, int n, char *out, size_t size) {
  snprintf(out, size, "%s", n > 1 ? "[" : "");
  for (int i = 0; i < n; i++) {
    if (i) add_to(out, size, ", ");
    add_to(out, size, KNN__SPEC(spec[i]));
  }
  if (n > 1) add_to(out, size, "]");
}

/* What the last call in the model gave; of a layer without calls what it would give. */
static void shape_cell(knn_layer *layer, const knn__node *call, char *out, size_t size) {
  knn__spec spec[KNN__MAX_OUT];
  int n = 0;
  if (!call && layer->calls.last) call = layer->calls.last;
  if (call) {
    shapes_cell(call->out, call->n_out, out, size);
    return;
  }
  bool known = layer->built && layer->n_inputs > 0 &&
               knn__layer_infer(layer, layer->inputs, layer->n_inputs, false, spec, &n) == KNN_OK &&
               n > 0;
  if (known)
    shapes_cell(spec, n, out, size);
  else
    snprintf(out, size, "?");
}

/* Where the inputs of an operation's calls come from: "dense[0][0], add[0][0]". */
static void connections_cell(const knn__functional *f, int operation, char *out, size_t size) {
  *out = '\0';
  for (int i = 0; f && i < f->n_calls; i++) {
    const knn__node *node = f->calls[i].node;
    if (f->calls[i].operation != operation) continue;
    for (int k = 0; k < node->n_in; k++) {
      const knn_value *v = node->in[k];
      const int from = v->node ? knn__functional_call_of(f, v) : -1;
      char one[160];
      if (from < 0) continue;
      const knn__node *source = f->calls[from].node;
      snprintf(one, sizeof one, "%s%s[%d][%d]", *out ? ", " : "", knn__node_name(source),
               source->index, source == v->node ? v->at : 0);
      add_to(out, size, one);
    }
  }
  if (!*out) snprintf(out, size, "-");
}

static const knn__node *last_call(const knn__functional *f, int operation) {
  const knn__node *last = NULL;
  for (int i = 0; f && i < f->n_calls; i++)
    if (f->calls[i].operation == operation) last = f->calls[i].node;
  return last;
}

/* "multiply" -> "Multiply" */
static void class_of_op(const char *op, char *out, size_t size) {
  size_t n = 0;
  bool capital = true;
  for (; *op && n + 1 < size; op++) {
    if (*op == '_') {
      capital = true;
      continue;
    }
    out[n++] = (char)(capital && *op >= 'a' && *op <= 'z' ? *op - 'a' + 'A' : *op);
    capital = false;
  }
  out[n] = '\0';
}

typedef struct item {
  knn_layer *layer;      /* NULL for an op */
  const knn__node *call; /* the last in the model, NULL = none is known */
  const knn__functional *f;
  int operation; /* in f */
} item;

static void count_cell(const item *it, char *out, size_t size) {
  knn_layer *layer = it->layer;
  with_commas(layer && layer->built ? knn_layer_param_count(layer) : 0, out, size);
  const bool makes_weights = layer && (layer->def->build || layer->n_sublayers > 0);
  if (layer && !layer->built && makes_weights) snprintf(out, size, "0 (unbuilt)");
}

static void item_row(table *t, const item *it, int level) {
  char name[CELL], shape[CELL], count[CELL], from[CELL], class_name[96];
  const char *cells[MOST_COLUMNS] = {name, shape, count};
  int n = 3;
  if (it->layer)
    snprintf(class_name, sizeof class_name, "%s", it->layer->base.cls->name);
  else
    class_of_op(it->call->op->cls.name, class_name, sizeof class_name);
  snprintf(name, sizeof name, "%*s%s%s (%s)", 3 * level, "", level ? "└ " : "",
           it->layer ? it->layer->base.name : it->call->name, class_name);
  shape_cell(it->layer, it->call, shape, sizeof shape);
  count_cell(it, count, sizeof count);
  if (t->connected) {
    connections_cell(level ? NULL : it->f, it->operation, from, sizeof from);
    cells[n++] = from;
  }
  if (t->options->show_trainable)
    cells[n++] =
        it->layer && knn_layer_weight_count(it->layer) > 0 ? it->layer->trainable ? "Y" : "N" : "-";
  if (!t->first) rule(t, "├", "─", "┼", "┤");
  t->first = false;
  row(t, "│", cells);
}

static int item_count(const knn_layer *layer, bool ops) {
  const knn__functional *f = ops ? knn__functional_of(layer) : NULL;
  return f ? f->n_operations : layer->n_sublayers;
}

static item item_at(const knn_layer *layer, int i, bool ops) {
  const knn__functional *f = ops ? knn__functional_of(layer) : NULL;
  if (f) return (item){f->operations[i].layer, last_call(f, i), f, i};
  return (item){.layer = layer->sublayers[i]};
}

static bool is_model(const knn_layer *layer) {
  return layer && (knn__is_sequential(layer) || knn__is_functional(layer) ||
                   (layer->custom && layer->custom->is_model));
}

static void nested_rows(table *t, const knn_layer *layer, int level) {
  for (int i = 0; i < item_count(layer, false) && level < DEEPEST; i++) {
    const item it = item_at(layer, i, false);
    item_row(t, &it, level);
    if (is_model(it.layer)) nested_rows(t, it.layer, level + 1);
  }
}

static const char *item_name(const item *it) {
  return it->layer ? it->layer->base.name : it->call->name;
}

/* The first row whose name begins with `from`, the last whose name begins with `to`. */
static knn_status find_range(const knn_model *m, const knn_summary *o, int *first, int *last) {
  const int n = item_count(m->root, true);
  *first = 0;
  *last = n - 1;
  if (!o->from || !o->to) return KNN_OK;
  *first = n;
  *last = -1;
  for (int i = 0; i < n; i++) {
    const item it = item_at(m->root, i, true);
    if (*first == n && strncmp(item_name(&it), o->from, strlen(o->from)) == 0) *first = i;
    if (strncmp(item_name(&it), o->to, strlen(o->to)) == 0) *last = i;
  }
  if (*first <= *last) return KNN_OK;
  return knn_fail(m->ctx, KNN_EARG,
                  "summary: layer_range: no layers from '%s' to '%s' in model '%s'", o->from, o->to,
                  m->root->base.name);
}

static knn_status add_rows(table *t, const knn_model *m) {
  int first, last;
  KNN__TRY(find_range(m, t->options, &first, &last));
  t->first = true;
  for (int i = first; i <= last; i++) {
    const item it = item_at(m->root, i, true);
    item_row(t, &it, 0);
    if (t->options->expand_nested && is_model(it.layer)) nested_rows(t, it.layer, 1);
  }
  return KNN_OK;
}

static void add_size(table *t, const char *before, double bytes, const char *behind) {
  static const char *const units[] = {"B", "KB", "MB", "GB", "TB"};
  int unit = 0;
  for (; bytes >= 1024 && unit < 4; unit++) bytes /= 1024;
  knn__text_add(&t->text, "%s%.2f %s%s", before, bytes, units[unit], behind);
}

static void add_total(table *t, const char *what, int64_t n, int64_t bytes) {
  char count[CELL];
  with_commas(n, count, sizeof count);
  knn__text_add(&t->text, " %s: %s", what, count);
  add_size(t, " (", (double)bytes, ")\n");
}

static knn_status add_memory(table *t, knn_model *m, int64_t batch) {
  knn_memory b;
  KNN__TRY(knn_model_memory(m, batch, &b));
  double weights = (double)b.weights, training = (double)b.training;
  knn__text_add(&t->text, " Memory, batches of %lld rows:\n", (long long)batch);
  if (b.training) {
    double kept = (double)b.gradients + (double)b.optimizer;
    add_size(t, "  training ", weights + kept + training, "");
    add_size(t, ": weights ", weights, "");
    add_size(t, ", gradients ", (double)b.gradients, "");
    add_size(t, ", optimizer ", (double)b.optimizer, "");
    add_size(t, ", activations ", training, "\n");
  }
  add_size(t, "  predicting ", weights + (double)b.predicting, "");
  add_size(t, ": weights ", weights, "");
  add_size(t, ", activations ", (double)b.predicting, "\n");
  return KNN_OK;
}

static knn_status totals(table *t, knn_model *m) {
  knn_variable **all = NULL;
  int n = 0;
  int64_t counts[2] = {0, 0}, bytes[2] = {0, 0};
  if (m->root->built) KNN__TRY(knn__layer_weights(m->root, &all, &n));
  for (int i = 0; i < n; i++) {
    const knn_tensor *w = knn__variable_tensor(all[i]);
    counts[all[i]->trainable] += knn_tensor_size(w);
    bytes[all[i]->trainable] += (int64_t)knn_tensor_bytes(w);
  }
  knn__free(m->ctx, all);
  int64_t slots = 0; /* the optimizer's numbers count into the total, as in Keras */
  if (m->optimizer && m->packed) slots = m->optimizer->size * m->optimizer->n_slots + 2;
  add_total(t, "Total params", counts[0] + counts[1] + slots, bytes[0] + bytes[1] + slots * 4);
  add_total(t, "Trainable params", counts[1], bytes[1]);
  add_total(t, "Non-trainable params", counts[0], bytes[0]);
  if (slots) add_total(t, "Optimizer params", slots, slots * 4);
  return KNN_OK;
}

/* A drawn model that is a chain: one call at each depth, on one value, of a layer of its own. */
static bool is_chain(const knn__functional *f) {
  for (int i = 0; f && i < f->n_calls; i++) {
    const knn__model_call *call = &f->calls[i];
    if (call->node->n_in > 1) return false;
    for (int k = 0; k < i; k++)
      if (f->calls[k].depth == call->depth || f->calls[k].operation == call->operation)
        return false;
  }
  return true;
}

/* n / m, a half to the even side */
static int divide(int n, int m) {
  const int q = n / m, rest = 2 * (n % m);
  return rest > m || (rest == m && q % 2) ? q + 1 : q;
}

/* Keras asks for columns that end at shares of the line, without bars and blanks; to make room for
 * those its printer takes something from each. */
static void set_widths(table *t) {
  static const double plain[] = {0.45, 0.80, 1.0}, wide[] = {0.3, 0.56, 0.74, 1.0};
  const double *ends = t->connected ? wide : plain;
  const double share = t->options->show_trainable ? 0.9 : 1;
  const int given = t->connected ? 4 : 3;
  int line = (t->connected ? 108 : 88) + (t->options->show_trainable ? 12 : 0), before = 0, sum = 0;
  if (t->options->width > 0) line = t->options->width;
  if (t->options->width < 0 && -t->options->width < line) line = -t->options->width;
  if (line < NARROWEST) line = NARROWEST;
  t->columns = given + t->options->show_trainable;
  for (int c = 0; c < t->columns; c++) {
    const int end = c < given ? (int)(ends[c] * share * line + 1e-9) : line;
    t->width[c] = end - before + 2;
    sum += t->width[c];
    before = end;
    t->align[c] = c == 2 ? RIGHT : c == given ? CENTER : LEFT;
  }
  int excess = sum - (line - (t->columns + 1));
  for (int c = 0; c < t->columns; c++) {
    const int cut = divide(excess, t->columns - c);
    t->width[c] -= cut;
    excess -= cut;
  }
}

static void add_head(table *t, const knn_model *m) {
  const char *heads[MOST_COLUMNS] = {"Layer (type)", "Output Shape", "Param #"};
  int n = 3;
  if (t->connected) heads[n++] = "Connected to";
  if (t->options->show_trainable) heads[n++] = "Trainable";
  knn__text_add(&t->text, "Model: \"%s\"\n", m->root->base.name);
  rule(t, "┏", "━", "┳", "┓");
  row(t, "┃", heads);
  rule(t, "┡", "━", "╇", "┩");
}

knn_status knn_model_summary(knn_model *m, const knn_summary *options, char **out) {
  static const knn_summary nothing = {0};
  table t = {.text.ctx = m->ctx, .options = options ? options : &nothing};
  t.connected = !is_chain(knn__functional_of(m->root));
  set_widths(&t);
  add_head(&t, m);
  knn_status st = add_rows(&t, m);
  rule(&t, "└", "─", "┴", "┘");
  if (st == KNN_OK) st = totals(&t, m);
  if (st == KNN_OK && t.options->batch > 0) st = add_memory(&t, m, t.options->batch);
  if (st == KNN_OK && t.text.failed) st = KNN_ENOMEM;
  if (st == KNN_OK)
    *out = t.text.s;
  else
    knn__free(m->ctx, t.text.s);
  return st;
}
