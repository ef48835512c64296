/* decode_graph.c - a drawing from Keras's form: its operations are made, then their calls, each as
 * soon as the tensors that it names are there. Also the lists of Keras 2, [layer, call, result,
 * options]. */
#include <stdio.h>
#include <string.h>

#include "keras_calls.h"
#include "keras_form.h"

/* An operation of the file; its calls in order, the first `made` of them made. */
typedef struct operation {
  const char *name;        /* lent by the config */
  const knn_config *form;  /* lent */
  const knn_config *calls; /* lent */
  knn_layer *layer;        /* counted; NULL for an op */
  const knn__keras_op *op; /* NULL for GetItem and layers */
  int made;
  knn_value *(*results)[KNN__MODEL_IO]; /* of each call, counted */
  int *n_results;
} operation;

typedef struct drawing {
  knn__decoder *d;
  knn_ctx *ctx;
  operation *operations;
  int n;
  bool waits; /* the call at hand names a tensor that is not there yet */
} drawing;

/* What a call is given. Values are lent by the drawing or held by `own`. */
typedef struct call {
  knn_value *in[KNN__MAX_IN], *mask[KNN__MAX_IN];
  int n_in, n_mask;
  knn_value *named[KNN__MODEL_IO];
  const char *names[KNN__MODEL_IO];
  int n_named;
  knn_config *options;
  int training;
  knn_value *own[KNN__MAX_IN]; /* constants, counted */
  int n_own;
} call;

/* ---- tensors ---- */

static const operation *find_operation(const drawing *w, const char *name) {
  for (int i = 0; i < w->n; i++)
    if (strcmp(w->operations[i].name, name) == 0) return &w->operations[i];
  return NULL;
}

/* [name, call, result], lent; NULL and w->waits if that call is still to be made. from_one: calls
 * of models inside are counted from 1. */
static knn_status find_tensor(drawing *w, const knn_config *place, bool from_one, knn_value **out) {
  const char *name = knn_config_get_string(knn_config_at(place, 0));
  int64_t number = knn_config_get_int(knn_config_at(place, 1));
  const int64_t at = knn_config_get_int(knn_config_at(place, 2));
  const operation *o = find_operation(w, name);
  if (!o)
    return knn_fail(w->ctx, KNN_EFORMAT, "a call takes a tensor of '%s', which is no layer of it",
                    name);
  if (from_one && o->layer && knn__is_functional(o->layer)) number--;
  const int n_calls = knn_config_size(o->calls) ? knn_config_size(o->calls) : 1;
  if (number < 0 || number >= n_calls)
    return knn_fail(w->ctx, KNN_EFORMAT, "call %lld of layer '%s' is named, it is called %d times",
                    (long long)number, name, n_calls);
  *out = NULL;
  w->waits = w->waits || number >= o->made;
  if (w->waits) return KNN_OK;
  if (at < 0 || at >= o->n_results[number])
    return knn_fail(w->ctx, KNN_EFORMAT, "result %lld of layer '%s' is named, it has %d",
                    (long long)at, name, o->n_results[number]);
  *out = o->results[number][at];
  return KNN_OK;
}

static bool is_class(const knn_config *value, const char *name) {
  return strcmp(knn__text_at(value, "class_name"), name) == 0;
}

static int shape_of(const knn_config *value, int64_t dims[KNN_MAX_RANK]) {
  int rank = 0;
  for (; knn_config_kind_of(value) == KNN_CONFIG_LIST && rank < KNN_MAX_RANK; rank++) {
    dims[rank] = knn_config_size(value);
    value = knn_config_at(value, 0);
  }
  return rank;
}

static void fill_elements(const knn_config *value, knn_tensor *t, int64_t *at) {
  if (knn_config_kind_of(value) != KNN_CONFIG_LIST) {
    const bool truth = knn_config_kind_of(value) == KNN_CONFIG_BOOL && knn_config_get_bool(value);
    if (*at < knn_tensor_size(t))
      knn_tensor_set(t, (*at)++, truth ? 1 : knn_config_get_float(value));
    return;
  }
  for (int i = 0; i < knn_config_size(value); i++) fill_elements(knn_config_at(value, i), t, at);
}

