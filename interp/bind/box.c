/* box.c - which userdata stands for which object of the engine. */
#include <string.h>

#include "bind.h"

knn_object *knn__bind_to_object(lua_State *L, int idx) {
  void *p;
  if ((p = knn__bind_test_box(L, idx, KNN_LAYER_TYPE))) return knn_layer_object(p);
  if ((p = knn__bind_test_box(L, idx, KNN_MODEL_TYPE))) return knn_layer_object(knn_model_layer(p));
  if ((p = knn__bind_test_box(L, idx, KNN_OPTIMIZER_TYPE))) return p;
  return knn__bind_test_box(L, idx, KNN_OBJECT_TYPE);
}

knn_layer *knn__bind_to_layer(lua_State *L, int idx) {
  void *p;
  if ((p = knn__bind_test_box(L, idx, KNN_LAYER_TYPE))) return p;
  if ((p = knn__bind_test_box(L, idx, KNN_MODEL_TYPE))) return knn_model_layer(p);
  return NULL;
}

/* A model that stands as a layer in another one comes back as the Model that it was, as long as
 * somebody holds it. */
void knn__bind_push_layer(lua_State *L, knn_layer *layer) {
  if (knn__bind_push_known_model(L, layer)) return;
  if (knn__bind_push_known(L, KNN_LAYER_TYPE, layer)) return;
  void **box = knn__bind_new(L, KNN_LAYER_TYPE);
  knn_layer_retain(layer);
  *box = layer;
  knn__bind_remember(L);
}

void knn__bind_push_object(lua_State *L, knn_object *object) {
  const char *family = knn_object_class(object)->family;
  const char *type = strcmp(family, "optimizer") == 0 ? KNN_OPTIMIZER_TYPE : KNN_OBJECT_TYPE;
  knn_layer *layer = knn_layer_of(object);
  void *pointer = layer ? (void *)layer : object;
  if (layer) type = KNN_LAYER_TYPE;
  if (knn__bind_push_known(L, type, pointer)) {
    knn_object_release(object);
    return;
  }
  *knn__bind_new(L, type) = pointer;
  knn__bind_remember(L);
}
