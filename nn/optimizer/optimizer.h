/* optimizer.h - update rules: one vector loop over the whole model. Weights lie in one arena,
 * gradients in a second, each slot in another; a segment is one weight in them. Order of a step:
 * spec keras-training.md section 3.2: loss scale, accumulation, clipping, weight decay, the rule,
 * averages of weights, iterations. */
#ifndef KNN__OPTIMIZER_H
#define KNN__OPTIMIZER_H

#include "knn/optimizer.h"
#include "object.h"
#include "ops.h"
#include "schedule.h"
#include "simd.h"
#include "variable.h"

enum { KNN__SLOTS = 4, KNN__TABLES = 16 };

/* First member of every optimizer's argument block. */
typedef struct knn__optimizer_common {
  knn_object *learning_rate; /* a schedule; a number becomes a constant one */
  double weight_decay, clipnorm, clipvalue, global_clipnorm; /* NaN = off */
  bool use_ema;
  double ema_momentum;
  int64_t ema_overwrite_frequency;     /* KNN_NONE = never */
  double loss_scale_factor;            /* NaN = off */
  int64_t gradient_accumulation_steps; /* KNN_NONE = off */
  char *name;
} knn__optimizer_common;

#define KNN__OPTIMIZER_PARAM(block, field, KIND, DEFAULT, DOC, ...) \
  {                                                                 \
    .name = #field, .kind = (KIND), .def = (DEFAULT), .doc = (DOC), \
    .offset = offsetof(block, common.field), __VA_ARGS__            \
  }
/* The rows of the common arguments; `block` starts with a knn__optimizer_common called common. */
#define KNN__OPTIMIZER_PARAMS(block, rate, decay)                                                 \
  KNN__OPTIMIZER_PARAM(block, learning_rate, KNN_P_OBJECT, rate,                                  \
                       "Step size: a number or a schedule.", .choices = "schedule",               \
                       .positional = true),                                                       \
      KNN__OPTIMIZER_PARAM(block, weight_decay, KNN_P_FLOAT, decay,                               \
                           "Share of each weight taken off per unit of rate, before the rule.",   \
                           .nullable = true, .min = 0, .max = 1e9),                               \
      KNN__OPTIMIZER_PARAM(block, clipnorm, KNN_P_FLOAT, "null",                                  \
                           "Longest gradient of one weight.", .min = 0, .max = 1e30,              \
                           .above_min = true),                                                    \
      KNN__OPTIMIZER_PARAM(block, clipvalue, KNN_P_FLOAT, "null",                                 \
                           "Largest element of a gradient.", .min = 0, .max = 1e30,               \
                           .above_min = true),                                                    \
      KNN__OPTIMIZER_PARAM(block, global_clipnorm, KNN_P_FLOAT, "null",                           \
                           "Longest gradient of all weights together.", .min = 0, .max = 1e30,    \
                           .above_min = true),                                                    \
      KNN__OPTIMIZER_PARAM(                                                                       \
          block, use_ema, KNN_P_BOOL, "false",                                                    \
          "Keep moving averages of the weights; they replace the weights after fit."),            \
      KNN__OPTIMIZER_PARAM(block, ema_momentum, KNN_P_FLOAT, "0.99", "Share of the old average.", \
                           .min = 0, .max = 1),                                                   \
      KNN__OPTIMIZER_PARAM(block, ema_overwrite_frequency, KNN_P_INT, "null",                     \
                           "Steps between replacing the weights by their averages.",              \
                           .mark = KNN_COUNT, .min = 1, .max = 1e18),                             \
      KNN__OPTIMIZER_PARAM(block, loss_scale_factor, KNN_P_FLOAT, "null",                         \
                           "Gradients are divided by it.", .min = 0, .max = 1e30,                 \
                           .above_min = true),                                                    \
      KNN__OPTIMIZER_PARAM(block, gradient_accumulation_steps, KNN_P_INT, "null",                 \
                           "Steps whose mean gradient makes one update.", .mark = KNN_COUNT,      \
                           .min = 2, .max = 1e9),                                                 \
      KNN__OPTIMIZER_PARAM(block, name, KNN_P_STRING, "null", "Name.")

/* A weight in the arenas. */
typedef struct knn__segment {
  knn_variable *variable;         /* counted */
  int64_t first, n;               /* elements */
  double decay;                   /* share taken off per unit of rate; 0 = none */
  int64_t slot_first[KNN__SLOTS]; /* its first element in each slot; -1 = it has none there */
} knn__segment;

/* The gradient of a table of which few rows have one: sums (n, width) of the listed rows, zero for
 * all others. Rows ascend; the list may be filled up with the number of rows. */
typedef struct knn__row_gradient {
  int segment;
  const int32_t *rows;
  const float *sums;
  int64_t n, width;
} knn__row_gradient;

/* A run of weights with one setting: contiguous in weights, gradients and slots. */
typedef struct knn__span {
  float *w, *g;
  int64_t first; /* in the slots */
  int64_t n;
  double decay;
  const knn__row_gradient *listed; /* instead of g; NULL = none */
} knn__span;

struct knn_optimizer {
  knn_object base;
  knn_optimizer *inner; /* wrapped: gives rule, arguments and rate; NULL = none */
  double rate;          /* of a constant schedule, as Keras keeps it: float32; a host's word */
  const void *owner;    /* the model whose arena the segments describe; NULL = none */
  int64_t iterations;   /* calls so far, micro-steps of accumulation included */
  knn__segment *segments;
  int n_segments;
  int64_t size;     /* elements of all segments */
  int64_t builds;   /* how often it was bound to weights */
  knn__span *spans; /* room for one per segment, so that a step allocates nothing */
  char **excluded;  /* fragments of paths without weight decay */
  int n_excluded, cap_excluded;
  int n_slots;
  const char *slot_names[KNN__SLOTS];
  bool slot_apart[KNN__SLOTS];
  knn_tensor *slots[KNN__SLOTS]; /* (size) float32, or as slot_shape of the rule says */
  void *work;                    /* what the rule's prepare made */
  knn_variable *scale;           /* factor of the loss that follows the gradients; NULL = none */
  int64_t finite_steps;          /* since it last changed */
  knn_tensor *average, *accumulator; /* (size); NULL unless asked for */
};

