/* box.c - which userdata stands for which object of the engine. */
#include "bind.h"

knn_object *knn__bind_to_object(lua_State *L, int idx) {
  void *p;
  if ((p = knn__bind_test_box(L, idx, KNN_LAYER_TYPE))) return knn_layer_object(p);
  if ((p = knn__bind_test_box(L, idx, KNN_MODEL_TYPE))) return knn_layer_object(knn_model_layer(p));
  if ((p = knn__bind_test_box(L, idx, KNN_OPTIMIZER_TYPE))) return p;
  return knn__bind_test_box(L, idx, KNN_OBJECT_TYPE);
}

void knn__bind_push_object(lua_State *L, knn_object *object) {
  const char *family = knn_object_class(object)->family;
  const char *type = KNN_OBJECT_TYPE;
  if (knn_layer_of(object)) type = KNN_LAYER_TYPE;
  if (family[0] == 'o' && family[1] == 'p' && family[2] == 't') type = KNN_OPTIMIZER_TYPE;
  *knn__bind_new(L, type) = object;
}
