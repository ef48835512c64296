/* layer.h - a layer is constructor arguments + weights + a composition of ops. One file per layer,
 * one line in layer_list.h.
 *
 * A row gives the arguments' schema, `build` (weights from the input's spec) and `call` (ops on
 * values: runs at once on tensors, grows a graph on nodes). Serialization, checking, binding and
 * help all come from the schema. */
#ifndef KNN__LAYER_H
#define KNN__LAYER_H

#include "knn/layer.h"
#include "activation.h"
#include "initializer.h"
#include "node.h"
#include "regularizer.h"
#include "variable.h"

/* First member of every layer's argument block: the keywords that all layers take. */
typedef struct knn__layer_common {
  char *name;
  bool trainable;
  knn_policy policy;
  knn_ints input_shape; /* without batch; n = -1 when not given */
  knn_object *activity_regularizer;
} knn__layer_common;
#define KNN__LAYER_PARAMS(block)                                                                   \
  {.name = "name",                                                                                 \
   .kind = KNN_P_STRING,                                                                           \
   .def = "null",                                                                                  \
   .doc = "Name of the layer; default: made from its class.",                                      \
   .offset = offsetof(block, common.name)},                                                        \
      {.name = "trainable",                                                                        \
       .kind = KNN_P_BOOL,                                                                         \
       .def = "true",                                                                              \
       .doc = "Whether training changes the weights.",                                             \
       .offset = offsetof(block, common.trainable)},                                               \
      {.name = "dtype",                                                                            \
       .kind = KNN_P_POLICY,                                                                       \
       .def = "null",                                                                              \
       .nullable = true,                                                                           \
       .doc =                                                                                      \
           "Type of weights and computation, or a policy such as \"mixed_bfloat16\"; default: "    \
           "the policy set for all layers, float32.",                                              \
       .offset = offsetof(block, common.policy)},                                                  \
      {.name = "input_shape",                                                                      \
       .kind = KNN_P_INTS,                                                                         \
       .mark = KNN_SIZE,                                                                           \
       .def = "null",                                                                              \
       .doc = "Shape of the input without the batch, when this is a model's first layer.",         \
       .offset = offsetof(block, common.input_shape)},                                             \
  {                                                                                                \
    .name = "activity_regularizer", .kind = KNN_P_OBJECT, .choices = "regularizer", .def = "null", \
    .doc = "Penalty on the layer's output, divided by the batch size.",                            \
    .offset = offsetof(block, common.activity_regularizer)                                         \
  }

/* What `call` sees and fills. Values are lent; masks are NULL where there is none. */
typedef struct knn__layer_io {
  int n_in;
  knn_value *const *in;
  knn_value *const *mask; /* one per input */
  bool training;
  bool read; /* an input was strings, and is the numbers that were read from them */
  const knn_layer_extra *extra; /* what the caller gives besides; NULL = nothing */
  const void *options;          /* what call sees of it: the block of the row's call options */
  int n_out;                    /* preset to 1 */
  knn_value *out[KNN__MAX_OUT];
  knn_value *out_mask[KNN__MAX_OUT];
} knn__layer_io;

/* What a layer does with the types of its inputs. */
typedef enum knn__inputs {
  KNN__IN_FLOATS, /* everything becomes the layer's dtype */
  KNN__IN_STRICT, /* floats become the layer's dtype, integers are refused with a hint */
  KNN__IN_KEPT,   /* floats become the layer's dtype, integers stay */
  KNN__IN_ANY     /* as they are: containers, whose layers decide */
} knn__inputs;

/* What makes a layer a cell, which a recurrent layer runs at every step: its call takes a step's
 * input and the states and gives the step's output and the new states. */
typedef struct knn__cell {
  /* The states for a step's input; at most KNN__MAX_OUT - 1. */
  knn_status (*states)(knn_layer *cell, const knn__spec *step, knn__spec *states, int *n);
  /* Around a sequence in training: draw what stays the same at all its steps (dropout), for inputs
   * and states shaped like these, and forget it again. NULL = nothing. */
  void (*begin)(knn_layer *cell, knn__scope *s, knn_value *step, knn_value *const *states);
  void (*end)(knn_layer *cell);
} knn__cell;

