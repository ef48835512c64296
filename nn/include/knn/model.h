/* model.h - models: stacking layers, compiling, training, evaluating, predicting.
 *
 * A model is also a layer (knn_model_layer) and can stand inside another one. Names, defaults and
 * behaviour are Keras's. Options are dicts; "knn_config_parse(ctx, "epochs=5, batch_size=64",
 * &options)" makes one from text. The schema of each method's options is the class of that name in
 * the family "method". */
#ifndef KNN_MODEL_H
#define KNN_MODEL_H

#include "knn/layer.h"
#include "knn/pipeline.h"

KNN_BEGIN

typedef struct knn_model knn_model;
typedef struct knn_logs knn_logs;
typedef struct knn_history knn_history;

/* A stack of layers. name NULL = "sequential", "sequential_1", ... */
KNN_API knn_status knn_sequential_new(knn_ctx *ctx, const char *name, knn_model **out);
/* A model of everything that lies between symbolic values: the inputs, which may also be inner
 * values of another model, and the outputs. With keys the values are known by them (in the order of
 * the keys), and arrays and losses can be given by name. options: name, trainable; NULL = defaults.
 */
typedef struct knn_values {
  int n;
  knn_value *const *v;
  const char *const *keys; /* NULL = a list */
} knn_values;
KNN_API knn_status knn_model_functional(knn_ctx *ctx, const knn_values *inputs,
                                        const knn_values *outputs, const knn_config *options,
                                        knn_model **out);
/* The model whose layers are those of a host's layer, which it retains. */
KNN_API knn_status knn_model_over_layer(knn_layer *layer, knn_model **out);
/* A step that such a layer makes itself, in place of prediction, loss, gradients, update and
 * metrics. It is called once per plan on nodes, and op by op on tensors where the model runs
 * eagerly. */
typedef enum knn_step_kind { KNN_STEP_TRAIN, KNN_STEP_TEST, KNN_STEP_PREDICT } knn_step_kind;
typedef struct knn_custom_step {
  knn_step_kind kind;
  int n_x, n_y, n_weights;
  knn_value *const *x, *const *y, *const *weights; /* weights[i] may be NULL */
} knn_custom_step;
/* One of its results: a number for the logs, or, of predictions, an output without a name. */
KNN_API knn_status knn_step_give(knn_custom_step *step, const char *name, knn_value *value);

/* What a compiled model does with targets and predictions; for steps of a host. */
typedef struct knn_targets {
  int n_y, n_pred, n_weights;
  knn_value *const *y, *const *y_pred, *const *weights; /* weights as in knn_data */
} knn_targets;
/* The loss: that of compile, penalties of weights, and what the model's last call added. A new
 * reference. */
KNN_API knn_status knn_model_compute_loss(knn_model *model, const knn_targets *targets,
                                          knn_value **out);
/* Let the metrics of compile see them. */
KNN_API knn_status knn_model_update_metrics(knn_model *model, const knn_targets *targets);
/* Its metrics, lent, and their names in the logs: the loss's tracker, those of compile, the losses
 * of single outputs, then those of layers that are no models. NULL past the end. */
KNN_API knn_object *knn_model_metric(const knn_model *model, int i, const char **name);

/* What a built model connects, for those who draw it: a list with a dict for each layer or op,
 * {name, class_name, input_shape, output_shape, from}; from lists the positions, counted from 0, of
 * those whose results it takes. A model inside has its own list as `inside`. A new reference. */
KNN_API knn_status knn_model_drawing(knn_model *model, knn_config **out);
/* A model of the same architecture, layers' names included, with weights of its own, newly drawn.
 * It is not compiled. Layers written by a host are made again where their class can do it. */
KNN_API knn_status knn_model_clone(knn_model *model, knn_model **out);
KNN_API void knn_model_retain(knn_model *model);
KNN_API void knn_model_release(knn_model *model); /* NULL is fine */
KNN_API knn_ctx *knn_model_ctx(const knn_model *model);
KNN_API knn_layer *knn_model_layer(knn_model *model); /* the model as a layer, lent */

/* Put a layer (retained) on top of the stack. KNN_ESTATE if the layer is already there, KNN_ESHAPE
 * if it does not fit. */
KNN_API knn_status knn_model_add(knn_model *model, knn_layer *layer);
/* several at once, or none when one does not fit */
KNN_API knn_status knn_model_add_layers(knn_model *model, knn_layer *const *layers, int n);
/* makes and adds */
KNN_API knn_status knn_model_add_new(knn_model *model, const char *layer_class,
                                     const char *options);
KNN_API knn_status knn_model_pop(knn_model *model); /* takes the last layer off */
KNN_API int knn_model_layer_count(const knn_model *model);
KNN_API knn_layer *knn_model_layer_at(const knn_model *model, int i); /* from 0; lent */
/* lent */
KNN_API knn_status knn_model_find_layer(const knn_model *model, const char *name, knn_layer **out);

/* Make the weights for inputs of this shape (batch included, KNN_ANY). Not needed when the first
 * layer has input_shape, or before fit, which takes the shape from the data. */