static knn_status keep_constant(const drawing *w, call *c, knn_tensor *t, knn_value **out) {
  if (c->n_own == KNN__MAX_IN)
    return knn_fail(w->ctx, KNN_EFORMAT, "a call has too many constants");
  KNN__TRY(knn_value_from(t, out));
  c->own[c->n_own++] = *out;
  return KNN_OK;
}

/* A number, or an array; numbers take the type of their kind. */
static knn_status make_constant(const drawing *w, call *c, const knn_config *value,
                                const char *type_name, knn_value **out) {
  int64_t dims[KNN_MAX_RANK], at = 0;
  const int rank = shape_of(value, dims);
  const knn_config_kind kind = knn_config_kind_of(value);
  knn_dtype type = knn_dtype_find(type_name);
  knn_tensor *t = NULL;
  if (type == KNN_DTYPE_NONE)
    type = kind == KNN_CONFIG_INT ? KNN_I32 : kind == KNN_CONFIG_BOOL ? KNN_BOOL : KNN_F32;
  KNN__TRY(knn_tensor_new(w->ctx, type, rank, dims, &t));
  fill_elements(value, t, &at);
  const knn_status st = keep_constant(w, c, t, out);
  knn_tensor_release(t);
  return st;
}

/* A tensor of the drawing, a constant, or null. */
static knn_status take_value(drawing *w, call *c, const knn_config *value, knn_value **out) {
  const knn_config *config = knn_config_get(value, "config");
  *out = NULL;
  if (knn_config_kind_of(value) == KNN_CONFIG_NULL) return KNN_OK;
  if (is_class(value, "__keras_tensor__"))
    return find_tensor(w, knn_config_get(config, "keras_history"), false, out);
  if (is_class(value, "__numpy__") || is_class(value, "__tensor__"))
    return make_constant(w, c, knn_config_get(config, "value"), knn__text_at(config, "dtype"), out);
  const knn_config_kind kind = knn_config_kind_of(value);
  if (kind == KNN_CONFIG_INT || kind == KNN_CONFIG_FLOAT || kind == KNN_CONFIG_BOOL)
    return make_constant(w, c, value, "", out);
  return knn_fail(w->ctx, KNN_EFORMAT, "an argument of a call is neither a tensor nor a number");
}

static bool is_tensor(const knn_config *value) {
  return is_class(value, "__keras_tensor__") || is_class(value, "__numpy__") ||
         is_class(value, "__tensor__");
}

static knn_status push_input(drawing *w, call *c, const knn_config *value) {
  if (c->n_in == KNN__MAX_IN)
    return knn_fail(w->ctx, KNN_EFORMAT, "a call has more than %d inputs", KNN__MAX_IN);
  return take_value(w, c, value, &c->in[c->n_in++]);
}

static knn_status push_inputs(drawing *w, call *c, const knn_config *value);

/* Inputs by name, in the order of the model's. */
static knn_status push_named(drawing *w, call *c, const operation *o, const knn_config *value) {
  const knn__functional *inner = o->layer ? knn__functional_of(o->layer) : NULL;
  if (!inner)
    return knn_fail(w->ctx, KNN_EFORMAT, "layer '%s' is called with inputs by name", o->name);
  for (int i = 0; i < inner->n_in; i++) {
    const char *name = inner->in_key[i] ? inner->in_key[i] : knn__node_name(inner->in[i]->node);
    KNN__TRY(push_input(w, c, knn_config_get(value, name)));
  }
  return KNN_OK;
}

static knn_status push_inputs(drawing *w, call *c, const knn_config *value) {
  if (knn_config_kind_of(value) != KNN_CONFIG_LIST) return push_input(w, c, value);
  for (int i = 0; i < knn_config_size(value); i++)
    KNN__TRY(push_input(w, c, knn_config_at(value, i)));
  return KNN_OK;
}

/* ---- calls of layers ---- */

