/* ctc.c - label sequences of which nobody says when each label is spoken. y_true (batch, n) of
 * labels, 0 = none: both the filling at the end and the blank between labels; y_pred (batch, t,
 * classes) of logits, of which all steps count. The loss is op ctc_loss. Source: Graves et al.
 * 2006; Keras. */
#include "loss.h"

typedef struct ctc_args {
  knn__loss_common common;
} ctc_args;

static const knn_param params[] = {KNN__LOSS_PARAMS(ctc_args)};

static knn_value *call(const void *args, knn__scope *s, knn_value *t, knn_value *p) {
  const knn__spec *a = &t->spec, *b = &p->spec;
  (void)args;
  if (a->rank != 2 || b->rank != 3)
    return knn__scope_fail(s, KNN_ESHAPE,
                           "y_true must have shape (batch, labels) and y_pred (batch, steps, "
                           "classes), got %s and %s",
                           KNN__SPEC(*a), KNN__SPEC(*b));
  if (b->dtype != KNN_F64) p = knn__cast(s, p, KNN_F32);
  t = knn__cast(s, t, KNN_I32);
  knn_value *there = knn__not_equal(s, t, knn__scalar(s, KNN_I32, 0));
  knn_value *labels = knn__sum(s, knn__cast(s, there, KNN_I32), KNN__AXIS(-1), false);
  knn_value *steps = knn__broadcast_like(s, knn__scalar(s, KNN_I32, (double)b->dims[1]), labels);
  return knn__ctc_loss(s, t, p, labels, steps, 0);
}

const knn__loss_def knn__loss_ctc = {
    .cls = {.family = "loss",
            .name = "CTC",
            .aliases = "ctc",
            .summary = "Label sequences without alignment: all ways of speaking them count.",
            .detail =
                "-log of the probability that the steps' classes, repeats merged and blanks (0) "
                "dropped, read as the labels. Labels end where zeros begin.",
            .shapes = "y_true (n, labels), y_pred (n, steps, c) of logits -> (n)",
            .example = "local loss = knn.losses.CTC{}",
            .source = "Graves et al. 2006, Connectionist temporal classification",
            .see = "SparseCategoricalCrossentropy",
            KNN__PARAMS(params, ctc_args)},
    .labels = true,
    .own_labels = true,
    .call = call,
};
