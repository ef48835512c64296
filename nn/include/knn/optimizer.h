/* optimizer.h - optimizers for C hosts and custom loops. */
#ifndef KNN_OPTIMIZER_H
#define KNN_OPTIMIZER_H

#include "knn/value.h"

KNN_BEGIN

typedef struct knn_optimizer knn_optimizer;

/* An optimizer by class name; options as text, "learning_rate=0.01, momentum=0.9" (NULL =
 * defaults). */
KNN_API knn_status knn_optimizer_new(knn_ctx *ctx, const char *name, const char *options,
                                     knn_optimizer **out);
KNN_API void knn_optimizer_retain(knn_optimizer *optimizer);
KNN_API void knn_optimizer_release(knn_optimizer *optimizer); /* NULL is fine */
KNN_API knn_object *knn_optimizer_object(knn_optimizer *optimizer);
KNN_API knn_optimizer *knn_optimizer_of(knn_object *object); /* NULL if it is no optimizer */

/* The rate of the coming step. Setting it is an error (KNN_ESTATE) while a schedule decides. */
KNN_API double knn_optimizer_learning_rate(const knn_optimizer *optimizer);
KNN_API knn_status knn_optimizer_set_learning_rate(knn_optimizer *optimizer, double rate);
KNN_API int64_t knn_optimizer_iterations(const knn_optimizer *optimizer); /* updates made */

/* Go on counting from here, as a restored run does. */
KNN_API knn_status knn_optimizer_set_iterations(knn_optimizer *optimizer, int64_t iterations);
/* The arguments as a dict that makes an equal optimizer; a learning rate that was set is in it. */
KNN_API knn_status knn_optimizer_config(const knn_optimizer *optimizer, knn_config **out);

/* What an optimizer keeps per weight: averages of the weights, gathered gradients, then the rule's
 * own. Names as in Keras; NULL past the end. */
KNN_API int knn_optimizer_slot_count(const knn_optimizer *optimizer);
KNN_API const char *knn_optimizer_slot_name(const knn_optimizer *optimizer, int i);
/* The slot of one weight, a view of the weight's shape (new reference): writing to it changes the
 * optimizer. KNN_ESTATE before the first step, KNN_EARG for a weight or slot it does not have. */
KNN_API knn_status knn_optimizer_slot(const knn_optimizer *optimizer, const char *weight_path,
                                      const char *slot, knn_tensor **out);

/* Weights whose path contains `fragment` get no weight decay. Before the first step. */
KNN_API knn_status knn_optimizer_exclude_from_weight_decay(knn_optimizer *optimizer,
                                                           const char *fragment);
/* The loss times what the gradients are divided by before the step (loss_scale_factor, or the scale
 * of LossScaleOptimizer), for a custom loop to differentiate; a new reference. */
KNN_API knn_status knn_optimizer_scale_loss(const knn_optimizer *optimizer, knn_value *loss,
                                            knn_value **out);
/* One step of a custom loop: weights[i] (values of a layer's weights) change by gradients[i] of the
 * same shape. The first call makes the slots; later calls must name the same weights in the same
 * order. */
KNN_API knn_status knn_optimizer_apply(knn_optimizer *optimizer, knn_value *const *gradients,
                                       knn_value *const *weights, int n);

KNN_END

#endif
