/* scan.c - see scan.h. */
#include "scan_op.h"

static int operands_of(const knn__scan *loop, knn_value **ins) {
  int n = 0;
  for (int i = 0; i < loop->n_states; i++) ins[n++] = loop->states[i];
  for (int i = 0; i < loop->n_xs; i++) ins[n++] = loop->xs[i];
  for (int i = 0; i < loop->n_constants; i++) ins[n++] = loop->constants[i];
  return n;
}

/* The step as a body, and all operands of the scan, those it captured included. */
static knn__body *trace(knn__scope *s, const knn__scan *loop, knn__body_fn *step, void *self,
                        knn_value **ins, int *n_in) {
  knn__spec specs[KNN__MAX_IN];
  knn__captured captured = {0};
  knn__body *body = NULL;
  *n_in = operands_of(loop, ins);
  for (int i = 0; i < *n_in; i++) {
    specs[i] = ins[i]->spec;
    if (i >= loop->n_states && i < loop->n_states + loop->n_xs)
      specs[i] = knn__slice_spec(&specs[i], loop->axis);
  }
  s->status = knn__body_trace(s->ctx, *n_in, specs, loop->n_states + loop->n_ys, step, self,
                              &captured, &body);
  for (int i = 0; i < captured.n; i++) ins[(*n_in)++] = knn__hold(s, captured.v[i]);
  return body;
}

/* Slice t of a sequence. */
static knn_value *slice_at(knn__scope *s, knn_value *x, int axis, int64_t t) {
  return knn__squeeze(s, knn__slice_axis(s, x, axis, t, 1, 1), axis);
}

/* Any number of slices stacked; an op takes only so many operands. */
static knn_value *stack(knn__scope *s, int64_t n, knn_value *const *slices, int axis) {
  knn_value *all = NULL;
  for (int64_t i = 0; i < n && s->status == KNN_OK; i += KNN__MAX_IN) {
    const int count = n - i < KNN__MAX_IN ? (int)(n - i) : KNN__MAX_IN;
    knn_value *part = knn__stack(s, count, slices + i, axis);
    all = all ? knn__concatenate(s, 2, (knn_value *[]){all, part}, axis) : part;
  }
  return all;
}

/* Every step by itself. */
static void write_out(knn__scope *s, const knn__scan *loop, knn__body_fn *step, void *self,
                      int64_t steps, knn_value **states, knn_value **ys) {
  knn_value *in[KNN__MAX_IN], *out[KNN__MAX_OUT] = {0};
  knn_value **slices = knn__alloc(s->ctx, (size_t)(loop->n_ys * steps) * sizeof *slices);
  if (!slices) s->status = KNN_ENOMEM;
  operands_of(loop, in);
  for (int64_t i = 0; i < steps && s->status == KNN_OK; i++) {
    const int64_t t = loop->reverse ? steps - 1 - i : i;
    for (int k = 0; k < loop->n_xs; k++)
      in[loop->n_states + k] = slice_at(s, loop->xs[k], loop->axis, t);
    if (s->status == KNN_OK) step(self, s, in, out);
    for (int k = 0; k < loop->n_states && s->status == KNN_OK; k++) in[k] = out[k];
    for (int k = 0; k < loop->n_ys; k++) slices[k * steps + t] = out[loop->n_states + k];
  }
  for (int k = 0; k < loop->n_states && s->status == KNN_OK; k++) states[k] = in[k];
  for (int k = 0; k < loop->n_ys && s->status == KNN_OK; k++)
    ys[k] = stack(s, steps, slices + k * steps, loop->axis);
  knn__free(s->ctx, slices);
}

void knn__scan_over(knn__scope *s, const knn__scan *loop, knn__body_fn *step, void *self,
                    knn_value **states, knn_value **ys) {
  knn_value *ins[KNN__MAX_IN], *outs[KNN__MAX_OUT];
  int n_in;
  if (s->status != KNN_OK) return;
  knn__body *body = trace(s, loop, step, self, ins, &n_in);
  const int64_t steps = loop->xs[0]->spec.dims[loop->axis];
  if (s->status != KNN_OK) {
    knn__body_release(body);
    return;
  }
  if (!body->plain && steps > 0) { /* neither none nor unknown */
    write_out(s, loop, step, self, steps, states, ys);
  } else {
    const knn__scan_args args = {&body->base, loop->n_states, loop->n_xs,
                                 loop->axis,  loop->reverse,  loop->saves};
    knn__scan_apply(s, &args, n_in, ins, outs);
    for (int i = 0; i < loop->n_states && s->status == KNN_OK; i++) states[i] = outs[i];
    for (int i = 0; i < loop->n_ys && s->status == KNN_OK; i++) ys[i] = outs[loop->n_states + i];
  }
  knn__body_release(body);
}