typedef struct knn__layer_def {
  knn_class cls;
  int min_rank, max_rank; /* of each input, batch included; 0, 0 = any */
  bool ranks_of_first;    /* they are those of the first input only */
  int max_in;             /* inputs; 0 = one, -1 = any number */
  knn__inputs inputs;
  bool takes_integers; /* wants integer inputs as they are (ids); a model feeds all others as
                          float32 */
  bool dtype_is_input; /* the argument dtype is that of the input, any type (InputLayer) */
  bool draws_unasked;  /* a bare call outside of any model is one in training */
  bool wide; /* 16-bit floats are computed in float32, weights included: inputs are cast up,
                results back (normalisation) */
  bool consumes_mask;    /* uses the mask and passes none on */
  bool supports_masking; /* the input's mask goes on to the output unless call sets out_mask */
  bool activity_inside;  /* the activity penalty is that of its sublayers, not its own */
  const knn_param *call_params; /* options of a call besides inputs, masks and training */
  int n_call_params;
  size_t call_size;      /* of their block */
  bool mixes_rows;       /* a row of the result depends on other rows of the batch */
  const knn__cell *cell; /* NULL = no cell */
  size_t loop_at;        /* recurrent layers: where knn__loop_args stands in the arguments */
  size_t fields_size;    /* of the instance's own struct (weights, sublayers), at layer->fields,
                            zeroed */
  /* Arguments fit together? Before any build; NULL = nothing to check. Use knn_fail without the
   * layer's name. */
  knn_status (*check)(knn_layer *layer);
  knn_status (*build)(knn_layer *layer, const knn__spec *in, int n_in); /* NULL = no weights */
  void (*call)(knn_layer *layer, knn__scope *s, knn__layer_io *io);
  /* Drop what `fields` owns; NULL = it owns nothing. Sees zeroed fields if `check` failed. */
  void (*finalize)(knn_layer *layer);
  /* Look at data before training: statistics, a vocabulary. The layer is built. NULL = nothing to
   * find. */
  knn_status (*adapt)(knn_layer *layer, const knn_tensor *data);
  const struct knn__vocabulary *vocabulary; /* of layers that have one, or NULL */
  /* The name under which Keras's files keep sublayer i, "cell"; one that ends in '/' holds them
   * all. NULL = "layers/". */
  const char *(*part)(const knn_layer *layer, int i);
  const struct knn__strings *strings;       /* of layers that take strings, or NULL */
} knn__layer_def;

/* What a layer makes of strings before its call sees them: numbers. That is done on data, never
 * inside of a graph; a model runs such layers in front of its plan. Each input of strings is read
 * by itself. */
typedef struct knn__strings {
  bool only; /* it takes nothing else */
  /* type and shape of the numbers, for strings of a shape; sizes may be unknown */
  knn_status (*infer)(knn_layer *layer, const knn__spec *in, knn__spec *out);
  knn_status (*read)(knn_layer *layer, const knn_tensor *in, knn_tensor **out);
} knn__strings;

/* Tokens, integers or strings, that a layer knows by number. */
typedef struct knn__vocabulary {
  bool integers; /* tokens are integers, else strings */
  /* tokens: a list; weights: of the inverse document frequency, a list or NULL */
  knn_status (*set)(knn_layer *layer, const knn_config *tokens, const knn_config *weights);
  /* as a list, in the order of their numbers; special: mask and unknown too */
  knn_status (*get)(const knn_layer *layer, bool special, knn_config **out);
} knn__vocabulary;

#define KNN__CALL_PARAMS(table, block) \
  .call_params = (table), .n_call_params = KNN__LEN(table), .call_size = sizeof(block)

struct knn_layer {
  knn_object base;
  const knn__layer_def *def;
  bool built, trainable;
  void *fields;
  knn_variable **weights; /* own, in creation order, counted */
  int n_weights, cap_weights;
  knn_variable **states; /* own, counted; no weights: what is carried from call to call */
  int n_states, cap_states;
  knn_layer **sublayers; /* counted */
  int n_sublayers, cap_sublayers;
  char *path;        /* scope of the variables' paths: "sequential/dense"; set when built */
  knn__spec input;   /* of the first input, as built; batch unknown */
  knn__spec *inputs; /* of all inputs */
  int n_inputs;
  int n_fixed; /* axes whose sizes are fixed by the weights, see knn__fix_axis */
  struct {
    int axis; /* negative: from the end */
    int64_t size;
  } fixed[KNN_MAX_RANK];
  knn__calls calls;     /* on symbolic values */
  bool mask_told;       /* that it drops masks was said */
  knn_object **metrics; /* counted; updated in its call */
  int n_metrics, cap_metrics;
  knn_value *added_loss; /* by its last call from outside of any layer; counted, NULL = none */
  /* A layer written by a host (Lua): its class, counted, and its functions. NULL for rows of the
   * table. */
  knn_layer_class *own_class;
  const knn_layer_custom *custom;
  void *self;
};

/* The layer that is being called, for layers called inside it: paths, and where their losses go. */
typedef struct knn__frame {
  const struct knn__frame *outer;
  knn_layer *layer;
  knn__scope *scope;
  bool training;
} knn__frame;

extern const knn__family knn__family_layer;

static inline knn__layer_common *knn__layer_common_of(const knn_layer *layer) {
  return layer->base.args;
}
/* Type of computation, that of the results. */
static inline knn_dtype knn__layer_dtype(const knn_layer *layer) {
  return knn__layer_common_of(layer)->policy.compute;
}
/* Does a model whose first layer this is feed integers as integers? */
static inline bool knn__layer_wants_integers(const knn_layer *layer) {
  return layer->def->dtype_is_input ? !knn_dtype_is_float(knn__layer_dtype(layer))
                                    : layer->def->takes_integers;
}
/* Does it take nothing but strings? */
static inline bool knn__layer_wants_strings(const knn_layer *layer) {
  if (layer->def->dtype_is_input) return knn__layer_dtype(layer) == KNN_STRING;
  return layer->def->strings && layer->def->strings->only;
}
/* Zeroed layer of a family's object: row, name, fields, checks. */
knn_status knn__layer_init(knn_object *object);
void knn__layer_finalize(knn_object *object);
/* "layer 'fc1' (Dense): " in front of the message, unless a layer inside it already said so. */
knn_status knn__in_layer(const knn_layer *layer, knn_status st);
/* Number, ranks and fixed sizes of inputs; the message tells what to add in front where that is
 * plain. */
