/* save.c - models and their weights into files. */
#include <string.h>
#include <unistd.h>

#include "archive.h"
#include "json.h"
#include "keras_form.h"
#include "model_files.h"
#include "weights.h"

bool knn__ends_in(const char *path, const char *end) {
  const size_t n = strlen(path), k = strlen(end);
  return n >= k && strcmp(path + n - k, end) == 0;
}

static knn_status require_built(const knn_model *m, const char *what) {
  if (m->root->built) return KNN_OK;
  return knn_fail(
      m->ctx, KNN_ESTATE,
      "%s: model '%s' has no weights yet; give its first layer an input_shape, or train "
      "it first",
      what, m->root->base.name);
}

knn_status knn__encode_compile(knn_model *m, knn_config **out) {
  const struct {
    const char *name;
    const knn_config *value;
  } rows[] = {{"loss", m->loss_option},
              {"loss_weights", m->loss_weights},
              {"metrics", m->metrics_option},
              {"weighted_metrics", m->weighted_option}};
  knn_config *config = NULL, *part = NULL;
  KNN__TRY(knn_config_dict(m->ctx, &config));
  *out = config;
  if (!m->compiled) return KNN_OK;
  const knn_status made = m->optimizer ? knn__encode_object(&m->optimizer->base, &part)
                                       : knn_config_null(m->ctx, &part);
  KNN__TRY(knn__put(config, "optimizer", made, &part));
  for (int i = 0; i < KNN__LEN(rows); i++) {
    part = NULL;
    KNN__TRY(
        knn__put(config, rows[i].name, knn__encode_value(m->ctx, rows[i].value, &part), &part));
  }
  KNN__TRY(knn_config_set_bool(config, "run_eagerly", m->run_eagerly));
  KNN__TRY(knn_config_set_int(config, "steps_per_execution", 1));
  return knn_config_set_bool(config, "jit_compile", !m->run_eagerly);
}

static knn_status encode_whole(knn_model *m, knn_config **out) {
  knn_config *form = NULL, *compile = NULL;
  KNN__TRY(knn__encode_object(&m->root->base, &form));
  knn_status st = knn__put(form, "compile_config", knn__encode_compile(m, &compile), &compile);
  if (st == KNN_OK)
    *out = form;
  else
    knn_config_release(form);
  return st;
}

static knn_status model_text(knn_model *m, char **out) {
  knn_config *form = NULL;
  KNN__TRY(encode_whole(m, &form));
  const knn_status st = knn__json_write(m->ctx, form, 0, out);
  knn_config_release(form);
  return st;
}

knn_status knn_model_to_json(knn_model *m, char **out) {
  const knn_status st = model_text(m, out);
  return st == KNN_OK ? st : knn_fail_in(m->ctx, st, "to_json");
}

/* The weights as a file without a name, to be copied into the archive. */
static knn_status write_scratch(knn_model *m, const char *path, int *fd) {
  knn__medium *medium = NULL;
  knn_h5 *h5 = NULL;
  KNN__TRY(knn__scratch_file(m->ctx, path, fd));
  const int copy = dup(*fd);
  KNN__TRY(knn__medium_of_fd(m->ctx, path, copy, true, &medium));
  KNN__TRY(knn__h5_over(medium, true, &h5));
  const knn_status st = knn__weights_write(m, h5);
  if (st == KNN_OK) return knn_h5_close(h5);
  knn_h5_drop(h5);
  return st;
}

static knn_status write_keras(knn_model *m, const char *path) {
  /* no date, so that the same model gives the same bytes */
  static const char metadata[] = "{\"keras_version\": \"" KNN__KERAS_VERSION "\"}";
  char *text = NULL;
  int fd = -1;
  KNN__TRY(model_text(m, &text));
  knn_status st = write_scratch(m, path, &fd);
  if (st == KNN_OK) {
    const knn__zip_member members[] = {{"metadata.json", metadata, sizeof metadata - 1, -1},
                                       {"config.json", text, strlen(text), -1},
                                       {"model.weights.h5", NULL, 0, fd}};
    st = knn__zip_write(m->ctx, path, members, KNN__LEN(members));
  }
  if (fd >= 0) close(fd);
  knn__free(m->ctx, text);
  return st;
}

static knn_status write_h5(knn_model *m, const char *path,
                           knn_status (*write)(knn_model *m, knn_h5 *h5)) {
  knn_h5 *h5 = NULL;
  KNN__TRY(knn_h5_open(m->ctx, path, "w", &h5));
  const knn_status st = write(m, h5);
  if (st == KNN_OK) return knn_h5_close(h5);
  knn_h5_drop(h5);
  return st;
}

knn_status knn_model_save(knn_model *m, const char *path) {
  const bool legacy = knn__is_legacy_path(path);
  if (!legacy && !knn__ends_in(path, ".keras"))
    return knn_fail(m->ctx, KNN_EARG,
                    "save: the path must end in .keras, or in .h5 for the older "
                    "layout, got '%s'",
                    path);
  knn_status st = require_built(m, "save");
  if (st == KNN_OK) st = legacy ? write_h5(m, path, knn__legacy_write) : write_keras(m, path);
  return st == KNN_OK ? st : knn_fail_in(m->ctx, st, "save");
}

knn_status knn_model_save_weights(knn_model *m, const char *path) {
  if (!knn__ends_in(path, ".weights.h5"))
    return knn_fail(m->ctx, KNN_EARG, "save_weights: the path must end in .weights.h5, got '%s'",
                    path);
  KNN__TRY(require_built(m, "save_weights"));
  const knn_status st = write_h5(m, path, knn__weights_write);
  return st == KNN_OK ? st : knn_fail_in(m->ctx, st, "save_weights");
}