/* One run of elements [0, n): what a rule's loop sees. */
typedef struct knn__update {
  const void *args; /* the rule's argument block */
  const knn__simd_set *loops;
  knn__rule rule; /* all but its numbers */
  float *g;       /* the gradients, for rules that make something else of them */
  double rate;
  int64_t t; /* 1, 2, ...: real updates */
} knn__update;

typedef struct knn__slot_spec {
  const char *name;
  float first; /* contents before the first step */
  bool apart;  /* in files it stands behind the other slots, for one weight after the other */
  bool copies; /* starts as the weight instead */
} knn__slot_spec;

typedef struct knn__optimizer_def {
  knn_class cls;
  /* Of a wrapper: check its arguments and set what it wraps. */
  knn_status (*wrap)(knn_optimizer *o);
  /* Of a wrapper, ahead of a step on all gradients g: false = no step is made. */
  bool (*admit)(knn_optimizer *o, float *g);
  int (*slots)(const void *args, knn__slot_spec specs[KNN__SLOTS]); /* their number */
  void (*update)(const knn__update *u);
  /* Or, for rules that look at a weight as a whole (at norms, rows, matrices): make the gradient
   * u->g into a direction; the weight moves by minus the result times it. Once per weight. */
  float (*direct)(const knn_optimizer *o, const knn__segment *weight, const knn__update *u);
  /* Whether elements whose gradient is zero stay as they are; NULL = never. */
  bool (*rests)(const void *args, double rate);
  /* Shape of a slot of v, which begins as v's own; false = v has no such slot. NULL = v's own. */
  bool (*slot_shape)(const void *args, int slot, const knn_variable *v, knn__spec *shape);
  /* What Keras keeps in place of a slot that v does not have, and never reads; zeros here. NULL =
   * nothing. */
  void (*blank)(int slot, const knn_variable *v, knn__spec *shape);
  /* A number behind all slots in Keras's files, known from the updates so far. NULL = none. */
  double (*product)(const void *args, int64_t t);
  /* Weight decay of v, NaN = none; NULL = weight_decay for all. */
  double (*decay)(const void *args, const knn_variable *v);
  /* Memory that steps need, made once the weights are known, and its end; NULL = none. */
  knn_status (*prepare)(knn_optimizer *o);
  void (*release)(knn_optimizer *o);
} knn__optimizer_def;

extern const knn__family knn__family_optimizer;

/* Whose rule and arguments apply: the wrapped optimizer's, else its own. */
static inline const knn_object *knn__optimizer_rule(const knn_optimizer *o) {
  return o->inner ? &o->inner->base : &o->base;
}
static inline const knn__optimizer_def *knn__optimizer_def_of(const knn_optimizer *o) {
  return (const knn__optimizer_def *)knn__optimizer_rule(o)->cls;
}
static inline const knn__optimizer_common *knn__optimizer_common_of(const knn_optimizer *o) {
  return knn__optimizer_rule(o)->args;
}

/* Bind to weights, in this order, and make the slots. Kept as it is when the weights are the same
 * as before; refused (KNN_ESTATE) when another owner's model would lose its own. owner NULL = a
 * custom loop. */
knn_status knn__optimizer_build(knn_optimizer *o, const void *owner, knn_variable *const *weights,
                                int n);
/* Ahead of a step: ask the schedule, if it is a host's, for the rate. */
knn_status knn__optimizer_ready(knn_optimizer *o);
/* One step over packed arenas w and g of `size` elements; `listed`, at most KNN__TABLES in the
 * order of their segments, stand for those segments' part of g, with the same result bit by bit.
 * Allocates nothing; pieces depend on the sizes only. */
void knn__optimizer_step(knn_optimizer *o, float *w, float *g, const knn__row_gradient *listed,
                         int n_listed);
/* The same over spans that lie anywhere; g: all gradients, in segment order, in which those of the
 * spans lie. */
void knn__optimizer_run(knn_optimizer *o, const knn__span *spans, int n, float *g);
/* Whether gradients may be listed by rows: not where all of a gradient is read before the update.
 */
bool knn__optimizer_lists_rows(const knn_optimizer *o);
/* Whether a step leaves elements without gradient as they are. */
bool knn__optimizer_rests(const knn_optimizer *o, double decay);
/* What the optimizer keeps, number i from 0 in the order of Keras's files, which begin with
 * iteration and learning rate: a view of its part for one weight, a new reference. What only Keras
 * keeps is a tensor of its own. *out is NULL past the end.
 */
knn_status knn__optimizer_state(const knn_optimizer *o, int i, knn_tensor **out);
/* Shape of a slot of a weight; false = the weight has no such slot. */
bool knn__optimizer_slot_shape(const knn_optimizer *o, int slot, const knn_variable *v,
                               knn__spec *shape);
/* The loss times what the gradients are divided by before the step; the loss itself without. */
knn_value *knn__optimizer_scale_loss(const knn_optimizer *o, knn__scope *s, knn_value *loss);
/* After fit: weights become their averages if use_ema. */
void knn__optimizer_finish(knn_optimizer *o, float *w);

#endif
