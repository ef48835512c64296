/* attention.c - attention.h from tiles: for each head, blocks of queries against all keys at once.
 * Keys and values are copied once per head so that tiles read them straight: k' (key_dim, keys)
 * times the scale, v (keys, value_dim); for the gradient also k and v' the other way, and q and dy.
 * A block's scores stay in the second-level cache from the product to the sum. */
#include <math.h>
#include <string.h>

#include "functions.h"
#include "pool.h"
#include "set.h"
#include "tile.h"

enum { BLOCK = 48 }; /* queries of a block: whole tiles of 6 and of 8 rows */

/* One head, and where its scratch lies. Rows of matrices are whole vectors, named by the axes
 * (rows_columns). */
typedef struct head {
  const knn__attention *p;
  const real *q, *k, *v, *dy; /* element 0 of the head; rows lie *_step apart */
  real *y, *stats, *dq, *dk, *dv;
  int64_t q_step, k_step, v_step, y_step;
  const unsigned char *mask;     /* of query 0 */
  int64_t keys, dims, values;    /* sizes rounded up to whole vectors */
  real *dims_keys, *keys_values; /* scale k', v */
  real *values_keys, *keys_dims, *queries_dims, *queries_values; /* v', k, q, dy */
  real *scores, *other;                                          /* (BLOCK, keys) */
} head;

static int64_t whole(int64_t n) {
  return vectors_of(n) * LANES;
}

/* c (rows, columns) = or += a b; b's rows are whole vectors. */
static void multiply(int64_t rows, int64_t columns, int64_t depth, const real *a, int64_t a_row,
                     int64_t a_col, const real *b, int64_t b_row, real *c, int64_t c_row,
                     bool add) {
  const int64_t zero = 0;
  tile t = {.starts = &zero,
            .runs = 1,
            .run = depth,
            .b_row = b_row,
            .c_row = c_row,
            .a_row = a_row,
            .a_col = a_col,
            .add = add};
  for (int64_t j = 0; j < columns; j += COLUMNS) {
    t.columns = columns - j < COLUMNS ? columns - j : COLUMNS;
    t.b = b + j;
    const int64_t most = tile_rows(t.columns);
    for (int64_t i = 0; i < rows; i += most) {
      t.rows = rows - i < most ? rows - i : most;
      t.a = a + i * a_row;
      t.c = c + i * c_row + j;
      KNN__ISA(tile)(&t);
    }
  }
}

/* Rows of x, `step` apart, into rows of `width`; the rest 0. */
static void copy_rows(const real *x, int64_t step, int64_t rows, int64_t n, int64_t width,
                      real *to) {
  for (int64_t i = 0; i < rows; i++) {
    memcpy(to + i * width, x + i * step, (size_t)n * sizeof(real));
    for (int64_t j = n; j < width; j++) to[i * width + j] = 0;
  }
}

/* The same turned: to (n, width) = scale x'. */
static void copy_turned(const real *x, int64_t step, int64_t rows, int64_t n, int64_t width,
                        real scale, real *to) {
  for (int64_t first = 0; first < width;
       first += LANES) /* a block stays in the first-level cache */
    for (int64_t j = 0; j < n; j++)
      for (int64_t i = first; i < first + LANES; i++)
        to[j * width + i] = i < rows ? x[i * step + j] * scale : 0;
}

static bool counts(const head *h, int64_t query, int64_t key) {
  const knn__attention *p = h->p;
  return (!p->causal || key <= query) &&
         (!h->mask || h->mask[query * p->mask_step[2] + key * p->mask_step[3]]);
}

/* Elements of a row that the mask and the order take out become x. */
static void take_out(const head *h, int64_t query, real *row, real x) {
  if (!h->mask && !h->p->causal) return;
  for (int64_t j = 0; j < h->p->keys; j++) row[j] = counts(h, query, j) ? row[j] : x;
}

static real largest(const real *row, int64_t n) {
  vec most = load(row);
  real x = row[0];
  for (int64_t j = LANES; j + LANES <= n; j += LANES) {
    const vec y = load(row + j);
    most = choose(y > most, y, most);
  }
  for (int j = 0; j < LANES && n >= LANES; j++) x = most[j] > x ? most[j] : x;
  for (int64_t j = n - n % LANES; j < n; j++) x = row[j] > x ? row[j] : x;
  return x;
}

#ifdef KNN_REAL_DOUBLE
static inline vec exponential(vec x) {
  for (int i = 0; i < LANES; i++) x[i] = exp(x[i]);
  return x;
}
#else
/* Of numbers up to 0: one factor 2^n is enough, since what is below the smallest normal number
 * counts as 0. */
