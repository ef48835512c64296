/* loss_table.c - the family of losses, and losses of the host. */
#include <math.h>

#include "loss.h"

#define X(name) extern const knn__loss_def knn__loss_##name;
#include "loss_list.h"
#undef X

static const knn_class *const classes[] = {
#define X(name) &knn__loss_##name.cls,
#include "loss_list.h"
#undef X
};

static void finalize(knn_object *object) {
  knn_loss *loss = (knn_loss *)object;
  if (loss->free_self) loss->free_self(loss->self);
}

const knn__family knn__family_loss = {
    .name = "loss",
    .classes = classes,
    .n = KNN__LEN(classes),
    .object_size = sizeof(knn_loss),
    .finalize = finalize,
};

static const knn_param custom_params[] = {KNN__LOSS_PARAMS(struct { knn__loss_common common; })};
static const knn_class custom_class = {.family = "loss",
                                       .name = "custom",
                                       .summary = "A loss written by the host.",
                                       .params = custom_params,
                                       .n_params = KNN__LEN(custom_params),
                                       .args_size = sizeof(knn__loss_common)};

knn_status knn__loss_custom(knn_ctx *ctx, const char *name,
                            knn_status (*call)(void *self, knn_value *y_true, knn_value *y_pred,
                                               knn_value **out),
                            void *self, void (*free_self)(void *self), knn_loss **out) {
  knn_object *object = NULL;
  knn_config *options = NULL;
  knn_status st = knn_config_dict(ctx, &options);
  if (st == KNN_OK && name) st = knn_config_set_string(options, "name", name);
  if (st == KNN_OK) st = knn__object_make(ctx, &knn__family_loss, &custom_class, options, &object);
  knn_config_release(options);
  if (st != KNN_OK) return st;
  knn_loss *loss = (knn_loss *)object;
  loss->custom = call;
  loss->self = self;
  loss->free_self = free_self;
  *out = loss;
  return KNN_OK;
}
