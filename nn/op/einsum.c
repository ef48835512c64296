/* einsum.c - sums of products of elements with equal labels, in Einstein's notation:
 * "btd,dk->btk" is y[b, t, k] = sum over d of x[b, t, d] w[d, k]. Labels are letters, "..." stands
 * for axes that are broadcast; without "->" the result has the labels that occur once, in
 * alphabetical order. Operands are contracted from left to right: labels of one operand alone are
 * summed at once, two operands with common labels become one batched matrix product, transposed
 * operands are read as they lie where the labels allow it. The gradient is that of the ops used. */
#include <ctype.h>
#include <string.h>

#include "op_list.h"

typedef struct einsum_args {
  char *subscripts;
} einsum_args;

static const knn_param params[] = {
    KNN__PARAM(einsum_args, subscripts, KNN_P_STRING, NULL,
               "Labels of each operand's axes, and of the result's after \"->\".",
               .positional = true),
};

/* Axes of "..." have labels of their own, counted from the last one: 256, 257, ... */
enum { DOTS = 256, MOST = 16 };

/* A value with a label for each axis. */
typedef struct term {
  knn_value *x;
  int n;
  int label[KNN_MAX_RANK];
} term;

static int find(const term *t, int label) {
  for (int i = 0; i < t->n; i++)
    if (t->label[i] == label) return i;
  return -1;
}

static int64_t size_of(const term *t, int axis) {
  return t->x->spec.dims[axis];
}

static void fail(knn__scope *s, const char *text, const char *why) {
  knn__scope_fail(s, KNN_EARG, "subscripts '%s': %s", text, why);
}

/* ---- reading ---- */

/* One list of labels, up to ',' or '-' or the end; *at moves behind it. `dots`: axes that "..."
 * stands for. */
static void read_labels(knn__scope *s, const char *text, const char **at, int dots, term *t) {
  bool seen = false;
  for (; **at && **at != ',' && **at != '-' && s->status == KNN_OK; (*at)++) {
    if (isspace((unsigned char)**at)) continue;
    const bool ellipsis = strncmp(*at, "...", 3) == 0;
    if (!isalpha((unsigned char)**at) && (!ellipsis || seen)) {
      fail(s, text, "labels are letters, and one '...' for each operand");
      return;
    }
    if (t->n + (ellipsis ? dots : 1) > KNN_MAX_RANK) {
      fail(s, text, "too many axes");
      return;
    }
    if (!ellipsis) t->label[t->n++] = (unsigned char)**at;
    for (int i = 0; ellipsis && i < dots; i++) t->label[t->n++] = DOTS + dots - 1 - i;
    if (ellipsis) *at += 2;
    seen = seen || ellipsis;
  }
}

/* How many axes "..." stands for: what the letters leave of the rank. */
static int dots_of(const char *at, int rank) {
  for (; *at && *at != ',' && *at != '-'; at++)
    if (isalpha((unsigned char)*at)) rank--;
  return rank < 0 ? 0 : rank;
}

/* Without "->": what occurs once, axes of "..." first. */
static void implicit_result(const term *terms, int n, int dots, term *y) {
  for (int i = 0; i < dots && y->n < KNN_MAX_RANK; i++) y->label[y->n++] = DOTS + dots - 1 - i;
  for (int label = 'A'; label <= 'z'; label++) {
    int count = 0;
    for (int i = 0; i < n; i++)
      for (int k = 0; k < terms[i].n; k++) count += terms[i].label[k] == label;
    if (count == 1 && y->n < KNN_MAX_RANK) y->label[y->n++] = label;
  }
}

static void check_result(knn__scope *s, const char *text, const term *terms, int n, const term *y) {
  for (int i = 0; i < y->n; i++) {
    bool known = false;
    for (int k = 0; k < n; k++) known = known || find(&terms[k], y->label[i]) >= 0;
    if (!known || find(y, y->label[i]) < i)
      fail(s, text, "each label of the result stands in an operand, and once in the result");
  }
}

/* One label, one size (or 1). */
static void check_sizes(knn__scope *s, const char *text, const term *terms, int n) {
  for (int i = 0; i < n; i++)
    for (int a = 0; a < terms[i].n; a++)
      for (int k = 0; k <= i; k++)
        for (int b = 0; b < terms[k].n; b++) {
          const int64_t size = size_of(&terms[i], a), other = size_of(&terms[k], b);
          if (terms[i].label[a] != terms[k].label[b] || size == other || size == KNN_ANY ||
              other == KNN_ANY || size == 1 || other == 1)
            continue;
          knn__scope_fail(s, KNN_ESHAPE, "subscripts '%s': label '%c' has sizes %lld and %lld",
                          text, terms[i].label[a] < DOTS ? terms[i].label[a] : '.',
                          (long long)other, (long long)size);
        }
}

