/* model.h - inside of models: a root layer and what compiling adds to it. */
#ifndef KNN__MODEL_H
#define KNN__MODEL_H

#include "knn/model.h"
#include "layer.h"
#include "loss.h"
#include "metric.h"
#include "optimizer.h"
#include "plan.h"

typedef enum knn__mode { KNN__TRAIN, KNN__TEST, KNN__PREDICT, KNN__MODES } knn__mode;
enum { KNN__MODEL_IO = 16, KNN__MODEL_METRICS = 32, KNN__PLANS = 12 };

/* Options of compile, fit, evaluate and predict, as their schema fills them (methods.c). */
typedef struct knn__compile_args {
  knn_object *optimizer;
  knn_config *loss, *loss_weights, *metrics, *weighted_metrics;
  bool run_eagerly, auto_scale_loss;
  int64_t steps_per_execution;
  knn_config *jit_compile;
  double learning_rate;
} knn__compile_args;

typedef struct knn__fit_args {
  int64_t batch_size, epochs, initial_epoch, steps_per_epoch, validation_batch_size,
      validation_steps;
  knn_config *verbose, *class_weight, *validation_freq;
  bool shuffle;
  double validation_split;
  knn_config *validation_data, *sample_weight, *callbacks; /* see knn__method_args */
} knn__fit_args;

typedef struct knn__run_args {
  int64_t batch_size, steps;
  knn_config *verbose;
  knn_config *sample_weight, *callbacks, *return_dict;
} knn__run_args;

extern const knn_class knn__method_compile, knn__method_fit, knn__method_evaluate,
    knn__method_predict;
extern const knn__family knn__family_method;
/* knn__args_parse for a method. Options that a host's language gives together with the others, but
 * that are arguments of their own in C (arrays, callbacks), are in the schema for help and
 * completion; the binding takes them out, so here they are errors. */
knn_status knn__method_args(knn_ctx *ctx, const knn_class *cls, const knn_config *options,
                            void *args);

/* Shapes and types of one batch: what a plan is made for. */
typedef struct knn__signature {
  knn__mode mode;
  int n_x, n_y, n_weight;
  knn__spec x[KNN__MODEL_IO], y[KNN__MODEL_IO], weight[KNN__MODEL_IO];
} knn__signature;

/* Whether an output has weights of its samples. */
static inline bool knn__weighs(const knn__spec *weight) {
  return weight->rank > 0;
}

/* A plan with the nodes to feed and to read. */
typedef struct knn__step {
  knn__signature signature;
  uint64_t used; /* for dropping the oldest */
  knn__plan *plan;
  knn_value *x[KNN__MODEL_IO], *y[KNN__MODEL_IO], *weight[KNN__MODEL_IO];
  int n_out;
  knn_value *out[KNN__MODEL_IO];
  char *log[KNN__MODEL_IO]; /* names of the outputs that are numbers for the logs, or NULL */
} knn__step;

/* What one output is trained for. */
typedef struct knn__head {
  char *name;          /* of the output, in logs */
  knn_loss *loss;      /* NULL = none */
  bool by_shapes;      /* the loss is the cross-entropy that fits the first targets */
  double weight;       /* of the loss in the total */
  knn_metric *tracker; /* of the loss by itself, where several outputs have one; else NULL */
  char *log;           /* its name: "<output>_loss" */
} knn__head;

typedef struct knn__model_metric {
  knn_metric *metric;
  char *log;
  int output;
  bool weighted; /* sees the sample weights */
} knn__model_metric;

