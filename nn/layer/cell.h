/* cell.h - what SimpleRNN, GRU and LSTM cells share: arguments, weights, dropout drawn once per
 * sequence. */
#ifndef KNN__CELL_H
#define KNN__CELL_H

#include "reg.h"

typedef struct knn__cell_args {
  int64_t units;
  knn_object *activation, *recurrent_activation;
  bool use_bias, unit_forget_bias, reset_after;
  knn_object *kernel_initializer, *recurrent_initializer, *bias_initializer;
  knn_object *kernel_regularizer, *recurrent_regularizer, *bias_regularizer;
  knn_object *kernel_constraint, *recurrent_constraint, *bias_constraint;
  double dropout, recurrent_dropout; /* clamped to 0 .. 1, as in Keras */
  int64_t seed;
} knn__cell_args;

enum { KNN__GATES = 4 }; /* most of any cell */

/* The masks of a sequence or of a single step; lent by the scope that drew them. */
typedef struct knn__cell_masks {
  bool drawn;
  knn_value *x[KNN__GATES], *h[KNN__GATES]; /* NULL = no dropout */
} knn__cell_masks;

/* `block` holds a knn__cell_args at `member`. */
#define KNN__CELL_FIELD(block, member, option, KIND, DEFAULT, DOC, ...) \
  {                                                                     \
    .name = #option, .kind = (KIND), .def = (DEFAULT), .doc = (DOC),    \
    .offset = offsetof(block, member.option), __VA_ARGS__               \
  }
/* clang-format off */
#define KNN__CELL_UNITS(b, m)                                                                      \
  KNN__CELL_FIELD(b, m, units, KNN_P_INT, NULL, "Number of outputs.", .mark = KNN_SIZE,            \
                  .positional = true, .min = 1, .max = 1e9),                                       \
  KNN__CELL_FIELD(b, m, activation, KNN_P_OBJECT, "tanh", "Function of the candidate state.",      \
                  .choices = "activation", .nullable = true)
#define KNN__CELL_GATE(b, m)                                                                       \
  KNN__CELL_FIELD(b, m, recurrent_activation, KNN_P_OBJECT, "sigmoid", "Function of the gates.",   \
                  .choices = "activation", .nullable = true)
#define KNN__CELL_OBJECT(b, m, option, def, family, doc)                                           \
  KNN__CELL_FIELD(b, m, option, KNN_P_OBJECT, def, doc, .choices = family, .nullable = true)
#define KNN__CELL_WEIGHTS(b, m)                                                                    \
  KNN__CELL_FIELD(b, m, use_bias, KNN_P_BOOL, "true", "Whether a bias is added."),                 \
  KNN__CELL_OBJECT(b, m, kernel_initializer, "glorot_uniform", "initializer",                      \
                   "First contents of the kernel."),                                               \
  KNN__CELL_OBJECT(b, m, recurrent_initializer, "orthogonal", "initializer",                       \
                   "First contents of the recurrent kernel."),                                     \
  KNN__CELL_OBJECT(b, m, bias_initializer, "zeros", "initializer", "First contents of the bias."), \
  KNN__CELL_OBJECT(b, m, kernel_regularizer, "null", "regularizer",                                \
                   "Penalty on the kernel, added to the loss."),                                   \
  KNN__CELL_OBJECT(b, m, recurrent_regularizer, "null", "regularizer",                             \
                   "Penalty on the recurrent kernel, added to the loss."),                         \
  KNN__CELL_OBJECT(b, m, bias_regularizer, "null", "regularizer",                                  \
                   "Penalty on the bias, added to the loss."),                                     \
  KNN__CELL_OBJECT(b, m, kernel_constraint, "null", "constraint",                                  \
                   "Projection of the kernel after each update."),                                 \
  KNN__CELL_OBJECT(b, m, recurrent_constraint, "null", "constraint",                               \
                   "Projection of the recurrent kernel after each update."),                       \
  KNN__CELL_OBJECT(b, m, bias_constraint, "null", "constraint",                                    \
                   "Projection of the bias after each update."),                                   \
  KNN__CELL_FIELD(b, m, dropout, KNN_P_FLOAT, "0.0",                                               \
                  "Share of the inputs set to 0 in training, the same ones at every step."),       \
  KNN__CELL_FIELD(b, m, recurrent_dropout, KNN_P_FLOAT, "0.0",                                     \
                  "Share of the states set to 0 in training, the same ones at every step."),       \
  KNN__CELL_FIELD(b, m, seed, KNN_P_INT, "null",                                                   \
                  "Seed of the dropout alone; null draws from the context's.", .mark = KNN_LABEL,  \
                  .nullable = true)
/* clang-format on */

/* kernel (features, gates units), recurrent_kernel (units, gates units) and, with use_bias, bias
 * (gates units) or, with bias_rows 2, (2, gates units). */
typedef struct knn__cell_weights {
  knn_variable *kernel, *recurrent, *bias;
} knn__cell_weights;
knn_status knn__cell_build(knn_layer *layer, const knn__cell_args *args, const knn__spec *in,
                           int gates, int bias_rows, knn__cell_weights *out);
/* The bias alone. */
knn_status knn__cell_add_bias(knn_layer *layer, const knn__cell_args *args, int gates, int rows,
                              knn_variable **out);

/* Draw the masks for one input and one state: as many of each as `gates`. They stay until
 * knn__cell_forget. */
void knn__cell_draw(const knn__cell_args *args, knn__scope *s, knn_value *step, knn_value *h,
                    int gates, knn__cell_masks *masks);
/* x without what the mask drops; mask NULL = all of x. */
knn_value *knn__cell_masked(knn__scope *s, knn_value *x, knn_value *mask);
/* The blocks of x kernel + bias, `units` columns each. One product for all, unless each block sees
 * other elements of x: masks[0] alone is for all, masks[1] and on are for the blocks. */
void knn__cell_project(knn__scope *s, knn_value *x, knn_value *const *masks, knn_value *kernel,
                       knn_value *bias, int64_t units, int blocks, knn_value **out);
/* Is a rate strictly between 0 and 1? Others drop nothing, as in Keras. */
static inline bool knn__drops(double rate) {
  return rate > 0 && rate < 1;
}

/* x kernel + bias over the last axis of x (batch, steps, features), in one product. */
knn_value *knn__cell_project_all(knn__scope *s, knn_value *x, knn_value *kernel, knn_value *bias);
/* Is it the activation of this name? */
bool knn__is_activation(const knn_object *activation, const char *name);
/* (batch, units) for a step's input, in the cell's type. */
knn__spec knn__cell_state_spec(const knn_layer *cell, const knn__spec *step, int64_t units);
/* Zeros; where the batch is not known it is that of `like`. */
knn_value *knn__zero_state(knn__scope *s, const knn__spec *spec, knn_value *like);
/* State i of a cell's call, or zeros where it was left out. */
knn_value *knn__cell_state(knn__scope *s, const knn__layer_io *io, int i, const knn__spec *spec);

#endif
