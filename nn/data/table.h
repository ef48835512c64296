/* table.h - inside of a table, and the stages that make one from text: cells (csv.c), then columns
 * (columns.c). */
#ifndef KNN__TABLE_H
#define KNN__TABLE_H

#include "ctx.h"
#include "knn/data.h"

/* A file cut into cells: rows * columns strings, one behind the other, row by row. */
typedef struct knn__cells {
  char *text;
  int64_t rows;
  int columns;
  int64_t *lines;   /* where each row begins, from 1 */
  knn_bad_row *bad; /* rows left out, with another number of cells */
  int n_bad, bad_room;
  int64_t first_line, next_line; /* of the text, and of what follows it; set the first, 0 = 1 */
} knn__cells;

/* Where a cell stood and the beginning of what was in it. */
typedef struct knn__cell {
  int64_t row; /* from 0; -1 = not in the table */
  int column;  /* from 0 */
  int64_t line;
  char text[40];
} knn__cell;

typedef struct knn__column {
  char *name;
  knn_column_kind kind;
  knn_tensor *values; /* int64, float64, or the codes of text as int64 */
  int64_t missing;
  knn__cell strange;       /* the first cell that is no number; line 0 = none */
  const char **categories; /* sorted, inside `names` */
  char *names;
  int n_categories;
} knn__column;

struct knn_table {
  atomic_int refs;
  knn_ctx *ctx;
  char *name; /* of the file */
  int64_t rows;
  int n;
  knn__column *columns;
  knn__cell *missing; /* every missing cell, in the order of the file */
  int64_t n_missing, missing_room;
  knn_bad_row *bad; /* rows of the file that were left out */
  int64_t n_bad;
};

/* Cut `text`, which has a NUL at text[bytes] and is overwritten. */
knn_status knn__csv_cut(knn_ctx *ctx, const char *name, char *text, size_t bytes,
                        const knn_csv_options *options, knn__cells *cells);
/* A table of a text as knn__csv_cut takes it. `cells` may say how many columns there must be, and
 * tells where the text ended; all else in it is gone. */
knn_status knn__csv_table(knn_ctx *ctx, const char *name, char *text, size_t bytes,
                          const knn_csv_options *options, knn__cells *cells, knn_table **out);
/* Decide on a header and the types, then fill the columns of a new table (rows and columns unset).
 */
knn_status knn__table_fill(knn_table *table, const knn__cells *cells,
                           const knn_csv_options *options);

/* Note a missing cell; cells come in the order of their rows. */
knn_status knn__table_add_missing(knn_table *table, knn__cell at);
/* Copy a list of categories into a column that has none. */
knn_status knn__column_categories(knn_ctx *ctx, knn__column *column, const char *const *texts,
                                  int n);
/* Make a column one of text: n cells, NULL where missing. */
knn_status knn__column_text(knn_ctx *ctx, knn__column *column, const char *const *cells, int64_t n);
/* Row numbers (int32 or int64) as int64, all of them inside 0 .. n - 1. */
knn_status knn__row_numbers(const knn_tensor *rows, int64_t n, knn_tensor **out);

#endif