static void read(knn__scope *s, const char *text, knn_value *const *xs, int n, term *terms,
                 term *y) {
  const char *at = text;
  int most = 0;
  for (int i = 0; i < n && s->status == KNN_OK; i++) {
    const int dots = dots_of(at, xs[i]->spec.rank);
    terms[i] = (term){.x = xs[i]};
    const char *start = at;
    read_labels(s, text, &at, dots, &terms[i]);
    if (s->status == KNN_OK && terms[i].n != xs[i]->spec.rank)
      knn__scope_fail(s, KNN_ESHAPE, "subscripts '%s': operand %d has shape %s", text, i + 1,
                      KNN__SPEC(xs[i]->spec));
    if (memchr(start, '.', (size_t)(at - start)) && dots > most) most = dots;
    if (i + 1 < n && *at++ != ',') fail(s, text, "fewer lists of labels than operands");
  }
  if (s->status != KNN_OK) return;
  if (*at == ',') {
    fail(s, text, "more lists of labels than operands");
  } else if (*at == '-' && at[1] == '>') {
    at += 2;
    read_labels(s, text, &at, most, y);
    if (s->status == KNN_OK && *at) fail(s, text, "nothing may follow the result's labels");
  } else if (*at) {
    fail(s, text, "'->' stands before the result's labels");
  } else {
    implicit_result(terms, n, most, y);
  }
  if (s->status == KNN_OK) check_result(s, text, terms, n, y);
  if (s->status == KNN_OK) check_sizes(s, text, terms, n);
}

/* ---- one operand ---- */

/* Axes in the order of the labels given (all of the term's). */
static void arrange(knn__scope *s, term *t, const int *labels) {
  int64_t order[KNN_MAX_RANK];
  bool moved = false;
  for (int i = 0; i < t->n; i++) {
    order[i] = find(t, labels[i]);
    moved = moved || order[i] != i;
  }
  if (moved) t->x = knn__transpose(s, t->x, t->n, order);
  memcpy(t->label, labels, (size_t)t->n * sizeof *labels);
}

static void drop_axis(term *t, int axis) {
  t->n--;
  for (int i = axis; i < t->n; i++) t->label[i] = t->label[i + 1];
}

/* A label twice in one operand: its diagonal, every n + 1st element of the two axes as one. */
static void take_diagonals(knn__scope *s, term *t) {
  for (int a = 0; a < t->n && s->status == KNN_OK; a++)
    for (int b = a + 1; b < t->n && s->status == KNN_OK; b++) {
      if (t->label[a] != t->label[b]) continue;
      int64_t order[KNN_MAX_RANK] = {a, b}, dims[KNN_MAX_RANK];
      const int64_t n = size_of(t, a);
      int k = 2;
      for (int i = 0; i < t->n; i++)
        if (i != a && i != b) order[k++] = i;
      if (n == KNN_ANY) {
        knn__scope_fail(s, KNN_ESHAPE, "a diagonal of an axis of unknown size in %s",
                        KNN__SPEC(t->x->spec));
        return;
      }
      dims[0] = n * n;
      term next = {.n = t->n - 1, .label = {t->label[a]}};
      for (int i = 2; i < t->n; i++) {
        dims[i - 1] = size_of(t, (int)order[i]);
        next.label[i - 1] = t->label[order[i]];
      }
      next.x = knn__transpose(s, t->x, t->n, order);
      next.x = knn__reshape(s, next.x, next.n, dims);
      next.x = knn__slice_axis(s, next.x, 0, 0, n, n + 1);
      *t = next;
      b = a;
    }
}

/* Sum over the labels that stand in none of the n terms of `later`. */
static void sum_alone(knn__scope *s, term *t, const term *later, int n) {
  knn__axes axes = {0};
  for (int i = 0; i < t->n; i++) {
    bool wanted = false;
    for (int k = 0; k < n; k++) wanted = wanted || find(&later[k], t->label[i]) >= 0;
    if (!wanted) axes.v[axes.n++] = i;
  }
  if (axes.n == 0) return;
  t->x = knn__sum(s, t->x, axes, false);
  for (int i = axes.n - 1; i >= 0; i--) drop_axis(t, (int)axes.v[i]);
}

/* ---- two operands ---- */

