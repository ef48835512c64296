/* attention_loops.c - attention.h in plain loops, one row of scores at a time. */
#include "attention.h"
#include "pool.h"
#include "real.h"

typedef struct job {
  const knn__attention *p;
  real *scratch;
  int pieces;
} job;

/* One row of one head: where its operands stand. */
typedef struct row {
  const knn__attention *p;
  const real *q, *k, *v; /* k, v: of key 0 */
  int64_t k_step, v_step;
  const unsigned char *mask;
  int64_t seen; /* keys that the order lets it see */
  real scale;
} row;

static real dot(const real *a, const real *b, int64_t n) {
  real sum = 0;
  for (int64_t i = 0; i < n; i++) sum += a[i] * b[i];
  return sum;
}

static row row_of(const knn__attention *p, int64_t b, int64_t head, int64_t query) {
  const int64_t kv = head / (p->heads / p->kv_heads);
  return (row){
      .p = p,
      .q = (const real *)p->q + ((b * p->queries + query) * p->heads + head) * p->key_dim,
      .k = (const real *)p->k + (b * p->keys * p->kv_heads + kv) * p->key_dim,
      .v = (const real *)p->v + (b * p->keys * p->kv_heads + kv) * p->value_dim,
      .k_step = p->kv_heads * p->key_dim,
      .v_step = p->kv_heads * p->value_dim,
      .mask = p->mask
                  ? p->mask + b * p->mask_step[0] + head * p->mask_step[1] + query * p->mask_step[2]
                  : NULL,
      .seen = p->causal ? query + 1 : p->keys,
      .scale = (real)p->scale,
  };
}

static bool counts(const row *r, int64_t key) {
  return key < r->seen && (!r->mask || r->mask[key * r->p->mask_step[3]]);
}

static void scores(const row *r, real *s) {
  for (int64_t j = 0; j < r->p->keys; j++)
    s[j] = counts(r, j) ? dot(r->q, r->k + j * r->k_step, r->p->key_dim) * r->scale
                        : (real)KNN__LOWEST_SCORE * REAL_MAX;
}

static void forward_row(const row *r, real *s, real *y, real *stats) {
  const int64_t n = r->p->keys;
  scores(r, s);
  real most = s[0], sum = 0;
  for (int64_t j = 1; j < n; j++) most = s[j] > most ? s[j] : most;
  for (int64_t j = 0; j < n; j++) sum += s[j] = exp(s[j] - most);
  stats[0] = most;
  stats[1] = 1 / sum;
  for (int64_t d = 0; d < r->p->value_dim; d++) y[d] = 0;
  for (int64_t j = 0; j < n; j++)
    for (int64_t d = 0; d < r->p->value_dim; d++) y[d] += s[j] * r->v[j * r->v_step + d];
  for (int64_t d = 0; d < r->p->value_dim; d++) y[d] *= stats[1];
}

/* s: room for two rows; dk, dv: of key 0, added to. */
static void gradient_row(const row *r, real *s, const real *stats, const real *dy, real *dq,
                         real *dk, real *dv) {
  const int64_t n = r->p->keys;
  real *ds = s + n, sum = 0;
  scores(r, s);
  for (int64_t j = 0; j < n; j++) {
    s[j] = exp(s[j] - stats[0]) * stats[1];
    ds[j] = dot(dy, r->v + j * r->v_step, r->p->value_dim);
    sum += s[j] * ds[j];
    for (int64_t d = 0; d < r->p->value_dim; d++) dv[j * r->v_step + d] += s[j] * dy[d];
  }
  for (int64_t d = 0; d < r->p->key_dim; d++) dq[d] = 0;
  for (int64_t j = 0; j < n; j++) {
    const real g = counts(r, j) ? s[j] * (ds[j] - sum) * r->scale : 0;
    for (int64_t d = 0; d < r->p->key_dim; d++) {
      dq[d] += g * r->k[j * r->k_step + d];
      dk[j * r->k_step + d] += g * r->q[d];
    }
  }
}

static void forward_piece(void *arg, int number) {
  const job *w = arg;
  const knn__attention *p = w->p;
  const int64_t share = p->heads / p->kv_heads;
  real *s = w->scratch + number * 2 * p->keys;
  int64_t first, last;
  knn__piece_range(knn__attention_groups(p), w->pieces, number, &first, &last);
  for (int64_t g = first; g < last; g++)
    for (int64_t i = 0; i < share * p->queries; i++) {
      const int64_t b = g / p->kv_heads, head = g % p->kv_heads * share + i / p->queries,
                    query = i % p->queries;
      const row r = row_of(p, b, head, query);
      forward_row(&r, s, (real *)p->y + ((b * p->queries + query) * p->heads + head) * p->value_dim,
                  (real *)p->stats + ((b * p->heads + head) * p->queries + query) * 2);
    }
}

/* Zero rows of one head among others. */
static void clear(real *x, int64_t rows, int64_t step, int64_t n) {
  for (int64_t i = 0; i < rows; i++)
    for (int64_t d = 0; d < n; d++) x[i * step + d] = 0;
}

static void gradient_piece(void *arg, int number) {
  const job *w = arg;
  const knn__attention *p = w->p;
  const int64_t share = p->heads / p->kv_heads;
  real *s = w->scratch + number * 2 * p->keys;
  int64_t first, last;
  knn__piece_range(knn__attention_groups(p), w->pieces, number, &first, &last);
  for (int64_t g = first; g < last; g++) {
    const int64_t b = g / p->kv_heads, kv = g % p->kv_heads, at = b * p->keys * p->kv_heads + kv;
    real *dk = (real *)p->dk + at * p->key_dim, *dv = (real *)p->dv + at * p->value_dim;
    clear(dk, p->keys, p->kv_heads * p->key_dim, p->key_dim);
    clear(dv, p->keys, p->kv_heads * p->value_dim, p->value_dim);
    for (int64_t i = 0; i < share * p->queries; i++) {
      const int64_t head = kv * share + i / p->queries, query = i % p->queries,
                    line = (b * p->queries + query) * p->heads + head;
      const row r = row_of(p, b, head, query);
      gradient_row(&r, s, (const real *)p->stats + ((b * p->heads + head) * p->queries + query) * 2,
                   (const real *)p->dy + line * p->value_dim, (real *)p->dq + line * p->key_dim, dk,
                   dv);
    }
  }
}

size_t KNN__REAL(attention_scratch)(const knn__attention *p) {
  return (size_t)(knn__attention_pieces(p) * 2 * p->keys) * sizeof(real);
}

void KNN__REAL(attention)(knn_ctx *ctx, const knn__attention *p, void *scratch) {
  job w = {p, scratch, knn__attention_pieces(p)};
  knn__parallel(ctx, w.pieces, p->dy ? gradient_piece : forward_piece, &w);
}
