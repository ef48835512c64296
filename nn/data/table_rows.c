/* table_rows.c - tables from tables: some of the rows, some of the columns, one more column. */
#include <math.h>
#include <string.h>

#include "table.h"

static knn_status new_table(knn_ctx *ctx, const char *name, int64_t rows, int columns,
                            knn_table **out) {
  knn_table *t = knn__alloc(ctx, sizeof *t);
  if (!t) return KNN_ENOMEM;
  atomic_init(&t->refs, 1);
  t->ctx = ctx;
  knn_ctx_retain(ctx);
  t->rows = rows;
  t->name = knn__strdup(ctx, name);
  t->columns = knn__alloc(ctx, (size_t)columns * sizeof *t->columns);
  if (t->name && t->columns) {
    *out = t;
    return KNN_OK;
  }
  knn_table_release(t);
  return KNN_ENOMEM;
}

knn_status knn_table_new(knn_ctx *ctx, const char *name, int64_t rows, knn_table **out) {
  if (rows < 0) return knn_fail(ctx, KNN_EARG, "%s: %lld rows", name, (long long)rows);
  return new_table(ctx, name, rows, 0, out);
}

/* Everything of a column but its values. */
static knn_status copy_head(knn_table *t, const knn__column *from) {
  knn_ctx *ctx = t->ctx;
  knn__column *to = &t->columns[t->n++];
  *to = (knn__column){.kind = from->kind, .strange = from->strange};
  to->name = knn__strdup(ctx, from->name);
  if (!to->name) return KNN_ENOMEM;
  return from->categories ? knn__column_categories(ctx, to, from->categories, from->n_categories)
                          : KNN_OK;
}

static bool is_missing(const knn__column *c, int64_t row) {
  const void *values = knn_tensor_data(c->values);
  if (c->kind == KNN_COLUMN_FLOAT) return isnan(((const double *)values)[row]);
  return c->kind == KNN_COLUMN_TEXT && ((const int64_t *)values)[row] < 0;
}

/* What is known of the cell of `t` that is missing, NULL if it came from no file. */
static const knn__cell *find_missing(const knn_table *t, int64_t row, int column) {
  int64_t low = 0, high = t->n_missing;
  while (low < high) { /* rows ascend, where none was left out while reading */
    int64_t middle = low + (high - low) / 2;
    if (t->missing[middle].row < row)
      low = middle + 1;
    else
      high = middle;
  }
  for (; low < t->n_missing && t->missing[low].row == row; low++)
    if (t->missing[low].column == column) return &t->missing[low];
  return NULL;
}

/* Note the missing cells of `t`, whose rows and columns are those of `from` with these numbers. */
static knn_status note_missing(knn_table *t, const knn_table *from, const int64_t *rows,
                               const int *columns) {
  for (int64_t i = 0; i < t->rows; i++)
    for (int k = 0; k < t->n; k++) {
      if (!is_missing(&t->columns[k], i)) continue;
      const knn__cell *known = find_missing(from, rows ? rows[i] : i, columns ? columns[k] : k);
      knn__cell cell = known ? *known : (knn__cell){.line = i + 1};
      cell.row = i;
      cell.column = k;
      KNN__TRY(knn__table_add_missing(t, cell));
    }
  return KNN_OK;
}

static knn_status pick(const knn_table *from, knn_tensor *rows, const int *columns, int n,
                       knn_table *t) {
  for (int k = 0; k < n; k++) {
    const knn__column *c = &from->columns[columns ? columns[k] : k];
    KNN__TRY(copy_head(t, c));
    if (rows) {
      KNN__TRY(knn_take_rows(c->values, rows, &t->columns[k].values));
    } else {
      t->columns[k].values = c->values;
      knn_tensor_retain(c->values);
    }
  }
  return note_missing(t, from, rows ? knn_tensor_data(rows) : NULL, columns);
}