KNN_API knn_status knn_model_build(knn_model *model, int rank, const int64_t *dims);
KNN_API bool knn_model_built(const knn_model *model);
/* Shape with KNN_ANY for the batch; rank 0 while unbuilt. */
KNN_API int knn_model_output_shape(const knn_model *model, int64_t dims[KNN_MAX_RANK]);

/* Number of inputs and outputs of a built model, 0 before. */
KNN_API int knn_model_inputs(const knn_model *model);
KNN_API int knn_model_outputs(const knn_model *model);
/* Their names, of a model as a layer: the key, or the layer or op that makes the value; NULL where
 * there is none. And whether they were given by name. */
KNN_API const char *knn_layer_input_name(const knn_layer *model, int i);
KNN_API const char *knn_layer_output_name(const knn_layer *model, int i);
KNN_API bool knn_layer_inputs_named(const knn_layer *model);
KNN_API bool knn_layer_outputs_named(const knn_layer *model);
/* The symbolic values that the model lies between: new references; *n: room, then number. */
KNN_API knn_status knn_model_symbolic_inputs(const knn_model *model, knn_value **ins, int *n);
KNN_API knn_status knn_model_symbolic_outputs(const knn_model *model, knn_value **outs, int *n);

/* Options of "compile": optimizer, loss, metrics, run_eagerly, ... */
KNN_API knn_status knn_model_compile(knn_model *model, const knn_config *options);
KNN_API bool knn_model_compiled(const knn_model *model);
/* Names of the logs in the order in which evaluate lists them: "loss", the outputs' losses, then
 * the metrics, those of one output in the order of compile, else by name; i from 0, NULL past the
 * end. Known after the first batch. */
KNN_API const char *knn_model_log_name(const knn_model *model, int i);
/* Loss and metrics as they stand, in new logs; none before the first batch. */
KNN_API knn_status knn_model_metrics(const knn_model *model, knn_logs **out);
/* Of a log, "loss" or a metric's: +1 if larger is better, -1 if smaller, 0 if nobody knows. */
KNN_API int knn_model_log_direction(const knn_model *model, const char *log);
KNN_API void knn_model_reset_metrics(knn_model *model);
KNN_API knn_object *knn_model_optimizer(const knn_model *model); /* lent; NULL before compile */

/* Arrays to learn from, in the order of inputs and outputs: rows along axis 0. y may be absent for
 * predict. Weights of the samples: sample_weight (n) for all outputs or NULL, or sample_weights
 * with n_y entries, NULL where all samples are alike. Or, for fit, evaluate and predict, a pipeline
 * whose elements are batches: x; x and y; x, y and weights. */
typedef struct knn_data {
  int n_x, n_y;
  knn_tensor *const *x, *const *y;
  knn_tensor *sample_weight;
  knn_tensor *const *sample_weights;
  knn_pipeline *pipeline; /* lent; NULL = the arrays */
} knn_data;

/* Named numbers of a step or an epoch, sorted by name. */
KNN_API int knn_logs_size(const knn_logs *logs);
KNN_API const char *knn_logs_name(const knn_logs *logs, int i);
KNN_API double knn_logs_value(const knn_logs *logs, int i);
KNN_API bool knn_logs_get(const knn_logs *logs, const char *name, double *value);
/* callbacks may add numbers of their own */
KNN_API knn_status knn_logs_set(knn_logs *logs, const char *name, double value);
KNN_API void knn_logs_release(knn_logs *logs); /* NULL is fine */

typedef enum knn_event {
  KNN_ON_TRAIN_BEGIN,
  KNN_ON_TRAIN_END,
  KNN_ON_EPOCH_BEGIN,
  KNN_ON_EPOCH_END,
  KNN_ON_TRAIN_BATCH_BEGIN,
  KNN_ON_TRAIN_BATCH_END,
  KNN_ON_TEST_BEGIN,
  KNN_ON_TEST_END,
  KNN_ON_TEST_BATCH_BEGIN,
  KNN_ON_TEST_BATCH_END,
  KNN_ON_PREDICT_BEGIN,
  KNN_ON_PREDICT_END,
  KNN_ON_PREDICT_BATCH_BEGIN,
  KNN_ON_PREDICT_BATCH_END,
  KNN_EVENTS
} knn_event;

/* What a run is about, for progress bars. */
typedef struct knn_run_info {
  int epochs;    /* the final epoch's number; 1 for evaluate and predict */
  int64_t steps; /* batches per epoch; KNN_UNKNOWN before the first has ended */
  bool in_fit;   /* a validation run inside fit */
  int64_t batch_size, samples;
} knn_run_info;

typedef struct knn_callback {
  void *self;
  unsigned events; /* bit (1 << event) for each event wanted; others cost nothing */
  /* At least this many seconds between two batch-end calls (the first and the last batch always
   * come); 0 = every batch. */
  double batch_interval;
  /* index: epoch or batch from 0. A failure ends the run with that status. */
  knn_status (*on_event)(void *self, knn_event event, int64_t index, const knn_run_info *run,
                         knn_logs *logs);
} knn_callback;

