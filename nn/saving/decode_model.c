/* decode_model.c - models from Keras's form. */
#include <string.h>

#include "keras_form.h"

bool knn__is_model_class(const char *class_name) {
  return strcmp(class_name, "Sequential") == 0 || strcmp(class_name, "Functional") == 0 ||
         strcmp(class_name, "Model") == 0;
}

/* Files of Keras 2 list a stack's layers where the config should stand. */
static const knn_config *layers_of(const knn_config *config) {
  return knn_config_kind_of(config) == KNN_CONFIG_LIST ? config : knn_config_get(config, "layers");
}

/* The layers from the first on; an InputLayer in front of them is no layer of the stack. */
static knn_status add_layers(knn__decoder *d, const knn_config *forms, knn_model *m,
                             knn_layer **entrance) {
  for (int i = 0; i < knn_config_size(forms); i++) {
    knn_object *object = NULL;
    KNN__TRY(knn__decode_object(d, "layer", knn_config_at(forms, i), &object));
    knn_layer *layer = knn_layer_of(object);
    if (i == 0 && knn__is_input_layer(layer)) {
      *entrance = layer;
      continue;
    }
    const knn_status st = knn_model_add(m, layer);
    knn_layer_release(layer);
    KNN__TRY(st);
  }
  return KNN_OK;
}

static knn_status build_behind(knn_model *m, knn_layer *entrance) {
  knn__spec spec;
  knn__sequential_set_entrance(m->root, entrance);
  knn__input_layer_spec(entrance, &spec);
  return m->root->n_sublayers ? knn__layer_build(m->root, "", &spec, 1) : KNN_OK;
}

/* The shape that the file knows, with the batch; rank 0 if it knows none. */
static int known_shape(const knn_config *form, int64_t dims[KNN_MAX_RANK]) {
  const knn_config *config = knn_config_get(form, "config"),
                   *shape = knn_config_get(config, "build_input_shape");
  if (!shape) shape = knn_config_get(knn_config_get(form, "build_config"), "input_shape");
  if (!shape) {
    const knn_config *first = knn_config_at(layers_of(config), 0);
    shape = knn_config_get(knn_config_get(first, "config"), "batch_input_shape");
  }
  if (knn_config_kind_of(shape) != KNN_CONFIG_LIST) return 0;
  const int rank = knn_config_size(shape);
  if (rank < 1 || rank > KNN_MAX_RANK) return 0;
  for (int i = 0; i < rank; i++) {
    const knn_config *size = knn_config_at(shape, i);
    if (knn_config_kind_of(size) == KNN_CONFIG_LIST) return 0; /* of several inputs */
    dims[i] = knn_config_kind_of(size) == KNN_CONFIG_NULL ? KNN_ANY : knn_config_get_int(size);
  }
  dims[0] = KNN_ANY;
  return rank;
}

static knn_status decode_stack(knn__decoder *d, const knn_config *form, knn_model **out) {
  const knn_config *config = knn_config_get(form, "config");
  const char *name = knn__text_at(config, "name");
  int64_t dims[KNN_MAX_RANK];
  knn_model *m = NULL;
  knn_layer *entrance = NULL;
  if (knn_config_kind_of(layers_of(config)) != KNN_CONFIG_LIST)
    return knn_fail(d->ctx, KNN_EFORMAT, "its config has no list of layers");
  KNN__TRY(knn_sequential_new(d->ctx, *name ? name : NULL, &m));
  knn_status st = add_layers(d, layers_of(config), m, &entrance);
  const int rank = known_shape(form, dims);
  if (st == KNN_OK && entrance) st = build_behind(m, entrance);
  if (st == KNN_OK && rank && !knn_model_built(m)) st = knn_model_build(m, rank, dims);
  knn_layer_release(entrance);
  if (st == KNN_OK)
    *out = m;
  else
    knn_model_release(m);
  return st;
}

knn_status knn__decode_model(knn__decoder *d, const knn_config *form, knn_model **out) {
  const knn_config *config = knn_config_get(form, "config"),
                   *trainable = knn_config_get(config, "trainable");
  const char *class_name = knn__text_at(form, "class_name"), *name = knn__text_at(config, "name");
  if (!knn__is_model_class(class_name))
    return knn_fail(d->ctx, KNN_EFORMAT,
                    "the model is of the class '%s', which is a program's own; make the model in "
                    "Lua and load its weights with model:load_weights",
                    class_name);
  const knn_status st = strcmp(class_name, "Sequential") == 0 ? decode_stack(d, form, out)
                                                              : knn__decode_graph(d, config, out);
  if (st != KNN_OK) return knn_fail_in(d->ctx, st, "model '%s'", *name ? name : class_name);
  if (knn_config_kind_of(trainable) == KNN_CONFIG_BOOL && !knn_config_get_bool(trainable))
    knn_layer_set_trainable(knn_model_layer(*out), false);
  return KNN_OK;
}