static knn_status take_masks(drawing *w, call *c, const knn_config *value) {
  const bool list = knn_config_kind_of(value) == KNN_CONFIG_LIST;
  const int n = list ? knn_config_size(value) : 1;
  if (knn_config_kind_of(value) == KNN_CONFIG_NULL) return KNN_OK;
  if (n > KNN__MAX_IN) return knn_fail(w->ctx, KNN_EFORMAT, "a call has too many masks");
  for (int i = 0; i < n; i++)
    KNN__TRY(take_value(w, c, list ? knn_config_at(value, i) : value, &c->mask[i]));
  c->n_mask = n;
  return KNN_OK;
}

static knn_status take_keyword(drawing *w, call *c, const char *key, const knn_config *value) {
  if (knn_config_kind_of(value) == KNN_CONFIG_NULL) return KNN_OK;
  if (strcmp(key, "mask") == 0) return take_masks(w, c, value);
  if (strcmp(key, "initial_state") == 0 || strcmp(key, "query") == 0 || strcmp(key, "value") == 0 ||
      strcmp(key, "key") == 0 || strcmp(key, "inputs") == 0)
    return push_inputs(w, c, value);
  if (strcmp(key, "training") == 0) {
    c->training = knn_config_get_bool(value);
    return KNN_OK;
  }
  if (!is_tensor(value)) return knn_config_set(c->options, key, (knn_config *)(uintptr_t)value);
  if (c->n_named == KNN__MODEL_IO) return knn_fail(w->ctx, KNN_EFORMAT, "too many arguments");
  c->names[c->n_named] = key;
  return take_value(w, c, value, &c->named[c->n_named++]);
}

static knn_status take_arguments(drawing *w, const operation *o, call *c, const knn_config *node) {
  const knn_config *args = knn_config_get(node, "args"), *kwargs = knn_config_get(node, "kwargs");
  for (int i = 0; i < knn_config_size(args); i++) {
    const knn_config *arg = knn_config_at(args, i);
    const bool dict = knn_config_kind_of(arg) == KNN_CONFIG_DICT && !is_tensor(arg);
    KNN__TRY(dict ? push_named(w, c, o, arg) : push_inputs(w, c, arg));
  }
  for (int i = 0; i < knn_config_size(kwargs); i++)
    KNN__TRY(take_keyword(w, c, knn_config_key(kwargs, i), knn_config_at(kwargs, i)));
  return KNN_OK;
}

/* Keras 2: a list of [layer, call, result, options], or one of these. */
static knn_status take_older(drawing *w, call *c, const knn_config *node) {
  const bool single = knn_config_kind_of(knn_config_at(node, 0)) == KNN_CONFIG_STRING;
  for (int i = 0; i < (single ? 1 : knn_config_size(node)); i++) {
    const knn_config *place = single ? node : knn_config_at(node, i),
                     *kwargs = knn_config_at(place, 3);
    if (c->n_in == KNN__MAX_IN) return knn_fail(w->ctx, KNN_EFORMAT, "a call has too many inputs");
    KNN__TRY(find_tensor(w, place, true, &c->in[c->n_in++]));
    for (int k = 0; k < knn_config_size(kwargs); k++)
      KNN__TRY(take_keyword(w, c, knn_config_key(kwargs, k), knn_config_at(kwargs, k)));
  }
  return KNN_OK;
}

static knn_status call_layer(drawing *w, const operation *o, call *c, knn_value **out, int *n) {
  const bool masked = c->n_mask == c->n_in && c->n_mask > 0;
  const knn_layer_extra extra = {.options = knn_config_size(c->options) ? c->options : NULL,
                                 .masks = masked ? c->mask : NULL,
                                 .n_values = c->n_named,
                                 .names = c->names,
                                 .values = c->named};
  (void)w;
  return knn_layer_call_with(o->layer, c->in, c->n_in, c->training, &extra, out, n);
}

/* ---- calls of ops ---- */

/* A number of a slice, or what stands for null. */
static int64_t bound_of(const knn_config *slice, const char *name, int64_t missing) {
  const knn_config *value = knn_config_get(slice, name);
  return knn_config_kind_of(value) == KNN_CONFIG_NULL ? missing : knn_config_get_int(value);
}

