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
  int64_t pass; /* over data of unknown length, when the epochs are cut by steps */
} fit;

/* ---- before the first step ---- */

/* Without a batch size, so many steps make one pass over arrays. */
static int64_t batch_size_of(const fit *f, const knn_data *train) {
  const int64_t steps = f->args.steps_per_epoch;
  const bool rows = !train->pipeline && train->n_x > 0 && knn_tensor_rank(train->x[0]) > 0;
  if (f->args.batch_size != KNN_NONE || steps == KNN_NONE || !rows) return f->args.batch_size;
  const int64_t n = knn_tensor_dim(train->x[0], 0);
  return n > steps ? (n + steps - 1) / steps : 1;
}

static knn_status split_off(fit *f, const knn_data *train, int64_t batch_size) {
  const double share = f->args.validation_split;
  if (train->pipeline)
    return knn_fail(f->m->ctx, KNN_EARG,
                    "validation_split is for arrays; of a data set use take and skip, and "
                    "validation_data");
  const int64_t rows = f->train.rows, kept = (int64_t)floor((double)rows * (1 - share));
  if (kept <= 0 || kept >= rows)
    return knn_fail(f->m->ctx, KNN_EARG, "validation_split = %g of %lld rows leaves one side empty",
                    share, (long long)rows);
  KNN__TRY(knn__batches_open(f->m, train, batch_size, true, &f->validation));
  KNN__TRY(knn__batches_narrow(&f->validation, kept, rows - kept));
  return knn__batches_narrow(&f->train, 0, kept);
}

static knn_status open_validation(fit *f, const knn_data *train, const knn_data *validation) {
  const int64_t own = f->args.validation_batch_size;
  const int64_t batch_size = own == KNN_NONE ? f->train.batch_size : own;
  f->validates = validation || f->args.validation_split > 0;
  if (validation) return knn__batches_open(f->m, validation, batch_size, true, &f->validation);
  return f->validates ? split_off(f, train, batch_size) : KNN_OK;
}

static knn_status prepare(fit *f, const knn_data *train, const knn_data *validation) {
  knn_model *m = f->m;
  KNN__TRY(knn__model_require_compiled(m));
  if (!m->optimizer)
    return knn_fail(m->ctx, KNN_ESTATE, "model '%s' was compiled without an optimizer",
                    m->root->base.name);
  KNN__TRY(knn__batches_open(m, train, batch_size_of(f, train), true, &f->train));
  f->train.shuffle = f->args.shuffle && !train->pipeline;
  KNN__TRY(open_validation(f, train, validation));
  if (train->pipeline) f->train.class_weight = f->args.class_weight;
  KNN__TRY(knn__batches_check(&f->train, f->args.initial_epoch));
  if (f->validates) {
    knn_status st = knn__batches_check(&f->validation, 0);
    if (st != KNN_OK) return knn_fail_in(m->ctx, st, "validation data");
  }
  if (!train->pipeline) KNN__TRY(knn__class_weights(&f->train, f->args.class_weight));
  return knn__model_pack(m);
}

/* ---- epochs ---- */

/* Where an epoch begins: a pass for each; or, where steps cut the epochs, as many of them to a pass
 * as it fills. Only where the length is not known does it depend on the epochs before. */
static knn_status go_to(fit *f, int64_t epoch) {
  knn__batches *b = &f->train;
  const int64_t steps = f->args.steps_per_epoch;
  if (steps == KNN_NONE) return knn__batches_begin(b, epoch, 0);
  if (b->count == KNN_INFINITE) return knn__batches_begin(b, 0, epoch * steps);
  if (b->count == KNN_UNKNOWN)
    return knn__batches_begin(b, f->pass, b->pass == f->pass ? b->next - b->peeked : 0);
  const int64_t epochs = (b->count + steps - 1) / steps;
  return knn__batches_begin(b, epoch / epochs, epoch % epochs * steps);
}

static knn_status train_epoch(fit *f, int64_t epoch) {
  knn__epoch loop = {
      .run = &f->run,
      .batches = &f->train,
      .mode = KNN__TRAIN,
      .steps = f->args.steps_per_epoch == KNN_NONE ? KNN_ANY : f->args.steps_per_epoch};
  knn_model_reset_metrics(f->m);
  KNN__TRY(knn__epoch_run(&loop));
  f->pass += loop.ended;
  if (loop.done == 0)
    return knn_fail(
        f->m->ctx, KNN_EDATA,
        "fit: the data gave no batch in epoch %lld; an iterator runs out once, a Dataset "
        "starts anew",
        (long long)epoch + 1);
  if (loop.ended && loop.steps != KNN_ANY)
    knn_warn(f->m->ctx,
             "fit: the data ran out after %lld of the %lld steps of epoch %lld; the next epoch "
             "starts a new pass (a Dataset that repeats does not run out)",
             (long long)loop.done, (long long)loop.steps, (long long)epoch + 1);
  if (f->run.info.steps == KNN_UNKNOWN) f->run.info.steps = loop.done;
  return KNN_OK;
}

