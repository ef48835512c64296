/* encode.c - objects in Keras's form, from their schemas. */
#include <string.h>

#include "keras_form.h"
#include "keras_names.h"

knn_status knn__put(knn_config *dict, const char *key, knn_status made, knn_config **value) {
  if (made == KNN_OK) made = knn_config_set(dict, key, *value);
  knn_config_release(*value);
  *value = NULL;
  return made;
}

knn_status knn__push(knn_config *list, knn_status made, knn_config **value) {
  if (made == KNN_OK) made = knn_config_push(list, *value);
  knn_config_release(*value);
  *value = NULL;
  return made;
}

knn_status knn__encode_form(knn_ctx *ctx, const char *module, const char *name, knn_config *config,
                            const char *registered, knn_config **out) {
  knn_config *form = NULL;
  KNN__TRY(knn_config_dict(ctx, &form));
  knn_status st = knn_config_set_string(form, "module", module);
  if (st == KNN_OK) st = knn_config_set_string(form, "class_name", name);
  if (st == KNN_OK) st = knn_config_set(form, "config", config);
  if (st == KNN_OK) st = knn_config_set_string(form, "registered_name", registered);
  if (st == KNN_OK)
    *out = form;
  else
    knn_config_release(form);
  return st;
}

/* ---- values ---- */

static knn_status encode_children(knn_ctx *ctx, const knn_config *value, knn_config *copy) {
  const bool dict = knn_config_kind_of(value) == KNN_CONFIG_DICT;
  for (int i = 0; i < knn_config_size(value); i++) {
    knn_config *child = NULL;
    const knn_status made = knn__encode_value(ctx, knn_config_at(value, i), &child);
    KNN__TRY(dict ? knn__put(copy, knn_config_key(value, i), made, &child)
                  : knn__push(copy, made, &child));
  }
  return KNN_OK;
}

knn_status knn__encode_value(knn_ctx *ctx, const knn_config *value, knn_config **out) {
  const knn_config_kind kind = knn_config_kind_of(value);
  knn_config *copy = NULL;
  if (!value) return knn_config_null(ctx, out);
  if (kind == KNN_CONFIG_OBJECT) return knn__encode_object(knn_config_get_object(value), out);
  if (kind != KNN_CONFIG_LIST && kind != KNN_CONFIG_DICT) {
    knn_config_retain(*out = (knn_config *)(uintptr_t)value);
    return KNN_OK;
  }
  KNN__TRY(kind == KNN_CONFIG_LIST ? knn_config_list(ctx, &copy) : knn_config_dict(ctx, &copy));
  knn_status st = encode_children(ctx, value, copy);
  if (st == KNN_OK)
    *out = copy;
  else
    knn_config_release(copy);
  return st;
}

static knn_status encode_policy(knn_ctx *ctx, const knn_config *name, knn_config **out) {
  knn_config *config = NULL;
  if (knn_config_kind_of(name) == KNN_CONFIG_NULL) return knn_config_null(ctx, out);
  knn_status st = knn_config_dict(ctx, &config);
  if (st == KNN_OK) st = knn_config_set_string(config, "name", knn_config_get_string(name));
  if (st == KNN_OK) st = knn__encode_form(ctx, "keras", "DTypePolicy", config, NULL, out);
  knn_config_release(config);
  return st;
}

/* ---- options ---- */

/* The object that an option holds, lent. */
static knn_object *object_option(const knn_object *object, const knn_param *p) {
  return *(knn_object **)((char *)object->args + p->offset);
}

static bool is_number(const knn_config *value) {
  const knn_config_kind kind = knn_config_kind_of(value);
  return kind == KNN_CONFIG_FLOAT || kind == KNN_CONFIG_INT;
}

