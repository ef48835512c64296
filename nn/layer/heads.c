/* heads.c - see heads.h. Two ways as in Keras, which differ in rows that see nothing: without
 * dropout and scores the op dot_product_attention (such a row gets the mean of the values), else
 * scores, masked softmax and sum one by one (such a row gets 0). */
#include "heads.h"

#include <string.h>

const knn_param knn__heads_call_params[6] = {
    KNN__PARAM(knn__heads_call, query_mask, KNN_P_VALUE, "null",
               "Steps of the query that count, (batch, t); default: the query's mask."),
    KNN__PARAM(knn__heads_call, value_mask, KNN_P_VALUE, "null",
               "Steps of the value that count, (batch, s); default: the value's mask."),
    KNN__PARAM(knn__heads_call, key_mask, KNN_P_VALUE, "null",
               "Steps of the key that count, (batch, s); default: the key's mask."),
    KNN__PARAM(knn__heads_call, attention_mask, KNN_P_VALUE, "null",
               "Which query sees which key, (batch, t, s) or with an axis of heads; true = sees."),
    KNN__PARAM(knn__heads_call, return_attention_scores, KNN_P_BOOL, "false",
               "Whether the probabilities are a second result."),
    KNN__PARAM(knn__heads_call, use_causal_mask, KNN_P_BOOL, "false",
               "Whether a query sees no key behind its own place."),
};

/* ---- projections ---- */

/* The same initializer once more: each projection draws numbers of its own. */
static knn_status clone(knn_object *object, knn_object **out) {
  knn_config *config = NULL;
  KNN__TRY(knn_object_config(object, &config));
  const knn_status st = knn_object_new(knn_object_ctx(object), "initializer",
                                       knn_object_class(object)->name, config, out);
  knn_config_release(config);
  return st;
}

static knn_status set_object(knn_config *options, const char *name, knn_object *object) {
  return object ? knn_config_set_object(options, name, object)
                : knn_config_set_string(options, name, NULL);
}

static knn_status set_clone(knn_config *options, const char *name, knn_object *object) {
  knn_object *copy = NULL;
  if (object) KNN__TRY(clone(object, &copy));
  const knn_status st = set_object(options, name, copy);
  knn_object_release(copy);
  return st;
}

static knn_status set_objects(knn_layer *layer, const knn__kernel_reg *reg, knn_config *options) {
  KNN__TRY(set_clone(options, "kernel_initializer", reg->kernel_initializer));
  KNN__TRY(set_clone(options, "bias_initializer", reg->bias_initializer));
  KNN__TRY(set_object(options, "kernel_regularizer", reg->kernel_regularizer));
  KNN__TRY(set_object(options, "bias_regularizer", reg->bias_regularizer));
  KNN__TRY(set_object(options, "kernel_constraint", reg->kernel_constraint));
  KNN__TRY(set_object(options, "bias_constraint", reg->bias_constraint));
  return set_object(options, "activity_regularizer",
                    knn__layer_common_of(layer)->activity_regularizer);
}

/* "abc,cde->abde" */
static void write_equation(const knn__projection *p, char *equation, char *bias_axes) {
  char *at = equation;
  const int bound = 'a' + p->free, made = bound + p->bound;
  for (int i = 0; i < p->free + p->bound; i++) *at++ = (char)('a' + i);
  *at++ = ',';
  for (int i = 0; i < p->bound + p->n; i++) *at++ = (char)(bound + i);
  *at++ = '-';
  *at++ = '>';
  for (int i = 0; i < p->free; i++) *at++ = (char)('a' + i);
  for (int i = 0; i < p->n; i++) *at++ = *bias_axes++ = (char)(made + i);
  *at = *bias_axes = '\0';
}

