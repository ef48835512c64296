/* layer.h - layers for C hosts: the ones of the table, and a host's own. */
#ifndef KNN_LAYER_H
#define KNN_LAYER_H

#include "knn/value.h"

KNN_BEGIN

typedef struct knn_layer knn_layer;

/* A layer by class name; options as text, "units=64, activation=relu" (NULL = defaults), or as a
 * config. A layer is an object: knn_layer_object gives it as one. */
KNN_API knn_status knn_layer_new(knn_ctx *ctx, const char *name, const char *options,
                                 knn_layer **out);
KNN_API knn_status knn_layer_from_config(knn_ctx *ctx, const char *name, const knn_config *options,
                                         knn_layer **out);
KNN_API void knn_layer_retain(knn_layer *layer);
KNN_API void knn_layer_release(knn_layer *layer); /* NULL is fine */
KNN_API knn_object *knn_layer_object(knn_layer *layer);
KNN_API knn_layer *knn_layer_of(knn_object *object); /* NULL if it is no layer */
KNN_API const char *knn_layer_name(const knn_layer *layer);
KNN_API bool knn_layer_built(const knn_layer *layer);
KNN_API bool knn_layer_trainable(const knn_layer *layer);
KNN_API void knn_layer_set_trainable(knn_layer *layer, bool trainable);

/* The layers inside, in the order of their weights; i from 0, lent. */
KNN_API int knn_layer_sublayer_count(const knn_layer *layer);
KNN_API knn_layer *knn_layer_sublayer_at(const knn_layer *layer, int i);

/* Call on values: tensors compute at once, nodes grow a graph, symbolic values give symbolic
 * values. training: 1, 0, or -1 = as the layer or model around the call. Results are new
 * references. */
KNN_API knn_status knn_layer_call(knn_layer *layer, knn_value *const *ins, int n_in, int training,
                                  knn_value **outs, int *n_out);

/* What a call may be given besides its inputs; zeroed = nothing. */
typedef struct knn_layer_extra {
  const knn_config *options; /* the call's options by name: use_causal_mask = true */
  knn_value *const *masks;   /* one per input, entries may be NULL; else those on the inputs */
  int n_values;              /* tensors by name: attention_mask */
  const char *const *names;
  knn_value *const *values;
} knn_layer_extra;
KNN_API knn_status knn_layer_call_with(knn_layer *layer, knn_value *const *ins, int n_in,
                                       int training, const knn_layer_extra *extra, knn_value **outs,
                                       int *n_out);
/* The options of calls of a layer class (a class of the family "layer"); *n = 0 and NULL when it
 * has none. */
KNN_API const knn_param *knn_layer_call_params(const knn_class *cls, int *n);

/* The shape of result i for inputs of these shapes (batch first, KNN_ANY where a size is open), all
 * floats of the layer's type; builds the layer at need. KNN_EARG if there is no result i. */
typedef struct knn_dims {
  int rank;
  int64_t v[KNN_MAX_RANK];
} knn_dims;
KNN_API knn_status knn_layer_output_shape(knn_layer *layer, const knn_dims *ins, int n_in, int i,
                                          knn_dims *out);

/* Zero what recurrent layers with stateful = true, here and inside, carry from call to call. */
KNN_API knn_status knn_layer_reset_states(knn_layer *layer);

/* Models are drawn with symbolic values: an input has a shape and no data, and what layers and ops
 * make of it is symbolic too; knn_model_functional makes a model of such a drawing. options:
 * "shape=[28,28,1], name=image"; see the class InputLayer. */
KNN_API knn_status knn_input_new(knn_ctx *ctx, const char *options, knn_value **out);
KNN_API knn_status knn_input_from_config(knn_ctx *ctx, const knn_config *options, knn_value **out);
/* The layer or op that made a symbolic value: its name, and the layer (lent). NULL for other
 * values, and the layer of an op. */
KNN_API const char *knn_value_name(const knn_value *v);
KNN_API knn_layer *knn_value_layer(const knn_value *v);
/* What the layer was first called on, and what that gave, in drawings that still exist: new
 * references. *n: room, then number. KNN_ESTATE if it was never called so. */
KNN_API knn_status knn_layer_symbolic_inputs(const knn_layer *layer, knn_value **ins, int *n);
KNN_API knn_status knn_layer_symbolic_outputs(const knn_layer *layer, knn_value **outs, int *n);

/* Weights in Keras's order, from 0; lent. */
KNN_API int knn_layer_weight_count(knn_layer *layer);
KNN_API knn_status knn_layer_weight(knn_layer *layer, int i, knn_tensor **tensor, const char **path,
                                    bool *trainable);
/* All of them at once, lent. *n: room, then number. The value stands for the weight in calls and
 * gradients. */
typedef struct knn_weight {
  knn_tensor *tensor;
  knn_value *value;
  const char *path;
  bool trainable;
} knn_weight;
KNN_API knn_status knn_layer_weights(knn_layer *layer, knn_weight *out, int *n);
/* The value that stands for weight i in calls and gradients. */
KNN_API knn_status knn_layer_weight_value(knn_layer *layer, int i, knn_value **out);
KNN_API int64_t knn_layer_param_count(knn_layer *layer);

/* Let the layer look at data before training: Normalization finds mean and variance, lookups their
 * vocabulary. KNN_EARG for a layer that has nothing to find. */