/* start:stop:step of an axis of n elements, as Python cuts it: the first element, their number. */
static void cut(int64_t n, int64_t step, const knn_config *slice, int64_t *first, int64_t *count) {
  const int64_t low = step > 0 ? 0 : -1, high = step > 0 ? n : n - 1;
  int64_t start = bound_of(slice, "start", KNN_NONE), stop = bound_of(slice, "stop", KNN_NONE);
  if (start != KNN_NONE && start < 0) start += n;
  if (stop != KNN_NONE && stop < 0) stop += n;
  if (start == KNN_NONE) start = step > 0 ? low : high;
  if (stop == KNN_NONE) stop = step > 0 ? high : low;
  start = start < low ? low : start > high ? high : start;
  stop = stop < low ? low : stop > high ? high : stop;
  const int64_t span = step > 0 ? stop - start : start - stop, by = step > 0 ? step : -step;
  *first = start;
  *count = span > 0 ? (span - 1) / by + 1 : 0;
}

/* The options of slice_axis. Of an axis of unknown size only what counts from one end is known. */
static knn_status slice_text(drawing *w, const knn_config *slice, int axis, int64_t n, char *text,
                             size_t size) {
  const int64_t step = bound_of(slice, "step", 1);
  int64_t first = bound_of(slice, "start", step < 0 ? -1 : 0), count = 0;
  const int64_t stop = bound_of(slice, "stop", KNN_NONE);
  if (step == 0 || step == INT64_MIN)
    return knn_fail(w->ctx, KNN_EFORMAT, "a slice has the step %lld", (long long)step);
  if (n != KNN_ANY) {
    cut(n, step, slice, &first, &count);
  } else if (stop == KNN_NONE) {
    snprintf(text, size, "axis=%d, start=%lld, step=%lld", axis, (long long)first, (long long)step);
    return KNN_OK;
  } else if ((first < 0) == (stop < 0) && step > 0) {
    count = stop > first ? (stop - first - 1) / step + 1 : 0;
  } else {
    return knn_fail(w->ctx, KNN_EFORMAT,
                    "a slice that counts from both ends of an axis of unknown size");
  }
  snprintf(text, size, "axis=%d, start=%lld, count=%lld, step=%lld", axis, (long long)first,
           (long long)count, (long long)step);
  return KNN_OK;
}

static knn_status apply_text(drawing *w, const char *op, const char *text, knn_value *x,
                             knn_value **out) {
  knn_config *options = NULL;
  int n = 1;
  KNN__TRY(knn_config_parse(w->ctx, text, &options));
  const knn_status st = knn_apply(w->ctx, op, &x, 1, options, out, &n);
  knn_config_release(options);
  return st;
}

/* x[i] along the axis, which goes. */
static knn_status select_one(drawing *w, int64_t i, int axis, knn_value *x, knn_value **out) {
  char text[100];
  knn_value *one = NULL;
  snprintf(text, sizeof text, "axis=%d, start=%lld, count=1", axis, (long long)i);
  KNN__TRY(apply_text(w, "slice_axis", text, x, &one));
  snprintf(text, sizeof text, "axis=%d", axis);
  const knn_status st = apply_text(w, "squeeze", text, one, out);
  knn_value_release(one);
  return st;
}

/* One step of x[key], at the axis, which moves on unless the step takes it away. */
static knn_status index_step(drawing *w, const knn_config *key, knn_value *x, int *axis,
                             knn_value **out) {
  const knn_config *slice = knn_config_get(key, "config");
  char text[160];
  if (knn_config_kind_of(key) == KNN_CONFIG_INT)
    return select_one(w, knn_config_get_int(key), *axis, x, out);
  if (knn_config_kind_of(key) == KNN_CONFIG_NULL) {
    snprintf(text, sizeof text, "axis=%d", (*axis)++);
    return apply_text(w, "expand_dims", text, x, out);
  }
  if (!is_class(key, "__slice__"))
    return knn_fail(w->ctx, KNN_EFORMAT, "an index is neither a number nor a slice");
  const int at = (*axis)++;
  if (bound_of(slice, "start", 0) == 0 && bound_of(slice, "stop", KNN_NONE) == KNN_NONE &&
      bound_of(slice, "step", 1) == 1) { /* x[:] */
    knn_value_retain(*out = x);
    return KNN_OK;
  }
  KNN__TRY(slice_text(w, slice, at, x->spec.dims[at], text, sizeof text));
  return apply_text(w, "slice_axis", text, x, out);
}

