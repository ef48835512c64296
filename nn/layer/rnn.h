/* rnn.h - what layers share that run a cell over time: x (batch, steps, ...) -> (batch, ...), or
 * (batch, steps, ...) with return_sequences. Further inputs are initial states. */
#ifndef KNN__RNN_H
#define KNN__RNN_H

#include "cell.h"
#include "scan.h"

typedef struct knn__loop_args {
  bool return_sequences, return_state, go_backwards, stateful, unroll, zero_output_for_mask;
  knn_config *use_cudnn;
} knn__loop_args;

/* clang-format off */
#define KNN__LOOP_FIELD(b, m, option, DOC)                                                          \
  {.name = #option, .kind = KNN_P_BOOL, .def = "false", .doc = (DOC), .offset = offsetof(b, m.option)}
#define KNN__LOOP_PARAMS_PLAIN(b, m)                                                                \
  KNN__LOOP_FIELD(b, m, return_sequences, "Whether the outputs of all steps are given, not only the last."), \
  KNN__LOOP_FIELD(b, m, return_state, "Whether the states after the last step are given too."),     \
  KNN__LOOP_FIELD(b, m, go_backwards, "Whether time runs from the last step to the first; results stand in the order of processing."), \
  KNN__LOOP_FIELD(b, m, stateful, "Whether each call goes on from the states of the one before; the batch must keep its size."), \
  KNN__LOOP_FIELD(b, m, zero_output_for_mask, "Whether masked steps give 0; else they give the output of the step before.")
#define KNN__LOOP_PARAMS(b, m)                                                                      \
  KNN__LOOP_PARAMS_PLAIN(b, m),                                                                     \
  KNN__LOOP_FIELD(b, m, unroll, "Accepted for Keras's sake: the numbers are the same.")
#define KNN__CUDNN_PARAM(b, m)                                                                      \
  {.name = "use_cudnn", .kind = KNN_P_CONFIG, .def = "auto", .nullable = true,                      \
   .doc = "Accepted for Keras's sake: the fast form is taken where the options allow.",             \
   .offset = offsetof(b, m.use_cudnn)}
/* clang-format on */

/* One sequence about to run: time goes forward. */
typedef struct knn__rnn {
  knn_layer *layer, *cell;
  const knn__loop_args *args;
  bool training, given_states; /* initial states came from outside: they may be other than 0 */
  knn_value *x, *mask;         /* mask (batch, steps) bool, or NULL */
  int n_states;
  knn_value *states[KNN__MAX_OUT]; /* before the first step; afterwards, behind the last */
  knn_value *y;                    /* result: all outputs with return_sequences, else the last */
} knn__rnn;

/* A faster way for the whole sequence: fills y and states, or returns false and does nothing. */
typedef bool knn__rnn_whole(knn__scope *s, knn__rnn *run);

/* May LSTM and GRU run as one op: the usual functions, no dropout of the states, and an output that
 * is the state h also where a mask begins with skipped steps? */
bool knn__rnn_is_usual(const knn__rnn *run, const knn__cell_args *args);
/* The sequence's input with the cell's dropout, projected for all steps. */
knn_value *knn__rnn_projected(knn__scope *s, const knn__rnn *run, const knn__cell_masks *masks,
                              const knn__cell_weights *w, knn_value *bias);
/* run->y from h of all steps (with return_sequences) or the last one. */
void knn__rnn_take_output(knn__scope *s, knn__rnn *run, knn_value *ys, knn_value *last);

/* The recurrent arguments of a layer; NULL if it is none. */
knn__loop_args *knn__loop_args_of(knn_layer *layer);
/* Make a cell of the row, called `name`, from the layer's arguments of the same names, and take it
 * as sublayer; *out lent. For `check`. */
knn_status knn__make_cell(knn_layer *layer, const knn__layer_def *row, const char *name,
                          knn_layer **out);
/* A cell from what the option `cell` holds: a layer that is one, or its name and config. New
 * reference. */
knn_status knn__cell_from(knn_ctx *ctx, const knn_config *config, knn_layer **out);
/* The cell's output for a step's input; the cell is built. */
knn_status knn__cell_output(knn_layer *cell, const knn__spec *step, knn__spec *out);
/* (batch, steps, ...) -> (batch, ...) */
knn__spec knn__step_spec(const knn__spec *x);
/* The layer's arguments for a second layer like it: layers among them as {class_name, config}. */
knn_status knn__layer_options(const knn_layer *layer, knn_config **out);
/* Build the cell for the steps of x. */
knn_status knn__rnn_build(knn_layer *layer, knn_layer *cell, const knn__spec *in);
/* Run: states, direction, masks, results. whole NULL = step by step. */
void knn__rnn_call(knn_layer *layer, knn_layer *cell, knn__scope *s, knn__layer_io *io,
                   knn__rnn_whole *whole);

#endif
