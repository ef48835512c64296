/* forward.c - predictions, loss and metric updates of one batch; serves eager and planned steps
 * alike. */
#include "model.h"

static void predict(knn_model *m, knn__scope *s, knn__forward *f) {
  knn__layer_io io = {.n_in = f->n_x, .in = f->x, .training = f->mode == KNN__TRAIN, .n_out = 1};
  knn__layer_call(m->root, s, &io);
  f->n_out = io.n_out;
  for (int i = 0; i < io.n_out && i < KNN__MODEL_IO; i++) f->out[i] = io.out[i];
}

/* The mean of the batch losses weighted by batch size, regularization included, as Keras reports
 * it. */
static void track_loss(knn_model *m, knn__scope *s, const knn__forward *f) {
  knn_value *rows = knn__scalar(s, KNN_F32, (double)f->x[0]->spec.dims[0]);
  if (s->status == KNN_OK) knn__metric_mean_update(m->loss_tracker, s, f->total, rows);
}

static knn_value *total_loss(knn_model *m, knn__scope *s, const knn__forward *f) {
  knn_value *total = m->loss ? knn__loss_value(m->loss, s, f->y[0], f->out[0], f->weight) : NULL;
  if (total && total->spec.rank > 0)
    return knn__scope_fail(s, KNN_ESHAPE,
                           "loss with reduction = 'none' gives numbers of shape %s; training needs "
                           "one number, take another reduction",
                           KNN__SPEC(total->spec));
  if (total && m->loss_weight != 1) total = knn__times(s, total, m->loss_weight);
  knn_value *penalties = s->status == KNN_OK ? knn__layer_penalties(m->root, s) : NULL;
  if (penalties) total = total ? knn__add(s, total, penalties) : penalties;
  if (s->extra_loss) total = total ? knn__add(s, total, s->extra_loss) : s->extra_loss;
  if (!total)
    return knn__scope_fail(s, KNN_ESTATE,
                           "model '%s' was compiled without a loss; give compile a loss",
                           m->root->base.name);
  return total;
}

void knn__model_forward(knn_model *m, knn__scope *s, knn__forward *f) {
  s->extra_loss = NULL;
  predict(m, s, f);
  if (f->mode == KNN__PREDICT || s->status != KNN_OK) return;
  s->status = knn__model_make_metrics(m, &f->y[0]->spec, &f->out[0]->spec);
  if (s->status != KNN_OK) return;
  f->total = total_loss(m, s, f);
  if (s->status == KNN_OK) track_loss(m, s, f);
  for (int i = 0; i < m->n_metrics && s->status == KNN_OK; i++)
    knn__metric_update(m->metrics[i], s, f->y[0], f->out[0],
                       i < m->n_unweighted ? NULL : f->weight);
}
