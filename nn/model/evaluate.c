/* evaluate.c - loss and metrics without training. */
#include "model.h"

static knn_status test_batches(knn__run *run, knn__batches *b, int64_t steps) {
  knn__epoch loop = {.run = run, .batches = b, .mode = KNN__TEST, .steps = steps};
  KNN__TRY(knn__batches_begin(b, 0, 0));
  KNN__TRY(knn__run_event(run, KNN_ON_TEST_BEGIN, 0, NULL));
  return knn__epoch_run(&loop);
}

knn_status knn__evaluate_batches(knn_model *m, knn__batches *b, int64_t steps,
                                 const knn_callback *callbacks, int n, bool in_fit) {
  knn__run run;
  if (b->count == KNN_INFINITE && steps == KNN_ANY)
    return knn_fail(m->ctx, KNN_EARG, "the data set never ends; give %s",
                    in_fit ? "validation_steps" : "steps");
  knn_model_reset_metrics(m);
  KNN__TRY(knn__run_begin(&run, m, callbacks, n));
  run.info = (knn_run_info){.epochs = 1,
                            .steps = steps == KNN_ANY ? b->count : steps,
                            .in_fit = in_fit,
                            .batch_size = b->batch_size,
                            .samples = b->rows};
  knn_status st = test_batches(&run, b, steps);
  knn_logs *logs = NULL;
  if (st == KNN_OK) st = knn_model_metrics(m, &logs);
  if (st == KNN_OK) st = knn__run_event(&run, KNN_ON_TEST_END, 0, logs);
  knn_logs_release(logs);
  knn__run_end(&run);
  return st;
}

/* Open data, build and pack at need, refuse bad data. */
static knn_status open_checked(knn_model *m, const char *who, const knn_data *data,
                               int64_t batch_size, knn__batches *b) {
  knn_status st = knn__model_require_compiled(m);
  if (st == KNN_OK) st = knn__batches_open(m, data, batch_size, true, b);
  if (st == KNN_OK) st = knn__batches_check(b, 0);
  if (st == KNN_OK) st = knn__model_pack(m);
  if (st == KNN_OK) return st;
  knn__batches_close(b);
  return knn_fail_in(m->ctx, st, "%s", who);
}

knn_status knn_model_evaluate(knn_model *m, const knn_data *data, const knn_config *options,
                              const knn_callback *callbacks, int n_callbacks, knn_logs **out) {
  knn__run_args args = {0};
  knn__batches b = {0};
  KNN__TRY(knn__method_args(m->ctx, &knn__method_evaluate, options, &args));
  const int64_t batch_size = args.batch_size, steps = args.steps;
  knn__args_clear(m->ctx, &knn__method_evaluate, &args);
  KNN__TRY(open_checked(m, "evaluate", data, batch_size, &b));
  knn_status st = knn__evaluate_batches(m, &b, steps == KNN_NONE ? KNN_ANY : steps, callbacks,
                                        n_callbacks, false);
  if (st == KNN_OK) st = knn_model_metrics(m, out);
  knn__batches_close(&b);
  return st;
}

/* All rows as one batch. */
static knn_status run_whole(knn_model *m, knn__batches *b, knn__mode mode,
                            const knn_config *class_weight) {
  bool end;
  knn__batches_whole(b);
  KNN__TRY(knn__class_weights(b, class_weight));
  KNN__TRY(knn__batches_begin(b, 0, 0));
  KNN__TRY(knn__batches_next(b, &end));
  knn_model_reset_metrics(m);
  return knn__batches_run(b, mode, NULL, NULL);
}

static knn_status on_batch(knn_model *m, knn__mode mode, const char *who, const knn_data *data,
                           const knn_config *class_weight, knn_logs **out) {
  knn__batches b = {0};
  KNN__TRY(open_checked(m, who, data, KNN_NONE, &b));
  knn_status st = run_whole(m, &b, mode, class_weight);
  if (st == KNN_OK) st = knn_model_metrics(m, out);
  knn__batches_close(&b);
  return st;
}

knn_status knn_model_train_on_batch(knn_model *m, const knn_data *data,
                                    const knn_config *class_weight, knn_logs **out) {
  if (m->compiled && !m->optimizer)
    return knn_fail(m->ctx, KNN_ESTATE,
                    "train_on_batch: the model was compiled without an optimizer");
  return on_batch(m, KNN__TRAIN, "train_on_batch", data, class_weight, out);
}

knn_status knn_model_test_on_batch(knn_model *m, const knn_data *data, knn_logs **out) {
  return on_batch(m, KNN__TEST, "test_on_batch", data, NULL, out);
}
