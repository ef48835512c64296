/* load.c - models and their weights from files. */
#include <string.h>

#include "archive.h"
#include "json.h"
#include "keras_form.h"
#include "model_files.h"
#include "weights.h"

uint64_t knn__load_limit(const knn_load_options *options) {
  return options && options->limit ? options->limit : (uint64_t)1 << 30;
}

/* ---- what it was compiled with ---- */

static knn_status compile(knn__decoder *d, knn_model *m, const knn_config *given) {
  static const char *const kept[] = {"optimizer",        "loss",        "loss_weights",   "metrics",
                                     "weighted_metrics", "run_eagerly", "auto_scale_loss"};
  knn_config *options = NULL;
  if (knn_config_size(given) == 0) return KNN_OK;
  KNN__TRY(knn_config_dict(d->ctx, &options));
  knn_status st = KNN_OK;
  for (int i = 0; i < KNN__LEN(kept) && st == KNN_OK; i++) {
    const knn_config *value = knn_config_get(given, kept[i]);
    knn_config *part = NULL;
    if (value) st = knn__put(options, kept[i], knn__decode_value(d, value, &part), &part);
  }
  if (st == KNN_OK) st = knn_model_compile(m, options);
  knn_config_release(options);
  if (st == KNN_OK) return st;
  return knn_fail_in(d->ctx, st,
                     "what the model was compiled with (load it with compile = false to leave that "
                     "out)");
}

knn_status knn__decode_whole(knn_ctx *ctx, const knn_config *form, const knn_load_options *options,
                             knn_model **out) {
  knn__decoder d = {.ctx = ctx, .options = options};
  knn_model *m = NULL;
  knn_status st = knn__decode_model(&d, form, &m);
  if (st == KNN_OK && !(options && options->uncompiled))
    st = compile(&d, m, knn_config_get(form, "compile_config"));
  knn__decoder_clear(&d);
  if (st == KNN_OK)
    *out = m;
  else
    knn_model_release(m);
  return st;
}

static knn_status model_of_text(knn_ctx *ctx, const char *name, const char *text, size_t n,
                                const knn_load_options *options, knn_model **out) {
  knn_config *form = NULL;
  KNN__TRY(knn__json_read(ctx, name, text, n, &form));
  const knn_status st = knn__decode_whole(ctx, form, options, out);
  knn_config_release(form);
  return st;
}

knn_status knn_model_from_json(knn_ctx *ctx, const char *text, const knn_load_options *options,
                               knn_model **out) {
  const knn_status st = model_of_text(ctx, "the text", text, strlen(text), options, out);
  return st == KNN_OK ? st : knn_fail_in(ctx, st, "model_from_json");
}

/* ---- .keras ---- */

static knn_status require_member(knn_ctx *ctx, knn__zip *zip, const char *path, const char *name,
                                 int *at) {
  *at = knn__zip_find(zip, name);
  if (*at >= 0) return KNN_OK;
  return knn_fail(ctx, KNN_EFORMAT, "%s is no .keras file: it has no member '%s'", path, name);
}

knn_status knn__open_weights(knn_ctx *ctx, knn__zip *zip, const char *path,
                             const knn_load_options *options, knn_h5 **out) {
  knn__medium *medium = NULL;
  int at;
  KNN__TRY(require_member(ctx, zip, path, "model.weights.h5", &at));
  KNN__TRY(knn__zip_medium(zip, at, knn__load_limit(options), &medium));
  return knn__h5_over(medium, false, out);
}

static knn_status read_weights(knn_model *m, knn__zip *zip, const char *path,
                               const knn_load_options *options) {
  knn_h5 *h5 = NULL;
  KNN__TRY(knn__open_weights(m->ctx, zip, path, options, &h5));
  const knn_status st = knn__weights_read(m, h5, options && options->skip_mismatch);
  knn_h5_drop(h5);
  return st;
}

