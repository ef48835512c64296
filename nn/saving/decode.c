/* decode.c - objects from Keras's form, checked by their schemas. What the library does not know is
 * asked of the host; code in the file is refused. */
#include <string.h>

#include "keras_form.h"
#include "keras_names.h"

enum { DEEPEST = 200 };

void knn__decoder_clear(knn__decoder *d) {
  for (int i = 0; i < d->n_shared; i++) knn_object_release(d->shared[i].object);
  knn__free(d->ctx, d->shared);
  d->shared = NULL;
  d->n_shared = d->cap_shared = 0;
}

/* ---- what the library does not have ---- */

/* "package>Name" -> "Name" */
static const char *bare_name(const char *registered) {
  const char *mark = strrchr(registered, '>');
  return mark ? mark + 1 : registered;
}

static knn_status ask_host(knn__decoder *d, const char *family, const char *name,
                           const knn_config *config, knn_object **out) {
  const knn_load_options *o = d->options;
  *out = NULL;
  if (!o || !o->custom || !*name) return KNN_OK;
  KNN__TRY(o->custom(o->user, family, name, config, out));
  if (*out || bare_name(name) == name) return KNN_OK;
  return o->custom(o->user, family, bare_name(name), config, out);
}

/* A function: registered by the host, or a name of Keras's own. */
static knn_status decode_function(knn__decoder *d, const char *family, const knn_config *form,
                                  knn_object **out) {
  const char *name = knn__text_at(form, "config");
  KNN__TRY(ask_host(d, family, name, NULL, out));
  if (*out) return KNN_OK;
  if (knn_class_find(family, bare_name(name)))
    return knn_object_new(d->ctx, family, bare_name(name), NULL, out);
  return knn_fail(d->ctx, KNN_EFORMAT,
                  "the %s '%s' is a function of the program that wrote the file; register it: "
                  "custom_objects = {[\"%s\"] = function}",
                  family, name, bare_name(name));
}

static knn_status refuse_code(knn__decoder *d) {
  return knn_fail(d->ctx, KNN_EFORMAT,
                  "it holds Python code (a lambda), which is never run; write it as a layer of "
                  "your own, and save the model with that");
}

static bool is_code(const char *class_name) {
  return strcmp(class_name, "__lambda__") == 0 || strcmp(class_name, "Lambda") == 0;
}

static knn_status unknown_class(knn__decoder *d, const char *family, const char *name,
                                const char *registered) {
  char near[160];
  const char *wanted = *registered ? registered : name;
  knn_class_suggest(family, name, near, sizeof near);
  return knn_fail(d->ctx, KNN_EFORMAT,
                  "the %s class '%s' is not known%s%s; register it: custom_objects = "
                  "{[\"%s\"] = class}",
                  family, name, *near ? "; near are " : "", near, bare_name(wanted));
}

/* ---- options ---- */

static const knn_param *find_param(const knn_class *cls, const char *name) {
  for (int i = 0; i < cls->n_params; i++)
    if (strcmp(cls->params[i].name, name) == 0) return &cls->params[i];
  return NULL;
}

static knn_status decode_option(knn__decoder *d, const knn_param *p, const knn_config *value,
                                knn_config **out) {
  if (p->kind == KNN_P_CONFIG) return knn__decode_value(d, value, out);
  if (p->kind == KNN_P_OBJECT && knn_config_kind_of(value) == KNN_CONFIG_DICT) {
    knn_object *object = NULL;
    KNN__TRY(knn__decode_object(d, p->choices, value, &object));
    const knn_status st = knn_config_object(d->ctx, object, out);
    knn_object_release(object);
    return st;
  }
  knn_config_retain(*out = (knn_config *)(uintptr_t)value);
  return KNN_OK;
}

knn_status knn__decode_options(knn__decoder *d, const knn_class *cls, const knn_config *config,
                               knn_config **out) {
  knn_config *options = NULL;
  KNN__TRY(knn_config_dict(d->ctx, &options));
  knn_status st = KNN_OK;
  for (int i = 0; i < knn_config_size(config) && st == KNN_OK; i++) {
    const char *key = knn__keras_own_option(cls, knn_config_key(config, i));
    const knn_config *value = knn_config_at(config, i);
    const knn_param *p = find_param(cls, key);
    knn_config *option = NULL;
    if (!p && knn__keras_ignores(key, value)) continue;
    if (p)
      st = knn__put(options, key, decode_option(d, p, value, &option), &option);
    else
      st = knn_config_set(options, key, (knn_config *)(uintptr_t)value); /* refused by its name */
    if (st != KNN_OK) st = knn_fail_in(d->ctx, st, "'%s'", key);
  }
  if (st == KNN_OK)
    *out = options;
  else
    knn_config_release(options);
  return st;
}

