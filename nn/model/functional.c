/* functional.c - a model drawn with symbolic values, as a layer: its calls are made again, in
 * order, on whatever it is given. Several inputs and outputs; layers called more than once share
 * their weights; weights keep the paths of their layers, as in Keras. */
#include "functional.h"

#include <stdlib.h>
#include <string.h>

#include "ops.h"
#include "text.h"

typedef struct functional_args {
  knn__layer_common common;
} functional_args;

static const knn_param params[] = {KNN__LAYER_PARAMS(functional_args)};

/* ---- calling ---- */

typedef struct run {
  knn_layer *layer;
  knn__scope *s;
  knn__layer_io *io;
  const knn__functional *f;
  knn_value **values, **masks; /* by slot */
} run;

/* An input whose rank is off by one axis of size 1 is taken all the same, as in Keras. */
static knn_value *fit_rank(knn__scope *s, knn_value *x, int rank) {
  if (x->spec.rank == rank + 1 && x->spec.dims[rank] == 1) return knn__squeeze(s, x, -1);
  return x->spec.rank + 1 == rank ? knn__expand_dims(s, x, -1) : x;
}

static void run_input(run *r, int i, knn__layer_io *io, knn_value **x) {
  const knn__spec *want = &r->f->in[i]->node->out[0];
  *x = r->io->in[i];
  if ((*x)->spec.rank != want->rank && want->dims[want->rank - 1] == 1)
    *x = fit_rank(r->s, *x, want->rank);
  else if ((*x)->spec.rank == want->rank + 1)
    *x = fit_rank(r->s, *x, want->rank);
  io->n_in = 1;
  io->in = x;
  io->mask = &r->io->mask[i];
}

static int input_number(const knn__functional *f, const knn__node *node) {
  int i = 0;
  while (f->in[i]->node != node) i++;
  return i;
}

/* The operands in their places; n of them. */
static void gather(const run *r, const knn__model_call *call, knn_value **in) {
  for (int i = 0; i < call->node->n_operands; i++)
    in[i] = call->in[i] >= 0 ? r->values[call->in[i]] : call->node->in[i];
}

static void run_layer(run *r, const knn__model_call *call, knn_value **in) {
  const knn__node *node = call->node;
  knn_value *x, *mask[KNN__MAX_IN];
  gather(r, call, in);
  const knn_layer_extra extra = knn__node_extra(node, in);
  knn__layer_io io = {.n_in = node->n_in, .in = in, .mask = mask, .extra = &extra, .n_out = 1};
  io.training = node->training < 0 ? r->io->training : node->training;
  for (int i = 0; i < node->n_in; i++) mask[i] = call->in[i] >= 0 ? r->masks[call->in[i]] : NULL;
  if (node->n_in == 0) run_input(r, input_number(r->f, node), &io, &x);
  if (r->s->status == KNN_OK) knn__layer_call(knn_layer_of(node->layer), r->s, &io);
  for (int i = 0; i < node->n_out && r->s->status == KNN_OK; i++) {
    r->values[call->first + i] = io.out[i];
    r->masks[call->first + i] = io.out_mask[i];
  }
}

static void run_op(run *r, const knn__model_call *call, knn_value **in) {
  const knn__node *node = call->node;
  knn_value *out[KNN__MAX_OUT];
  int n = node->n_out;
  gather(r, call, in);
  r->s->status = knn__apply(r->s->ctx, node->op, node->args, in, node->n_in, out, &n);
  for (int i = 0; i < n && r->s->status == KNN_OK; i++)
    r->values[call->first + i] = knn__hold(r->s, out[i]);
}

static void run_calls(run *r) {
  knn_value *in[3 * KNN__MAX_IN];
  for (int i = 0; i < r->f->n_calls && r->s->status == KNN_OK; i++) {
    const knn__model_call *call = &r->f->calls[i];
    if (call->node->op)
      run_op(r, call, in);
    else
      run_layer(r, call, in);
  }
  r->io->n_out = r->f->n_out;
  for (int i = 0; i < r->f->n_out && r->s->status == KNN_OK; i++) {
    r->io->out[i] = r->values[r->f->out_slot[i]];
    r->io->out_mask[i] = r->masks[r->f->out_slot[i]];
  }
}