static knn_status encode_option(const knn_object *object, const knn_param *p,
                                const knn_config *value, knn_config **out) {
  knn_ctx *ctx = object->ctx;
  if (p->kind == KNN_P_OBJECT && !is_number(value)) { /* a rate that was set is a number */
    knn_object *inner = object_option(object, p);
    return inner ? knn__encode_object(inner, out) : knn_config_null(ctx, out);
  }
  if (p->kind == KNN_P_POLICY) return encode_policy(ctx, value, out);
  if (p->kind == KNN_P_INTS && strcmp(p->name, "axis") == 0 && knn_config_size(value) == 1)
    value = knn_config_at(value, 0); /* a single axis is a number in Keras */
  return knn__encode_value(ctx, value, out);
}

/* name, trainable and dtype first, as in Keras; the other options in the order of the schema. */
static const char *const leading[] = {"name", "trainable", "dtype"};

static bool leads(const char *name) {
  for (int i = 0; i < KNN__LEN(leading); i++)
    if (strcmp(leading[i], name) == 0) return true;
  return false;
}

static knn_status put_option(const knn_object *object, const knn_config *own, const knn_param *p,
                             knn_config *config) {
  const knn_config *value = knn_config_get(own, p->name);
  knn_config *encoded = NULL;
  if (!knn__keras_takes(object->cls, p->name)) return KNN_OK;
  if (strcmp(p->name, "activity_regularizer") == 0 && !object_option(object, p)) return KNN_OK;
  const knn_status made = encode_option(object, p, value, &encoded);
  return knn__put(config, p->name, made, &encoded);
}

static knn_status put_options(const knn_object *object, const knn_config *own, knn_config *config) {
  const knn_class *cls = object->cls;
  for (int k = 0; k < KNN__LEN(leading); k++)
    for (int i = 0; i < cls->n_params; i++)
      if (strcmp(cls->params[i].name, leading[k]) == 0)
        KNN__TRY(put_option(object, own, &cls->params[i], config));
  for (int i = 0; i < cls->n_params; i++)
    if (!leads(cls->params[i].name)) KNN__TRY(put_option(object, own, &cls->params[i], config));
  return KNN_OK;
}

/* The arguments as they are now: an optimizer's rate may have been set since. */
static knn_status own_config(knn_object *object, knn_config **out) {
  const knn_optimizer *optimizer = knn_optimizer_of(object);
  return optimizer ? knn_optimizer_config(optimizer, out) : knn_object_config(object, out);
}

static knn_status encode_config(knn_object *object, knn_config **out) {
  knn_config *own = NULL, *config = NULL;
  KNN__TRY(own_config(object, &own));
  knn_status st = knn_config_dict(object->ctx, &config);
  if (st == KNN_OK) st = put_options(object, own, config);
  if (st == KNN_OK && knn_layer_of(object))
    st = knn_config_set_string(config, "name", object->name);
  knn_config_release(own);
  if (st == KNN_OK)
    *out = config;
  else
    knn_config_release(config);
  return st;
}

/* ---- families with forms of their own ---- */

/* The entrance of a model: its shape with the batch, its type as a word. */
static knn_status encode_input_layer(knn_layer *layer, knn_config **out) {
  knn_ctx *ctx = layer->base.ctx;
  knn_config *config = NULL;
  knn__spec spec;
  knn__input_layer_spec(layer, &spec);
  knn_status st = knn_config_dict(ctx, &config);
  if (st == KNN_OK) st = knn_config_set_ints(config, "batch_shape", spec.rank, spec.dims);
  if (st == KNN_OK) st = knn_config_set_string(config, "dtype", knn_dtype_name(spec.dtype));
  if (st == KNN_OK) st = knn_config_set_bool(config, "sparse", false);
  if (st == KNN_OK) st = knn_config_set_bool(config, "ragged", false);
  if (st == KNN_OK) st = knn_config_set_string(config, "name", layer->base.name);
  if (st == KNN_OK) st = knn__encode_form(ctx, "keras.layers", "InputLayer", config, NULL, out);
  knn_config_release(config);
  return st;
}

/* A constant rate is a number, as Keras keeps it. */
static knn_status encode_rate(knn_object *schedule, bool *done, knn_config **out) {
  knn_config *config = NULL;
  *done = strcmp(schedule->family->name, "schedule") == 0 && knn__schedule_is_constant(schedule);
  if (!*done) return KNN_OK;
  KNN__TRY(knn_object_config(schedule, &config));
  const float value = (float)knn_config_get_float(knn_config_get(config, "value"));
  knn_config_release(config);
  return knn_config_float(schedule->ctx, value, out);
}

