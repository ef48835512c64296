/* history.c - what each epoch of a run ended with. */
#include <math.h>
#include <string.h>

#include "model.h"

typedef struct column {
  char *name;
  double *values; /* one per epoch */
  int capacity;
} column;

struct knn_history {
  knn_ctx *ctx;
  int *epochs, n_epochs, cap_epochs;
  column *columns;
  int n_columns, cap_columns;
  bool interrupted;
  double seconds;
};

knn_status knn__history_new(knn_ctx *ctx, knn_history **out) {
  knn_history *h = knn__alloc(ctx, sizeof *h);
  if (!h) return KNN_ENOMEM;
  h->ctx = ctx;
  knn_ctx_retain(ctx);
  *out = h;
  return KNN_OK;
}

void knn_history_release(knn_history *h) {
  if (!h) return;
  knn_ctx *ctx = h->ctx;
  for (int i = 0; i < h->n_columns; i++) {
    knn__free(ctx, h->columns[i].name);
    knn__free(ctx, h->columns[i].values);
  }
  knn__free(ctx, h->columns);
  knn__free(ctx, h->epochs);
  knn__free(ctx, h);
  knn_ctx_release(ctx);
}

static knn_status find_column(knn_history *h, const char *name, column **out) {
  for (int i = 0; i < h->n_columns; i++)
    if (strcmp(h->columns[i].name, name) == 0) {
      *out = &h->columns[i];
      return KNN_OK;
    }
  KNN__TRY(
      knn__grow(h->ctx, (void **)&h->columns, &h->cap_columns, h->n_columns, sizeof *h->columns));
  column fresh = {.name = knn__strdup(h->ctx, name)};
  if (!fresh.name) return KNN_ENOMEM;
  h->columns[h->n_columns] = fresh;
  *out = &h->columns[h->n_columns++];
  return KNN_OK;
}

/* Room for the epoch about to end; earlier ones that lack the column read as NaN. */
static knn_status widen(knn_history *h, column *c) {
  int before = c->capacity;
  while (c->capacity <= h->n_epochs)
    KNN__TRY(knn__grow(h->ctx, (void **)&c->values, &c->capacity, c->capacity, sizeof *c->values));
  for (int i = before; i < c->capacity; i++) c->values[i] = NAN;
  return KNN_OK;
}

knn_status knn__history_add(knn_history *h, int epoch, const knn_logs *logs) {
  KNN__TRY(knn__grow(h->ctx, (void **)&h->epochs, &h->cap_epochs, h->n_epochs, sizeof *h->epochs));
  for (int i = 0; i < knn_logs_size(logs); i++) {
    column *c;
    KNN__TRY(find_column(h, knn_logs_name(logs, i), &c));
    KNN__TRY(widen(h, c));
    c->values[h->n_epochs] = knn_logs_value(logs, i);
  }
  h->epochs[h->n_epochs++] = epoch;
  return KNN_OK;
}

void knn__history_finish(knn_history *h, bool interrupted, double seconds) {
  h->interrupted = interrupted;
  h->seconds = seconds;
}

int knn_history_epochs(const knn_history *h) {
  return h->n_epochs;
}

int knn_history_epoch(const knn_history *h, int i) {
  return h->epochs[i];
}

int knn_history_columns(const knn_history *h) {
  return h->n_columns;
}

const char *knn_history_name(const knn_history *h, int c) {
  return h->columns[c].name;
}

double knn_history_value(const knn_history *h, int c, int i) {
  return i < h->columns[c].capacity ? h->columns[c].values[i] : NAN;
}

bool knn_history_interrupted(const knn_history *h) {
  return h->interrupted;
}

double knn_history_seconds(const knn_history *h) {
  return h->seconds;
}