static inline vec exponential(vec x) {
  ints n;
  const vec r = reduce(at_least(x, -87), &n);
  return choose(x < -87, all(0), (r * r * tail_of_exp(r) + r + 1) * power_of_two(n));
}
#endif

/* row = factor e^(row - most) up to whole vectors, 0 behind the n elements; returns their sum. */
static real exponentials(real *row, int64_t n, real most, real factor) {
  vec sum = {0};
  const int64_t end = n - n % LANES;
  real rest = 0;
  for (int64_t j = 0; j < end; j += LANES) {
    const vec y = exponential(load(row + j) - most) * factor;
    store(row + j, y);
    sum += y;
  }
  if (end < n) {
    vec y = {0};
    for (int64_t j = end; j < n; j++) y[j - end] = row[j] - most;
    y = exponential(y) * factor;
    for (int64_t j = end; j < end + LANES; j++) {
      row[j] = j < n ? y[j - end] : 0;
      rest += row[j];
    }
  }
  return rest + sum_lanes(sum);
}

/* Scores of queries first .. first + rows - 1, those that do not count lowest. */
static void scores_of(const head *h, int64_t first, int64_t rows) {
  const knn__attention *p = h->p;
  multiply(rows, p->keys, p->key_dim, h->q + first * h->q_step, h->q_step, 1, h->dims_keys, h->keys,
           h->scores, h->keys, false);
  for (int64_t i = 0; i < rows; i++)
    take_out(h, first + i, h->scores + i * h->keys, (real)KNN__LOWEST_SCORE * REAL_MAX);
}

static void forward_block(const head *h, int64_t first, int64_t rows) {
  const knn__attention *p = h->p;
  scores_of(h, first, rows);
  for (int64_t i = 0; i < rows; i++) {
    real *row = h->scores + i * h->keys, *stats = h->stats + (first + i) * 2;
    stats[0] = largest(row, p->keys);
    stats[1] = 1 / exponentials(row, p->keys, stats[0], 1);
  }
  multiply(rows, p->value_dim, p->keys, h->scores, h->keys, 1, h->keys_values, h->values,
           h->y + first * h->y_step, h->y_step, false);
  for (int64_t i = 0; i < rows; i++)
    for (int64_t d = 0; d < p->value_dim; d++)
      h->y[(first + i) * h->y_step + d] *= h->stats[(first + i) * 2 + 1];
}

/* other = scale P (other - row sums of P other), P the scores' probabilities */
static void score_gradients(const head *h, int64_t first, int64_t rows) {
  const int64_t n = h->p->keys;
  const real scale = (real)h->p->scale;
  for (int64_t i = 0; i < rows; i++) {
    const real *p = h->scores + i * h->keys;
    real *d = h->other + i * h->keys;
    vec sum = {0};
    for (int64_t j = n; j < h->keys; j++) d[j] = 0;
    for (int64_t j = 0; j < h->keys; j += LANES) sum += load(p + j) * load(d + j);
    const real total = sum_lanes(sum);
    for (int64_t j = 0; j < h->keys; j += LANES)
      store(d + j, load(p + j) * (load(d + j) - total) * scale);
    take_out(h, first + i, d, 0);
  }
}

static void gradient_block(const head *h, int64_t first, int64_t rows) {
  const knn__attention *p = h->p;
  scores_of(h, first, rows);
  for (int64_t i = 0; i < rows; i++) {
    const real *stats = h->stats + (first + i) * 2;
    exponentials(h->scores + i * h->keys, p->keys, stats[0], stats[1]);
  }
  const real *dy = h->queries_values + first * h->values, *q = h->queries_dims + first * h->dims;
  multiply(rows, p->keys, p->value_dim, dy, h->values, 1, h->values_keys, h->keys, h->other,
           h->keys, false);
  multiply(p->keys, p->value_dim, rows, h->scores, 1, h->keys, dy, h->values, h->dv, h->v_step,
           true);
  score_gradients(h, first, rows);
  multiply(rows, p->key_dim, p->keys, h->other, h->keys, 1, h->keys_dims, h->dims,
           h->dq + first * h->q_step, h->q_step, false);
  multiply(p->keys, p->key_dim, rows, h->other, 1, h->keys, q, h->dims, h->dk, h->k_step, true);
}

/* Reals of scratch for one head at a time. */
static int64_t slice_of(const knn__attention *p) {
  const int64_t keys = whole(p->keys), dims = whole(p->key_dim), values = whole(p->value_dim);
  return p->key_dim * keys + p->keys * values + p->value_dim * keys + p->keys * dims +
         p->queries * (dims + values) + 2 * BLOCK * keys + LANES;
}

