/* table.c - life of a table, its getters, and number columns as a matrix. */
#include "table.h"

#include <math.h>
#include <string.h>

#include "text.h"

void knn_table_retain(knn_table *table) {
  atomic_fetch_add_explicit(&table->refs, 1, memory_order_relaxed);
}

void knn_table_release(knn_table *t) {
  if (!t || atomic_fetch_sub_explicit(&t->refs, 1, memory_order_acq_rel) != 1) return;
  knn_ctx *ctx = t->ctx;
  for (int i = 0; i < t->n; i++) {
    knn__column *c = &t->columns[i];
    knn_tensor_release(c->values);
    knn__free(ctx, c->name);
    knn__free(ctx, c->categories);
    knn__free(ctx, c->names);
  }
  knn__free(ctx, t->columns);
  knn__free(ctx, t->missing);
  knn__free(ctx, t->bad);
  knn__free(ctx, t->name);
  knn__free(ctx, t);
  knn_ctx_release(ctx);
}

int64_t knn_table_rows(const knn_table *t) {
  return t->rows;
}

int knn_table_columns(const knn_table *t) {
  return t->n;
}

static const knn__column *column_at(const knn_table *t, int column) {
  return column >= 0 && column < t->n ? &t->columns[column] : NULL;
}

const char *knn_table_name(const knn_table *t, int column) {
  const knn__column *c = column_at(t, column);
  return c ? c->name : NULL;
}

knn_status knn_table_find(const knn_table *t, const char *name, int *column) {
  knn__nearest nearest = {.wanted = name};
  for (int i = 0; i < t->n; i++) {
    if (strcmp(t->columns[i].name, name) == 0) {
      *column = i;
      return KNN_OK;
    }
    knn__nearest_offer(&nearest, t->columns[i].name);
  }
  char hint[200];
  return knn_fail(t->ctx, KNN_EARG, "%s has no column '%s' among its %d%s", t->name, name, t->n,
                  knn__nearest_hint(&nearest, hint, sizeof hint));
}

knn_column_kind knn_table_kind(const knn_table *t, int column) {
  const knn__column *c = column_at(t, column);
  return c ? c->kind : KNN_COLUMN_TEXT;
}

int64_t knn_table_missing(const knn_table *t, int column) {
  const knn__column *c = column_at(t, column);
  return c ? c->missing : column == -1 ? t->n_missing : 0;
}

bool knn_table_missing_at(const knn_table *t, int64_t i, int64_t *row, int *column, int64_t *line) {
  if (i < 0 || i >= t->n_missing) return false;
  *row = t->missing[i].row;
  *column = t->missing[i].column;
  *line = t->missing[i].line;
  return true;
}

bool knn_table_bad_row(const knn_table *t, int64_t i, knn_bad_row *row) {
  if (i < 0 || i >= t->n_bad) return false;
  *row = t->bad[i];
  return true;
}

static knn_status no_column(const knn_table *t, int column) {
  return knn_fail(t->ctx, KNN_EARG, "%s has %d columns, there is none with the number %d (from 1)",
                  t->name, t->n, column + 1);
}

knn_status knn_table_column(const knn_table *t, int column, knn_tensor **out) {
  const knn__column *c = column_at(t, column);
  return c ? knn_tensor_clone(c->values, out) : no_column(t, column);
}

const char *knn_table_text(const knn_table *t, int column, int64_t row) {
  const knn__column *c = column_at(t, column);
  if (!c || c->kind != KNN_COLUMN_TEXT || row < 0 || row >= t->rows) return NULL;
  int64_t code = ((const int64_t *)knn_tensor_data(c->values))[row];
  return code < 0 ? NULL : c->categories[code];
}

bool knn_table_number(const knn_table *t, int column, int64_t row, int64_t *whole, double *real) {
  const knn__column *c = column_at(t, column);
  if (!c || c->kind == KNN_COLUMN_TEXT || row < 0 || row >= t->rows) return false;
  const void *values = knn_tensor_data(c->values);
  bool integer = c->kind == KNN_COLUMN_INT;
  *real = integer ? (double)((const int64_t *)values)[row] : ((const double *)values)[row];
  *whole = integer ? ((const int64_t *)values)[row] : 0;
  return !isnan(*real);
}