/* x[key] */
static knn_status index_value(drawing *w, knn_value *x, const knn_config *key, knn_value **out) {
  const bool list = knn_config_kind_of(key) == KNN_CONFIG_LIST;
  const int n = list ? knn_config_size(key) : 1;
  int axis = 0, named = 0;
  for (int i = 0; list && i < n; i++)
    named += !is_class(knn_config_at(key, i), "__ellipsis__") &&
             knn_config_kind_of(knn_config_at(key, i)) != KNN_CONFIG_NULL;
  knn_value_retain(x);
  for (int i = 0; i < n; i++) {
    const knn_config *step = list ? knn_config_at(key, i) : key;
    knn_value *next = NULL;
    if (is_class(step, "__ellipsis__")) {
      axis += x->spec.rank - axis > named ? x->spec.rank - axis - named : 0;
      continue;
    }
    const bool inside = axis < x->spec.rank || knn_config_kind_of(step) == KNN_CONFIG_NULL;
    knn_status st = inside ? index_step(w, step, x, &axis, &next)
                           : knn_fail(w->ctx, KNN_EFORMAT, "an index has too many axes");
    knn_value_release(x);
    if (st != KNN_OK) return st;
    x = next;
    named -= knn_config_kind_of(step) != KNN_CONFIG_NULL;
  }
  *out = x;
  return KNN_OK;
}

/* Options of the op from the config of its class; those that are off are left out. */
static knn_status op_options(drawing *w, const operation *o, knn_config **out) {
  const knn_config *config = knn_config_get(o->form, "config");
  char name[64];
  KNN__TRY(knn_config_dict(w->ctx, out));
  for (int i = 0; i < knn_config_size(config); i++) {
    const char *key = knn_config_key(config, i);
    const knn_config *value = knn_config_at(config, i);
    if (strcmp(key, "name") == 0 || knn_config_kind_of(value) == KNN_CONFIG_NULL) continue;
    if (knn_config_kind_of(value) == KNN_CONFIG_BOOL && !knn_config_get_bool(value)) continue;
    knn__keras_rename(o->op, key, false, name, sizeof name);
    KNN__TRY(knn_config_set(*out, name, (knn_config *)(uintptr_t)value));
  }
  return KNN_OK;
}

static knn_status call_op(drawing *w, const operation *o, call *c, const knn_config *node,
                          knn_value **out, int *n) {
  knn_config *options = NULL;
  *n = KNN__MODEL_IO;
  if (!o->op) { /* GetItem */
    *n = 1;
    return index_value(w, c->in[0], knn_config_at(knn_config_get(node, "args"), 1), out);
  }
  knn_status st = op_options(w, o, &options);
  if (st == KNN_OK) st = knn_apply(w->ctx, o->op->own, c->in, c->n_in, options, out, n);
  knn_config_release(options);
  return st;
}

/* An op's call is called as in the file. */
static knn_status take_name(const drawing *w, const operation *o, knn_value *result) {
  char *name = knn__strdup(w->ctx, o->name);
  if (!name) return KNN_ENOMEM;
  if (!result->node || !result->node->op) { /* x[:] is x itself */
    knn__free(w->ctx, name);
    return KNN_OK;
  }
  knn__free(w->ctx, result->node->name);
  result->node->name = name;
  return KNN_OK;
}

/* The first argument of x[key] is a tensor, the second is none. */
static knn_status take_operands(drawing *w, const operation *o, call *c, const knn_config *node) {
  if (o->op) return take_arguments(w, o, c, node);
  return push_input(w, c, knn_config_at(knn_config_get(node, "args"), 0));
}