/* Labels of a pair: in both and wanted later, in both and summed, in one alone. */
typedef struct split {
  int batch[KNN_MAX_RANK], sum[KNN_MAX_RANK], left[KNN_MAX_RANK], right[KNN_MAX_RANK];
  int n_batch, n_sum, n_left, n_right;
} split;

/* An axis of size 1 beside a larger one of the same label is dropped: the other one decides. */
static void drop_ones(knn__scope *s, term *a, const term *b) {
  for (int i = a->n - 1; i >= 0 && s->status == KNN_OK; i--) {
    const int k = find(b, a->label[i]);
    if (k < 0 || size_of(a, i) != 1 || size_of(b, k) == 1 || size_of(b, k) == KNN_ANY) continue;
    a->x = knn__squeeze(s, a->x, i);
    drop_axis(a, i);
  }
}

static split split_of(const term *a, const term *b, const term *later, int n) {
  split p = {0};
  for (int i = 0; i < a->n; i++) {
    const int label = a->label[i];
    bool wanted = false;
    for (int k = 0; k < n; k++) wanted = wanted || find(&later[k], label) >= 0;
    if (find(b, label) < 0)
      p.left[p.n_left++] = label;
    else if (wanted)
      p.batch[p.n_batch++] = label;
    else
      p.sum[p.n_sum++] = label;
  }
  for (int i = 0; i < b->n; i++)
    if (find(a, b->label[i]) < 0) p.right[p.n_right++] = b->label[i];
  return p;
}

static int append(int *to, int n, const int *labels, int count) {
  memcpy(to + n, labels, (size_t)count * sizeof *labels);
  return n + count;
}

/* No label is summed: elements side by side, both with the axes of the result. */
static term outer(knn__scope *s, term *a, term *b, const split *p) {
  term y = {0};
  int mine[KNN_MAX_RANK], n = append(mine, 0, p->batch, p->n_batch);
  arrange(s, b, (append(mine, n, p->right, p->n_right), mine));
  arrange(s, a, (append(mine, n, p->left, p->n_left), mine));
  y.n = append(y.label, 0, a->label, a->n);
  if (y.n + p->n_right > KNN_MAX_RANK) {
    knn__scope_fail(s, KNN_ESHAPE, "more than %d axes", KNN_MAX_RANK);
    return y;
  }
  y.n = append(y.label, y.n, p->right, p->n_right);
  for (int i = 0; i < p->n_right; i++) a->x = knn__expand_dims(s, a->x, -1);
  for (int i = 0; i < p->n_left; i++) b->x = knn__expand_dims(s, b->x, p->n_batch);
  y.x = knn__multiply(s, a->x, b->x);
  return y;
}

static int64_t product(const term *t, int first, int n) {
  return knn__count(n, t->x->spec.dims + first);
}

/* The operand as (kept axes, rows, cols) or, `*trans`, (kept axes, cols, rows): moved only if it
 * lies neither way. The axes of rows become one, those of cols too. */
static knn_value *as_matrix(knn__scope *s, term *t, const int *kept, int n_kept, const int *rows,
                            int n_rows, const int *cols, int n_cols, bool *trans) {
  int straight[KNN_MAX_RANK], turned[KNN_MAX_RANK];
  append(straight, append(straight, append(straight, 0, kept, n_kept), rows, n_rows), cols, n_cols);
  append(turned, append(turned, append(turned, 0, kept, n_kept), cols, n_cols), rows, n_rows);
  *trans = memcmp(t->label, turned, (size_t)t->n * sizeof(int)) == 0 && n_rows && n_cols;
  arrange(s, t, *trans ? turned : straight);
  if (s->status != KNN_OK) return NULL;
  const int first = *trans ? n_cols : n_rows, second = *trans ? n_rows : n_cols;
  if (first == 1 && second == 1) return t->x;
  return knn__reshape_tail(
      s, t->x, n_kept, 2,
      (int64_t[]){product(t, n_kept, first), product(t, n_kept + first, second)});
}

/* (batch, left, sum) x (batch, sum, right). Without batch labels all axes of `left` but the last
 * stay as they are: the product has rows of any number of axes. */
