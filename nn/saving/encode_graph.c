/* encode_graph.c - a drawing in Keras's form: its operations in Keras's order, each with the calls
 * it was made in, whose tensors are named by who made them: [operation, which call, which result].
 */
#include <stdio.h>
#include <string.h>

#include "keras_calls.h"
#include "keras_form.h"

typedef struct graph {
  knn_ctx *ctx;
  const knn__functional *f;
} graph;

/* ---- tensors ---- */

static int call_of_slot(const graph *g, int slot) {
  int i = 0;
  while (slot < g->f->calls[i].first || slot >= g->f->calls[i].first + g->f->calls[i].node->n_out)
    i++;
  return i;
}

/* Which call of its operation this is, in the order in which they were made. */
static int number_of_call(const graph *g, const knn__model_call *call) {
  int before = 0;
  for (int i = 0; i < g->f->n_calls; i++)
    before += g->f->calls[i].operation == call->operation &&
              g->f->calls[i].node->index < call->node->index;
  return before;
}

static bool makes_model(const knn__model_call *call) {
  return call->node->layer && knn__is_functional(knn_layer_of(call->node->layer));
}

/* [name, call, result]. Models inside count their calls from 1 where outputs are listed. */
static knn_status encode_place(const graph *g, int slot, bool outside, knn_config **out) {
  const knn__model_call *call = &g->f->calls[call_of_slot(g, slot)];
  const int64_t numbers[] = {number_of_call(g, call) + (outside && makes_model(call)),
                             slot - call->first};
  knn_config *place = NULL, *part = NULL;
  KNN__TRY(knn_config_list(g->ctx, &place));
  knn_status st = knn__push(
      place, knn_config_string(g->ctx, knn__functional_name(g->f, call->operation), &part), &part);
  for (int i = 0; i < 2 && st == KNN_OK; i++) {
    part = NULL;
    st = knn__push(place, knn_config_int(g->ctx, numbers[i], &part), &part);
  }
  if (st == KNN_OK)
    *out = place;
  else
    knn_config_release(place);
  return st;
}

static knn_status encode_slot(const graph *g, int slot, knn_config **out) {
  const knn__model_call *call = &g->f->calls[call_of_slot(g, slot)];
  const knn__spec *spec = &call->node->out[slot - call->first];
  knn_config *tensor = NULL, *config = NULL, *place = NULL;
  knn_status st = knn_config_dict(g->ctx, &config);
  if (st == KNN_OK) st = knn_config_set_ints(config, "shape", spec->rank, spec->dims);
  if (st == KNN_OK) st = knn_config_set_string(config, "dtype", knn_dtype_name(spec->dtype));
  if (st == KNN_OK)
    st = knn__put(config, "keras_history", encode_place(g, slot, false, &place), &place);
  if (st == KNN_OK) st = knn_config_dict(g->ctx, &tensor);
  if (st == KNN_OK) st = knn_config_set_string(tensor, "class_name", "__keras_tensor__");
  if (st == KNN_OK) st = knn_config_set(tensor, "config", config);
  knn_config_release(config);
  if (st == KNN_OK)
    *out = tensor;
  else
    knn_config_release(tensor);
  return st;
}

/* Elements of an axis and those behind, as nested lists. */
static knn_status encode_elements(knn_ctx *ctx, const knn_tensor *t, int axis, int64_t *at,
                                  knn_config **out) {
  const knn_dtype type = knn_tensor_dtype(t);
  if (axis == knn_tensor_rank(t)) {
    const double x = knn_tensor_get(t, (*at)++);
    if (type == KNN_BOOL) return knn_config_bool(ctx, x != 0, out);
    return knn_dtype_is_float(type) ? knn_config_float(ctx, x, out)
                                    : knn_config_int(ctx, (int64_t)x, out);
  }
  KNN__TRY(knn_config_list(ctx, out));
  for (int64_t i = 0; i < knn_tensor_dim(t, axis); i++) {
    knn_config *part = NULL;
    KNN__TRY(knn__push(*out, encode_elements(ctx, t, axis + 1, at, &part), &part));
  }
  return KNN_OK;
}

