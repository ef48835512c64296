/* forward.c - predictions, losses and metric updates of one batch; serves eager and planned steps
 * alike. */
#include "model.h"

static void predict(knn_model *m, knn__scope *s, knn__forward *f) {
  knn__layer_io io = {.n_in = f->n_x, .in = f->x, .training = f->mode == KNN__TRAIN, .n_out = 1};
  knn__layer_call(knn__model_planned(m), s, &io);
  f->n_out = io.n_out;
  for (int i = 0; i < io.n_out && i < KNN__MODEL_IO; i++) f->out[i] = io.out[i];
}

static knn_value *weight_of(const knn__forward *f, int output) {
  return f->n_weight > 1 ? f->weight[output] : f->n_weight ? f->weight[0] : NULL;
}

/* The mean of the batch losses weighted by batch size, as Keras reports it. */
static void track(knn_metric *tracker, knn__scope *s, const knn__forward *f, knn_value *loss) {
  knn_value *rows = knn__scalar(s, KNN_F32, (double)f->x[0]->spec.dims[0]);
  if (s->status == KNN_OK) knn__metric_mean_update(tracker, s, loss, rows);
}

/* The loss of one output, without its factor. */
static knn_value *head_loss(const knn__head *head, knn__scope *s, const knn__forward *f, int i) {
  knn_value *loss = knn__loss_value(head->loss, s, f->y[i], f->out[i], weight_of(f, i));
  if (loss && loss->spec.rank > 0)
    return knn__scope_fail(s, KNN_ESHAPE,
                           "loss with reduction = 'none' gives numbers of shape %s; training needs "
                           "one number, take another reduction",
                           KNN__SPEC(loss->spec));
  if (loss && head->tracker && !f->quiet) track(head->tracker, s, f, loss);
  return loss;
}

static knn_value *sum(knn__scope *s, knn_value *total, knn_value *more) {
  return total && more ? knn__add(s, total, more) : total ? total : more;
}

static knn_value *total_loss(knn_model *m, knn__scope *s, const knn__forward *f) {
  knn_value *total = NULL;
  for (int i = 0; i < m->n_heads && s->status == KNN_OK; i++) {
    const knn__head *head = &m->heads[i];
    if (!head->loss) continue;
    knn_value *loss = head_loss(head, s, f, i);
    if (s->status == KNN_OK && head->weight != 1) loss = knn__times(s, loss, head->weight);
    total = sum(s, total, loss);
  }
  total = sum(s, total, s->status == KNN_OK ? knn__layer_penalties(m->root, s) : NULL);
  total = sum(s, total, s->extra_loss);
  if (!total && s->status == KNN_OK)
    return knn__scope_fail(s, KNN_ESTATE,
                           "model '%s' was compiled without a loss; give compile a loss",
                           m->root->base.name);
  return total;
}

static knn_status check_targets(const knn_model *m, const knn__forward *f) {
  if (f->n_y == f->n_out) return KNN_OK;
  return knn_fail(m->ctx, KNN_EARG, "model '%s' has %d outputs, but %d target arrays were given",
                  m->root->base.name, f->n_out, f->n_y);
}

static void update_metrics(knn_model *m, knn__scope *s, const knn__forward *f) {
  for (int i = 0; i < m->n_metrics && s->status == KNN_OK; i++) {
    const knn__model_metric *metric = &m->metrics[i];
    const int output = metric->output;
    knn__metric_update(metric->metric, s, f->y[output], f->out[output],
                       metric->weighted ? weight_of(f, output) : NULL);
  }
}

void knn__model_forward(knn_model *m, knn__scope *s, knn__forward *f) {
  s->extra_loss = NULL;
  predict(m, s, f);
  if (f->mode == KNN__PREDICT || s->status != KNN_OK) return;
  s->status = check_targets(m, f);
  if (s->status == KNN_OK) s->status = knn__model_make_metrics(m, f->y, f->out, f->n_out);
  if (s->status != KNN_OK) return;
  f->total = total_loss(m, s, f);
  if (f->quiet) return;
  if (s->status == KNN_OK) track(m->loss_tracker, s, f, f->total);
  update_metrics(m, s, f);
}

/* ---- the same for a host that has made its predictions itself ---- */

static knn_status take_targets(const knn_model *m, const knn_targets *t, knn__forward *f) {
  KNN__TRY(knn__model_require_compiled(m));
  if (t->n_pred < 1 || t->n_pred > KNN__MODEL_IO)
    return knn_fail(m->ctx, KNN_EARG, "1 to %d predictions expected, got %d", KNN__MODEL_IO,
                    t->n_pred);
  *f = (knn__forward){.x = t->y_pred, .n_x = t->n_pred, .y = t->y, .n_y = t->n_y};
  f->weight = t->weights;
  f->n_weight = t->n_weights;
  f->n_out = t->n_pred;
  for (int i = 0; i < t->n_pred; i++) f->out[i] = t->y_pred[i];
  return KNN_OK;
}

knn_status knn_model_compute_loss(knn_model *m, const knn_targets *targets, knn_value **out) {
  knn__forward f;
  knn__scope s;
  KNN__TRY(take_targets(m, targets, &f));
  KNN__TRY(knn__model_settle(m, f.n_out));
  if (m->n_losses > 0) KNN__TRY(check_targets(m, &f));
  if (f.n_y == f.n_out) KNN__TRY(knn__model_make_metrics(m, f.y, f.out, f.n_out));
  knn__scope_begin(&s, m->ctx);
  s.extra_loss = m->root->added_loss;
  knn_value *total = total_loss(m, &s, &f);
  if (total) knn_value_retain(total);
  const knn_status st = knn__scope_end(&s);
  if (st == KNN_OK)
    *out = total;
  else
    knn_value_release(total);
  return st == KNN_OK ? st : knn_fail_in(m->ctx, st, "compute_loss");
}

knn_status knn_model_update_metrics(knn_model *m, const knn_targets *targets) {
  knn__forward f;
  knn__scope s;
  KNN__TRY(take_targets(m, targets, &f));
  if (f.n_y == 0) return KNN_OK; /* nothing to compare with */
  KNN__TRY(check_targets(m, &f));
  KNN__TRY(knn__model_make_metrics(m, f.y, f.out, f.n_out));
  knn__scope_begin(&s, m->ctx);
  update_metrics(m, &s, &f);
  return knn__scope_end(&s);
}
