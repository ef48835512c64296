/* json.h - JSON text to options and back, by libjansson. Order of keys is kept; separators, escapes
 * and the digits of numbers are those of Python's json. */
#ifndef KNN__JSON_H
#define KNN__JSON_H

#include "ctx.h"
#include "knn/config.h"

/* name begins the messages: "model.keras: config.json". Deeper nesting than 500 levels is refused.
 */
knn_status knn__json_read(knn_ctx *ctx, const char *name, const char *text, size_t n,
                          knn_config **out);
/* indent 0 = one line. Objects cannot be written (KNN_EARG). *out is freed with knn__free. */
knn_status knn__json_write(knn_ctx *ctx, const knn_config *config, int indent, char **out);

#endif