/* Activations with options stand in Keras as layers do. */
static const struct {
  const char *activation, *layer;
} as_layers[] = {
    {"leaky_relu", "LeakyReLU"}, {"relu", "ReLU"}, {"elu", "ELU"}, {"softmax", "Softmax"}};

static knn_status is_plain(knn_object *object, bool *plain) {
  knn_object *fresh = NULL;
  knn_config *a = NULL, *b = NULL;
  char text[2][512] = {"", ""};
  knn_status st =
      knn_object_new(object->ctx, object->family->name, object->cls->name, NULL, &fresh);
  if (st == KNN_OK) st = knn_object_config(object, &a);
  if (st == KNN_OK) st = knn_object_config(fresh, &b);
  if (st == KNN_OK) {
    knn_config_print(a, text[0], sizeof text[0]);
    knn_config_print(b, text[1], sizeof text[1]);
    *plain = strcmp(text[0], text[1]) == 0;
  }
  knn_config_release(a);
  knn_config_release(b);
  knn_object_release(fresh);
  return st;
}

static knn_status encode_activation(knn_object *object, knn_config **out) {
  knn_config *config = NULL;
  bool plain = false;
  int i = 0;
  KNN__TRY(is_plain(object, &plain));
  if (plain) return knn_config_string(object->ctx, object->cls->name, out);
  while (i < KNN__LEN(as_layers) && strcmp(as_layers[i].activation, object->cls->name) != 0) i++;
  if (i == KNN__LEN(as_layers))
    return knn_fail(object->ctx, KNN_EARG,
                    "the activation '%s' with options has no form in Keras's files; use a layer "
                    "Activation, or a layer of your own, behind it",
                    object->cls->name);
  KNN__TRY(encode_config(object, &config));
  const knn_status st =
      knn__encode_form(object->ctx, "keras.layers", as_layers[i].layer, config, NULL, out);
  knn_config_release(config);
  return st;
}

/* A function of the host: known by its name, which the reader must register. */
static knn_status encode_function(const knn_object *object, knn_config **out) {
  knn_config *name = NULL;
  KNN__TRY(knn_config_string(object->ctx, object->name, &name));
  const knn_status st =
      knn__encode_form(object->ctx, "builtins", "function", name, "function", out);
  knn_config_release(name);
  return st;
}

static bool is_function(const knn_object *object) {
  const char *family = object->family->name;
  if (strcmp(family, "loss") == 0) return ((const knn_loss *)object)->custom != NULL;
  return strcmp(family, "metric") == 0 && !knn_class_find(family, object->cls->name);
}

knn_status knn__encode_object(knn_object *object, knn_config **out) {
  knn_layer *layer = knn_layer_of(object);
  bool done = false;
  knn_config *config = NULL;
  if (layer && knn__is_model(layer)) return knn__encode_model(layer, out);
  if (layer && knn__is_input_layer(layer)) return encode_input_layer(layer, out);
  if (strcmp(object->family->name, "activation") == 0) return encode_activation(object, out);
  if (is_function(object)) return encode_function(object, out);
  KNN__TRY(encode_rate(object, &done, out));
  if (done) return KNN_OK;
  KNN__TRY(encode_config(object, &config));
  const char *name = knn__keras_class_name(object->cls);
  const bool known = knn_class_find(object->family->name, object->cls->name) != NULL;
  const knn_status st =
      knn__encode_form(object->ctx, known ? knn__keras_module(object->family->name) : NULL, name,
                       config, known ? NULL : name, out);
  knn_config_release(config);
  return st == KNN_OK || !layer ? st : knn_fail_in(object->ctx, st, "layer '%s'", object->name);
}

knn_status knn_keras_serialize(knn_object *object, knn_config **out) {
  return knn__encode_object(object, out);
}
