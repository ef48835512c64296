/* heads.h - what layers of several attention heads share: arguments, options of a call, projections
 * (EinsumDense sublayers), masks, and the attention itself. */
#ifndef KNN__HEADS_H
#define KNN__HEADS_H

#include "reg.h"

typedef struct knn__heads_args {
  double dropout;
  int64_t sliding_window, seed;
  bool flash_attention, use_gate;
  knn__kernel_reg reg;
} knn__heads_args;

#define KNN__HEADS_PARAMS(block, member)                                                        \
  KNN__REG_FIELD(block, member, dropout, KNN_P_FLOAT, "0",                                      \
                 "Share of the probabilities that become 0 in training.", .min = 0, .max = 1),  \
      KNN__REG_FIELD(block, member, sliding_window, KNN_P_INT, "null",                          \
                     "Keys so many steps away or more are not seen; null: all are.",            \
                     .mark = KNN_COUNT, .min = 1, .max = 1e15),                                 \
      KNN__REG_FIELD(block, member, flash_attention, KNN_P_BOOL, "null",                        \
                     "As in Keras: refused with dropout or scores, else without effect.",       \
                     .nullable = true),                                                         \
      KNN__KERNEL_PARAMS(block, member.reg),                                                    \
      KNN__REG_FIELD(block, member, use_gate, KNN_P_BOOL, "false",                              \
                     "Whether a sigmoid of a projection of the query scales what heads find."), \
      KNN__REG_FIELD(block, member, seed, KNN_P_INT, "null",                                    \
                     "Start of the dropout's random numbers; default: the context's.",          \
                     .mark = KNN_LABEL)

/* Options of a call; the masks of query, value and key are else those on the inputs. */
typedef struct knn__heads_call {
  knn_value *query_mask, *value_mask, *key_mask, *attention_mask;
  bool return_attention_scores, use_causal_mask;
} knn__heads_call;
extern const knn_param knn__heads_call_params[6];

/* The projections of a layer; gate NULL without. */
typedef struct knn__heads {
  knn_layer *query, *key, *gate, *value, *output;
} knn__heads;

/* A projection "abc,cde->abde" of `free` axes and `bound` summed ones to n new ones. */
typedef struct knn__projection {
  const char *name, *activation;
  int free, bound, n;
  const int64_t *dims;
} knn__projection;

/* Make it, build it for the input and add it to the layer; *out is lent. */
knn_status knn__heads_project(knn_layer *layer, const knn__heads_args *args,
                              const knn__projection *p, const knn__spec *in, knn_layer **out);
/* Sublayers that Keras makes besides take automatic names. */
knn_status knn__heads_take_names(knn_layer *layer);
/* Dropout and flash_attention together are refused, as in Keras. */
knn_status knn__heads_check(knn_layer *layer, const knn__heads_args *args);
/* Query and value expected, at most a key besides; value and key of equal steps. */
knn_status knn__heads_inputs(knn_layer *layer, const knn__spec *in, int n_in);

/* Apply a projection to an input; the input's mask is none of its concern. */
knn_value *knn__heads_apply(knn_layer *projection, knn__scope *s, knn_value *x, bool training);

/* One call: operands projected, and what decides how they meet. */
typedef struct knn__meeting {
  const knn__heads_args *args;
  const knn__heads_call *call;
  double scale;
  bool training;
  int n_axes;                  /* axes of the steps */
  const char *dot, *combine;   /* subscripts of scores (key, query) and of the result */
  knn_value *q, *k, *v, *mask; /* mask: combined, or NULL */
} knn__meeting;

/* The masks of a call combined, the order left out where the attention itself knows it. *mask may
 * be NULL. */
knn_value *knn__heads_mask(knn__scope *s, const knn__layer_io *io, const knn__heads_args *args);
/* Results of the heads; *scores (may be NULL) the probabilities if the call asks for them. */
knn_value *knn__heads_meet(knn__scope *s, const knn__meeting *m, knn_value **scores);

/* "query_dense" of projection i; private: with an underscore in front. */
const char *knn__heads_part(const knn_layer *layer, int i, bool private_names);

#endif