/* ---- making the calls ---- */

static knn_status make_call(drawing *w, operation *o, const knn_config *node) {
  call c = {.training = -1};
  int n = KNN__MODEL_IO;
  knn_value **out = o->results[o->made];
  w->waits = false;
  knn_status st = knn_config_dict(w->ctx, &c.options);
  if (st == KNN_OK)
    st = knn_config_kind_of(node) == KNN_CONFIG_LIST ? take_older(w, &c, node)
         : o->layer                                  ? take_arguments(w, o, &c, node)
                                                     : take_operands(w, o, &c, node);
  if (st == KNN_OK && !w->waits) {
    for (int i = 0; i < c.n_in && st == KNN_OK; i++)
      if (!c.in[i]) st = knn_fail(w->ctx, KNN_EFORMAT, "an input of '%s' is null", o->name);
    if (st == KNN_OK && c.n_in == 0)
      st = knn_fail(w->ctx, KNN_EFORMAT, "'%s' is called on nothing", o->name);
    if (st == KNN_OK)
      st = o->layer ? call_layer(w, o, &c, out, &n) : call_op(w, o, &c, node, out, &n);
    if (st == KNN_OK) o->n_results[o->made++] = n;
    if (st == KNN_OK && !o->layer) st = take_name(w, o, out[0]);
  }
  for (int i = 0; i < c.n_own; i++) knn_value_release(c.own[i]);
  knn_config_release(c.options);
  return st;
}

static knn_status make_calls(drawing *w) {
  for (bool moved = true; moved;) {
    int left = 0;
    moved = false;
    for (int i = 0; i < w->n; i++) {
      operation *o = &w->operations[i];
      const int n = knn_config_size(o->calls);
      while (o->made < n) {
        KNN__TRY(make_call(w, o, knn_config_at(o->calls, o->made)));
        if (w->waits) break;
        moved = true;
      }
      left += o->made < n;
    }
    if (left == 0) return KNN_OK;
  }
  for (int i = 0; i < w->n; i++)
    if (w->operations[i].made < knn_config_size(w->operations[i].calls))
      return knn_fail(w->ctx, KNN_EFORMAT,
                      "the calls cannot be made: '%s' and perhaps others wait for each other",
                      w->operations[i].name);
  return KNN_OK;
}

/* ---- making the operations ---- */

/* An input has a tensor without any call. */
static knn_status enter(drawing *w, operation *o) {
  (void)w;
  KNN__TRY(knn__input_value(o->layer, &o->results[0][0]));
  o->n_results[0] = o->made = 1;
  return KNN_OK;
}

static knn_status make_operation(drawing *w, const knn_config *form, operation *o) {
  const knn_config *name = knn_config_get(form, "name");
  if (!name) name = knn_config_get(knn_config_get(form, "config"), "name");
  *o = (operation){.name = knn_config_get_string(name),
                   .form = form,
                   .calls = knn_config_get(form, "inbound_nodes")};
  const int n = knn_config_size(o->calls) ? knn_config_size(o->calls) : 1;
  const char *module = knn__text_at(form, "module"), *cls = knn__text_at(form, "class_name");
  o->results = knn__alloc(w->ctx, (size_t)n * sizeof *o->results);
  o->n_results = knn__alloc(w->ctx, (size_t)n * sizeof *o->n_results);
  if (!o->results || !o->n_results) return KNN_ENOMEM;
  if (knn__keras_is_op(module)) {
    o->op = knn__keras_op_named(strcmp(cls, "ReLU") == 0 ? "Relu" : cls);
    if (o->op || strcmp(cls, "GetItem") == 0) return KNN_OK;
    return knn_fail(w->ctx, KNN_EFORMAT,
                    "the op '%s' (%s) at '%s' is not known here; put it into a layer of your own",
                    cls, module, o->name);
  }
  knn_object *object = NULL;
  KNN__TRY(knn__decode_object(w->d, "layer", form, &object));
  o->layer = knn_layer_of(object);
  return knn__is_input_layer(o->layer) && knn_config_size(o->calls) == 0 ? enter(w, o) : KNN_OK;
}