/* A number stands for itself. */
static knn_status encode_constant(const graph *g, const knn_tensor *t, knn_config **out) {
  knn_config *value = NULL, *config = NULL, *form = NULL;
  int64_t at = 0;
  if (knn_tensor_rank(t) == 0) return encode_elements(g->ctx, t, 0, &at, out);
  knn_status st = knn_config_dict(g->ctx, &config);
  if (st == KNN_OK)
    st = knn__put(config, "value", encode_elements(g->ctx, t, 0, &at, &value), &value);
  if (st == KNN_OK)
    st = knn_config_set_string(config, "dtype", knn_dtype_name(knn_tensor_dtype(t)));
  if (st == KNN_OK) st = knn_config_dict(g->ctx, &form);
  if (st == KNN_OK) st = knn_config_set_string(form, "class_name", "__numpy__");
  if (st == KNN_OK) st = knn_config_set(form, "config", config);
  knn_config_release(config);
  if (st == KNN_OK)
    *out = form;
  else
    knn_config_release(form);
  return st;
}

static knn_status encode_operand(const graph *g, const knn__model_call *call, int i,
                                 knn_config **out) {
  const knn_value *v = call->node->in[i];
  if (call->in[i] >= 0) return encode_slot(g, call->in[i], out);
  if (!v) return knn_config_null(g->ctx, out);
  if (v->tensor) return encode_constant(g, v->tensor, out);
  return knn_fail(g->ctx, KNN_EARG, "an operand of '%s' is no part of the model",
                  knn__node_name(call->node));
}

/* Operands [first, first + n) into a list. */
static knn_status list_operands(const graph *g, const knn__model_call *call, int first, int n,
                                knn_config *list) {
  for (int i = first; i < first + n; i++) {
    knn_config *part = NULL;
    KNN__TRY(knn__push(list, encode_operand(g, call, i, &part), &part));
  }
  return KNN_OK;
}

static knn_status new_list(const graph *g, const knn__model_call *call, int first, int n,
                           knn_config **out) {
  KNN__TRY(knn_config_list(g->ctx, out));
  return list_operands(g, call, first, n, *out);
}

/* ---- calls of layers ---- */

/* A model whose inputs are known by name takes them so. */
static knn_status named_inputs(const graph *g, const knn__model_call *call,
                               const knn__functional *inner, knn_config **out) {
  KNN__TRY(knn_config_dict(g->ctx, out));
  for (int i = 0; i < call->node->n_in; i++) {
    knn_config *part = NULL;
    KNN__TRY(knn__put(*out, inner->in_key[i], encode_operand(g, call, i, &part), &part));
  }
  return KNN_OK;
}

static knn_status put_inputs(const graph *g, const knn__model_call *call, knn_config *args,
                             knn_config *kwargs) {
  const knn_layer *layer = knn_layer_of(call->node->layer);
  const knn__functional *inner = knn__functional_of(layer);
  const knn__inputs_form form = knn__keras_inputs(layer->base.cls->name);
  const int n = call->node->n_in;
  knn_config *part = NULL;
  if (inner && inner->in_key[0]) return knn__push(args, named_inputs(g, call, inner, &part), &part);
  if (form == KNN__INPUTS_APART) return list_operands(g, call, 0, n, args);
  if (form == KNN__INPUT_AND_STATE && n > 1) {
    KNN__TRY(list_operands(g, call, 0, 1, args));
    return knn__put(kwargs, "initial_state", new_list(g, call, 1, n - 1, &part), &part);
  }
  if (form == KNN__INPUT_LIST || n > 1)
    return knn__push(args, new_list(g, call, 0, n, &part), &part);
  return list_operands(g, call, 0, n, args);
}

static knn_status put_masks(const graph *g, const knn__model_call *call, knn_config *kwargs) {
  const knn__node *node = call->node;
  knn_config *part = NULL;
  if (!node->masked) return KNN_OK;
  const knn_status made = node->n_in == 1 ? encode_operand(g, call, 1, &part)
                                          : new_list(g, call, node->n_in, node->n_in, &part);
  return knn__put(kwargs, "mask", made, &part);
}

static knn_status put_extras(const graph *g, const knn__model_call *call, knn_config *kwargs) {
  const knn__node *node = call->node;
  KNN__TRY(put_masks(g, call, kwargs));
  for (int i = 0; i < knn_config_size(node->options); i++)
    KNN__TRY(
        knn_config_set(kwargs, knn_config_key(node->options, i), knn_config_at(node->options, i)));
  for (int i = 0; i < node->n_named; i++) {
    knn_config *part = NULL;
    const int at = node->n_operands - node->n_named + i;
    KNN__TRY(knn__put(kwargs, node->names[i], encode_operand(g, call, at, &part), &part));
  }
  return node->training < 0 ? KNN_OK : knn_config_set_bool(kwargs, "training", node->training == 1);
}

