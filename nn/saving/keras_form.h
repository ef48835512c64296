/* keras_form.h - objects as Keras writes them into config.json, and objects of what stands there.
 * The form of an object: {"module", "class_name", "config", "registered_name"}. */
#ifndef KNN__KERAS_FORM_H
#define KNN__KERAS_FORM_H

#include "functional.h"
#include "knn/saving.h"

/* ---- writing (encode.c) ---- */

knn_status knn__encode_object(knn_object *object, knn_config **out);
/* A value with objects anywhere inside. */
knn_status knn__encode_value(knn_ctx *ctx, const knn_config *value, knn_config **out);
/* {"module": module, "class_name": name, "config": config, "registered_name": registered}; module
 * and registered may be NULL. */
knn_status knn__encode_form(knn_ctx *ctx, const char *module, const char *name, knn_config *config,
                            const char *registered, knn_config **out);
/* encode_model.c: a stack or a drawing. */
bool knn__is_model(const knn_layer *layer);
knn_status knn__encode_model(knn_layer *layer, knn_config **out);
/* encode_graph.c: the calls of a drawing: "layers", "input_layers", "output_layers" into config. */
knn_status knn__encode_graph(knn_layer *layer, knn_config *config);
/* Put a value that was made into a dict or list, and let it go, also when the making failed. */
knn_status knn__put(knn_config *dict, const char *key, knn_status made, knn_config **value);
knn_status knn__push(knn_config *list, knn_status made, knn_config **value);

/* ---- reading (decode.c) ---- */

typedef struct knn__shared_object {
  int64_t id;
  knn_object *object; /* counted */
} knn__shared_object;

typedef struct knn__decoder {
  knn_ctx *ctx;
  const knn_load_options *options;
  int depth;
  knn__shared_object *shared; /* layers that stand in several places */
  int n_shared, cap_shared;
} knn__decoder;

void knn__decoder_clear(knn__decoder *d);
/* An object of a family; its form, or a word. family NULL = that of its module. */
knn_status knn__decode_object(knn__decoder *d, const char *family, const knn_config *form,
                              knn_object **out);
/* A value in which forms may stand; they become objects. */
knn_status knn__decode_value(knn__decoder *d, const knn_config *value, knn_config **out);
/* The options of a class from its config in a file. */
knn_status knn__decode_options(knn__decoder *d, const knn_class *cls, const knn_config *config,
                               knn_config **out);
/* decode_model.c */
bool knn__is_model_class(const char *class_name);
knn_status knn__decode_model(knn__decoder *d, const knn_config *form, knn_model **out);
/* decode_graph.c */
knn_status knn__decode_graph(knn__decoder *d, const knn_config *config, knn_model **out);

/* "" unless it is a text */
static inline const char *knn__text_at(const knn_config *dict, const char *key) {
  return knn_config_get_string(knn_config_get(dict, key));
}

#endif
