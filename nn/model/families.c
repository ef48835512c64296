/* families.c - the table of all families, read by name from below (object.c). One line per family. */
#include "model.h"

extern const knn__family knn__family_op;

const knn__family *const knn__families[] = {
    &knn__family_op,
    &knn__family_method,
    &knn__family_schedule,
    &knn__family_optimizer,
};
const int knn__families_n = KNN__LEN(knn__families);
