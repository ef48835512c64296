/* columns.c - cells into typed columns, in two passes over the cells: the first finds types and
 * missing values, the second converts. Text becomes codes into the sorted list of its different
 * values. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "number.h"
#include "table.h"

/* Open addressing over the different texts of a column; slots hold index + 1. */
typedef struct dictionary {
  const char **texts; /* in the order of appearance, inside the cells */
  int n, room;
  int32_t *slots;
  size_t n_slots;
} dictionary;

typedef struct filler {
  knn_table *table;
  knn_ctx *ctx;
  const knn__cells *cells;
  const knn_csv_options *options;
  locale_t plain;
  int64_t first; /* row of cells where the data begins */
  bool *dropped; /* by row of data; NULL unless rows are to be dropped */
  int64_t n_dropped;
  dictionary *dictionaries; /* by column */
} filler;

static const char *const usual_missing[] = {"", "?", "NA", "N/A", "nan", "NaN", "null"};

static bool is_missing(const filler *f, const char *cell) {
  const char *const *list = f->options->missing ? f->options->missing : usual_missing;
  int n = f->options->missing ? f->options->n_missing
                              : (int)(sizeof usual_missing / sizeof *usual_missing);
  while (*cell == ' ' || *cell == '\t') cell++;
  size_t length = strlen(cell);
  while (length && (cell[length - 1] == ' ' || cell[length - 1] == '\t')) length--;
  for (int i = 0; i < n; i++)
    if (strncmp(list[i], cell, length) == 0 && list[i][length] == '\0') return true;
  return false;
}

static bool is_number(const filler *f, const char *cell) {
  int64_t whole;
  double real;
  return knn__number(cell, f->plain, &whole, &real) != KNN__NO_NUMBER;
}

/* ---- names ---- */

static bool has_header(const filler *f) {
  if (f->options->header != KNN_HEADER_AUTO) return f->options->header == KNN_HEADER_YES;
  const char *cell = f->cells->text;
  for (int i = 0; i < f->cells->columns; i++, cell += strlen(cell) + 1)
    if (is_number(f, cell)) return false;
  return true;
}

static char *copy_trimmed(knn_ctx *ctx, const char *text) {
  while (*text == ' ' || *text == '\t') text++;
  char *copy = knn__strdup(ctx, text);
  for (size_t n = copy ? strlen(copy) : 0; n && (copy[n - 1] == ' ' || copy[n - 1] == '\t'); n--)
    copy[n - 1] = '\0';
  return copy;
}

static knn_status name_columns(filler *f) {
  const knn_csv_options *o = f->options;
  int n = f->cells->columns;
  if (o->names && o->n_names != n)
    return knn_fail(f->ctx, KNN_EARG, "%s has %d columns, but %d names are given", f->table->name,
                    n, o->n_names);
  knn__free(f->ctx, f->table->columns);
  f->table->columns = knn__alloc(f->ctx, (size_t)n * sizeof *f->table->columns);
  if (!f->table->columns) return KNN_ENOMEM;
  f->table->n = n;
  const char *cell = f->cells->text;
  f->first = has_header(f);
  for (int i = 0; i < n; i++, cell += strlen(cell) + 1) {
    char numbered[16];
    snprintf(numbered, sizeof numbered, "c%d", i + 1);
    const char *name = o->names ? o->names[i] : f->first ? cell : numbered;
    f->table->columns[i].name = copy_trimmed(f->ctx, name);
    if (!f->table->columns[i].name) return KNN_ENOMEM;
  }
  return KNN_OK;
}

static const char *first_cell(const filler *f) {
  const char *cell = f->cells->text;
  for (int i = 0; f->first && i < f->cells->columns; i++) cell += strlen(cell) + 1;
  return cell;
}

/* ---- first pass: types and missing values ---- */

static knn__cell place(const filler *f, int64_t row, int column, const char *cell) {
  knn__cell at = {.row = row, .column = column, .line = f->cells->lines[f->first + row]};
  snprintf(at.text, sizeof at.text, "%s", cell);
  return at;
}

knn_status knn__table_add_missing(knn_table *t, knn__cell at) {
  if (t->n_missing == t->missing_room) {
    int64_t room = t->missing_room ? 2 * t->missing_room : 16;
    knn__cell *bigger = knn__resize(t->ctx, t->missing, (size_t)room * sizeof *bigger);
    if (!bigger) return KNN_ENOMEM;
    t->missing = bigger;
    t->missing_room = room;
  }
  t->missing[t->n_missing++] = at;
  t->columns[at.column].missing++;
  return KNN_OK;
}

static knn_status add_missing(filler *f, knn__cell at) {
  KNN__TRY(knn__table_add_missing(f->table, at));
  if (f->dropped && !f->dropped[at.row]) {
    f->dropped[at.row] = true;
    f->n_dropped++;
  }
  return KNN_OK;
}