/* ---- calls of ops ---- */

static bool is_slice(const knn__node *node) {
  return strcmp(node->op->cls.name, "slice_axis") == 0;
}

static knn_status push_slice(knn_ctx *ctx, const int64_t *bounds, knn_config *key) {
  static const char *const names[] = {"start", "stop", "step"};
  knn_config *config = NULL, *form = NULL;
  knn_status st = knn_config_dict(ctx, &config);
  for (int i = 0; i < 3 && st == KNN_OK; i++)
    st = !bounds || bounds[i] == KNN_NONE ? knn_config_set_string(config, names[i], NULL)
                                          : knn_config_set_int(config, names[i], bounds[i]);
  if (st == KNN_OK) st = knn_config_dict(ctx, &form);
  if (st == KNN_OK) st = knn_config_set_string(form, "class_name", "__slice__");
  if (st == KNN_OK) st = knn_config_set(form, "config", config);
  knn_config_release(config);
  return knn__push(key, st, &form);
}

/* x[:, ..., start:stop:step] */
static knn_status put_slice(const graph *g, const knn__model_call *call, knn_config *args) {
  knn_config *own = NULL, *key = NULL;
  const knn__node *node = call->node;
  KNN__TRY(list_operands(g, call, 0, 1, args));
  KNN__TRY(knn__args_config(g->ctx, &node->op->cls, node->args, &own));
  int64_t axis = knn_config_get_int(knn_config_get(own, "axis"));
  const int64_t start = knn_config_get_int(knn_config_get(own, "start")),
                step = knn_config_get_int(knn_config_get(own, "step"));
  const knn_config *count = knn_config_get(own, "count");
  int64_t stop = KNN_NONE;
  if (knn_config_kind_of(count) == KNN_CONFIG_INT) {
    stop = start + step * knn_config_get_int(count);
    /* past the beginning or the end, when counting from the end */
    if ((start < 0 && stop >= 0) || (start >= 0 && stop < 0)) stop = KNN_NONE;
  }
  knn_config_release(own);
  if (axis < 0) axis += node->in[0]->spec.rank;
  knn_status st = knn_config_list(g->ctx, &key);
  for (int64_t i = 0; i < axis && st == KNN_OK; i++) st = push_slice(g->ctx, NULL, key);
  if (st == KNN_OK)
    st = push_slice(g->ctx, (int64_t[]){start, stop, step == 1 ? KNN_NONE : step}, key);
  return knn__push(args, st, &key);
}

static knn_status op_options(const graph *g, const knn__node *node, const knn__keras_op *op,
                             knn_config *config) {
  knn_config *own = NULL;
  char name[64];
  KNN__TRY(knn__args_config(g->ctx, &node->op->cls, node->args, &own));
  knn_status st = KNN_OK;
  for (int i = 0; i < knn_config_size(own) && st == KNN_OK; i++) {
    knn_config *value = knn_config_at(own, i);
    knn__keras_rename(op, knn_config_key(own, i), true, name, sizeof name);
    if (strcmp(name, "axis") == 0 && knn_config_size(value) == 1)
      value = knn_config_at(value, 0); /* a single axis is a number in Keras */
    st = knn_config_set(config, name, value);
  }
  knn_config_release(own);
  return st;
}

/* Options of matmul that Keras's has not are off in drawings. */
static bool has_options(const knn__node *node) {
  return node->op->cls.n_params > 0 && strcmp(node->op->cls.name, "matmul") != 0;
}

static knn_status encode_op(const graph *g, const knn__node *node, knn_config **out) {
  const knn__keras_op *op = knn__keras_op_of(node->op->cls.name);
  const char *name = is_slice(node) ? "GetItem" : op ? op->keras : NULL;
  char module[64];
  knn_config *config = NULL;
  if (!name)
    return knn_fail(g->ctx, KNN_EARG,
                    "the op '%s' has no form in Keras's files; put it into a layer of your own",
                    node->op->cls.name);
  snprintf(module, sizeof module, "keras.src.ops.%s", is_slice(node) ? "numpy" : op->module);
  KNN__TRY(knn_config_dict(g->ctx, &config));
  knn_status st = knn_config_set_string(config, "name", node->name);
  if (st == KNN_OK && !is_slice(node) && has_options(node)) st = op_options(g, node, op, config);
  if (st == KNN_OK) st = knn__encode_form(g->ctx, module, name, config, name, out);
  knn_config_release(config);
  return st;
}

