/* custom_gradient.c - a value whose gradient by another one is what a host's function says. y, x ->
 * y. */
#include "knn/custom.h"

#include "model.h"
#include "op_list.h"

typedef struct gradient_args {
  knn_object *function; /* a custom loss, which holds the host's function of two values */
} gradient_args;

static const knn_param params[] = {
    KNN__PARAM(gradient_args, function, KNN_P_OBJECT, NULL, "Gives dx from dy and x.",
               .choices = "loss"),
};

static knn_status infer(const knn__infer *q) {
  q->out[0] = q->in[0];
  return KNN_OK;
}

static void vjp(knn__scope *s, const knn__vjp *g) {
  const knn_loss *f = (const knn_loss *)((const gradient_args *)g->args)->function;
  knn_value *dx = NULL;
  g->dx[0] = g->dy[0];
  if (!g->wanted[1] || s->status != KNN_OK) return;
  s->status = f->custom(f->self, g->dy[0], g->in[1], &dx);
  if (s->status != KNN_OK) return;
  g->dx[1] = knn__cast(s, knn__hold(s, dx), g->in[1]->spec.dtype);
  const knn__spec *want = &g->in[1]->spec, *got = &dx->spec;
  if (!knn__dims_fit(want->rank, want->dims, got->rank, got->dims))
    knn__scope_fail(s, KNN_ESHAPE,
                    "the gradient of a value of shape %s must have that shape, got %s",
                    KNN__SPEC(*want), KNN__SPEC(*got));
}

static const knn__op op_custom_gradient = {
    .cls = {.family = "op",
            .name = "custom_gradient",
            .summary = "A value with a gradient of the host's.",
            .shapes = "y (...), x (...) -> y",
            KNN__PARAMS(params, gradient_args)},
    .min_in = 2,
    .max_in = 2,
    .n_out = 1,
    .flags = KNN__OP_ALIAS | KNN__OP_HIDDEN | KNN__OP_HALVES,
    .infer = infer,
    .vjp = vjp,
};

knn_status knn_custom_gradient(knn_object *function, knn_value *y, knn_value *x, knn_value **out) {
  const gradient_args args = {function};
  int n = 1;
  if (function->family != &knn__family_loss || !((const knn_loss *)function)->custom)
    return knn_fail(function->ctx, KNN_EARG, "custom_gradient: a custom function expected");
  return knn__apply(function->ctx, &op_custom_gradient, &args, (knn_value *[]){y, x}, 2, out, &n);
}