static knn_status write_options(knn_layer *layer, const knn__heads_args *args,
                                const knn__projection *p, knn_config *options) {
  char equation[4 * KNN_MAX_RANK + 4], bias_axes[KNN_MAX_RANK + 1];
  int64_t shape[KNN_MAX_RANK];
  int n = 0;
  if (p->free + p->n > KNN_MAX_RANK || p->free + p->bound > KNN_MAX_RANK)
    return knn_fail(layer->base.ctx, KNN_ESHAPE, "more than %d axes", KNN_MAX_RANK);
  write_equation(p, equation, bias_axes);
  while (n < p->free - 1) shape[n++] = KNN_ANY;
  for (int i = 0; i < p->n; i++) shape[n++] = p->dims[i];
  KNN__TRY(knn_config_set_string(options, "name", p->name));
  KNN__TRY(knn_config_set_string(options, "equation", equation));
  KNN__TRY(knn_config_set_ints(options, "output_shape", n, shape));
  KNN__TRY(knn_config_set_string(options, "activation", p->activation));
  if (args->reg.use_bias) KNN__TRY(knn_config_set_string(options, "bias_axes", bias_axes));
  KNN__TRY(knn_config_set_string(options, "dtype", knn_dtype_name(knn__layer_dtype(layer))));
  return set_objects(layer, &args->reg, options);
}

knn_status knn__heads_project(knn_layer *layer, const knn__heads_args *args,
                              const knn__projection *p, const knn__spec *in, knn_layer **out) {
  knn_config *options = NULL;
  knn_layer *sub = NULL;
  KNN__TRY(knn_config_dict(layer->base.ctx, &options));
  knn_status st = write_options(layer, args, p, options);
  if (st == KNN_OK) st = knn_layer_from_config(layer->base.ctx, "EinsumDense", options, &sub);
  knn_config_release(options);
  if (st == KNN_OK) st = knn__add_sublayer(layer, sub);
  if (st == KNN_OK) {
    knn__layer_set_trainable(sub, layer->trainable);
    *out = sub;
    st = knn__layer_build(sub, layer->path, in, 1);
  }
  knn_layer_release(sub);
  return st;
}

const char *knn__heads_part(const knn_layer *layer, int i, bool private_names) {
  static const char *const names[][2] = {{"query", "_query_dense"},
                                         {"key", "_key_dense"},
                                         {"value", "_value_dense"},
                                         {"gate", "_gate_dense"},
                                         {"attention_output", "_output_dense"}};
  const char *name = layer->sublayers[i]->base.name;
  for (int k = 0; k < KNN__LEN(names); k++)
    if (strcmp(names[k][0], name) == 0) return names[k][1] + !private_names;
  return name;
}

knn_status knn__heads_take_names(knn_layer *layer) {
  static const char *const stems[] = {"softmax", "dropout"};
  for (int i = 0; i < 2; i++) {
    char *name = NULL;
    KNN__TRY(knn__unique_name(layer->base.ctx, stems[i], &name));
    knn__free(layer->base.ctx, name);
  }
  return KNN_OK;
}

knn_status knn__heads_check(knn_layer *layer, const knn__heads_args *args) {
  if (!args->flash_attention || args->dropout == 0) return KNN_OK;
  return knn_fail(layer->base.ctx, KNN_EARG,
                  "'flash_attention' and 'dropout' do not go together; set dropout to 0");
}

knn_status knn__heads_inputs(knn_layer *layer, const knn__spec *in, int n_in) {
  knn_ctx *ctx = layer->base.ctx;
  if (n_in < 2)
    return knn_fail(ctx, KNN_EARG, "query and value expected, and perhaps a key: layer(x, x)");
  if (n_in < 3) return KNN_OK;
  bool fit = in[1].rank == in[2].rank;
  for (int i = 1; i < in[1].rank - 1 && fit; i++)
    fit = in[1].dims[i] == in[2].dims[i] || in[1].dims[i] == KNN_ANY || in[2].dims[i] == KNN_ANY;
  if (fit) return KNN_OK;
  return knn_fail(ctx, KNN_ESHAPE, "value %s and key %s must be alike but for the last size",
                  KNN__SPEC(in[1]), KNN__SPEC(in[2]));
}

/* ---- calling ---- */

knn_value *knn__heads_apply(knn_layer *projection, knn__scope *s, knn_value *x, bool training) {
  knn_value *none = NULL;
  const knn_layer_extra extra = {.masks = &none};
  knn__layer_io io = {.n_in = 1, .in = &x, .training = training, .extra = &extra, .n_out = 1};
  knn__layer_call(projection, s, &io);
  return s->status == KNN_OK ? io.out[0] : NULL;
}

