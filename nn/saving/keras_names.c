/* keras_names.c - see keras_names.h. */
#include "keras_names.h"

#include <string.h>

static const struct {
  const char *family, *module;
} modules[] = {
    {"layer", "keras.layers"},
    {"initializer", "keras.initializers"},
    {"regularizer", "keras.regularizers"},
    {"constraint", "keras.constraints"},
    {"loss", "keras.losses"},
    {"metric", "keras.metrics"},
    {"schedule", "keras.optimizers.schedules"}, /* before its beginning, keras.optimizers */
    {"optimizer", "keras.optimizers"},
};

const char *knn__keras_module(const char *family) {
  for (int i = 0; i < KNN__LEN(modules); i++)
    if (strcmp(modules[i].family, family) == 0) return modules[i].module;
  return NULL;
}

/* "keras.src.layers.core.dense" lies where "keras.layers" does. */
static bool lies_in(const char *module, const char *home) {
  static const char root[] = "keras.", inner[] = "src.";
  const size_t n = sizeof root - 1, k = sizeof inner - 1;
  if (strncmp(module, root, n) != 0) return false;
  module += n;
  if (strncmp(module, inner, k) == 0) module += k;
  home += n;
  return strncmp(module, home, strlen(home)) == 0;
}

const char *knn__keras_family(const char *module) {
  for (int i = 0; i < KNN__LEN(modules); i++)
    if (lies_in(module, modules[i].module)) return modules[i].family;
  return strcmp(module, "keras") == 0 ? "layer" : NULL; /* Sequential */
}

static const struct {
  const char *own, *file;
} renamed[] = {
    {"GroupedQueryAttention", "GroupQueryAttention"},
};

const char *knn__keras_class_name(const knn_class *cls) {
  for (int i = 0; i < KNN__LEN(renamed); i++)
    if (strcmp(cls->name, renamed[i].own) == 0) return renamed[i].file;
  return cls->name;
}

const char *knn__keras_own_name(const char *class_name) {
  for (int i = 0; i < KNN__LEN(renamed); i++)
    if (strcmp(class_name, renamed[i].file) == 0) return renamed[i].own;
  return class_name;
}

/* Options that some constructors of Keras do not take; class NULL = none does. A class that ends in
 * '*' stands for all that begin so. */
static const struct {
  const char *cls, *option;
} untaken[] = {
    {NULL, "input_shape"},
    {"SpatialDropout*", "trainable"},
};

static bool same_class(const char *pattern, const char *name) {
  if (!pattern) return true;
  const size_t n = strlen(pattern);
  return n && pattern[n - 1] == '*' ? strncmp(pattern, name, n - 1) == 0
                                    : strcmp(pattern, name) == 0;
}

bool knn__keras_takes(const knn_class *cls, const char *option) {
  for (int i = 0; i < KNN__LEN(untaken); i++)
    if (strcmp(option, untaken[i].option) == 0 && same_class(untaken[i].cls, cls->name))
      return false;
  return true;
}

/* Options that Keras 2 calls otherwise. */
static const struct {
  const char *cls, *file, *own;
} renamed_options[] = {
    {"InputLayer", "batch_input_shape", "batch_shape"},
    {"LeakyReLU", "alpha", "negative_slope"},
};

const char *knn__keras_own_option(const knn_class *cls, const char *option) {
  for (int i = 0; i < KNN__LEN(renamed_options); i++)
    if (strcmp(cls->name, renamed_options[i].cls) == 0 &&
        strcmp(option, renamed_options[i].file) == 0)
      return renamed_options[i].own;
  return option;
}

/* Options that change no number, whatever they are. */
static const char *const idle[] = {
    "dtype",           /* of losses and metrics, which count in float32 */
    "synchronized",    /* of normalisation over several devices */
    "renorm_clipping", /* read only with renorm */
    "renorm_momentum",
    "sparse", /* kinds of tensors: arrays are dense here */
    "ragged",
    "implementation", /* which of two equal ways a recurrent layer goes */
    "time_major",
    "batch_input_shape", /* said again by the first layer */
    "input_length",
    "jit_compile",
    "is_legacy_optimizer",
    "input_axes",
    "output_axes",
    "build_input_shape",
    "vocabulary_size", /* what the vocabulary itself tells */
    "oov_method",      /* of strings, for which there is one */
};

bool knn__keras_ignores(const char *option, const knn_config *value) {
  switch (knn_config_kind_of(value)) {
    case KNN_CONFIG_NULL: return true;
    case KNN_CONFIG_BOOL:
      if (!knn_config_get_bool(value)) return true;
      break;
    default: break;
  }
  for (int i = 0; i < KNN__LEN(idle); i++)
    if (strcmp(option, idle[i]) == 0) return true;
  return false;
}
