/* records.c - a list of dicts as a table. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "ctx.h"
#include "knn/json.h"
#include "text.h"

/* The records and one key of them. */
typedef struct column {
  knn_ctx *ctx;
  const char *name; /* of the table */
  const knn_config *records;
  const char *key;
  int n;
} column;

static const knn_config *value_at(const column *c, int i) {
  return knn_config_get(knn_config_at(c->records, i), c->key);
}

static bool is_number(knn_config_kind kind) {
  return kind == KNN_CONFIG_INT || kind == KNN_CONFIG_FLOAT || kind == KNN_CONFIG_BOOL;
}

/* What the column is: text if one value is text, real if one is real or missing. */
static knn_status find_kind(const column *c, knn_column_kind *out) {
  knn_column_kind found = KNN_COLUMN_INT;
  for (int i = 0; i < c->n; i++) {
    knn_config_kind kind = knn_config_kind_of(value_at(c, i));
    if (kind == KNN_CONFIG_STRING)
      found = KNN_COLUMN_TEXT;
    else if (kind != KNN_CONFIG_NULL && !is_number(kind))
      return knn_fail(c->ctx, KNN_EDATA,
                      "%s: '%s' of record %d is a %s; a table holds numbers and text", c->name,
                      c->key, i + 1, kind == KNN_CONFIG_LIST ? "list" : "dict");
    else if ((kind == KNN_CONFIG_FLOAT || kind == KNN_CONFIG_NULL) && found == KNN_COLUMN_INT)
      found = KNN_COLUMN_FLOAT;
  }
  *out = found;
  return KNN_OK;
}

static double real_of(const knn_config *value) {
  if (knn_config_kind_of(value) == KNN_CONFIG_BOOL) return knn_config_get_bool(value);
  return is_number(knn_config_kind_of(value)) ? knn_config_get_float(value) : NAN;
}

static int64_t whole_of(const knn_config *value) {
  if (knn_config_kind_of(value) == KNN_CONFIG_BOOL) return knn_config_get_bool(value);
  return knn_config_get_int(value);
}

static knn_status add_numbers(const column *c, bool whole, const knn_table *t, knn_table **out) {
  knn_tensor *values = NULL;
  KNN__TRY(knn_tensor_new(c->ctx, whole ? KNN_I64 : KNN_F64, 1, (int64_t[]){c->n}, &values));
  void *to = knn_tensor_data(values);
  for (int i = 0; i < c->n; i++)
    if (whole)
      ((int64_t *)to)[i] = whole_of(value_at(c, i));
    else
      ((double *)to)[i] = real_of(value_at(c, i));
  knn_status status = knn_table_with(t, c->key, values, out);
  knn_tensor_release(values);
  return status;
}

/* Numbers among text are written out. */
enum { NUMBER_TEXT = 32 };

static void number_text(const knn_config *value, char text[NUMBER_TEXT]) {
  knn_config_kind kind = knn_config_kind_of(value);
  if (kind == KNN_CONFIG_BOOL)
    snprintf(text, NUMBER_TEXT, "%s", knn_config_get_bool(value) ? "true" : "false");
  else if (kind == KNN_CONFIG_INT)
    snprintf(text, NUMBER_TEXT, "%lld", (long long)knn_config_get_int(value));
  else
    knn__format_real(text, NUMBER_TEXT, "%.*g", 17, knn_config_get_float(value));
}

static knn_status add_text(const column *c, const knn_table *t, knn_table **out) {
  const char **cells = knn__alloc(c->ctx, (size_t)c->n * sizeof *cells);
  char(*numbers)[NUMBER_TEXT] = knn__alloc(c->ctx, (size_t)c->n * sizeof *numbers);
  knn_status status = cells && numbers ? KNN_OK : KNN_ENOMEM;
  for (int i = 0; i < c->n && status == KNN_OK; i++) {
    const knn_config *value = value_at(c, i);
    knn_config_kind kind = knn_config_kind_of(value);
    if (kind == KNN_CONFIG_STRING) cells[i] = knn_config_get_string(value);
    if (!is_number(kind)) continue;
    number_text(value, numbers[i]);
    cells[i] = numbers[i];
  }
  if (status == KNN_OK) status = knn_table_with_text(t, c->key, cells, c->n, out);
  knn__free(c->ctx, cells);
  knn__free(c->ctx, numbers);
  return status;
}

/* The table with the column, which takes the place of *t. */
static knn_status add_column(const column *c, knn_table **t) {
  knn_column_kind kind = KNN_COLUMN_INT;
  knn_table *more = NULL;
  KNN__TRY(find_kind(c, &kind));
  if (kind == KNN_COLUMN_TEXT)
    KNN__TRY(add_text(c, *t, &more));
  else
    KNN__TRY(add_numbers(c, kind == KNN_COLUMN_INT, *t, &more));
  knn_table_release(*t);
  *t = more;
  return KNN_OK;
}

static bool has_column(const knn_table *t, const char *key) {
  for (int i = 0; i < knn_table_columns(t); i++)
    if (strcmp(knn_table_name(t, i), key) == 0) return true;
  return false;
}

static knn_status add_columns(column *c, knn_table **t) {
  for (int i = 0; i < c->n; i++) {
    const knn_config *record = knn_config_at(c->records, i);
    if (knn_config_kind_of(record) != KNN_CONFIG_DICT)
      return knn_fail(c->ctx, KNN_EDATA, "%s: entry %d of the list is no record (an object)",
                      c->name, i + 1);
    for (int k = 0; k < knn_config_size(record); k++) {
      c->key = knn_config_key(record, k);
      if (!has_column(*t, c->key)) KNN__TRY(add_column(c, t));
    }
  }
  return KNN_OK;
}

knn_status knn_table_from_records(knn_ctx *ctx, const char *name, const knn_config *records,
                                  knn_table **out) {
  if (knn_config_kind_of(records) != KNN_CONFIG_LIST)
    return knn_fail(ctx, KNN_EDATA, "%s holds no list of records", name);
  column c = {.ctx = ctx, .name = name, .records = records, .n = knn_config_size(records)};
  knn_table *t = NULL;
  KNN__TRY(knn_table_new(ctx, name, c.n, &t));
  knn_status status = add_columns(&c, &t);
  if (status == KNN_OK)
    *out = t;
  else
    knn_table_release(t);
  return status;
}
