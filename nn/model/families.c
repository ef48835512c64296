/* families.c - the table of all families, read by name from below (object.c). One line per family.
 */
#include "model.h"

#include "constraint.h"

extern const knn__family knn__family_op;

const knn__family *const knn__families[] = {
    &knn__family_op,          &knn__family_activation, &knn__family_initializer,
    &knn__family_regularizer, &knn__family_constraint, &knn__family_layer,
    &knn__family_method,      &knn__family_loss,       &knn__family_metric,
    &knn__family_schedule,    &knn__family_optimizer,
};
const int knn__families_n = KNN__LEN(knn__families);