knn_status knn__layer_check_inputs(const knn_layer *layer, const knn__spec *in, int n_in);

/* The row of a layer's call options, as a class; and the block that a call gets: options parsed,
 * tensors put in their places (lent). Clear it with knn__args_clear. */
knn_class knn__call_class(const knn__layer_def *def);
knn_status knn__call_options(knn_layer *layer, const knn_layer_extra *extra, void *block);

/* New weight, filled by its initializer (a layer's objects are lent: NULL initializer = zeros).
 * Call from build. The layer owns it; *out is lent. */
knn_status knn__add_weight(knn_layer *layer, const char *name, int rank, const int64_t *dims,
                           knn_object *initializer, knn_object *regularizer, knn_object *constraint,
                           bool trainable, knn_variable **out);
/* New state, zeros; *out is lent. */
knn_status knn__add_state(knn_layer *layer, const char *name, const knn__spec *spec,
                          knn_variable **out);
/* The same in a type of its own. */
knn_status knn__add_weight_of(knn_layer *layer, const char *name, knn_dtype type, int rank,
                              const int64_t *dims, knn_object *initializer, bool trainable,
                              knn_variable **out);
/* Call from build: later inputs must have this size at the axis (negative: from the end). */
void knn__fix_axis(knn_layer *layer, int axis, int64_t size);
/* Take a sublayer (retained): its weights follow this layer's own. */
knn_status knn__add_sublayer(knn_layer *layer, knn_layer *sub);

/* Build for the given inputs (batch sizes are ignored). `scope_path` is the caller's path or "".
 * Does nothing if built. */
knn_status knn__layer_build(knn_layer *layer, const char *scope_path, const knn__spec *in,
                            int n_in);
/* Checks ranks and sizes, builds at need, calls, adds the activity penalty; on symbolic values the
 * call is noted instead. Failures are put on the
 * scope with "layer 'dense' (Dense): ..." in front. io: inputs, masks and training set; results
 * lent by the scope. */
void knn__layer_call(knn_layer *layer, knn__scope *s, knn__layer_io *io);
/* Add penalty / batch to the loss, as Keras; the batch, that of `out`, may be known only when the
 * graph runs. */
void knn__add_activity_loss(knn__scope *s, knn_value *penalty, knn_value *out);
/* Add a number to the loss. */
void knn__add_loss(knn__scope *s, knn_value *loss);
/* layer_custom.c: drops the class of a host's layer with the arguments that it describes. */
void knn__layer_leave_class(knn_layer *layer);
/* Is an input symbolic? Such a call is noted: training 1, 0 or -1 = as the model will be called. */
bool knn__layer_is_symbolic(const knn__layer_io *io);
void knn__layer_record(knn_layer *layer, knn__scope *s, knn__layer_io *io, int training);
/* The entrance of a drawing: a call of an InputLayer on nothing. */
knn_status knn__input_value(knn_layer *input_layer, knn_value **out);
/* What an InputLayer lets in: its type and shape with the batch. */
void knn__input_layer_spec(const knn_layer *input_layer, knn__spec *out);
bool knn__is_input_layer(const knn_layer *layer);
/* One input, one output. */
knn_value *knn__layer_apply(knn_layer *layer, knn__scope *s, knn_value *x, bool training);
/* Output specs for input specs, without computing (sizes may be unknown). Builds the layer at need.
 */
knn_status knn__layer_infer(knn_layer *layer, const knn__spec *in, int n_in, bool training,
                            knn__spec *out, int *n_out);

/* Weights of the layer and its sublayers in Keras's order: own trainable, own non-trainable, then
 * the sublayers'. */
/* lent; free the array with knn__free */
knn_status knn__layer_weights(knn_layer *layer, knn_variable ***out, int *n);
/* Set the flag as Keras does: on the layer, its variables created trainable, and all sublayers. */
void knn__layer_set_trainable(knn_layer *layer, bool trainable);
/* Sum of the penalties of trainable weights that have a regularizer, as a scalar value; NULL when
 * there is none. */
knn_value *knn__layer_penalties(knn_layer *layer, knn__scope *s);

/* Where Keras's files keep the sublayer of one that has one, and the cell of a recurrent layer. */
const char *knn__part_layer(const knn_layer *layer, int i);
const char *knn__part_cell(const knn_layer *layer, int i);

/* Keras's name rule: "Conv2D" -> "conv2d", "MaxPooling2D" -> "max_pooling2d". */
void knn__snake_case(const char *name, char *out, size_t size);

#endif
