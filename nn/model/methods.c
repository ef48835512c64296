/* methods.c - the options of compile, fit, evaluate and predict: names and defaults of Keras. They
 * are classes of the family "method", so that checking, completion and help treat them like
 * constructors. */
#include "model.h"

static const knn_param compile_params[] = {
    KNN__PARAM(knn__compile_args, optimizer, KNN_P_OBJECT, "rmsprop",
               "Update rule: a name or an object.", .choices = "optimizer", .nullable = true),
    KNN__PARAM(knn__compile_args, loss, KNN_P_CONFIG, "null",
               "What training makes small: a name or an object."),
    KNN__PARAM(knn__compile_args, loss_weights, KNN_P_CONFIG, "null",
               "Factor of the loss: a number, or a list of one."),
    KNN__PARAM(knn__compile_args, metrics, KNN_P_CONFIG, "null",
               "List of names or objects; \"accuracy\" is settled by the shapes."),
    KNN__PARAM(knn__compile_args, weighted_metrics, KNN_P_CONFIG, "null",
               "Metrics that see the sample weights."),
    KNN__PARAM(knn__compile_args, run_eagerly, KNN_P_BOOL, "false",
               "Run op by op, without a plan: slow, for finding faults."),
    KNN__PARAM(knn__compile_args, steps_per_execution, KNN_P_INT, "1",
               "Batches between two calls of callbacks.", .mark = KNN_COUNT, .min = 1, .max = 1e9),
    KNN__PARAM(knn__compile_args, jit_compile, KNN_P_CONFIG, "null",
               "Accepted for Keras's sake; every model is planned."),
    KNN__PARAM(knn__compile_args, learning_rate, KNN_P_FLOAT, "null",
               "Step size, set in the optimizer; null = the optimizer's own.", .min = 0,
               .max = 1e30),
    KNN__PARAM(
        knn__compile_args, auto_scale_loss, KNN_P_BOOL, "true",
        "Wrap the optimizer in LossScaleOptimizer where the model's policy is mixed_float16."),
};

const knn_class knn__method_compile = {
    .family = "method",
    .name = "compile",
    .summary = "Choose loss, optimizer and metrics.",
    .example =
        "model:compile{loss = \"categorical_crossentropy\", optimizer = \"adam\", metrics = "
        "{\"accuracy\"}}",
    .see = "fit",
    KNN__PARAMS(compile_params, knn__compile_args),
};

#define CALLBACKS_DOC "List of tables with methods on_epoch_end(self, epoch, logs) and the like."
#define SAMPLE_WEIGHT_DOC "One factor of the loss per row, shape (n)."

static const knn_param fit_params[] = {
    KNN__PARAM(knn__fit_args, batch_size, KNN_P_INT, "null",
               "Rows per step; default: 32, or what makes steps_per_epoch of one pass.",
               .mark = KNN_COUNT, .min = 1, .max = 1e12),
    KNN__PARAM(knn__fit_args, epochs, KNN_P_INT, "1", "Number of the last epoch, counted from 1.",
               .mark = KNN_COUNT, .min = 0, .max = 1e9),
    KNN__PARAM(knn__fit_args, verbose, KNN_P_CONFIG, "null",
               "\"auto\", 0 = silent, 1 = bar, 2 = a line per epoch."),
    KNN__PARAM(knn__fit_args, validation_split, KNN_P_FLOAT, "0",
               "Share of the last rows kept for validation, before shuffling.", .min = 0, .max = 1),
    KNN__PARAM(knn__fit_args, shuffle, KNN_P_BOOL, "true", "New order of the rows in every epoch."),
    KNN__PARAM(knn__fit_args, class_weight, KNN_P_CONFIG, "null",
               "Factor of the loss per label, {[0] = 1, [1] = 5}."),
    KNN__PARAM(knn__fit_args, initial_epoch, KNN_P_INT, "0", "Epochs already done.",
               .mark = KNN_COUNT, .min = 0, .max = 1e9),
    KNN__PARAM(knn__fit_args, steps_per_epoch, KNN_P_INT, "null",
               "Steps that make an epoch, which goes on where the last one ended; default: a pass "
               "over the data.",
               .mark = KNN_COUNT, .min = 1, .max = 1e12),
    KNN__PARAM(knn__fit_args, validation_steps, KNN_P_INT, "null",
               "Steps of validation, from the start each time; default: all.", .mark = KNN_COUNT,
               .min = 1, .max = 1e12),
    KNN__PARAM(knn__fit_args, validation_batch_size, KNN_P_INT, "null",
               "Rows per validation step; default: batch_size.", .mark = KNN_COUNT, .min = 1,
               .max = 1e12),
    KNN__PARAM(knn__fit_args, validation_freq, KNN_P_CONFIG, "1",
               "Validate after every so many epochs, or a list of epochs, counted from 1."),
    KNN__PARAM(knn__fit_args, validation_data, KNN_P_CONFIG, "null",
               "{x, y}, {x, y, sample_weight} or a Dataset to validate on after each epoch."),
    KNN__PARAM(knn__fit_args, sample_weight, KNN_P_CONFIG, "null", SAMPLE_WEIGHT_DOC),
    KNN__PARAM(knn__fit_args, callbacks, KNN_P_CONFIG, "null", CALLBACKS_DOC),
};

