/* epoch.c - batches one after another: polling, events, running. With steps_per_execution = k the
 * events come once for k batches. */
#include "model.h"

static const knn_event begins[KNN__MODES] = {
    [KNN__TRAIN] = KNN_ON_TRAIN_BATCH_BEGIN,
    [KNN__TEST] = KNN_ON_TEST_BATCH_BEGIN,
    [KNN__PREDICT] = KNN_ON_PREDICT_BATCH_BEGIN,
};
static const knn_event ends[KNN__MODES] = {
    [KNN__TRAIN] = KNN_ON_TRAIN_BATCH_END,
    [KNN__TEST] = KNN_ON_TEST_BATCH_END,
    [KNN__PREDICT] = KNN_ON_PREDICT_BATCH_END,
};

static knn_status run_batch(knn__epoch *l) {
  knn_model *m = l->run->m;
  knn_tensor *outs[KNN__MODEL_IO];
  int n = 0;
  if (l->mode == KNN__TRAIN && !m->packed)
    return knn_fail(m->ctx, KNN_ESTATE,
                    "a callback compiled model '%s' anew or changed its layers; that has to wait "
                    "until fit is over",
                    m->root->base.name);
  KNN__TRY(knn__batches_run(l->batches, l->mode, l->take ? outs : NULL, &n));
  return l->take ? l->take(l->self, outs, n) : KNN_OK;
}

static knn_status next_batch(knn__epoch *l, bool *more) {
  *more = l->steps == KNN_ANY || l->done < l->steps;
  if (!*more) return KNN_OK;
  KNN__TRY(knn__batches_next(l->batches, &l->ended));
  *more = !l->ended;
  return KNN_OK;
}

/* From the batch at hand on as many as go together; *more: another one is at hand. */
static knn_status run_together(knn__epoch *l, bool *more) {
  const int64_t together = l->run->m->steps_per_execution;
  KNN__TRY(knn__run_poll(l->run));
  KNN__TRY(knn__run_event(l->run, begins[l->mode], l->done, NULL));
  for (int64_t i = 1; *more; i++) {
    KNN__TRY(run_batch(l));
    l->done++;
    if (i >= together) break;
    KNN__TRY(next_batch(l, more));
  }
  const int64_t count = l->run->info.steps;
  KNN__TRY(knn__run_batch_end(l->run, ends[l->mode], l->done - 1, l->done == count || !*more));
  return *more ? next_batch(l, more) : KNN_OK;
}

knn_status knn__epoch_run(knn__epoch *l) {
  bool more;
  KNN__TRY(next_batch(l, &more));
  while (more) {
    KNN__TRY(run_together(l, &more));
    if (l->mode == KNN__TRAIN && l->run->m->stop) return KNN_OK;
  }
  return KNN_OK;
}