/* ---- objects ---- */

static knn_status make(knn__decoder *d, const char *family, const char *name,
                       const knn_config *config, knn_object **out) {
  const knn_class *cls = knn_class_find(family, name);
  knn_config *options = NULL;
  if (!cls) return knn_object_new(d->ctx, family, name, config, out);
  KNN__TRY(knn__decode_options(d, cls, config, &options));
  const knn_status st = knn_object_new(d->ctx, family, name, options, out);
  knn_config_release(options);
  return st;
}

/* A layer may be frozen as a whole. */
static knn_status make_layer(knn__decoder *d, const char *name, const knn_config *config,
                             knn_object **out) {
  KNN__TRY(make(d, "layer", name, config, out));
  return KNN_OK;
}

static knn_status make_model(knn__decoder *d, const knn_config *form, knn_object **out) {
  knn_model *m = NULL;
  KNN__TRY(knn__decode_model(d, form, &m));
  *out = knn_layer_object(knn_model_layer(m));
  knn_object_retain(*out);
  knn_model_release(m);
  return KNN_OK;
}

/* The four layers that stand as activations. */
static const char *activation_of_layer(const char *name) {
  static const char *const pairs[][2] = {
      {"LeakyReLU", "leaky_relu"}, {"ReLU", "relu"}, {"ELU", "elu"}, {"Softmax", "softmax"}};
  for (int i = 0; i < KNN__LEN(pairs); i++)
    if (strcmp(pairs[i][0], name) == 0) return pairs[i][1];
  return NULL;
}

/* A layer's options without those that all layers have. */
static knn_status decode_activation(knn__decoder *d, const char *name, const knn_config *config,
                                    knn_object **out) {
  const char *word = activation_of_layer(name);
  const knn_class *cls = knn_class_find("activation", word ? word : name);
  knn_config *own = NULL;
  if (!cls) return unknown_class(d, "activation", name, "");
  KNN__TRY(knn_config_dict(d->ctx, &own));
  knn_status st = KNN_OK;
  for (int i = 0; i < knn_config_size(config) && st == KNN_OK; i++)
    if (find_param(cls, knn_config_key(config, i)))
      st = knn_config_set(own, knn_config_key(config, i), knn_config_at(config, i));
  if (st == KNN_OK) st = knn_object_new(d->ctx, "activation", cls->name, own, out);
  knn_config_release(own);
  return st;
}

static knn_status find_shared(const knn__decoder *d, const knn_config *id, knn_object **out) {
  *out = NULL;
  for (int i = 0; knn_config_kind_of(id) == KNN_CONFIG_INT && i < d->n_shared; i++)
    if (d->shared[i].id == knn_config_get_int(id)) knn_object_retain(*out = d->shared[i].object);
  return KNN_OK;
}

static knn_status note_shared(knn__decoder *d, const knn_config *id, knn_object *object) {
  if (knn_config_kind_of(id) != KNN_CONFIG_INT || !knn_layer_of(object)) return KNN_OK;
  KNN__TRY(knn__grow(d->ctx, (void **)&d->shared, &d->cap_shared, d->n_shared, sizeof *d->shared));
  knn_object_retain(object);
  d->shared[d->n_shared++] = (knn__shared_object){knn_config_get_int(id), object};
  return KNN_OK;
}

static knn_status decode_known(knn__decoder *d, const char *family, const char *name,
                               const knn_config *form, knn_object **out) {
  const knn_config *config = knn_config_get(form, "config");
  const bool layer = strcmp(family, "layer") == 0;
  if (layer && knn__is_model_class(name)) return make_model(d, form, out);
  if (is_code(name)) return refuse_code(d);
  if (strcmp(family, "activation") == 0) return decode_activation(d, name, config, out);
  return layer ? make_layer(d, name, config, out) : make(d, family, name, config, out);
}

