/* legacy_model.c - whole models in HDF5, as Keras 2 writes them and Keras 3 still does: the root's
 * attributes model_config and training_config are JSON, the weights lie under model_weights, the
 * state of the optimizer under optimizer_weights. */
#include <string.h>

#include "json.h"
#include "keras_form.h"
#include "keras_names.h"
#include "model_files.h"
#include "weights.h"

static const char config_name[] = "model_config", training_name[] = "training_config";

/* The parts of training_config as compile takes them. */
static const struct {
  const char *legacy, *name, *family;
} parts[] = {
    {"optimizer_config", "optimizer", "optimizer"},
    {"loss", "loss", "loss"},
    {"loss_weights", "loss_weights", NULL},
    {"metrics", "metrics", "metric"},
    {"weighted_metrics", "weighted_metrics", "metric"},
    {"run_eagerly", "run_eagerly", NULL},
};

bool knn__is_legacy_path(const char *path) {
  return knn__ends_in(path, ".h5") || knn__ends_in(path, ".hdf5");
}

/* ---- from Keras 2's form to Keras 3's ---- */

static bool is_tuple(const knn_config *value) {
  const char *name = knn__text_at(value, "class_name");
  return strcmp(name, "__tuple__") == 0 || strcmp(name, "TensorShape") == 0;
}

/* Options that say what goes without saying now. */
static bool is_past(const char *key, const knn_config *value) {
  if (strcmp(key, "reduction") == 0) return strcmp(knn_config_get_string(value), "auto") == 0;
  return strcmp(key, "decay") == 0 && knn_config_get_float(value) == 0;
}

/* The word that stands for a function wrapped into a metric or loss; NULL if there is none.
 * "accuracy" is told by its name: which of the accuracies it is, compile finds out. */
static const char *wrapped(const knn_config *form) {
  const char *name = knn__text_at(form, "class_name");
  const knn_config *config = knn_config_get(form, "config");
  if (strcmp(name, "MeanMetricWrapper") != 0 && strcmp(name, "LossFunctionWrapper") != 0)
    return NULL;
  const char *word = knn__text_at(config, "name"), *fn = knn__text_at(config, "fn");
  if (strcmp(word, "accuracy") == 0 || strcmp(word, "acc") == 0) return word;
  return *fn ? fn : NULL;
}

static knn_status modern(knn_ctx *ctx, const char *module, const knn_config *value,
                         knn_config **out);

/* The entry of a list or tuple of one, NULL if it is none. */
static const knn_config *only_entry(const knn_config *value) {
  const knn_config *list = is_tuple(value) ? knn_config_get(value, "items") : value;
  return knn_config_kind_of(list) == KNN_CONFIG_LIST && knn_config_size(list) == 1
             ? knn_config_at(list, 0)
             : NULL;
}

/* "Custom>Adam" is how the optimizers of TensorFlow 2.11 to 2.15 are called. */
static knn_status put_modern(knn_ctx *ctx, const char *module, const char *key,
                             const knn_config *value, knn_config *copy) {
  static const char custom[] = "Custom>";
  const char *text = knn_config_get_string(value);
  const size_t n = sizeof custom - 1;
  knn_config *child = NULL;
  if (is_past(key, value)) return KNN_OK;
  if (strcmp(key, "class_name") == 0 && strncmp(text, custom, n) == 0)
    return knn_config_set_string(copy, key, text + n);
  if (strcmp(key, "axis") == 0 && only_entry(value)) value = only_entry(value);
  return knn__put(copy, key, modern(ctx, module, value, &child), &child);
}

static knn_status copy_children(knn_ctx *ctx, const char *module, const knn_config *value,
                                knn_config *copy) {
  const bool dict = knn_config_kind_of(value) == KNN_CONFIG_DICT,
             form = *knn__text_at(value, "class_name");
  if (form && module && !*knn__text_at(value, "module"))
    KNN__TRY(knn_config_set_string(copy, "module", module));
  if (form) module = NULL; /* what is in it has families of its own */
  for (int i = 0; i < knn_config_size(value); i++) {
    const knn_config *one = knn_config_at(value, i);
    knn_config *child = NULL;
    KNN__TRY(dict ? put_modern(ctx, module, knn_config_key(value, i), one, copy)
                  : knn__push(copy, modern(ctx, module, one, &child), &child));
  }
  return KNN_OK;
}

/* A copy with tuples as lists, and with the module in forms that lack it; module may be NULL. JSON
 * that is nested too deeply was refused before. */