static knn_status put_operands(const graph *g, const knn__model_call *call, knn_config *args) {
  const knn__node *node = call->node;
  const knn__keras_op *op = knn__keras_op_of(node->op->cls.name);
  knn_config *part = NULL;
  if (is_slice(node)) return put_slice(g, call, args);
  if (op && op->list) return knn__push(args, new_list(g, call, 0, node->n_in, &part), &part);
  return list_operands(g, call, 0, node->n_in, args);
}

/* ---- operations ---- */

static knn_status encode_call(const graph *g, const knn__model_call *call, knn_config **out) {
  knn_config *args = NULL, *kwargs = NULL, *node = NULL;
  knn_status st = knn_config_list(g->ctx, &args);
  if (st == KNN_OK) st = knn_config_dict(g->ctx, &kwargs);
  if (st == KNN_OK)
    st = call->node->op ? put_operands(g, call, args) : put_inputs(g, call, args, kwargs);
  if (st == KNN_OK && !call->node->op) st = put_extras(g, call, kwargs);
  if (st == KNN_OK) st = knn_config_dict(g->ctx, &node);
  if (st == KNN_OK) st = knn_config_set(node, "args", args);
  if (st == KNN_OK) st = knn_config_set(node, "kwargs", kwargs);
  knn_config_release(args);
  knn_config_release(kwargs);
  if (st == KNN_OK)
    *out = node;
  else
    knn_config_release(node);
  return st;
}

/* The calls of an operation in the order in which they were made. */
static knn_status encode_calls(const graph *g, int operation, knn_config **out) {
  KNN__TRY(knn_config_list(g->ctx, out));
  for (int number = 0, found = 1; found; number++) {
    found = 0;
    for (int i = 0; i < g->f->n_calls && !found; i++) {
      const knn__model_call *call = &g->f->calls[i];
      knn_config *node = NULL;
      if (call->operation != operation || number_of_call(g, call) != number) continue;
      found = 1;
      if (call->node->layer && call->node->n_in == 0) continue; /* an input */
      KNN__TRY(knn__push(*out, encode_call(g, call, &node), &node));
    }
  }
  return KNN_OK;
}

static knn_status encode_operation(const graph *g, int i, knn_config **out) {
  const knn__operation *operation = &g->f->operations[i];
  knn_config *form = NULL, *calls = NULL;
  KNN__TRY(operation->layer ? knn__encode_object(&operation->layer->base, &form)
                            : encode_op(g, operation->node, &form));
  knn_status st = knn_config_set_string(form, "name", knn__functional_name(g->f, i));
  if (st == KNN_OK) st = knn__put(form, "inbound_nodes", encode_calls(g, i, &calls), &calls);
  if (st == KNN_OK)
    *out = form;
  else
    knn_config_release(form);
  return st;
}

static knn_status put_operations(const graph *g, knn_config *config) {
  knn_config *list = NULL;
  KNN__TRY(knn_config_list(g->ctx, &list));
  knn_status st = KNN_OK;
  for (int i = 0; i < g->f->n_operations && st == KNN_OK; i++) {
    knn_config *form = NULL;
    st = knn__push(list, encode_operation(g, i, &form), &form);
  }
  return knn__put(config, "layers", st, &list);
}

/* One value as it is, several as a list, or as a dict if they are known by name. */
static knn_status put_places(const graph *g, const char *key, const int *slots, char *const *names,
                             int n, knn_config *config) {
  knn_config *places = NULL;
  if (n == 1 && !names[0])
    return knn__put(config, key, encode_place(g, slots[0], true, &places), &places);
  knn_status st = names[0] ? knn_config_dict(g->ctx, &places) : knn_config_list(g->ctx, &places);
  for (int i = 0; i < n && st == KNN_OK; i++) {
    knn_config *place = NULL;
    const knn_status made = encode_place(g, slots[i], true, &place);
    st = names[0] ? knn__put(places, names[i], made, &place) : knn__push(places, made, &place);
  }
  return knn__put(config, key, st, &places);
}

knn_status knn__encode_graph(knn_layer *layer, knn_config *config) {
  const graph g = {layer->base.ctx, layer->fields};
  KNN__TRY(put_operations(&g, config));
  KNN__TRY(put_places(&g, "input_layers", g.f->in_slot, g.f->in_key, g.f->n_in, config));
  return put_places(&g, "output_layers", g.f->out_slot, g.f->out_key, g.f->n_out, config);
}