static knn_status check_count(const knn_layer *layer, const knn__functional *f, int n) {
  knn__text names = {.ctx = layer->base.ctx};
  if (n == f->n_in) return KNN_OK;
  for (int i = 0; i < f->n_in; i++)
    knn__text_add(&names, "%s%s", i ? ", " : "", knn__node_name(f->in[i]->node));
  knn_status st = knn_fail(layer->base.ctx, KNN_EARG, "%d input%s expected (%s), got %d", f->n_in,
                           f->n_in == 1 ? "" : "s", names.s ? names.s : "", n);
  knn__free(layer->base.ctx, names.s);
  return st;
}

static void call(knn_layer *layer, knn__scope *s, knn__layer_io *io) {
  const knn__functional *f = layer->fields;
  s->status = check_count(layer, f, io->n_in);
  if (s->status != KNN_OK) return;
  knn_value **slots = knn__alloc(s->ctx, (size_t)f->n_slots * 2 * sizeof *slots);
  if (!slots) s->status = KNN_ENOMEM;
  run r = {layer, s, io, f, slots, slots + f->n_slots};
  if (slots) run_calls(&r);
  knn__free(s->ctx, slots);
}

/* ---- life ---- */

static void finalize(knn_layer *layer) {
  knn_ctx *ctx = layer->base.ctx;
  knn__functional *f = layer->fields;
  for (int i = 0; i < KNN__MODEL_IO; i++) {
    knn_value_release(f->given[i]);
    knn_value_release(f->in[i]);
    knn_value_release(f->out[i]);
    knn__free(ctx, f->in_key[i]);
    knn__free(ctx, f->out_key[i]);
  }
  for (int i = 0; i < f->n_calls; i++) {
    knn__node_release(f->calls[i].node);
    knn__free(ctx, f->calls[i].in);
  }
  knn__free(ctx, f->calls);
  knn__free(ctx, f->operations);
}

static const knn__layer_def functional = {
    .cls = {.family = "layer",
            .name = "Functional",
            .summary = "A model drawn with symbolic values.",
            KNN__PARAMS(params, functional_args)},
    .max_in = -1,
    .inputs = KNN__IN_ANY,
    .fields_size = sizeof(knn__functional),
    .call = call,
    .finalize = finalize,
};

bool knn__is_functional(const knn_layer *layer) {
  return layer->def == &functional;
}

const char *knn__functional_name(const knn__functional *f, int operation) {
  return knn__node_name(f->operations[operation].node);
}

int knn__functional_call_of(const knn__functional *f, const knn_value *v) {
  for (int i = 0; i < f->n_in; i++)
    if (v->node == f->given[i]->node && v->at == f->given[i]->at) v = f->in[i];
  for (int i = 0; i < f->n_calls; i++)
    if (f->calls[i].node == v->node) return i;
  return -1;
}

/* ---- making ---- */

static knn_status check_values(knn_ctx *ctx, const char *what, const knn_values *values) {
  if (values->n < 1 || values->n > KNN__MODEL_IO)
    return knn_fail(ctx, KNN_EARG, "%s: 1 to %d symbolic values expected, got %d", what,
                    KNN__MODEL_IO, values->n);
  for (int i = 0; i < values->n; i++)
    if (!values->v[i]->node)
      return knn_fail(
          ctx, KNN_EARG,
          "%s: value %d is no symbolic value; begin with knn.Input{shape = ...} and call "
          "layers on it",
          what, i + 1);
  return KNN_OK;
}

/* Positions in the order of the keys; a list stays as it is. */
static void order_of(const knn_values *values, int *order) {
  for (int i = 0; i < values->n; i++) {
    int at = i;
    for (; values->keys && at > 0 && strcmp(values->keys[order[at - 1]], values->keys[i]) > 0; at--)
      order[at] = order[at - 1];
    order[at] = i;
  }
}

static knn_status take_keys(knn_ctx *ctx, const knn_values *values, const int *order, char **keys) {
  for (int i = 0; values->keys && i < values->n; i++) {
    keys[i] = knn__strdup(ctx, values->keys[order[i]]);
    if (!keys[i]) return KNN_ENOMEM;
  }
  return KNN_OK;
}