static knn_status modern(knn_ctx *ctx, const char *module, const knn_config *value,
                         knn_config **out) {
  const knn_config_kind kind = knn_config_kind_of(value);
  knn_config *copy = NULL;
  if (is_tuple(value)) return modern(ctx, module, knn_config_get(value, "items"), out);
  if (wrapped(value)) return knn_config_string(ctx, wrapped(value), out);
  if (!value) return knn_config_null(ctx, out);
  if (kind != KNN_CONFIG_LIST && kind != KNN_CONFIG_DICT) {
    knn_config_retain(*out = (knn_config *)(uintptr_t)value);
    return KNN_OK;
  }
  KNN__TRY(kind == KNN_CONFIG_LIST ? knn_config_list(ctx, &copy) : knn_config_dict(ctx, &copy));
  const knn_status st = copy_children(ctx, module, value, copy);
  if (st == KNN_OK)
    *out = copy;
  else
    knn_config_release(copy);
  return st;
}

/* ---- loading ---- */

/* The JSON of an attribute of the root; NULL if there is none. */
static knn_status read_json(knn_ctx *ctx, knn_h5 *h5, const char *name, knn_config **out) {
  knn_config *text = NULL;
  *out = NULL;
  KNN__TRY(knn_h5_attribute(h5, "", name, &text));
  const char *s = knn_config_get_string(text);
  const knn_status st = text ? knn__json_read(ctx, name, s, strlen(s), out) : KNN_OK;
  knn_config_release(text);
  return st;
}

static knn_status compile_options(knn_ctx *ctx, const knn_config *training, knn_config *options) {
  for (int i = 0; i < KNN__LEN(parts); i++) {
    const char *module = parts[i].family ? knn__keras_module(parts[i].family) : NULL;
    const knn_config *value = knn_config_get(training, parts[i].legacy);
    knn_config *part = NULL;
    if (knn_config_kind_of(only_entry(value)) == KNN_CONFIG_LIST)
      value = only_entry(value); /* the metrics of a single output */
    if (value) KNN__TRY(knn__put(options, parts[i].name, modern(ctx, module, value, &part), &part));
  }
  return KNN_OK;
}

/* The form of the whole model, with what it was compiled with, as it stands in config.json. */
static knn_status read_form(knn_ctx *ctx, knn_h5 *h5, const char *path, knn_config **out) {
  knn_config *model = NULL, *training = NULL, *options = NULL;
  KNN__TRY(read_json(ctx, h5, config_name, &model));
  if (!model)
    return knn_fail(ctx, KNN_EFORMAT,
                    "%s holds no model, only arrays; if they are weights, make the model and call "
                    "its load_weights",
                    path);
  knn_status st = modern(ctx, NULL, model, out);
  if (st == KNN_OK) st = read_json(ctx, h5, training_name, &training);
  if (st == KNN_OK) st = knn_config_dict(ctx, &options);
  if (st == KNN_OK) st = compile_options(ctx, training, options);
  if (st == KNN_OK) st = knn_config_set(*out, "compile_config", options);
  knn_config_release(options);
  knn_config_release(training);
  knn_config_release(model);
  return st;
}

static knn_status read_arrays(knn_model *m, knn_h5 *h5, const knn_load_options *options) {
  const char *group = NULL;
  knn_load_options in_order = options ? *options : (knn_load_options){0};
  in_order.by_name = false;
  KNN__TRY(knn__legacy_weights_find(h5, &group));
  if (!group || !m->root->built) return KNN_OK;
  KNN__TRY(knn__legacy_weights_read(m, h5, group, &in_order));
  return m->optimizer ? knn__legacy_state_read(m, h5) : KNN_OK;
}

static knn_status read_model(knn_ctx *ctx, knn_h5 *h5, const char *path,
                             const knn_load_options *options, knn_model **out) {
  knn_config *form = NULL;
  knn_model *m = NULL;
  knn_status st = read_form(ctx, h5, path, &form);
  if (st == KNN_OK) {
    st = knn__decode_whole(ctx, form, options, &m);
    if (st == KNN_OK) st = read_arrays(m, h5, options);
    if (st != KNN_OK) knn_fail_in(ctx, st, "%s", path);
  }
  knn_config_release(form);
  if (st == KNN_OK)
    *out = m;
  else
    knn_model_release(m);
  return st;
}

knn_status knn__legacy_load(knn_ctx *ctx, const char *path, const knn_load_options *options,
                            knn_model **out) {
  knn_h5 *h5 = NULL;
  KNN__TRY(knn_h5_open(ctx, path, "r", &h5));
  const knn_status st = read_model(ctx, h5, path, options, out);
  knn_h5_drop(h5);
  return st;
}

