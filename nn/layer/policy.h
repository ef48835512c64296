/* policy.h - layers on images that are made of others: all of them, or those that chance chooses.
 */
#ifndef KNN__POLICY_H
#define KNN__POLICY_H

#include "augment.h"

/* Set a pair of numbers as an option. */
knn_status knn__set_pair(knn_ctx *ctx, knn_config *options, const char *name,
                         const knn_floats *pair);
/* The next sublayer: of the class, with these options, to which `layer`'s dtype is added, and the
 * seed unless it is KNN_NONE. */
knn_status knn__add_part(knn_layer *layer, const char *cls, knn_config *options, int64_t seed);

/* Options of a layer that chooses, with which its block begins. */
typedef struct knn__policy {
  knn__augment base;
  knn_floats value_range, factor;
  int interpolation;
} knn__policy;

#define KNN__POLICY_RANGE_PARAM                                 \
  KNN__PARAM(knn__policy, value_range, KNN_P_FLOATS, "[0,255]", \
             "Smallest and largest value of a pixel.")
#define KNN__POLICY_FACTOR_PARAM(DEFAULT)                \
  KNN__PARAM(knn__policy, factor, KNN_P_FLOATS, DEFAULT, \
             "Strength of each change: a number f for 0 .. f, or a pair.", .min = 0, .max = 1)
#define KNN__POLICY_INTERPOLATION_PARAM                                  \
  KNN__PARAM(knn__policy, interpolation, KNN_P_ENUM, "bilinear",         \
             "How values between elements are made, where pixels move.", \
             .choices = "nearest|bilinear")

/* Check the options and make the layers to choose from; `all`: those too that change brightness,
 * colour, contrast and sharpness. */
knn_status knn__policy_check(knn_layer *layer, bool all);
/* The images through one of the layers, the same one for the whole batch; with `none`, leaving
 * them alone is one choice more. */
knn_value *knn__policy_step(const knn_layer *layer, knn__scope *s, knn_value *images, bool none);

#endif