struct knn_model {
  atomic_int refs;
  knn_ctx *ctx;
  knn_layer *root;
  bool built_inside;       /* the layers inside a host's model are built */
  knn_layer *front, *body; /* of a model that takes strings, else NULL; see front.c */
  /* compiled: */
  bool compiled, run_eagerly, metrics_ready;
  int64_t steps_per_execution;
  knn_optimizer *optimizer;
  knn_config *loss_option, *loss_weights, *metrics_option, *weighted_option;
  knn_metric *loss_tracker; /* of the total */
  /* settled once the outputs are known: */
  knn__head heads[KNN__MODEL_IO];
  int n_heads, n_losses;
  knn__model_metric metrics[KNN__MODEL_METRICS];
  int n_metrics;
  /* packed: trainable weights are views into one arena, gradients lie in a second */
  bool packed;
  knn_tensor *weights, *gradients;
  knn_variable **trainable;
  int n_trainable;
  /* plans made so far, by signature */
  knn__step *steps[KNN__PLANS];
  uint64_t clock;
  uint64_t dropped;      /* counts plans that went */
  uint64_t weight_moves; /* of the context, when the plans were made */
  knn_logs *step_logs;   /* what the last step of a host gave; NULL = the metrics are the logs */
  uint32_t host_steps;   /* of training, so far */
  bool nan_told, nan_pending; /* a loss that is not finite was explained; a step waits to be */
  bool stop;
  int64_t first_epoch; /* of the fit under way */
};

/* sequential.c: the row "Sequential", a stack of layers. */
extern const knn__layer_def knn__layer_sequential;
bool knn__is_sequential(const knn_layer *layer);
/* The built stack as a drawing: the values before and behind it, lent; NULL if it is no stack or
 * not built. */
knn_value *knn__sequential_input(const knn_layer *layer);
knn_value *knn__sequential_output(const knn_layer *layer);
/* The InputLayer (retained) that stands in front of the stack without being one of its layers, if
 * it lets in what the stack is built for. */
void knn__sequential_set_entrance(knn_layer *stack, knn_layer *entrance);

/* Specs of the outputs for an unknown batch; the root is built. */
knn_status knn__model_infer(const knn_model *m, knn__spec *out, int *n_out);
/* Specs of the inputs with unknown batch, as the built root wants them. */
knn_status knn__model_require_built(knn_model *m, const knn__spec *x, int n_x);
/* Type in which array i is fed: ids stay int32 where the first layer takes them, strings stay,
 * everything else is float32. */
knn_dtype knn__feed_type(const knn_model *m, int i, knn_dtype given);
knn_dtype knn__target_type(knn_dtype given);

/* front.c: cut a built model that takes strings; does nothing if there are none or it is cut. */
knn_status knn__model_cut(knn_model *m);
void knn__model_join(knn_model *m); /* and forget the cut */
/* What is planned: the body of a model that was cut, else all of it. */
static inline knn_layer *knn__model_planned(const knn_model *m) {
  return m->body ? m->body : m->root;
}
/* What the body is fed for a batch (new references). */
knn_status knn__front_run(const knn_model *m, knn_value *const *x, int n_x, bool training,
                          knn_value **out, int *n_out);
/* The front holds nothing that should be trained? */
knn_status knn__front_check_frozen(const knn_model *m);

/* compile.c */
knn_status knn__model_require_compiled(const knn_model *m);
void knn__model_forget_compile(knn_model *m);
/* heads.c: what the options mean for n outputs; does nothing if that is settled. The metrics that
 * depend on shapes are made with the first batch, y and y_pred having n values. */
knn_status knn__model_settle(knn_model *m, int n);
knn_status knn__model_make_metrics(knn_model *m, knn_value *const *y, knn_value *const *y_pred,
                                   int n);
/* The losses that depend on shapes, from targets and outputs. */
knn_status knn__model_pick_losses(knn_model *m, const knn__spec *y, const knn__spec *y_pred);
void knn__model_drop_metrics(knn_model *m);
void knn__model_drop_heads(knn_model *m);
knn_status knn__model_new_tracker(knn_ctx *ctx, knn_metric **out);
/* pack.c: bind the optimizer and move trainable weights into the arena; drops all plans. */
knn_status knn__model_pack(knn_model *m);
void knn__model_unpack(knn_model *m);
void knn__model_drop_plans(knn_model *m);

/* step.c: the step for a signature, made at need; lent, valid until the next call. */
knn_status knn__model_step(knn_model *m, const knn__signature *signature, knn__step **out);
/* Trace and plan a step into zeroed memory; the caller releases step->plan. Unplaced: the plan gets
 * no memory and cannot run. */