static knn_status make_operations(drawing *w, const knn_config *forms) {
  const int n = knn_config_size(forms);
  if (knn_config_kind_of(forms) != KNN_CONFIG_LIST || n == 0)
    return knn_fail(w->ctx, KNN_EFORMAT, "its config has no list of layers");
  w->operations = knn__alloc(w->ctx, (size_t)n * sizeof *w->operations);
  if (!w->operations) return KNN_ENOMEM;
  for (int i = 0; i < n; i++) {
    w->n = i + 1;
    KNN__TRY(make_operation(w, knn_config_at(forms, i), &w->operations[i]));
  }
  return KNN_OK;
}

/* ---- the model ---- */

typedef struct places {
  knn_value *v[KNN__MODEL_IO];
  const char *keys[KNN__MODEL_IO];
  int n;
  bool named;
} places;

static bool is_place(const knn_config *value) {
  return knn_config_kind_of(value) == KNN_CONFIG_LIST &&
         knn_config_kind_of(knn_config_at(value, 0)) == KNN_CONFIG_STRING;
}

/* One place, a list or a dict of them. */
static knn_status take_places(drawing *w, const char *what, const knn_config *value, places *p) {
  const bool single = is_place(value);
  p->named = knn_config_kind_of(value) == KNN_CONFIG_DICT;
  p->n = single ? 1 : knn_config_size(value);
  if (p->n < 1 || p->n > KNN__MODEL_IO)
    return knn_fail(w->ctx, KNN_EFORMAT, "it has %d %s, 1 to %d are possible", p->n, what,
                    KNN__MODEL_IO);
  w->waits = false;
  for (int i = 0; i < p->n; i++) {
    const knn_config *place = single ? value : knn_config_at(value, i);
    if (!is_place(place))
      return knn_fail(w->ctx, KNN_EFORMAT, "its %s are not named as [layer, call, result]", what);
    KNN__TRY(find_tensor(w, place, true, &p->v[i]));
    if (!p->v[i]) return knn_fail(w->ctx, KNN_EFORMAT, "one of its %s is never made", what);
    if (p->named) p->keys[i] = knn_config_key(value, i);
  }
  return KNN_OK;
}

static knn_status make_model(drawing *w, const knn_config *config, knn_model **out) {
  places in = {.n = 0}, results = {.n = 0};
  knn_config *options = NULL;
  const char *name = knn__text_at(config, "name");
  KNN__TRY(take_places(w, "inputs", knn_config_get(config, "input_layers"), &in));
  KNN__TRY(take_places(w, "outputs", knn_config_get(config, "output_layers"), &results));
  const knn_values inputs = {in.n, in.v, in.named ? in.keys : NULL},
                   outputs = {results.n, results.v, results.named ? results.keys : NULL};
  KNN__TRY(knn_config_dict(w->ctx, &options));
  knn_status st = *name ? knn_config_set_string(options, "name", name) : KNN_OK;
  if (st == KNN_OK) st = knn_model_functional(w->ctx, &inputs, &outputs, options, out);
  knn_config_release(options);
  return st;
}

static void clear(drawing *w) {
  for (int i = 0; i < w->n; i++) {
    operation *o = &w->operations[i];
    for (int k = 0; k < o->made; k++)
      for (int r = 0; r < o->n_results[k]; r++) knn_value_release(o->results[k][r]);
    knn__free(w->ctx, o->results);
    knn__free(w->ctx, o->n_results);
    knn_layer_release(o->layer);
  }
  knn__free(w->ctx, w->operations);
}

knn_status knn__decode_graph(knn__decoder *d, const knn_config *config, knn_model **out) {
  drawing w = {.d = d, .ctx = d->ctx};
  knn_status st = make_operations(&w, knn_config_get(config, "layers"));
  if (st == KNN_OK) st = make_calls(&w);
  if (st == KNN_OK) st = make_model(&w, config, out);
  clear(&w);
  return st;
}