const knn_class knn__method_fit = {
    .family = "method",
    .name = "fit",
    .summary =
        "Train on arrays, a Dataset or an iterator for a number of epochs; returns the history.",
    .example =
        "local history = model:fit(x, y, {batch_size = 32, epochs = 10, validation_split = 0.1})",
    .see = "compile|evaluate|predict",
    KNN__PARAMS(fit_params, knn__fit_args),
};

#define RUN_PARAMS                                                                            \
  KNN__PARAM(knn__run_args, batch_size, KNN_P_INT, "32", "Rows per step.", .mark = KNN_COUNT, \
             .min = 1, .max = 1e12),                                                          \
      KNN__PARAM(knn__run_args, steps, KNN_P_INT, "null", "At most so many steps.",           \
                 .mark = KNN_COUNT, .min = 1, .max = 1e12),                                   \
      KNN__PARAM(knn__run_args, verbose, KNN_P_CONFIG, "null",                                \
                 "\"auto\", 0 = silent, 1 = bar, 2 = a line."),                               \
      KNN__PARAM(knn__run_args, callbacks, KNN_P_CONFIG, "null", CALLBACKS_DOC)

static const knn_param evaluate_params[] = {
    RUN_PARAMS,
    KNN__PARAM(knn__run_args, sample_weight, KNN_P_CONFIG, "null", SAMPLE_WEIGHT_DOC),
    KNN__PARAM(knn__run_args, return_dict, KNN_P_CONFIG, "null",
               "true: a table by name in place of a list."),
};

static const knn_param predict_params[] = {RUN_PARAMS};

const knn_class knn__method_evaluate = {
    .family = "method",
    .name = "evaluate",
    .summary = "Loss and metrics on arrays or a Dataset, without training.",
    .example = "local loss, accuracy = model:evaluate(x_test, y_test)",
    .see = "fit|predict",
    KNN__PARAMS(evaluate_params, knn__run_args),
};

const knn_class knn__method_predict = {
    .family = "method",
    .name = "predict",
    .summary = "Outputs for arrays or a Dataset, batch by batch.",
    .example = "local p = model:predict(x_test)",
    .see = "predict_classes|evaluate",
    KNN__PARAMS(predict_params, knn__run_args),
};

static const knn_class *const classes[] = {&knn__method_compile, &knn__method_fit,
                                           &knn__method_evaluate, &knn__method_predict};

const knn__family knn__family_method = {.name = "method",
                                        .classes = classes,
                                        .n = KNN__LEN(classes),
                                        .object_size = sizeof(knn_object)};

knn_status knn__method_args(knn_ctx *ctx, const knn_class *cls, const knn_config *options,
                            void *args) {
  static const char *const apart[] = {"validation_data", "sample_weight", "callbacks",
                                      "return_dict"};
  for (int i = 0; i < KNN__LEN(apart); i++)
    if (knn_config_kind_of(knn_config_get(options, apart[i])) != KNN_CONFIG_NULL &&
        knn_class_check_option(ctx, cls, apart[i]) == KNN_OK)
      return knn_fail(ctx, KNN_EARG, "%s: '%s' is an argument of its own in C, not an option",
                      cls->name, apart[i]);
  return knn__args_parse(ctx, cls->name, cls, options, args);
}
