/* dot_product_attention.c - attention of several heads: y = softmax(scale q k' + bias) v, scores
 * that the mask takes out being the lowest number of their type. query (b, t, h, d), key (b, s, g,
 * d), value (b, s, g, e) -> (b, t, h, e); h a multiple of g. Without a bias it is the op
 * `attention`, which stores no scores; with one, a composition. */
#include <float.h>
#include <math.h>

#include "attention.h"
#include "op_list.h"

typedef struct dot_args {
  double scale;
  bool is_causal, flash_attention;
  double attn_logits_soft_cap;
} dot_args;

static const knn_param params[] = {
    KNN__PARAM(dot_args, scale, KNN_P_FLOAT, "null", "Factor of the scores; null: 1 / sqrt(d)."),
    KNN__PARAM(dot_args, is_causal, KNN_P_BOOL, "false",
               "Whether a query sees no key behind its own place."),
    KNN__PARAM(dot_args, flash_attention, KNN_P_BOOL, "null",
               "As in Keras; scores are never stored without a bias, whatever it says.",
               .nullable = true),
    KNN__PARAM(dot_args, attn_logits_soft_cap, KNN_P_FLOAT, "null",
               "c: scores x become c tanh(x / c).", .min = 0, .max = 1e30, .above_min = true),
};

/* The mask with four axes: those before are missing from the left. */
static knn_value *with_four_axes(knn__scope *s, knn_value *x) {
  while (s->status == KNN_OK && x->spec.rank < 4) x = knn__expand_dims(s, x, 0);
  return x;
}

static knn_value *composed(knn__scope *s, const dot_args *args, knn_value *const *in,
                           knn_value *bias, knn_value *mask, double scale) {
  knn_value *q = in[0], *k = in[1], *v = in[2];
  const int64_t share = q->spec.dims[2] / k->spec.dims[2];
  if (share > 1) k = knn__repeat(s, k, share, 2);
  if (share > 1) v = knn__repeat(s, v, share, 2);
  knn_value *scores = knn__einsum(s, "bthd,bshd->bhts", 2, (knn_value *[]){q, k});
  scores = knn__times(s, scores, scale);
  if (s->status != KNN_OK) return NULL;
  if (bias) scores = knn__add(s, scores, bias);
  if (!isnan(args->attn_logits_soft_cap))
    scores = knn__times(s, knn__tanh(s, knn__times(s, scores, 1 / args->attn_logits_soft_cap)),
                        args->attn_logits_soft_cap);
  if (args->is_causal) {
    knn_value *order = knn__position_mask(s, q, k, 1, true, KNN_NONE);
    mask = mask ? knn__logical_and(s, mask, order) : order;
  }
  if (s->status != KNN_OK) return NULL;
  const double most = scores->spec.dtype == KNN_F64 ? DBL_MAX : FLT_MAX;
  if (mask)
    scores = knn__where(s, mask, scores, knn__scalar_like(s, scores, KNN__LOWEST_SCORE * most));
  return knn__einsum(s, "bhts,bshd->bthd", 2, (knn_value *[]){knn__softmax(s, scores, -1), v});
}

knn_value *knn__dot_product_attention(knn__scope *s, knn_value *q, knn_value *k, knn_value *v,
                                      knn_value *mask, double scale, bool causal) {
  if (s->status != KNN_OK) return NULL;
  if (mask) mask = with_four_axes(s, knn__cast(s, mask, KNN_BOOL));
  return knn__attention_op(s, q, k, v, mask, scale, causal);
}

static void compose(knn__scope *s, knn__composition *c) {
  const dot_args *args = c->args;
  knn_value *in[3], *bias = NULL, *mask = NULL;
  knn__promote(s, &knn__op_add, 3, c->in, in);
  for (int i = 3; i < c->n_in; i++) {
    if (c->in[i]->spec.dtype == KNN_BOOL)
      mask = c->in[i];
    else
      bias = c->in[i];
  }
  if (s->status != KNN_OK) return;
  if (in[0]->spec.rank != 4 || in[1]->spec.rank != 4) {
    knn__scope_fail(s, KNN_ESHAPE,
                    "query and key of shape (batch, steps, heads, size) expected, got %s and %s",
                    KNN__SPEC(in[0]->spec), KNN__SPEC(in[1]->spec));
    return;
  }
  const double scale = isnan(args->scale) ? 1 / sqrt((double)in[0]->spec.dims[3]) : args->scale;
  c->out[0] =
      bias || !isnan(args->attn_logits_soft_cap)
          ? composed(s, args, in, bias, mask, scale)
          : knn__dot_product_attention(s, in[0], in[1], in[2], mask, scale, args->is_causal);
}

const knn__op knn__op_dot_product_attention = {
    .cls = {.family = "op",
            .name = "dot_product_attention",
            .summary = "Attention of several heads.",
            .detail =
                "y = softmax(scale q k' + bias) v for each head. After value may stand a bias "
                "(floats, added to the scores) and a mask (bool, true = counts); both "
                "broadcast to (batch, heads, t, s).",
            .shapes = "query (b, t, h, d), key (b, s, g, d), value (b, s, g, e) -> (b, t, h, e)",
            .example = "knn.ops.dot_product_attention(knn.ones{1, 2, 1, 3}, knn.ones{1, 4, 1, 3}, "
                       "knn.ones{1, 4, 1, 3}, {is_causal = true})",
            .source = "Vaswani et al. 2017",
            .see = "softmax|einsum",
            KNN__PARAMS(params, dot_args)},
    .min_in = 3,
    .max_in = 5,
    .compose = compose};