static knn_status decode_form(knn__decoder *d, const char *family, const knn_config *form,
                              knn_object **out) {
  const char *registered = knn__text_at(form, "registered_name"),
             *name = knn__keras_own_name(knn__text_at(form, "class_name"));
  const knn_config *id = knn_config_get(form, "shared_object_id");
  if (!*name) return knn_fail(d->ctx, KNN_EFORMAT, "a %s has no 'class_name' in the file", family);
  if (strcmp(name, "function") == 0) return decode_function(d, family, form, out);
  KNN__TRY(find_shared(d, id, out));
  if (*out) return KNN_OK;
  KNN__TRY(
      ask_host(d, family, *registered ? registered : name, knn_config_get(form, "config"), out));
  if (!*out && !is_code(name) && !knn__is_model_class(name) && !knn_class_find(family, name) &&
      strcmp(family, "activation") != 0) {
    if (make(d, family, name, knn_config_get(form, "config"), out) != KNN_OK)
      return unknown_class(d, family, name, registered);
  } else if (!*out) {
    KNN__TRY(decode_known(d, family, name, form, out));
  }
  return note_shared(d, id, *out);
}

/* "layer 'dense_1' (Dense): ": where in the model it went wrong. */
static knn_status located(knn__decoder *d, const char *family, const knn_config *form,
                          knn_status st) {
  const char *name = knn__text_at(knn_config_get(form, "config"), "name");
  if (st == KNN_OK || strcmp(family, "layer") != 0 ||
      knn__is_model_class(knn__text_at(form, "class_name")))
    return st;
  return knn_fail_in(d->ctx, st, "layer '%s'", *name ? name : knn__text_at(form, "class_name"));
}

knn_status knn__decode_object(knn__decoder *d, const char *family, const knn_config *form,
                              knn_object **out) {
  if (!family) family = knn__keras_family(knn__text_at(form, "module"));
  if (!family) family = "layer";
  if (knn_config_kind_of(form) != KNN_CONFIG_DICT)
    return knn_object_resolve(d->ctx, family, form, out);
  if (d->depth >= DEEPEST)
    return knn_fail(d->ctx, KNN_EFORMAT, "objects nest deeper than %d levels", DEEPEST);
  d->depth++;
  const knn_status st = located(d, family, form, decode_form(d, family, form, out));
  d->depth--;
  return st;
}

/* ---- values ---- */

static bool is_form(const knn_config *value) {
  return knn_config_kind_of(knn_config_get(value, "class_name")) == KNN_CONFIG_STRING &&
         knn_config_get(value, "config");
}

static knn_status decode_children(knn__decoder *d, const knn_config *value, knn_config *copy) {
  const bool dict = knn_config_kind_of(value) == KNN_CONFIG_DICT;
  for (int i = 0; i < knn_config_size(value); i++) {
    knn_config *child = NULL;
    const knn_status made = knn__decode_value(d, knn_config_at(value, i), &child);
    KNN__TRY(dict ? knn__put(copy, knn_config_key(value, i), made, &child)
                  : knn__push(copy, made, &child));
  }
  return KNN_OK;
}

static knn_status form_value(knn__decoder *d, const knn_config *value, knn_config **out) {
  const char *name = knn__text_at(value, "class_name");
  knn_object *object = NULL;
  /* arrays and tuples that stand for themselves */
  if (strcmp(name, "__numpy__") == 0 || strcmp(name, "__tensor__") == 0)
    return knn__decode_value(d, knn_config_get(knn_config_get(value, "config"), "value"), out);
  KNN__TRY(knn__decode_object(d, NULL, value, &object));
  const knn_status st = knn_config_object(d->ctx, object, out);
  knn_object_release(object);
  return st;
}

knn_status knn__decode_value(knn__decoder *d, const knn_config *value, knn_config **out) {
  const knn_config_kind kind = knn_config_kind_of(value);
  knn_config *copy = NULL;
  if (kind != KNN_CONFIG_LIST && kind != KNN_CONFIG_DICT) {
    if (!value) return knn_config_null(d->ctx, out);
    knn_config_retain(*out = (knn_config *)(uintptr_t)value);
    return KNN_OK;
  }
  if (is_form(value)) return form_value(d, value, out);
  KNN__TRY(kind == KNN_CONFIG_LIST ? knn_config_list(d->ctx, &copy)
                                   : knn_config_dict(d->ctx, &copy));
  const knn_status st = decode_children(d, value, copy);
  if (st == KNN_OK)
    *out = copy;
  else
    knn_config_release(copy);
  return st;
}

knn_status knn_keras_deserialize(knn_ctx *ctx, const char *family, const knn_config *config,
                                 const knn_load_options *options, knn_object **out) {
  knn__decoder d = {.ctx = ctx, .options = options};
  const knn_status st = knn__decode_object(&d, family, config, out);
  knn__decoder_clear(&d);
  return st;
}