static knn_status pick_new(const knn_table *from, knn_tensor *rows, const int *columns, int n,
                           knn_table **out) {
  knn_table *t = NULL;
  int64_t count = rows ? knn_tensor_size(rows) : from->rows;
  KNN__TRY(new_table(from->ctx, from->name, count, n, &t));
  knn_status status = pick(from, rows, columns, n, t);
  if (status == KNN_OK)
    *out = t;
  else
    knn_table_release(t);
  return status;
}

knn_status knn_table_take(const knn_table *table, const knn_tensor *rows, knn_table **out) {
  knn_tensor *numbers = NULL;
  KNN__TRY(knn__row_numbers(rows, table->rows, &numbers));
  knn_status status = pick_new(table, numbers, NULL, table->n, out);
  knn_tensor_release(numbers);
  return status;
}

knn_status knn_table_select(const knn_table *table, const int *columns, int n, knn_table **out) {
  for (int i = 0; i < n; i++)
    if (columns[i] < 0 || columns[i] >= table->n)
      return knn_fail(table->ctx, KNN_EARG, "%s has no column %d", table->name, columns[i] + 1);
  return pick_new(table, NULL, columns, n, out);
}

/* ---- one more column ---- */

static int find_column(const knn_table *t, const char *name) {
  int i = 0;
  while (i < t->n && strcmp(t->columns[i].name, name) != 0) i++;
  return i;
}

/* A copy of the table with an empty column of this name at *at: the old one's place, or the end. */
static knn_status with_empty(const knn_table *table, const char *name, int *at, knn_table **out) {
  knn_table *t = NULL;
  *at = find_column(table, name);
  KNN__TRY(new_table(table->ctx, table->name, table->rows, table->n + 1, &t));
  knn_status status = KNN_OK;
  for (int i = 0; i < table->n && status == KNN_OK; i++) {
    const knn__column *c = &table->columns[i];
    if (i == *at) {
      t->n++;
      continue;
    }
    status = copy_head(t, c);
    t->columns[i].values = c->values;
    knn_tensor_retain(c->values);
  }
  if (*at == table->n) t->n++;
  if (status == KNN_OK && !(t->columns[*at].name = knn__strdup(t->ctx, name))) status = KNN_ENOMEM;
  if (status == KNN_OK)
    *out = t;
  else
    knn_table_release(t);
  return status;
}

/* After the column was filled. */
static knn_status finish(knn_status status, const knn_table *from, knn_table *t, knn_table **out) {
  if (status == KNN_OK) status = note_missing(t, from, NULL, NULL);
  if (status == KNN_OK)
    *out = t;
  else
    knn_table_release(t);
  return status;
}

static knn_status wrong_length(const knn_table *t, const char *name, int64_t n) {
  return knn_fail(t->ctx, KNN_ESHAPE, "column '%s' has %lld values, but %s has %lld rows", name,
                  (long long)n, t->name, (long long)t->rows);
}

knn_status knn_table_with(const knn_table *table, const char *name, const knn_tensor *values,
                          knn_table **out) {
  if (knn_tensor_rank(values) != 1 || knn_tensor_size(values) != table->rows)
    return wrong_length(table, name, knn_tensor_size(values));
  bool real = knn_dtype_is_float(knn_tensor_dtype(values));
  knn_table *t = NULL;
  int at;
  KNN__TRY(with_empty(table, name, &at, &t));
  t->columns[at].kind = real ? KNN_COLUMN_FLOAT : KNN_COLUMN_INT;
  knn_status status = knn_tensor_cast(values, real ? KNN_F64 : KNN_I64, &t->columns[at].values);
  return finish(status, table, t, out);
}

knn_status knn_table_with_text(const knn_table *table, const char *name, const char *const *cells,
                               int64_t n, knn_table **out) {
  if (n != table->rows) return wrong_length(table, name, n);
  knn_table *t = NULL;
  int at;
  KNN__TRY(with_empty(table, name, &at, &t));
  return finish(knn__column_text(t->ctx, &t->columns[at], cells, n), table, t, out);
}
