/* data_help.h - what the tests of nn/data share: a context, a folder of its own, files, and the
 * real data sets. */
#ifndef DATA_HELP_H
#define DATA_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "knn/data.h"

typedef struct help {
  knn_ctx *ctx;
  char folder[256]; /* made for this test, removed afterwards */
} help;

/* Setup and teardown of a cmocka test; teardown fails if a block of the context is still alive. */
int help_setup(void **state);
int help_teardown(void **state);

/* FOLDER/name; valid until the next call but seven. */
const char *help_path(const help *h, const char *name);
const char *help_write(const help *h, const char *name, const void *data, size_t bytes);
const char *help_write_gzip(const help *h, const char *name, const void *data, size_t bytes);
bool help_exists(const char *path);

/* The folder with the real data sets: KNN_DATASETS or ../shared/data; NULL (and a line on stderr)
 * where there is none. */
const char *help_real_data(const char *file);

/* The call fails with this status and a message that contains the text. */
void help_fails(const help *h, knn_status got, knn_status expected, const char *text);
#define ok(h, call) help_ok((h), (call), __FILE__, __LINE__)
void help_ok(const help *h, knn_status got, const char *file, int line);

/* Sum of values, and of values times (position mod m): two numbers that any change moves. */
void help_sums(const knn_tensor *t, int64_t m, double *sum, double *weighted);

#endif