const char *const *knn_table_categories(const knn_table *t, int column, int *n) {
  const knn__column *c = column_at(t, column);
  *n = c ? c->n_categories : 0;
  return c ? c->categories : NULL;
}

/* ---- matrix ---- */

static double number_at(const knn__column *c, int64_t row) {
  const void *values = knn_tensor_data(c->values);
  return c->kind == KNN_COLUMN_INT ? (double)((const int64_t *)values)[row]
                                   : ((const double *)values)[row];
}

static double mean_of(const knn_table *t, const knn__column *c) {
  double sum = 0;
  int64_t n = 0;
  for (int64_t row = 0; row < t->rows; row++) {
    double value = number_at(c, row);
    if (isnan(value)) continue;
    sum += value;
    n++;
  }
  return n ? sum / (double)n : NAN;
}

/* The columns exist, hold numbers, and lack no value where none may be missing. */
static knn_status check_columns(const knn_table *t, const int *columns, int n, knn_missing policy) {
  for (int i = 0; i < n; i++) {
    const knn__column *c = column_at(t, columns ? columns[i] : i);
    if (!c) return no_column(t, columns[i]);
    if (c->kind == KNN_COLUMN_TEXT)
      return knn_fail(t->ctx, KNN_ETYPE,
                      "%s:%lld:%d: column '%s' is text because of '%s' here; take its category "
                      "codes, leave it out, or name this as a missing value",
                      t->name, (long long)c->strange.line, c->strange.column + 1, c->name,
                      c->strange.text);
    for (int64_t k = 0; policy == KNN_MISSING_ERROR && c->missing && k < t->n_missing; k++) {
      const knn__cell *m = &t->missing[k];
      if (&t->columns[m->column] == c && m->row >= 0)
        return knn_fail(t->ctx, KNN_EDATA,
                        "%s:%lld:%d: column '%s' has no value here, nor in %lld other rows; drop "
                        "such rows or fill them in",
                        t->name, (long long)m->line, m->column + 1, c->name,
                        (long long)c->missing - 1);
    }
  }
  return KNN_OK;
}

static bool row_is_whole(const knn_table *t, const int *columns, int n, int64_t row) {
  for (int i = 0; i < n; i++)
    if (isnan(number_at(&t->columns[columns ? columns[i] : i], row))) return false;
  return true;
}

/* Numbers of the rows that stay. */
static knn_status choose_rows(const knn_table *t, const int *columns, int n, bool drop,
                              knn_tensor **out) {
  int64_t count = 0;
  knn_tensor *all = NULL;
  KNN__TRY(knn_tensor_new(t->ctx, KNN_I64, 1, &t->rows, &all));
  int64_t *rows = knn_tensor_data(all);
  for (int64_t row = 0; row < t->rows; row++)
    if (!drop || row_is_whole(t, columns, n, row)) rows[count++] = row;
  knn_status status = knn_tensor_from(t->ctx, KNN_I64, 1, &count, rows, out);
  knn_tensor_release(all);
  return status;
}

knn_status knn_table_matrix(const knn_table *t, const int *columns, int n, knn_missing policy,
                            double fill, knn_tensor **out, knn_tensor **rows) {
  if (!columns) n = t->n;
  KNN__TRY(check_columns(t, columns, n, policy));
  knn_tensor *chosen = NULL, *matrix = NULL;
  KNN__TRY(choose_rows(t, columns, n, policy == KNN_MISSING_DROP, &chosen));
  int64_t count = knn_tensor_size(chosen);
  const int64_t *row = knn_tensor_data(chosen);
  knn_status status = knn_tensor_new(t->ctx, KNN_F32, 2, (int64_t[]){count, n}, &matrix);
  for (int i = 0; i < n && status == KNN_OK; i++) {
    const knn__column *c = &t->columns[columns ? columns[i] : i];
    float *x = (float *)knn_tensor_data(matrix) + i;
    double stand_in = policy != KNN_MISSING_FILL ? NAN : isnan(fill) ? mean_of(t, c) : fill;
    for (int64_t k = 0; k < count; k++) {
      double value = number_at(c, row[k]);
      x[k * n] = (float)(isnan(value) ? stand_in : value);
    }
  }
  if (status == KNN_OK) {
    *out = matrix;
    if (rows) *rows = chosen;
  }
  if (status != KNN_OK || !rows) knn_tensor_release(chosen);
  return status;
}