static knn_status look(filler *f, int64_t row, int column, const char *cell) {
  knn__column *c = &f->table->columns[column];
  if (is_missing(f, cell)) return add_missing(f, place(f, row, column, cell));
  if (c->kind == KNN_COLUMN_TEXT) return KNN_OK;
  int64_t whole;
  double real;
  knn__number_kind kind = knn__number(cell, f->plain, &whole, &real);
  if (kind == KNN__REAL) c->kind = KNN_COLUMN_FLOAT;
  if (kind == KNN__NO_NUMBER) {
    c->kind = KNN_COLUMN_TEXT;
    c->strange = place(f, row, column, cell);
  }
  return KNN_OK;
}

static knn_status look_at_all(filler *f) {
  knn_table *t = f->table;
  int64_t rows = f->cells->rows - f->first;
  const char *cell = first_cell(f);
  for (int64_t row = 0; row < rows; row++)
    for (int i = 0; i < t->n; i++, cell += strlen(cell) + 1) KNN__TRY(look(f, row, i, cell));
  for (int i = 0; i < t->n; i++) {
    knn__column *c = &t->columns[i];
    if (c->kind == KNN_COLUMN_INT && c->missing && !f->dropped) c->kind = KNN_COLUMN_FLOAT;
  }
  if (f->options->policy == KNN_MISSING_ERROR && t->n_missing) {
    knn__cell *m = &t->missing[0];
    return knn_fail(f->ctx, KNN_EDATA,
                    "%s:%lld:%d: column '%s' has no value here ('%s'); %lld cells of the file are "
                    "missing; drop such rows or keep them and fill them in",
                    t->name, (long long)m->line, m->column + 1, t->columns[m->column].name, m->text,
                    (long long)t->n_missing);
  }
  t->rows = rows - f->n_dropped;
  return KNN_OK;
}

/* ---- second pass: values ---- */

static uint64_t hash(const char *text) { /* FNV-1a */
  uint64_t h = 0xcbf29ce484222325u;
  for (; *text; text++) h = (h ^ (uint8_t)*text) * 0x100000001b3u;
  return h;
}

static size_t find_slot(const dictionary *d, const char *text) {
  size_t at = (size_t)(hash(text) & (d->n_slots - 1));
  while (d->slots[at] && strcmp(d->texts[d->slots[at] - 1], text) != 0)
    at = (at + 1) & (d->n_slots - 1);
  return at;
}

static knn_status grow_dictionary(knn_ctx *ctx, dictionary *d) {
  KNN__TRY(knn__grow(ctx, (void **)&d->texts, &d->room, d->n, sizeof *d->texts));
  if (2 * (size_t)(d->n + 1) <= d->n_slots) return KNN_OK;
  size_t wanted = d->n_slots ? 2 * d->n_slots : 64;
  int32_t *slots = knn__alloc(ctx, wanted * sizeof *slots);
  if (!slots) return KNN_ENOMEM;
  knn__free(ctx, d->slots);
  d->slots = slots;
  d->n_slots = wanted;
  for (int i = 0; i < d->n; i++) d->slots[find_slot(d, d->texts[i])] = i + 1;
  return KNN_OK;
}

static knn_status encode(knn_ctx *ctx, dictionary *d, const char *text, int64_t *code) {
  KNN__TRY(grow_dictionary(ctx, d));
  size_t at = find_slot(d, text);
  if (!d->slots[at]) {
    d->texts[d->n++] = text;
    d->slots[at] = d->n;
  }
  *code = d->slots[at] - 1;
  return KNN_OK;
}

static knn_status convert(filler *f, int column, int64_t row, const char *cell) {
  knn__column *c = &f->table->columns[column];
  bool missing = is_missing(f, cell);
  int64_t whole = -1;
  double real = NAN;
  if (c->kind == KNN_COLUMN_TEXT) {
    if (!missing) KNN__TRY(encode(f->ctx, &f->dictionaries[column], cell, &whole));
  } else if (!missing) {
    knn__number(cell, f->plain, &whole, &real);
  }
  void *values = knn_tensor_data(c->values);
  if (c->kind == KNN_COLUMN_FLOAT)
    ((double *)values)[row] = real;
  else
    ((int64_t *)values)[row] = whole;
  return KNN_OK;
}

static knn_status convert_all(filler *f) {
  knn_table *t = f->table;
  int64_t rows = f->cells->rows - f->first, to = 0;
  for (int i = 0; i < t->n; i++) {
    knn_dtype type = t->columns[i].kind == KNN_COLUMN_FLOAT ? KNN_F64 : KNN_I64;
    KNN__TRY(knn_tensor_new(f->ctx, type, 1, &t->rows, &t->columns[i].values));
  }
  const char *cell = first_cell(f);
  for (int64_t row = 0; row < rows; row++) {
    bool keep = !f->dropped || !f->dropped[row];
    for (int i = 0; i < t->n; i++, cell += strlen(cell) + 1)
      if (keep) KNN__TRY(convert(f, i, to, cell));
    to += keep;
  }
  return KNN_OK;
}

