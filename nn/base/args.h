/* args.h - argument blocks: a C struct described by a class's parameter rows. Parsing, printing
 * back, copying, freeing.
 *
 * A row is written with KNN__PARAM, which ties name and field together:
 *   KNN__PARAM(dense_args, units, KNN_P_INT, NULL, "Number of outputs.", .mark = KNN_SIZE,
 * .positional = true, .min = 1, .max = 1e9) */
#ifndef KNN__ARGS_H
#define KNN__ARGS_H

#include "ctx.h"
#include "knn/schema.h"

#define KNN__PARAM(block, field, KIND, DEFAULT, DOC, ...)           \
  {                                                                 \
    .name = #field, .kind = (KIND), .def = (DEFAULT), .doc = (DOC), \
    .offset = offsetof(block, field), __VA_ARGS__                   \
  }
#define KNN__LEN(array) ((int)(sizeof(array) / sizeof *(array)))
/* .params, .n_params and .args_size of a class row */
#define KNN__PARAMS(table, block) \
  .params = (table), .n_params = KNN__LEN(table), .args_size = sizeof(block)

/* Fill `block` (zeroed, cls->args_size bytes) from options (a dict, or NULL for defaults). `who`
 * begins the messages, e.g. "Dense". Unknown names, wrong kinds and values out of bounds are errors
 * that name the option. On failure the block is clear. */
knn_status knn__args_parse(knn_ctx *ctx, const char *who, const knn_class *cls,
                           const knn_config *options, void *block);
/* The inverse: every parameter into a dict. */
knn_status knn__args_config(knn_ctx *ctx, const knn_class *cls, const void *block,
                            knn_config **out);
/* Copy into zeroed memory, retaining what is counted. */
knn_status knn__args_copy(knn_ctx *ctx, const knn_class *cls, const void *block, void *copy);
/* Release what the block owns. */
void knn__args_clear(knn_ctx *ctx, const knn_class *cls, void *block);

/* A lone value, as it stands behind '=' in option text. */
knn_status knn__config_parse_value(knn_ctx *ctx, const char *text, knn_config **out);

#endif