knn_status knn__model_trace_step(knn_model *m, const knn__signature *signature, bool unplaced,
                                 knn__step *step);
void knn__step_free(knn_ctx *ctx, knn__step *step);
/* host_step.c: steps that a host's layer makes itself. */
bool knn__model_has_step(const knn_model *m, knn__mode mode);
/* The host's step: results in f->out, names of numbers for the logs in f->log, texts of their own.
 */
typedef struct knn__forward knn__forward;
void knn__model_host_step(knn_model *m, knn__scope *s, knn__forward *f);
/* The numbers of a step become the logs: names may be NULL. */
knn_status knn__model_take_logs(knn_model *m, int n, char *const *names, const double *values);
void knn__model_drop_logs(knn_model *m);
/* Weights that have a constraint, after an update: at once on tensors, recorded on a graph. */
void knn__model_project(knn_model *m, knn__scope *s);
/* eager.c: one step without a plan, on the tape; outs: new references to the predictions (may be
 * NULL). */
knn_status knn__model_eager_step(knn_model *m, knn__forward *f, knn_value **outs, int *n_out);
/* forward.c: what eager and planned steps share: predictions, total loss, metric updates. */
struct knn__forward {
  knn__mode mode;
  knn_value *const *x, *const *y;
  knn_value *const
      *weight; /* none, one for all outputs, or one for each, NULL = all samples alike */
  int n_x, n_y, n_weight, n_out;
  knn_value *out[KNN__MODEL_IO];
  char *log[KNN__MODEL_IO]; /* of a host's step */
  uint32_t number;          /* of an eager step, for its random ops */
  knn_value *total;         /* scalar; NULL when predicting */
  bool quiet;               /* metrics and trackers stay as they are */
};
void knn__model_forward(knn_model *m, knn__scope *s, knn__forward *f);
/* first_nan.c: warn where the NaN or infinity of f's loss, just computed, arose. */
knn_status knn__model_find_nan(knn_model *m, const knn__forward *f);

/* batches.c: batch after batch of arrays or of a pipeline, gathered straight into the buffers of a
 * step. */
typedef struct knn__batches {
  knn_model *m;
  bool targets; /* y is wanted, and checked */
  /* of a pass; of a pipeline rows are those of the batch at hand and count may be KNN_INFINITE or
   * KNN_UNKNOWN */
  int64_t rows, batch_size, count;
  int n_x, n_y, n_weight;
  knn_tensor *x[KNN__MODEL_IO], *y[KNN__MODEL_IO]; /* contiguous */
  knn_tensor *weight[KNN__MODEL_IO]; /* for all outputs or for each, NULL = all samples alike */
  bool shuffle;
  int64_t *order;         /* NULL = as they stand */
  knn_pipeline *pipeline; /* NULL = arrays */
  knn_cursor *cursor;
  const knn_config *class_weight; /* lent; NULL = none */
  int64_t pass, next; /* the pass under way, -1 = none, and the number of the batch to come */
  int64_t first, n;   /* rows of the batch at hand */
  bool peeked;        /* it has not been given out */
  /* the step of the last batch, good while mode, shapes and the model's plans stay as they were */
  knn__step *step;
  knn__mode step_mode;
  int64_t step_rows;
  uint64_t step_plans;
} knn__batches;
/* batch_size KNN_NONE = Keras's 32. */
knn_status knn__batches_open(knn_model *m, const knn_data *data, int64_t batch_size, bool targets,
                             knn__batches *out);
void knn__batches_close(knn__batches *b);
/* Per-sample weights from a table label -> factor ({"0": 1, "1": 5}); nothing to do when it is
 * null. */