/* ---- saving ---- */

static knn_status write_text(knn_ctx *ctx, knn_h5 *h5, const char *group, const char *name,
                             const char *text) {
  knn_config *value = NULL;
  KNN__TRY(knn_config_string(ctx, text, &value));
  const knn_status st = knn_h5_set_attribute(h5, group, name, value);
  knn_config_release(value);
  return st;
}

static knn_status write_json(knn_ctx *ctx, knn_h5 *h5, const char *name, const knn_config *value) {
  char *text = NULL;
  KNN__TRY(knn__json_write(ctx, value, 0, &text));
  const knn_status st = write_text(ctx, h5, "", name, text);
  knn__free(ctx, text);
  return st;
}

static knn_status loss_form(knn_ctx *ctx, const knn_config *word, knn_config **out) {
  knn_object *loss = NULL;
  KNN__TRY(knn_object_resolve(ctx, "loss", word, &loss));
  const knn_status st = knn__encode_object(loss, out);
  knn_object_release(loss);
  return st;
}

/* Losses, or none, in forms: there are words, as "mse", that Keras writes here but does not read.
 */
static knn_status loss_forms(knn_ctx *ctx, const knn_config *value, knn_config **out) {
  const knn_config_kind kind = knn_config_kind_of(value);
  const bool dict = kind == KNN_CONFIG_DICT;
  if (kind == KNN_CONFIG_STRING) return loss_form(ctx, value, out);
  if ((!dict && kind != KNN_CONFIG_LIST) || *knn__text_at(value, "class_name")) {
    knn_config_retain(*out = (knn_config *)(uintptr_t)value);
    return KNN_OK;
  }
  KNN__TRY(dict ? knn_config_dict(ctx, out) : knn_config_list(ctx, out));
  for (int i = 0; i < knn_config_size(value); i++) {
    knn_config *child = NULL;
    const knn_status made = loss_forms(ctx, knn_config_at(value, i), &child);
    KNN__TRY(dict ? knn__put(*out, knn_config_key(value, i), made, &child)
                  : knn__push(*out, made, &child));
  }
  return KNN_OK;
}

static knn_status training_config(knn_ctx *ctx, const knn_config *compiled, knn_config *training) {
  for (int i = 0; i < knn_config_size(compiled); i++) {
    const char *key = knn_config_key(compiled, i);
    knn_config *value = knn_config_at(compiled, i), *losses = NULL;
    if (strcmp(key, "loss") == 0)
      KNN__TRY(knn__put(training, key, loss_forms(ctx, value, &losses), &losses));
    else
      KNN__TRY(
          knn_config_set(training, strcmp(key, "optimizer") ? key : "optimizer_config", value));
  }
  return KNN_OK;
}

static knn_status write_training(knn_model *m, knn_h5 *h5) {
  knn_config *compiled = NULL, *training = NULL;
  if (!m->optimizer) return KNN_OK;
  knn_status st = knn__encode_compile(m, &compiled);
  if (st == KNN_OK) st = knn_config_dict(m->ctx, &training);
  if (st == KNN_OK) st = training_config(m->ctx, compiled, training);
  if (st == KNN_OK) st = write_json(m->ctx, h5, training_name, training);
  knn_config_release(training);
  knn_config_release(compiled);
  return st;
}

static knn_status write_config(knn_model *m, knn_h5 *h5) {
  knn_config *form = NULL;
  KNN__TRY(knn__encode_object(&m->root->base, &form));
  const knn_status st = write_json(m->ctx, h5, config_name, form);
  knn_config_release(form);
  return st;
}

knn_status knn__legacy_write(knn_model *m, knn_h5 *h5) {
  static const char *const groups[] = {"", KNN__LEGACY_WEIGHTS};
  KNN__TRY(knn_h5_make_group(h5, KNN__LEGACY_WEIGHTS));
  for (int i = 0; i < KNN__LEN(groups); i++) {
    KNN__TRY(write_text(m->ctx, h5, groups[i], "keras_version", KNN__KERAS_VERSION));
    KNN__TRY(write_text(m->ctx, h5, groups[i], "backend", "knn"));
  }
  KNN__TRY(write_config(m, h5));
  KNN__TRY(write_training(m, h5));
  KNN__TRY(knn__legacy_weights_write(m, h5));
  return m->optimizer ? knn__legacy_state_write(m, h5) : KNN_OK;
}