/* ---- categories ---- */

typedef struct category {
  const char *text;
  int code; /* by appearance */
} category;

static int by_text(const void *a, const void *b) {
  return strcmp(((const category *)a)->text, ((const category *)b)->text);
}

knn_status knn__column_categories(knn_ctx *ctx, knn__column *c, const char *const *texts, int n) {
  size_t bytes = 0;
  for (int i = 0; i < n; i++) bytes += strlen(texts[i]) + 1;
  c->names = knn__alloc(ctx, bytes);
  c->categories = knn__alloc(ctx, (size_t)n * sizeof *c->categories);
  if (!c->names || !c->categories) return KNN_ENOMEM;
  c->n_categories = n;
  char *to = c->names;
  for (int i = 0; i < n; i++) {
    size_t length = strlen(texts[i]) + 1;
    memcpy(to, texts[i], length);
    c->categories[i] = to;
    to += length;
  }
  return KNN_OK;
}

/* Codes by appearance become codes in sorted order. */
static knn_status sort_categories(knn_ctx *ctx, knn__column *c, const dictionary *d) {
  category *sorted = knn__alloc(ctx, (size_t)d->n * sizeof *sorted);
  int64_t *rank = knn__alloc(ctx, (size_t)d->n * sizeof *rank);
  const char **texts = knn__alloc(ctx, (size_t)d->n * sizeof *texts);
  knn_status status = sorted && rank && texts ? KNN_OK : KNN_ENOMEM;
  if (status != KNN_OK) goto done;
  for (int i = 0; i < d->n; i++) sorted[i] = (category){d->texts[i], i};
  qsort(sorted, (size_t)d->n, sizeof *sorted, by_text);
  for (int i = 0; i < d->n; i++) {
    rank[sorted[i].code] = i;
    texts[i] = sorted[i].text;
  }
  int64_t *codes = knn_tensor_data(c->values);
  for (int64_t i = 0, rows = knn_tensor_size(c->values); i < rows; i++)
    if (codes[i] >= 0) codes[i] = rank[codes[i]];
  status = knn__column_categories(ctx, c, texts, d->n);
done:
  knn__free(ctx, sorted);
  knn__free(ctx, rank);
  knn__free(ctx, texts);
  return status;
}

knn_status knn__column_text(knn_ctx *ctx, knn__column *c, const char *const *cells, int64_t n) {
  dictionary d = {0};
  c->kind = KNN_COLUMN_TEXT;
  knn_status status = knn_tensor_new(ctx, KNN_I64, 1, &n, &c->values);
  for (int64_t i = 0; i < n && status == KNN_OK; i++) {
    int64_t *code = (int64_t *)knn_tensor_data(c->values) + i;
    *code = -1;
    if (cells[i]) status = encode(ctx, &d, cells[i], code);
  }
  if (status == KNN_OK) status = sort_categories(ctx, c, &d);
  knn__free(ctx, d.texts);
  knn__free(ctx, d.slots);
  return status;
}

static knn_status fill(filler *f) {
  knn_table *t = f->table;
  KNN__TRY(name_columns(f));
  if (f->options->policy == KNN_MISSING_DROP) {
    f->dropped = knn__alloc(f->ctx, (size_t)f->cells->rows * sizeof *f->dropped);
    if (!f->dropped) return KNN_ENOMEM;
  }
  f->dictionaries = knn__alloc(f->ctx, (size_t)t->n * sizeof *f->dictionaries);
  if (!f->dictionaries) return KNN_ENOMEM;
  KNN__TRY(look_at_all(f));
  KNN__TRY(convert_all(f));
  for (int i = 0; i < t->n; i++)
    if (t->columns[i].kind == KNN_COLUMN_TEXT)
      KNN__TRY(sort_categories(f->ctx, &t->columns[i], &f->dictionaries[i]));
  for (int64_t i = 0; f->dropped && i < t->n_missing; i++) t->missing[i].row = -1;
  return KNN_OK;
}

knn_status knn__table_fill(knn_table *table, const knn__cells *cells,
                           const knn_csv_options *options) {
  filler f = {.table = table, .ctx = table->ctx, .cells = cells, .options = options};
  if (options->policy == KNN_MISSING_FILL)
    return knn_fail(f.ctx, KNN_EARG,
                    "%s: missing cells are filled when a matrix is made, not while reading",
                    table->name);
  f.plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  knn_status status = f.plain ? fill(&f) : knn_fail(f.ctx, KNN_ENOMEM, "out of memory");
  for (int i = 0; f.dictionaries && i < table->n; i++) {
    knn__free(f.ctx, f.dictionaries[i].texts);
    knn__free(f.ctx, f.dictionaries[i].slots);
  }
  knn__free(f.ctx, f.dictionaries);
  knn__free(f.ctx, f.dropped);
  if (f.plain) freelocale(f.plain);
  return status;
}