/* validation_freq: every so many epochs, or a list of those after which to validate. */
static bool is_due(const fit *f, int64_t epoch) {
  const knn_config *freq = f->args.validation_freq;
  if (knn_config_kind_of(freq) != KNN_CONFIG_LIST)
    return (epoch + 1) % knn_config_get_int(freq) == 0;
  for (int i = 0; i < knn_config_size(freq); i++)
    if (knn_config_get_int(knn_config_at(freq, i)) == epoch + 1) return true;
  return false;
}

static knn_status check_frequency(knn_ctx *ctx, const knn_config *freq) {
  const knn_config_kind kind = knn_config_kind_of(freq);
  bool right = kind == KNN_CONFIG_LIST || (kind == KNN_CONFIG_INT && knn_config_get_int(freq) > 0);
  for (int i = 0; kind == KNN_CONFIG_LIST && i < knn_config_size(freq); i++)
    right = right && knn_config_kind_of(knn_config_at(freq, i)) == KNN_CONFIG_INT;
  if (right) return KNN_OK;
  return knn_fail(ctx, KNN_EARG,
                  "fit: 'validation_freq' is a number of epochs from 1, or a list of epochs");
}

static knn_status validate(fit *f, int64_t epoch, knn_logs *logs) {
  const int64_t steps = f->args.validation_steps;
  if (!f->validates || !is_due(f, epoch)) return KNN_OK;
  KNN__TRY(knn__evaluate_batches(f->m, &f->validation, steps == KNN_NONE ? KNN_ANY : steps,
                                 f->run.callbacks, f->run.n_callbacks, true));
  return knn__logs_collect(logs, f->m, "val_");
}

/* *last: the logs of the epoch, in place of those before. */
static knn_status run_epoch(fit *f, int64_t epoch, knn_logs **last) {
  knn_logs *logs = NULL;
  KNN__TRY(go_to(f, epoch));
  KNN__TRY(knn__run_event(&f->run, KNN_ON_EPOCH_BEGIN, epoch, NULL));
  KNN__TRY(train_epoch(f, epoch));
  KNN__TRY(knn__logs_new(f->m->ctx, &logs));
  knn_logs_release(*last);
  *last = logs;
  KNN__TRY(knn__logs_collect(logs, f->m, ""));
  KNN__TRY(validate(f, epoch, logs));
  KNN__TRY(knn__run_event(&f->run, KNN_ON_EPOCH_END, epoch, logs));
  return knn__history_add(f->history, (int)epoch, logs);
}

static knn_status run_epochs(fit *f, knn_logs **last) {
  knn_model *m = f->m;
  m->stop = m->nan_told = false;
  m->first_epoch = f->args.initial_epoch;
  f->pass = f->args.initial_epoch;
  KNN__TRY(knn__run_event(&f->run, KNN_ON_TRAIN_BEGIN, 0, NULL));
  for (int64_t epoch = m->first_epoch; epoch < f->args.epochs && !m->stop; epoch++)
    KNN__TRY(run_epoch(f, epoch, last));
  if (m->n_trainable > 0 && m->optimizer->iterations > 0)
    knn__optimizer_finish(m->optimizer, knn_tensor_data(m->weights));
  return knn__run_event(&f->run, KNN_ON_TRAIN_END, 0, *last);
}

static knn_status run(fit *f, const knn_data *train, const knn_data *validation) {
  knn_logs *last = NULL;
  knn_status st = prepare(f, train, validation);
  if (st != KNN_OK) return knn_fail_in(f->m->ctx, st, "fit");
  const int64_t steps = f->args.steps_per_epoch;
  f->run.info = (knn_run_info){.epochs = (int)f->args.epochs,
                               .steps = steps == KNN_NONE ? f->train.count : steps,
                               .batch_size = f->train.batch_size,
                               .samples = f->train.rows};
  if (f->run.info.steps == KNN_INFINITE)
    return knn_fail(f->m->ctx, KNN_EARG, "fit: the data set never ends; give steps_per_epoch");
  st = run_epochs(f, &last);
  knn_logs_release(last);
  return st;
}

void knn_model_begin_at(knn_model *m, int64_t epoch) {
  m->first_epoch = epoch;
}

knn_status knn_model_fit(knn_model *m, const knn_data *train, const knn_data *validation,
                         const knn_config *options, const knn_callback *callbacks, int n_callbacks,
                         knn_history **out) {
  fit f = {.m = m};
  KNN__TRY(knn__method_args(m->ctx, &knn__method_fit, options, &f.args));
  knn_model_retain(m); /* a callback may drop the host's last reference */
  double start = knn_clock();
  knn_status st = check_frequency(m->ctx, f.args.validation_freq);
  if (st == KNN_OK) st = knn__history_new(m->ctx, &f.history);
  if (st == KNN_OK) st = knn__run_begin(&f.run, m, callbacks, n_callbacks);
  if (st == KNN_OK) st = run(&f, train, validation);
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
