/* summary.c - Keras's table of layers: name and class, output shape, parameters; then totals with
 * their bytes. Layout: spec keras-layers.md section 10. */
#include <stdio.h>
#include <string.h>

#include "model.h"
#include "text.h"

enum { COLUMNS = 3, KERAS_WIDTH = 88, NARROWEST = 40, CELL = 160 };

typedef struct table {
  knn__text text;
  int width[COLUMNS]; /* between the bars, the blanks beside included */
} table;

static void rule(table *t, const char *left, const char *line, const char *middle,
                 const char *right) {
  for (int c = 0; c < COLUMNS; c++) {
    knn__text_add(&t->text, "%s", c == 0 ? left : middle);
    for (int i = 0; i < t->width[c]; i++) knn__text_add(&t->text, "%s", line);
  }
  knn__text_add(&t->text, "%s\n", right);
}

/* Length of the words of `text` that stand in one line of `room` characters; a word that is longer
 * stands alone. */
static int line_of(const char *text, int room) {
  int n = (int)strcspn(text, " ");
  while (text[n]) {
    int more = 1 + (int)strcspn(text + n + 1, " ");
    if (n + more > room) break;
    n += more;
  }
  return n;
}

static void cell(table *t, const char *text, int n, int room, bool right) {
  int shown = n <= room ? n : room - 1, blank = n <= room ? room - n : 0;
  knn__text_add(&t->text, " %*s%.*s%s%*s ", right ? blank : 0, "", shown, text,
                n <= room ? "" : "…", right ? 0 : blank, "");
}

/* One row; cells that are too long go on in lines below, words that are too long are cut. The last
 * column stands to the right. */
static void row(table *t, const char *bar, const char *const cells[COLUMNS]) {
  const char *rest[COLUMNS] = {cells[0], cells[1], cells[2]};
  bool more = true;
  while (more) {
    more = false;
    for (int c = 0; c < COLUMNS; c++) {
      int room = t->width[c] - 2, n = line_of(rest[c], room);
      knn__text_add(&t->text, "%s", bar);
      cell(t, rest[c], n, room, c == COLUMNS - 1);
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

static void shape_cell(const knn_layer *layer, char *out, size_t size) {
  knn__spec spec[KNN__MAX_OUT];
  int n = 0;
  bool known = layer->built &&
               knn__layer_infer((knn_layer *)(uintptr_t)layer, &layer->input, 1, false, spec, &n) ==
                   KNN_OK &&
               n > 0;
  snprintf(out, size, "%s", known ? KNN__SPEC(spec[0]) : "?");
}

static void layer_row(table *t, knn_layer *layer) {
  char name[CELL], shape[CELL], count[CELL];
  snprintf(name, sizeof name, "%s (%s)", layer->base.name, layer->base.cls->name);
  shape_cell(layer, shape, sizeof shape);
  with_commas(layer->built ? knn_layer_param_count(layer) : 0, count, sizeof count);
  bool makes_weights = !layer->def || layer->def->build || layer->n_sublayers > 0;
  if (!layer->built && makes_weights) snprintf(count, sizeof count, "0 (unbuilt)");
  row(t, "│", (const char *const[]){name, shape, count});
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

/* Keras asks for columns that end at 45, 80 and 100 % of the line, without bars and blanks; to make
 * room for those its printer takes 3, 4 and 3 from them. */
static void set_widths(table *t, int width) {
  int line = width <= 0 ? KERAS_WIDTH : width < NARROWEST ? NARROWEST : width;
  int first = line * 45 / 100, second = line * 80 / 100;
  t->width[0] = first + 2 - 3;
  t->width[1] = second - first + 2 - 4;
  t->width[2] = line - second + 2 - 3;
}

knn_status knn_model_summary(knn_model *m, int width, int64_t batch, char **out) {
  table t = {.text.ctx = m->ctx};
  set_widths(&t, width);
  knn__text_add(&t.text, "Model: \"%s\"\n", m->root->base.name);
  rule(&t, "┏", "━", "┳", "┓");
  row(&t, "┃", (const char *const[]){"Layer (type)", "Output Shape", "Param #"});
  rule(&t, "┡", "━", "╇", "┩");
  for (int i = 0; i < m->root->n_sublayers; i++) {
    layer_row(&t, m->root->sublayers[i]);
    if (i + 1 < m->root->n_sublayers) rule(&t, "├", "─", "┼", "┤");
  }
  rule(&t, "└", "─", "┴", "┘");
  knn_status st = totals(&t, m);
  if (st == KNN_OK && batch > 0) st = add_memory(&t, m, batch);
  if (st == KNN_OK && t.text.failed) st = KNN_ENOMEM;
  if (st == KNN_OK)
    *out = t.text.s;
  else
    knn__free(m->ctx, t.text.s);
  return st;
}