static void place_scratch(head *h, real *at) {
  const knn__attention *p = h->p;
  h->keys = whole(p->keys);
  h->dims = whole(p->key_dim);
  h->values = whole(p->value_dim);
  h->dims_keys = at;
  h->keys_values = h->dims_keys + p->key_dim * h->keys;
  h->values_keys = h->keys_values + p->keys * h->values;
  h->keys_dims = h->values_keys + p->value_dim * h->keys;
  h->queries_dims = h->keys_dims + p->keys * h->dims;
  h->queries_values = h->queries_dims + p->queries * h->dims;
  h->scores = h->queries_values + p->queries * h->values;
  h->other = h->scores + BLOCK * h->keys;
}

static head head_of(const knn__attention *p, int64_t b, int64_t number, real *scratch) {
  const int64_t kv = number / (p->heads / p->kv_heads);
  const int64_t q = b * p->queries * p->heads + number, k = b * p->keys * p->kv_heads + kv;
  head h = {.p = p,
            .q = (const real *)p->q + q * p->key_dim,
            .k = (const real *)p->k + k * p->key_dim,
            .v = (const real *)p->v + k * p->value_dim,
            .q_step = p->heads * p->key_dim,
            .k_step = p->kv_heads * p->key_dim,
            .v_step = p->kv_heads * p->value_dim,
            .y_step = p->heads * p->value_dim,
            .stats = (real *)p->stats + (b * p->heads + number) * p->queries * 2};
  if (p->mask) h.mask = p->mask + b * p->mask_step[0] + number * p->mask_step[1];
  if (p->y) h.y = (real *)p->y + q * p->value_dim;
  if (p->dy) {
    h.dy = (const real *)p->dy + q * p->value_dim;
    h.dq = (real *)p->dq + q * p->key_dim;
    h.dk = (real *)p->dk + k * p->key_dim;
    h.dv = (real *)p->dv + k * p->value_dim;
  }
  place_scratch(&h, scratch);
  return h;
}

/* What all heads of a group read. */
static void copy_keys(const head *h) {
  const knn__attention *p = h->p;
  copy_turned(h->k, h->k_step, p->keys, p->key_dim, h->keys, (real)p->scale, h->dims_keys);
  if (!p->dy) {
    copy_rows(h->v, h->v_step, p->keys, p->value_dim, h->values, h->keys_values);
    return;
  }
  copy_turned(h->v, h->v_step, p->keys, p->value_dim, h->keys, 1, h->values_keys);
  copy_rows(h->k, h->k_step, p->keys, p->key_dim, h->dims, h->keys_dims);
  for (int64_t i = 0; i < p->keys; i++) {
    memset(h->dk + i * h->k_step, 0, (size_t)p->key_dim * sizeof(real));
    memset(h->dv + i * h->v_step, 0, (size_t)p->value_dim * sizeof(real));
  }
}

static void run_head(const head *h) {
  const knn__attention *p = h->p;
  if (p->dy) {
    copy_rows(h->q, h->q_step, p->queries, p->key_dim, h->dims, h->queries_dims);
    copy_rows(h->dy, h->y_step, p->queries, p->value_dim, h->values, h->queries_values);
  }
  for (int64_t i = 0; i < p->queries; i += BLOCK) {
    const int64_t rows = p->queries - i < BLOCK ? p->queries - i : BLOCK;
    if (p->dy)
      gradient_block(h, i, rows);
    else
      forward_block(h, i, rows);
  }
}

typedef struct job {
  const knn__attention *p;
  real *scratch;
  int pieces;
} job;

static void piece(void *arg, int number) {
  const job *w = arg;
  const knn__attention *p = w->p;
  const int64_t share = p->heads / p->kv_heads;
  int64_t first, last;
  knn__piece_range(knn__attention_groups(p), w->pieces, number, &first, &last);
  for (int64_t g = first; g < last; g++)
    for (int64_t i = 0; i < share; i++) {
      const head h = head_of(p, g / p->kv_heads, g % p->kv_heads * share + i,
                             w->scratch + number * slice_of(p));
      if (i == 0) copy_keys(&h);
      run_head(&h);
    }
}

size_t KNN__ISA(attention_scratch)(const knn__attention *p) {
  return (size_t)(knn__attention_pieces(p) * slice_of(p)) * sizeof(real);
}

void KNN__ISA(attention)(knn_ctx *ctx, const knn__attention *p, void *scratch) {
  job w = {p, scratch, knn__attention_pieces(p)};
  knn__parallel(ctx, w.pieces, piece, &w);
}