static knn_value *both(knn__scope *s, knn_value *a, knn_value *b) {
  return a && b ? knn__logical_and(s, a, b) : a ? a : b;
}

/* mask (batch, steps) of queries (axis -1) or keys (axis -2), as bool; NULL passes. */
static knn_value *of_steps(knn__scope *s, knn_value *mask, int64_t axis) {
  return mask ? knn__expand_dims(s, knn__cast(s, mask, KNN_BOOL), axis) : NULL;
}

/* May the op itself hide later keys? Then no mask of steps by steps is made. */
static bool knows_order(const knn__heads_args *args, const knn__heads_call *call, int rank) {
  return args->dropout == 0 && !call->return_attention_scores && rank == 3;
}

knn_value *knn__heads_mask(knn__scope *s, const knn__layer_io *io, const knn__heads_args *args) {
  const knn__heads_call *call = io->options;
  knn_value *query = io->in[0], *value = io->in[1], *mask;
  mask = of_steps(s, io->mask[0] ? io->mask[0] : call->query_mask, -1);
  mask = both(s, mask, of_steps(s, call->value_mask ? call->value_mask : io->mask[1], -2));
  if (io->n_in > 2)
    mask = both(s, mask, of_steps(s, call->key_mask ? call->key_mask : io->mask[2], -2));
  else
    mask = both(s, mask, of_steps(s, call->key_mask, -2));
  const bool order =
      call->use_causal_mask && !knows_order(args, call, s->status == KNN_OK ? query->spec.rank : 0);
  if (order || args->sliding_window != KNN_NONE)
    mask = both(s, mask, knn__position_mask(s, query, value, 1, order, args->sliding_window));
  if (call->attention_mask) mask = both(s, knn__cast(s, call->attention_mask, KNN_BOOL), mask);
  return s->status == KNN_OK ? mask : NULL;
}

/* Axes of heads come in front of the steps', until the mask has as many axes as scores. */
static knn_value *with_heads(knn__scope *s, knn_value *mask, int rank, int n_axes) {
  while (s->status == KNN_OK && mask->spec.rank < rank)
    mask = knn__expand_dims(s, mask, -2 * n_axes - 1);
  return mask;
}

static knn_value *softmax(knn__scope *s, knn_value *x, int n_axes) {
  knn__axes axes = {.n = n_axes};
  if (n_axes == 1) return knn__softmax(s, x, -1);
  for (int i = 0; i < n_axes; i++) axes.v[i] = i - n_axes;
  return knn__exp(s, knn__subtract(s, x, knn__logsumexp(s, x, axes, true)));
}

static knn_value *probabilities(knn__scope *s, const knn__meeting *m) {
  knn_value *q = knn__times(s, m->q, m->scale);
  knn_value *x = knn__einsum(s, m->dot, 2, (knn_value *[]){m->k, q});
  if (!m->mask || s->status != KNN_OK) return softmax(s, x, m->n_axes);
  knn_value *mask = with_heads(s, m->mask, x->spec.rank, m->n_axes);
  knn_value *y = softmax(s, knn__where(s, mask, x, knn__scalar_like(s, x, -1e9)), m->n_axes);
  return knn__where(s, mask, y, knn__scalar_like(s, y, 0));
}

knn_value *knn__heads_meet(knn__scope *s, const knn__meeting *m, knn_value **scores) {
  if (s->status != KNN_OK) return NULL;
  if (m->args->flash_attention && m->call->return_attention_scores)
    return knn__scope_fail(s, KNN_EARG,
                           "'return_attention_scores' and 'flash_attention' do not go together");
  if (knows_order(m->args, m->call, m->q->spec.rank - 1)) {
    knn_value *mask = m->mask ? with_heads(s, m->mask, 4, 1) : NULL;
    return knn__dot_product_attention(s, m->q, m->k, m->v, mask, m->scale,
                                      m->call->use_causal_mask);
  }
  knn_value *p = probabilities(s, m), *kept = p;
  if (m->args->dropout > 0 && m->training)
    kept = knn__dropout(s, p, m->args->dropout, NULL, m->args->seed);
  if (m->call->return_attention_scores) *scores = p;
  return knn__einsum(s, m->combine, 2, (knn_value *[]){kept, m->v});
}
