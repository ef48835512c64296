/* model_help.h - what the tests of models share: small learnable problems, options as text, results
 * as numbers. */
#ifndef KNN_TESTS_MODEL_HELP_H
#define KNN_TESTS_MODEL_HELP_H

#include "knn/knn.h"

/* Rows of numbers in [-1, 1) from a formula, and what they belong to. */
typedef struct problem {
  knn_tensor *x, *y;
} problem;

/* x (rows, columns); y (rows) int32 labels 0 .. classes - 1 by the largest of `classes` fixed
 * linear functions, or for classes = 0 float32 targets (rows, 1), a smooth function of x. */
knn_status problem_new(knn_ctx *ctx, int64_t rows, int64_t columns, int classes, problem *out);
/* The same with x (rows, side, side, 1). */
knn_status problem_images(knn_ctx *ctx, int64_t rows, int64_t side, int classes, problem *out);
void problem_drop(problem *p);
knn_data problem_data(problem *p);

/* The calls with options as text; NULL = defaults. */
knn_status compile_text(knn_model *model, const char *options);
knn_status fit_text(knn_model *model, const knn_data *data, const char *options, knn_history **out);
/* One number of evaluate's logs, NaN if there is none. */
knn_status evaluate_text(knn_model *model, const knn_data *data, const char *options,
                         const char *name, double *out);
/* The prediction, whatever the batches. */
knn_status predict_text(knn_model *model, knn_tensor *x, const char *options, knn_tensor **out);
/* Checksum of all weights, bit by bit. */
uint64_t weights_sum(knn_model *model);

#endif
