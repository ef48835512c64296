/* testing.h - cmocka with a context per test; a test that leaves a block behind fails. */
#ifndef KNN_TESTS_TESTING_H
#define KNN_TESTS_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include "knn/knn.h"

static inline int knn_test_setup(void **state) {
  knn_ctx *ctx;
  if (knn_ctx_new(NULL, &ctx) != KNN_OK) return -1;
  *state = ctx;
  return 0;
}

static inline int knn_test_teardown(void **state) {
  size_t bytes, blocks;
  knn_ctx_set_threads(*state, 1); /* the pool is memory too */
  knn_ctx_memory(*state, &bytes, &blocks, NULL);
  if (blocks) print_error("%zu blocks with %zu bytes were left behind\n", blocks, bytes);
  knn_ctx_release(*state);
  return blocks ? -1 : 0;
}

#define knn_test(function) \
  cmocka_unit_test_setup_teardown(function, knn_test_setup, knn_test_teardown)

#define assert_ok(ctx, call)                                                                       \
  do {                                                                                             \
    knn_status ok_status_ = (call);                                                                \
    if (ok_status_ != KNN_OK) fail_msg("%s: %s", knn_status_name(ok_status_), knn_ctx_error(ctx)); \
  } while (0)

#define assert_string_contains(text, part)                                                   \
  do {                                                                                       \
    if (!strstr((text), (part))) fail_msg("\"%s\" does not contain \"%s\"", (text), (part)); \
  } while (0)

#endif