/* Train. Options of "fit". validation may be NULL. *out (may be NULL) receives the history also
 * when the run was cancelled (KNN_ECANCEL); the model stays usable after any failure. */
KNN_API knn_status knn_model_fit(knn_model *model, const knn_data *train,
                                 const knn_data *validation, const knn_config *options,
                                 const knn_callback *callbacks, int n_callbacks, knn_history **out);
/* From a callback, when training begins: the epoch to begin with, from 0. */
KNN_API void knn_model_begin_at(knn_model *model, int64_t epoch);
KNN_API bool knn_model_stopped(const knn_model *model); /* asked to end, in the run under way */
/* Weights and their moving averages change places, of a model whose optimizer keeps averages
 * (use_ema = true); before the first step nothing happens. */
KNN_API knn_status knn_model_swap_averages(knn_model *model);
/* The averages become what the weights are. */
KNN_API knn_status knn_model_set_averages(knn_model *model);
KNN_API void knn_model_stop_training(knn_model *model); /* from a callback: end after this batch */
KNN_API knn_status knn_model_evaluate(knn_model *model, const knn_data *data,
                                      const knn_config *options, const knn_callback *callbacks,
                                      int n_callbacks, knn_logs **out);
/* outs[0 .. *n_out - 1]: new tensors, one row per row of x. */
KNN_API knn_status knn_model_predict(knn_model *model, const knn_data *data,
                                     const knn_config *options, const knn_callback *callbacks,
                                     int n_callbacks, knn_tensor **outs, int *n_out);
/* Labels 0 .. C - 1 (int64) of the first output: the largest of the last axis, or p > 0.5 for a
 * single unit. */
KNN_API knn_status knn_model_predict_classes(knn_model *model, const knn_data *data,
                                             const knn_config *options, knn_tensor **out);
/* One batch as it is; metrics are those of this batch, before the update. */
KNN_API knn_status knn_model_train_on_batch(knn_model *model, const knn_data *data,
                                            const knn_config *class_weight, knn_logs **out);
KNN_API knn_status knn_model_test_on_batch(knn_model *model, const knn_data *data, knn_logs **out);
KNN_API knn_status knn_model_predict_on_batch(knn_model *model, const knn_data *data,
                                              knn_tensor **outs, int *n_out);

KNN_API void knn_history_release(knn_history *history);           /* NULL is fine */
KNN_API int knn_history_epochs(const knn_history *history);       /* epochs that ended */
KNN_API int knn_history_epoch(const knn_history *history, int i); /* its number, from 0 */
KNN_API int knn_history_columns(const knn_history *history);
KNN_API const char *knn_history_name(const knn_history *history, int column);
/* NaN where an epoch lacks it */
KNN_API double knn_history_value(const knn_history *history, int column, int i);
KNN_API bool knn_history_interrupted(const knn_history *history);
KNN_API double knn_history_seconds(const knn_history *history);

/* Keras's table of layers. options NULL = Keras's defaults; the text is freed with knn_text_free.
 */
typedef struct knn_summary {
  int width;             /* columns; 0 = Keras's own width, negative = that, but at most so many */
  int64_t batch;         /* > 0: below it the memory of steps with so many rows */
  bool expand_nested;    /* the layers of models inside, too */
  bool show_trainable;   /* a column that tells what training changes */
  const char *from, *to; /* only rows from the first to the last whose names begin so; NULL = all */
} knn_summary;
KNN_API knn_status knn_model_summary(knn_model *model, const knn_summary *options, char **out);
/* Bytes that running the model will hold, known before it runs. */
typedef struct knn_memory {
  size_t weights, gradients, optimizer; /* the last two of a model that was compiled to train */
  size_t training, predicting;          /* inputs, activations and scratch of one step */
} knn_memory;
KNN_API knn_status knn_model_memory(knn_model *model, int64_t batch, knn_memory *out);
/* Time one training step (or, without y, a prediction) per op, in `runs` runs (0 = as many as take
 * half a second): a table of time, share, operations and bytes per second, their ratio to the
 * machine's best, provider, and what stands in the way of a better one. The model stays as it was.
 */
KNN_API knn_status knn_model_profile(knn_model *model, const knn_data *data, int runs, char **out);
KNN_API void knn_text_free(knn_ctx *ctx, char *text);

/* A prediction machine of its own for a thread: its memory and messages are apart from the model's,
 * the weights are shared. Make and release it in the model's thread; run it in any one thread at a
 * time while nobody trains the model. */
typedef struct knn_predictor knn_predictor;
KNN_API knn_status knn_predictor_new(knn_model *model, int64_t batch, knn_predictor **out);
KNN_API void knn_predictor_release(knn_predictor *predictor); /* NULL is fine */
/* x: `batch` rows of packed float32; y likewise, y_size floats must fit the output exactly. */
KNN_API knn_status knn_predictor_run(knn_predictor *predictor, const float *x, size_t x_size,
                                     float *y, size_t y_size);
KNN_API const char *knn_predictor_error(const knn_predictor *predictor);

KNN_END

#endif