/* An input in place of an inner value, so that a model can begin in the middle of another one. */
static knn_status stand_in(knn_ctx *ctx, const knn_value *v, knn_value **out) {
  knn_config *options = NULL;
  knn__text name = {.ctx = ctx};
  knn__text_add(&name, "%sCLONE", knn__node_name(v->node));
  knn_status st = name.failed ? KNN_ENOMEM : knn_config_dict(ctx, &options);
  if (st == KNN_OK) st = knn_config_set_ints(options, "batch_shape", v->spec.rank, v->spec.dims);
  if (st == KNN_OK) st = knn_config_set_string(options, "name", name.s);
  if (st == KNN_OK) st = knn_config_set_string(options, "dtype", knn_dtype_name(v->spec.dtype));
  if (st == KNN_OK) st = knn_input_from_config(ctx, options, out);
  knn_config_release(options);
  knn__free(ctx, name.s);
  return st;
}

static bool same_value(const knn_value *a, const knn_value *b) {
  return a->node == b->node && a->at == b->at;
}

static knn_status take_inputs(knn_ctx *ctx, knn__functional *f, const knn_values *inputs) {
  int order[KNN__MODEL_IO];
  order_of(inputs, order);
  for (int i = 0; i < inputs->n; i++) {
    knn_value *v = inputs->v[order[i]];
    for (int k = 0; k < i; k++)
      if (same_value(v, f->given[k]))
        return knn_fail(ctx, KNN_EARG, "inputs: '%s' is given twice", knn__node_name(v->node));
    knn_value_retain(f->given[i] = v);
    if (v->node->layer && v->node->n_in == 0)
      knn_value_retain(f->in[i] = v);
    else
      KNN__TRY(stand_in(ctx, v, &f->in[i]));
    f->n_in = i + 1;
  }
  return take_keys(ctx, inputs, order, f->in_key);
}

static knn_status take_outputs(knn_ctx *ctx, knn__functional *f, const knn_values *outputs) {
  int order[KNN__MODEL_IO];
  order_of(outputs, order);
  f->n_out = outputs->n;
  for (int i = 0; i < outputs->n; i++) knn_value_retain(f->out[i] = outputs->v[order[i]]);
  for (int i = 0; i < f->n_out; i++)
    for (int k = 0; k < f->n_in; k++)
      if (same_value(f->out[i], f->given[k])) {
        knn_value_retain(f->in[k]);
        knn_value_release(f->out[i]);
        f->out[i] = f->in[k];
      }
  return take_keys(ctx, outputs, order, f->out_key);
}

static knn_status check_names(const knn_layer *layer, const knn__functional *f) {
  for (int i = 0; i < f->n_operations; i++)
    for (int k = 0; k < i; k++)
      if (strcmp(knn__functional_name(f, i), knn__functional_name(f, k)) == 0)
        return knn_fail(layer->base.ctx, KNN_EARG,
                        "two of its operations are called '%s'; give each layer a name of its own",
                        knn__functional_name(f, i));
  return KNN_OK;
}

static knn_status adopt(knn_layer *layer, const knn__functional *f) {
  for (int i = 0; i < f->n_operations; i++)
    if (f->operations[i].layer) KNN__TRY(knn__add_sublayer(layer, f->operations[i].layer));
  knn__spec in[KNN__MODEL_IO];
  for (int i = 0; i < f->n_in; i++) in[i] = f->in[i]->spec;
  if (!layer->trainable) knn__layer_set_trainable(layer, false);
  return knn__layer_build(layer, "", in, f->n_in);
}

static knn_status fill(knn_layer *layer, const knn_values *inputs, const knn_values *outputs) {
  knn_ctx *ctx = layer->base.ctx;
  knn__functional *f = layer->fields;
  KNN__TRY(take_inputs(ctx, f, inputs));
  KNN__TRY(take_outputs(ctx, f, outputs));
  KNN__TRY(knn__functional_map(layer, f));
  KNN__TRY(check_names(layer, f));
  return adopt(layer, f);
}

knn_status knn_model_functional(knn_ctx *ctx, const knn_values *inputs, const knn_values *outputs,
                                const knn_config *options, knn_model **out) {
  knn_object *object = NULL;
  KNN__TRY(check_values(ctx, "inputs", inputs));
  KNN__TRY(check_values(ctx, "outputs", outputs));
  KNN__TRY(knn__object_make(ctx, &knn__family_layer, &functional.cls, options, &object));
  knn_layer *layer = (knn_layer *)object;
  knn_status st = fill(layer, inputs, outputs);
  if (st == KNN_OK)
    st = knn_model_over_layer(layer, out);
  else
    st = knn_fail_in(ctx, st, "model '%s'", layer->base.name);
  knn_layer_release(layer);
  return st;
}
