/* golden.h - the numbers made by Keras (tests/golden/data), read through Lua. Paths go down a case:
 * "weights.1.value". */
#ifndef KNN_TESTS_GOLDEN_H
#define KNN_TESTS_GOLDEN_H

#include "testing.h"

#include "value.h"

typedef struct lua_State
    golden; /* with the list of cases at index 1 and the chosen case at index 2 */

golden *golden_open(const char *group); /* fails the test when the file cannot be read */
void golden_close(golden *g);
int golden_size(golden *g);
void golden_choose(golden *g, int i); /* from 0; -1: what stands beside the cases */

bool golden_has(golden *g, const char *path);
const char *golden_text(golden *g,
                        const char *path); /* valid while the case is chosen; "" when absent */
double golden_number(golden *g, const char *path);
int golden_length(golden *g, const char *path); /* of a list; 0 when absent */
/* A tensor as a value of its own type, or of `type` where it is float32 in the file. New reference.
 */
knn_value *golden_value(knn_ctx *ctx, golden *g, const char *path, knn_dtype type);
/* Options of a class; Python's None, which is `false` in the file, becomes null where the class has
 * no bool. */
knn_config *golden_options(knn_ctx *ctx, golden *g, const char *path, const char *family,
                           const char *name);
/* Number of differences above tolerance max(largest expected, least); prints the first one. */
int golden_compare(const char *what, const knn_value *got, const knn_value *expected,
                   double tolerance, double least);

#endif
