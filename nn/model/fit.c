/* fit.c - the training loop: a C loop over a plan. Lua, memory and locks come in only where a
 * callback asked to be called. Order of events, split and averages: spec keras-training.md 4.3
 * to 4.5. */
#include <math.h>

#include "model.h"

typedef struct fit {
  knn_model *m;
  knn__fit_args args;
  knn__batches train, validation;
  bool validates;
  knn__run run;
  knn_history *history;
} fit;

static knn_status prepare(fit *f, const knn_data *train, const knn_data *validation) {
  knn_model *m = f->m;
  KNN__TRY(knn__model_require_compiled(m));
  if (!m->optimizer)
    return knn_fail(m->ctx, KNN_ESTATE, "model '%s' was compiled without an optimizer",
                    m->root->base.name);
  KNN__TRY(knn__batches_open(m, train, f->args.batch_size, &f->train));
  int64_t batch = f->args.validation_batch_size == KNN_NONE ? f->args.batch_size
                                                            : f->args.validation_batch_size;
  if (validation) {
    KNN__TRY(knn__batches_open(m, validation, batch, &f->validation));
    f->validates = true;
  } else if (f->args.validation_split > 0) {
    int64_t kept = (int64_t)floor((double)f->train.rows * (1 - f->args.validation_split));
    if (kept <= 0 || kept >= f->train.rows)
      return knn_fail(m->ctx, KNN_EARG, "validation_split = %g of %lld rows leaves one side empty",
                      f->args.validation_split, (long long)f->train.rows);
    KNN__TRY(knn__batches_open(m, train, batch, &f->validation));
    KNN__TRY(knn__batches_narrow(&f->validation, kept, f->train.rows - kept));
    KNN__TRY(knn__batches_narrow(&f->train, 0, kept));
    f->validates = true;
  }
  KNN__TRY(knn__preflight(m, &f->train, true));
  if (f->validates) {
    knn_status st = knn__preflight(m, &f->validation, true);
    if (st != KNN_OK) return knn_fail_in(m->ctx, st, "validation data");
  }
  KNN__TRY(knn__class_weights(&f->train, f->args.class_weight));
  return knn__model_pack(m);
}

static knn_status train_epoch(fit *f) {
  knn__batches *b = &f->train;
  knn__model_reset_metrics(f->m);
  for (int64_t i = 0; i < b->count; i++) {
    KNN__TRY(knn__run_poll(&f->run));
    KNN__TRY(knn__run_event(&f->run, KNN_ON_TRAIN_BATCH_BEGIN, i, NULL));
    if (!f->m->packed)
      return knn_fail(f->m->ctx, KNN_ESTATE,
                      "fit: a callback compiled model '%s' anew or changed its layers; that has to "
                      "wait until fit is over",
                      f->m->root->base.name);
    KNN__TRY(knn__batches_run(b, KNN__TRAIN, i, NULL, NULL));
    KNN__TRY(knn__run_batch_end(&f->run, KNN_ON_TRAIN_BATCH_END, i, i + 1 == b->count));
    if (f->m->stop) break;
  }
  return KNN_OK;
}

static knn_status validate(fit *f, int64_t epoch, knn_logs *logs) {
  if (!f->validates || (epoch + 1) % f->args.validation_freq != 0) return KNN_OK;
  KNN__TRY(knn__evaluate_batches(f->m, &f->validation, f->run.callbacks, f->run.n_callbacks, true));
  return knn__logs_collect(logs, f->m, "val_");
}

static knn_status run_epoch(fit *f, int64_t epoch) {
  knn_logs *logs = NULL;
  if (f->args.shuffle) KNN__TRY(knn__batches_shuffle(&f->train, epoch));
  KNN__TRY(knn__run_event(&f->run, KNN_ON_EPOCH_BEGIN, epoch, NULL));
  KNN__TRY(train_epoch(f));
  KNN__TRY(knn__logs_new(f->m->ctx, &logs));
  knn_status st = knn__logs_collect(logs, f->m, "");
  if (st == KNN_OK) st = validate(f, epoch, logs);
  if (st == KNN_OK) st = knn__run_event(&f->run, KNN_ON_EPOCH_END, epoch, logs);
  if (st == KNN_OK) st = knn__history_add(f->history, (int)epoch, logs);
  knn_logs_release(logs);
  return st;
}

static knn_status run_epochs(fit *f) {
  f->m->stop = false;
  KNN__TRY(knn__run_event(&f->run, KNN_ON_TRAIN_BEGIN, 0, NULL));
  for (int64_t epoch = f->args.initial_epoch; epoch < f->args.epochs && !f->m->stop; epoch++)
    KNN__TRY(run_epoch(f, epoch));
  if (f->m->n_trainable > 0 && f->m->optimizer->iterations > 0)
    knn__optimizer_finish(f->m->optimizer, knn_tensor_data(f->m->weights));
  return knn__run_event(&f->run, KNN_ON_TRAIN_END, 0, NULL);
}

knn_status knn_model_fit(knn_model *m, const knn_data *train, const knn_data *validation,
                         const knn_config *options, const knn_callback *callbacks, int n_callbacks,
                         knn_history **out) {
  fit f = {.m = m};
  KNN__TRY(knn__method_args(m->ctx, &knn__method_fit, options, &f.args));
  knn_model_retain(m); /* a callback may drop the host's last reference */
  double start = knn_clock();
  knn_status st = knn__history_new(m->ctx, &f.history);
  if (st == KNN_OK) st = knn__run_begin(&f.run, m, callbacks, n_callbacks);
  if (st == KNN_OK) {
    st = prepare(&f, train, validation);
    if (st != KNN_OK) knn_fail_in(m->ctx, st, "fit");
  }
  if (st == KNN_OK) {
    f.run.info = (knn_run_info){.epochs = (int)f.args.epochs,
                                .steps = f.train.count,
                                .batch_size = f.train.batch_size,
                                .samples = f.train.rows};
    st = run_epochs(&f);
  }
  knn__batches_close(&f.train);
  knn__batches_close(&f.validation);
  knn__run_end(&f.run);
  knn__args_clear(m->ctx, &knn__method_fit, &f.args);
  if (f.history) knn__history_finish(f.history, st == KNN_ECANCEL, knn_clock() - start);
  if (out && (st == KNN_OK || st == KNN_ECANCEL))
    *out = f.history;
  else
    knn_history_release(f.history);
  knn_model_release(m);
  return st;
}