/* The model of config.json, its vocabularies put in where Keras keeps them apart. */
static knn_status model_of_config(knn_ctx *ctx, knn__zip *zip, const char *path, const char *text,
                                  size_t n, const knn_load_options *options, knn_model **out) {
  const knn__keras_file file = {ctx, zip, path, options};
  knn_config *form = NULL;
  KNN__TRY(knn__json_read(ctx, "config.json", text, n, &form));
  knn_status st = knn__vocabularies_fill(&file, form);
  if (st == KNN_OK) st = knn__decode_whole(ctx, form, options, out);
  knn_config_release(form);
  return st;
}

static knn_status read_model(knn_ctx *ctx, knn__zip *zip, const char *path,
                             const knn_load_options *options, knn_model **out) {
  knn_model *m = NULL;
  char *text = NULL;
  size_t n = 0;
  int at;
  KNN__TRY(require_member(ctx, zip, path, "config.json", &at));
  KNN__TRY(knn__zip_read(zip, at, knn__load_limit(options), &text, &n));
  knn_status st = model_of_config(ctx, zip, path, text, n, options, &m);
  if (st != KNN_OK) knn_fail_in(ctx, st, "%s", path);
  knn__free(ctx, text);
  if (st == KNN_OK && m->root->built) st = read_weights(m, zip, path, options);
  if (st == KNN_OK)
    *out = m;
  else
    knn_model_release(m);
  return st;
}

static knn_status load_zip(knn_ctx *ctx, const char *path, const knn_load_options *options,
                           knn_model **out) {
  knn__zip *zip = NULL;
  knn_status st = knn__zip_open(ctx, path, &zip);
  if (st == KNN_OK) st = read_model(ctx, zip, path, options, out);
  knn__zip_close(zip);
  return st;
}

knn_status knn_model_load(knn_ctx *ctx, const char *path, const knn_load_options *options,
                          knn_model **out) {
  const knn_status st = knn__is_legacy_path(path) ? knn__legacy_load(ctx, path, options, out)
                                                  : load_zip(ctx, path, options, out);
  return st == KNN_OK ? st : knn_fail_in(ctx, st, "load_model");
}

/* ---- weights alone ---- */

static knn_status no_names(knn_model *m, const char *path) {
  return knn_fail(m->ctx, KNN_EARG,
                  "by_name is for the older layout of .h5 files; the weights in %s are found by "
                  "the structure of the model",
                  path);
}

static knn_status read_h5(knn_model *m, knn_h5 *h5, const char *path,
                          const knn_load_options *options) {
  const char *group = NULL;
  KNN__TRY(knn__legacy_weights_find(h5, &group));
  if (group) return knn__legacy_weights_read(m, h5, group, options);
  if (options && options->by_name) return no_names(m, path);
  return knn__weights_read(m, h5, options && options->skip_mismatch);
}

static knn_status load_weights(knn_model *m, const char *path, const knn_load_options *options) {
  knn__zip *zip = NULL;
  knn_h5 *h5 = NULL;
  knn_status st;
  if (!m->root->built)
    return knn_fail(
        m->ctx, KNN_ESTATE,
        "model '%s' has no weights yet; give its first layer an input_shape, or build it "
        "first",
        m->root->base.name);
  if (knn__ends_in(path, ".keras")) {
    if (options && options->by_name) return no_names(m, path);
    st = knn__zip_open(m->ctx, path, &zip);
    if (st == KNN_OK) st = read_weights(m, zip, path, options);
    knn__zip_close(zip);
    return st;
  }
  st = knn_h5_open(m->ctx, path, "r", &h5);
  if (st == KNN_OK) st = read_h5(m, h5, path, options);
  knn_h5_drop(h5);
  return st;
}

knn_status knn_model_load_weights(knn_model *m, const char *path, const knn_load_options *options) {
  const knn_status st = load_weights(m, path, options);
  return st == KNN_OK ? st : knn_fail_in(m->ctx, st, "load_weights");
}
