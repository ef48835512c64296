/* attention.h - y = softmax(scale q k' + mask) v for each head, and its gradient, as one problem
 * for the loops of ref and simd. A score that the mask (or, when causal, the order) takes out
 * counts as LOWEST_SCORE of its type, so a row with nothing left gives the mean of v, as Keras's.
 * Heads may share keys and values: head h reads those of h / (heads / kv_heads).
 *
 * Rows of scores are never stored: forward leaves the largest score and 1 / sum of each row in
 * `stats`, from which the gradient makes them anew. */
#ifndef KNN__ATTENTION_H
#define KNN__ATTENTION_H

#include "kernel.h"

#define KNN__LOWEST_SCORE (-0.7) /* times the largest number of the type */

typedef struct knn__attention {
  int64_t batch, queries, keys, heads, kv_heads, key_dim, value_dim;
  double scale;
  bool causal;               /* query i sees keys 0 .. i */
  const void *q, *k, *v;     /* (batch, queries or keys, heads or kv_heads, key_dim or value_dim) */
  const unsigned char *mask; /* true = counts; NULL = everything */
  int64_t mask_step[4];      /* of batch, head, query, key; 0 = shared */
  void *y;                   /* (batch, queries, heads, value_dim) */
  void *stats;               /* (batch, heads, queries, 2) */
  const void *dy;            /* of the gradient: like y */
  void *dq, *dk, *dv;        /* like q, k, v */
} knn__attention;

/* Groups of heads that share keys and values: the units of work. */
static inline int64_t knn__attention_groups(const knn__attention *p) {
  return p->batch * p->kv_heads;
}
/* Pieces of it; each has its own part of the scratch memory. */
static inline int knn__attention_pieces(const knn__attention *p) {
  const int64_t n = knn__attention_groups(p);
  return (int)(n < 32 ? n : 32);
}

size_t knn__ref_attention_scratch_f32(const knn__attention *p);
size_t knn__ref_attention_scratch_f64(const knn__attention *p);
/* With dy the gradient. */
void knn__ref_attention_f32(knn_ctx *ctx, const knn__attention *p, void *scratch);
void knn__ref_attention_f64(knn_ctx *ctx, const knn__attention *p, void *scratch);

#endif