KNN_API knn_status knn_layer_adapt(knn_layer *layer, knn_tensor *data);
/* The tokens that a lookup knows, a list of integers or strings in the order of their numbers;
 * special: mask and unknown tokens too. A new reference. */
KNN_API knn_status knn_layer_vocabulary(knn_layer *layer, bool special, knn_config **out);
/* weights: of the inverse document frequency, or NULL */
KNN_API knn_status knn_layer_set_vocabulary(knn_layer *layer, const knn_config *tokens,
                                            const knn_config *weights);

/* What a host's `call` sees and fills. */
typedef struct knn_custom_call {
  knn_value *const *ins, *const *masks; /* a mask for each input, NULL where there is none */
  int n_in;
  bool training;
  knn_value **outs, **out_masks; /* new references; masks are NULL at first */
  int n_out;                     /* room, then number */
} knn_custom_call;

struct knn_custom_step;

/* A class of layers written by the host. `build` adds weights with knn_layer_add_weight, `call`
 * applies ops. Both see `self`; free_self is called when the layer goes. What is not needed is
 * NULL. */
typedef struct knn_layer_custom {
  const char *class_name;
  knn_status (*build)(void *self, knn_layer *layer, int n_in,
                      const knn_value *const *ins); /* ins: specs only */
  knn_status (*call)(void *self, knn_layer *layer, knn_custom_call *call);
  void (*free_self)(void *self);
  /* What makes it a cell for RNN: sizes of its states without the batch (room for *n, receives
   * their number). `call` then sees the step's input and the states, and gives the output and the
   * new states. NULL = no cell. */
  knn_status (*state_sizes)(void *self, knn_layer *layer, int64_t *sizes, int *n);
  /* Its options besides those of all layers; offsets are found here. */
  const knn_param *params;
  int n_params;
  bool is_model;         /* stands for a model: summaries can show what is inside */
  bool supports_masking; /* the input's mask goes on to the output unless call gives one */
  bool consumes_mask;    /* uses masks, and says by itself which go on */
  /* Steps of a model over the layer, for the kinds whose bits are set, (1 << KNN_STEP_TRAIN); see
   * knn/model.h. */
  unsigned steps;
  knn_status (*step)(void *self, knn_layer *layer, struct knn_custom_step *step);
  /* Makes a layer of the class from options: what lets models be cloned, and layers be made by the
   * name of their class. NULL = it cannot be done. */
  knn_status (*make)(void *maker, const knn_config *options, knn_layer **out);
  void *maker;
} knn_layer_custom;

/* The struct and its texts are copied. Layers of a class keep it; while somebody keeps it and it
 * has `make`, knn_layer_new and configs know its name. */
typedef struct knn_layer_class knn_layer_class;
KNN_API knn_status knn_layer_class_new(knn_ctx *ctx, const knn_layer_custom *custom,
                                       knn_layer_class **out);
KNN_API void knn_layer_class_release(knn_layer_class *cls);                  /* NULL is fine */
KNN_API const knn_class *knn_layer_class_schema(const knn_layer_class *cls); /* lent */
/* A layer of the class; options NULL = defaults. On failure `self` is not freed. */
KNN_API knn_status knn_layer_class_make(knn_layer_class *cls, void *self, const knn_config *options,
                                        knn_layer **out);
/* A layer of a class of its own. */
KNN_API knn_status knn_layer_new_custom(knn_ctx *ctx, const knn_layer_custom *custom, void *self,
                                        const knn_config *options, knn_layer **out);
/* A weight to be made; the objects are names or objects in configs. */
typedef struct knn_weight_spec {
  const char *name; /* NULL = variable, variable_1, ..., as Keras names them */
  int rank;
  const int64_t *dims;
  const knn_config *initializer;              /* NULL = glorot_uniform */
  const knn_config *regularizer, *constraint; /* NULL = none */
  bool frozen;                                /* training does not change it */
} knn_weight_spec;
/* The value is lent and stands for the weight in calls. */
KNN_API knn_status knn_layer_add_weight(knn_layer *layer, const knn_weight_spec *spec,
                                        knn_value **out);
KNN_API knn_status knn_layer_add_sublayer(knn_layer *layer, knn_layer *sub);
/* Let training reset and report a metric (retained) that the layer updates in its call; one that it
 * has already stays once. */
KNN_API knn_status knn_layer_add_metric(knn_layer *layer, knn_object *metric);
/* Add a value, summed to one number, to what training makes small. Called in the layer's call. */
KNN_API knn_status knn_layer_add_loss(knn_layer *layer, knn_value *loss);
/* What the last call of the layer from outside of any other added to the loss, one number, if it
 * added any; then the penalty of each trainable weight that has a regularizer: new references. *n:
 * room, then number. */
KNN_API knn_status knn_layer_losses(knn_layer *layer, knn_value **losses, int *n);

/* The parts of layers by themselves. Results are new references; a NULL activation is the identity.
 */
KNN_API knn_status knn_activation_call(knn_object *activation, knn_value *x, knn_value **out);
/* a scalar */
KNN_API knn_status knn_regularizer_call(knn_object *regularizer, knn_value *w, knn_value **penalty);
KNN_API knn_status knn_constraint_call(knn_object *constraint, knn_value *w, knn_value **out);
/* Fill a tensor of any type; the same initializer gives the same numbers each time. */
KNN_API knn_status knn_initializer_fill(knn_object *initializer, knn_tensor *w);

KNN_END

#endif