knn_status knn__class_weights(knn__batches *b, const knn_config *table);
/* Use rows [first, first + n) only; of arrays. */
knn_status knn__batches_narrow(knn__batches *b, int64_t first, int64_t n);
/* All rows as one batch; of arrays. */
void knn__batches_whole(knn__batches *b);
/* Go to batch `at` of a pass. The order depends on the seed and the number of the pass only, so
 * that a run resumed at an epoch sees what it would have seen. Where the pass stands there already
 * nothing happens. */
knn_status knn__batches_begin(knn__batches *b, int64_t pass, int64_t at);
/* The next batch of the pass is at hand, or *end. */
knn_status knn__batches_next(knn__batches *b, bool *end);
/* Fetch the first batch of a pass and look at the data: build the model, refuse what is bad. */
knn_status knn__batches_check(knn__batches *b, int64_t pass);
/* The step for the batch at hand (full or last partial), its input buffers filled. */
knn_status knn__batches_load(knn__batches *b, knn__mode mode, knn__step **out);
/* Run the batch at hand through plan or eagerly; outs as in knn__model_eager_step (predictions as
 * tensors, or NULL). */
knn_status knn__batches_run(knn__batches *b, knn__mode mode, knn_tensor **outs, int *n_out);
/* elements.c: the next element of the cursor as the arrays at hand. */
knn_status knn__batches_pull(knn__batches *b, bool *end);
void knn__batches_drop_arrays(knn__batches *b);
/* An array of rows for what ("x", "y"), contiguous; rows < 0 = any number. */
knn_status knn__take_rows(knn_ctx *ctx, const char *what, int i, knn_tensor *t, int64_t rows,
                          knn_tensor **out);

/* preflight.c: refuse bad data by name before the first step. */
knn_status knn__preflight(knn_model *m, const knn__batches *b, bool targets);

/* logs.c */
struct knn_logs {
  knn_ctx *ctx;
  char **names;
  double *values;
  int n, cap_names, cap_values;
};
knn_status knn__logs_new(knn_ctx *ctx, knn_logs **out);
/* loss and metrics as they stand, names prefixed ("val_"). */
knn_status knn__logs_collect(knn_logs *logs, const knn_model *m, const char *prefix);

/* predict.c: the label that row `row` of scores or one-hot targets stands for: position, from 0, of
 * the largest of its `classes` elements. */
int64_t knn__largest(const knn_tensor *t, int64_t row, int64_t classes);

/* run.c: what fit, evaluate and predict share. */
typedef struct knn__run {
  knn_model *m;
  const knn_callback *callbacks;
  int n_callbacks;
  double *last_call; /* per callback: time of its last batch end */
  knn_run_info info;
} knn__run;
knn_status knn__run_begin(knn__run *run, knn_model *m, const knn_callback *callbacks, int n);
void knn__run_end(knn__run *run);
knn_status knn__run_event(knn__run *run, knn_event event, int64_t index, knn_logs *logs);
/* A batch ended: collects logs only if a callback wants to be called now. */
knn_status knn__run_batch_end(knn__run *run, knn_event event, int64_t index, bool last);
/* KNN_ECANCEL if the host asks to stop. */
knn_status knn__run_poll(knn__run *run);

/* epoch.c: batches one after another, with their events: what an epoch of fit, evaluate and predict
 * consist of. */
typedef struct knn__epoch {
  knn__run *run;
  knn__batches *batches;
  knn__mode mode;
  int64_t steps; /* at most; KNN_ANY = until the pass ends */
  /* of predictions, takes them over; NULL = none are wanted */
  knn_status (*take)(void *self, knn_tensor **outs, int n);
  void *self;
  int64_t done; /* batches that were run */
  bool ended;   /* the pass ended before `steps` */
} knn__epoch;
knn_status knn__epoch_run(knn__epoch *loop);

knn_status knn__evaluate_batches(knn_model *m, knn__batches *b, int64_t steps,
                                 const knn_callback *callbacks, int n, bool in_fit);

/* history.c */
knn_status knn__history_new(knn_ctx *ctx, knn_history **out);
knn_status knn__history_add(knn_history *h, int epoch, const knn_logs *logs);
void knn__history_finish(knn_history *h, bool interrupted, double seconds);

#endif
