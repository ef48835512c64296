/* model_io.c - the inputs and outputs of a model: how many, their names, the symbolic values. */
#include "functional.h"

int knn_model_inputs(const knn_model *m) {
  return m->root->built ? m->root->n_inputs : 0;
}

int knn_model_outputs(const knn_model *m) {
  const knn__functional *f = knn__functional_of(m->root);
  knn__spec out[KNN__MAX_OUT];
  int n = 0;
  if (f) return f->n_out;
  return m->root->built && knn__model_infer(m, out, &n) == KNN_OK ? n : 0;
}

const char *knn_layer_input_name(const knn_layer *model, int i) {
  const knn__functional *f = knn__functional_of(model);
  const knn_value *entrance = knn__sequential_input(model);
  if (f && i >= 0 && i < f->n_in) return f->in_key[i] ? f->in_key[i] : knn_value_name(f->in[i]);
  return entrance && i == 0 ? knn_value_name(entrance) : NULL;
}

const char *knn_layer_output_name(const knn_layer *model, int i) {
  const knn__functional *f = knn__functional_of(model);
  const knn_value *exit = knn__sequential_output(model);
  if (f && i >= 0 && i < f->n_out) return f->out_key[i] ? f->out_key[i] : knn_value_name(f->out[i]);
  return exit && i == 0 ? knn_value_name(exit) : NULL;
}

bool knn_layer_inputs_named(const knn_layer *model) {
  const knn__functional *f = knn__functional_of(model);
  return f && f->in_key[0];
}

bool knn_layer_outputs_named(const knn_layer *model) {
  const knn__functional *f = knn__functional_of(model);
  return f && f->out_key[0];
}

static knn_status not_drawn(const knn_model *m) {
  return knn_fail(m->ctx, KNN_ESTATE, "model '%s' has no symbolic inputs and outputs: %s",
                  m->root->base.name,
                  knn__is_sequential(m->root)
                      ? "it is not built; give its first layer an input_shape, or call build"
                      : "its layers are called by its own function");
}

static knn_status hand_out(const knn_model *m, knn_value *const *values, int n, knn_value **outs,
                           int *room) {
  if (n > *room)
    return knn_fail(m->ctx, KNN_EARG, "model '%s': %d values, there is room for %d",
                    m->root->base.name, n, *room);
  for (int i = 0; i < n; i++) knn_value_retain(outs[i] = values[i]);
  *room = n;
  return KNN_OK;
}

knn_status knn_model_symbolic_inputs(const knn_model *m, knn_value **ins, int *n) {
  const knn__functional *f = knn__functional_of(m->root);
  knn_value *entrance = knn__sequential_input(m->root);
  if (f) return hand_out(m, f->given, f->n_in, ins, n);
  return entrance ? hand_out(m, &entrance, 1, ins, n) : not_drawn(m);
}

knn_status knn_model_symbolic_outputs(const knn_model *m, knn_value **outs, int *n) {
  const knn__functional *f = knn__functional_of(m->root);
  knn_value *exit = knn__sequential_output(m->root);
  if (f) return hand_out(m, f->out, f->n_out, outs, n);
  return exit ? hand_out(m, &exit, 1, outs, n) : not_drawn(m);
}