static term contract(knn__scope *s, term *a, term *b, const split *p) {
  const int rows = p->n_batch == 0 && p->n_left > 1 ? p->n_left - 1 : 0;
  int kept[KNN_MAX_RANK], n_kept = append(kept, 0, p->batch, p->n_batch);
  n_kept = append(kept, n_kept, p->left, rows);
  int64_t tail[KNN_MAX_RANK];
  int n_tail = 0;
  bool ta, tb;
  term y = {0};
  knn_value *l =
      as_matrix(s, a, kept, n_kept, p->left + rows, p->n_left - rows, p->sum, p->n_sum, &ta);
  knn_value *r = as_matrix(s, b, p->batch, p->n_batch, p->sum, p->n_sum, p->right, p->n_right, &tb);
  if (s->status != KNN_OK) return y;
  y.n = append(y.label, append(y.label, 0, kept, n_kept), p->left + rows, p->n_left - rows);
  if (y.n + p->n_right > KNN_MAX_RANK) {
    knn__scope_fail(s, KNN_ESHAPE, "more than %d axes", KNN_MAX_RANK);
    return y;
  }
  y.n = append(y.label, y.n, p->right, p->n_right);
  for (int i = rows; i < p->n_left; i++) tail[n_tail++] = size_of(a, find(a, p->left[i]));
  for (int i = 0; i < p->n_right; i++) tail[n_tail++] = size_of(b, find(b, p->right[i]));
  y.x = knn__matmul(s, l, r, ta, tb);
  if (p->n_left - rows != 1 || p->n_right != 1)
    y.x = knn__reshape_tail(s, y.x, n_kept, n_tail, tail);
  return y;
}

/* Does `b` have its own labels before those of `a` in the result? Then the product is turned
 * around. */
static bool turned_around(const term *a, const term *b, const term *y) {
  for (int i = 0; i < y->n; i++) {
    const bool in_a = find(a, y->label[i]) >= 0, in_b = find(b, y->label[i]) >= 0;
    if (in_a != in_b) return in_b;
  }
  return false;
}

/* others: room for the partner, the result, then the operands still to come; n of them in all. */
static term pair(knn__scope *s, term a, term b, term *others, int n) {
  drop_ones(s, &a, &b);
  drop_ones(s, &b, &a);
  others[0] = b;
  if (s->status == KNN_OK) sum_alone(s, &a, others, n);
  others[0] = a;
  if (s->status == KNN_OK) sum_alone(s, &b, others, n);
  if (s->status != KNN_OK) return a;
  if (turned_around(&a, &b, &others[1])) {
    const term left = b;
    b = a;
    a = left;
  }
  const split p = split_of(&a, &b, others + 1, n - 1);
  if (p.n_sum == 0) return outer(s, &a, &b, &p);
  if (knn_dtype_is_float(a.x->spec.dtype)) return contract(s, &a, &b, &p);
  split all = p; /* integers have no matrix product */
  all.n_batch = append(all.batch, all.n_batch, p.sum, p.n_sum);
  term y = outer(s, &a, &b, &all);
  if (s->status == KNN_OK) sum_alone(s, &y, others + 1, n - 1);
  return y;
}

knn_value *knn__einsum(knn__scope *s, const char *subscripts, int n, knn_value *const *xs) {
  term terms[MOST], others[MOST + 2], y = {0};
  if (s->status == KNN_OK && n > MOST)
    knn__scope_fail(s, KNN_EARG, "at most %d operands, got %d", MOST, n);
  if (s->status == KNN_OK) read(s, subscripts, xs, n, terms, &y);
  for (int i = 0; i < n && s->status == KNN_OK; i++) take_diagonals(s, &terms[i]);
  if (s->status != KNN_OK) return NULL;
  term sum = terms[0];
  others[0] = others[1] = y;
  if (n == 1) sum_alone(s, &sum, others, 1);
  for (int i = 1; i < n && s->status == KNN_OK; i++) {
    for (int k = i + 1; k < n; k++) others[k - i + 1] = terms[k];
    sum = pair(s, sum, terms[i], others, n - i + 1);
  }
  if (s->status == KNN_OK) arrange(s, &sum, y.label);
  return s->status == KNN_OK ? sum.x : NULL;
}

static void compose(knn__scope *s, knn__composition *c) {
  const einsum_args *args = c->args;
  c->out[0] = knn__einsum(s, args->subscripts, c->n_in, c->in);
}

const knn__op knn__op_einsum = {
    .cls = {.family = "op",
            .name = "einsum",
            .summary = "Sum of products of elements with equal labels.",
            .detail = "A label is a letter for an axis of an operand; labels that the result does "
                      "not have are summed over. '...' stands for axes that are broadcast.",
            .shapes = "operands and result as the subscripts say",
            .example = "print(knn.ops.einsum(\"ij,jk->ik\", knn.ones{2, 3}, knn.ones{3, 4}))",
            .source = "numpy.einsum",
            .see = "matmul|tensordot",
            KNN__PARAMS(params, einsum_args)},
    .min_in = 1,
    .max_in = -1,
    .flags = KNN__OP_PROMOTE,
    .compose = compose,
};
