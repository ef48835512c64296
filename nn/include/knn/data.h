/* data.h - from files to tensors: known data sets, IDX, CIFAR, CSV, downloads, and the usual
 * preparations.
 *
 * Files are treated as hostile: sizes are checked before memory is taken, and a message names the
 * file and the place. Files may be gzipped. Rows, columns and axes count from 0; messages that name
 * lines and columns of text count from 1. Nothing here reads the environment: the caller says which
 * folders to look into, and which proxy to use. */
#ifndef KNN_DATA_H
#define KNN_DATA_H

#include "knn/config.h"
#include "knn/tensor.h"

KNN_BEGIN

/* ---- Known data sets ---- */

/* Called about ten times a second while `file` arrives; bytes_total is 0 where it is not known.
 * Returning false stops the download with KNN_ECALLBACK. */
typedef bool (*knn_progress_fn)(void *user, const char *file, uint64_t bytes, uint64_t bytes_total);

/* How to fetch; a zeroed struct means the defaults. */
typedef struct knn_net {
  double connect_timeout; /* seconds until a mirror must answer; 0 = 15 */
  double stall_timeout;   /* seconds without a byte after which a mirror is given up; 0 = 30 */
  const char *proxy;      /* "http://host:port"; NULL = none */
  const char *ca_file;    /* certificates in PEM; NULL = those libcurl was built with */
  knn_progress_fn progress;
  void *user;
} knn_net;

/* Where to look for a data set; a zeroed struct means: nowhere, so only embedded sets load. */
typedef struct knn_dataset_options {
  /* looked into in this order, for DIR/<set>/<file> and DIR/data/<set>/<file> */
  const char *const *dirs;
  int n_dirs;
  /* folder for downloads, made if absent, looked into after `dirs`; NULL = never download */
  const char *cache;
  bool offline; /* look into the cache, but do not download */
  bool full;    /* do not make do with a published part of the set (cifar10 has one) */
  const char *const *mirrors; /* base addresses to use in place of the built-in ones */
  int n_mirrors;
  knn_net net;
} knn_dataset_options;

/* One reference to each tensor. x_test and y_test are NULL where the set has no split (digits,
 * iris). */
typedef struct knn_dataset {
  knn_tensor *x_train, *y_train, *x_test, *y_test;
  char origin[512]; /* where they came from, and what is not as in the published set */
} knn_dataset;

/* Names of the sets: i from 0, NULL past the end. */
KNN_API const char *knn_dataset_name(int i);
/* Shapes, origin, licence and the paper to cite, a few sentences; NULL for an unknown name. */
KNN_API const char *knn_dataset_about(const char *name);
/* Class names in label order; *n = 0 and NULL for an unknown name. */
KNN_API const char *const *knn_dataset_classes(const char *name, int *n);

/* Load by name: "mnist" and "fashion_mnist" x (n, 28, 28) uint8, y (n) uint8; "cifar10" x (n, 32,
 * 32, 3) uint8, y (n, 1) uint8, as Keras has them; "digits" x (1797, 8, 8) uint8 0 .. 16, y (1797)
 * uint8; "cifar100" as "cifar10", its y the fine labels; "california_housing" x (n, 8) float32, y
 * (n) float32 in dollars, in the order of Keras's shuffle; "iris" x (150, 4) float32 in cm, y (150)
 * uint8. Labels are 0 .. classes - 1. Order of
 * search: dirs, cache, download into the cache. KNN_EARG: unknown name; KNN_EIO: nowhere to be
 * found, or no mirror answered; KNN_EFORMAT: a damaged file. */
KNN_API knn_status knn_dataset_load(knn_ctx *ctx, const char *name,
                                    const knn_dataset_options *options, knn_dataset *out);
KNN_API void knn_dataset_clear(knn_dataset *set); /* releases the tensors; NULL is fine */

/* ---- Files of one array ---- */

/* IDX, the format of MNIST: uint8, int32, float32, float64 as they are; int8 and int16 widened to
 * int32. */
KNN_API knn_status knn_idx_load(knn_ctx *ctx, const char *path, knn_tensor **out);
/* The same from memory; `name` begins the messages. */
KNN_API knn_status knn_idx_parse(knn_ctx *ctx, const char *name, const void *data, size_t bytes,
                                 knn_tensor **out);

/* CIFAR's binary batches: `classes` is 10 (one label byte per record) or 100 (coarse and fine
 * label; the fine one is kept). x (n, 32, 32, 3) uint8, y (n, 1) uint8. */
KNN_API knn_status knn_cifar_load(knn_ctx *ctx, const char *path, int classes, knn_tensor **x,
                                  knn_tensor **y);
KNN_API knn_status knn_cifar_parse(knn_ctx *ctx, const char *name, const void *data, size_t bytes,
                                   int classes, knn_tensor **x, knn_tensor **y);

/* ---- Tables from CSV ---- */

typedef enum knn_missing {
  KNN_MISSING_KEEP,  /* NaN in numbers, code -1 in text */
  KNN_MISSING_ERROR, /* a failure that names the first missing cell */
  KNN_MISSING_DROP,  /* leave out rows that lack a value */
  KNN_MISSING_FILL   /* put a value in (knn_table_matrix only) */
} knn_missing;

typedef enum knn_header {
  KNN_HEADER_AUTO, /* the first row names the columns unless one of its cells is a number */
  KNN_HEADER_YES,
  KNN_HEADER_NO /* columns are called c1, c2, ... */
} knn_header;

/* A zeroed struct means the defaults. */
typedef struct knn_csv_options {
  char separator; /* 0 = ',' */
  knn_header header;
  const char *const *names; /* in place of the file's; one for every column */
  int n_names;
  const char *const *missing; /* stand for no value; NULL = "" ? NA N/A nan NaN null */
  int n_missing;
  knn_missing policy; /* KEEP, ERROR or DROP */
  bool no_quotes;     /* '"' is a character like any other (most files separated by tabs) */
  bool drop_bad_rows; /* leave out rows with another number of cells than the first */
  bool trim;          /* blanks around a cell of text do not count; around numbers they never do */
  uint64_t limit;     /* most bytes of text taken, after unpacking; 0 = 4 GiB */
} knn_csv_options;

typedef enum knn_column_kind { KNN_COLUMN_INT, KNN_COLUMN_FLOAT, KNN_COLUMN_TEXT } knn_column_kind;

/* A row that was left out: its line in the file, from 1, and how many cells it had. */
typedef struct knn_bad_row {
  int64_t line;
  int cells;
} knn_bad_row;

/* Columns of equal length, each int64, float64 or text. A column is text if one cell is neither a
 * number nor missing; int64 if all cells are whole numbers and none is missing. Text is kept as
 * codes into a sorted list of its categories. */
typedef struct knn_table knn_table;

/* Read RFC 4180: quoted cells with separators, line breaks and "" in them; CRLF, LF or CR; a UTF-8
 * mark is skipped, blank lines too. Numbers are read with a decimal point whatever the locale.
 * KNN_EFORMAT: ragged row, open quote, NUL bytes, UTF-16, named as file:line:column; KNN_EDATA:
 * missing value under KNN_MISSING_ERROR. */
KNN_API knn_status knn_csv_load(knn_ctx *ctx, const char *path, const knn_csv_options *options,
                                knn_table **out);
KNN_API knn_status knn_csv_parse(knn_ctx *ctx, const char *name, const void *text, size_t bytes,
                                 const knn_csv_options *options, knn_table **out);
/* A file of any size, some rows at a time, in memory for these rows alone. Types are found for each
 * piece; names, the number of columns and the lines in messages are the file's. `limit` is not
 * asked. */
typedef struct knn_csv_stream knn_csv_stream;
KNN_API knn_status knn_csv_stream_open(knn_ctx *ctx, const char *path,
                                       const knn_csv_options *options, knn_csv_stream **out);
/* Up to `rows` rows (under KNN_MISSING_DROP and drop_bad_rows maybe none); NULL at the end. After a
 * failure the stream can only be closed. */
KNN_API knn_status knn_csv_stream_next(knn_csv_stream *stream, int64_t rows, knn_table **out);
KNN_API void knn_csv_stream_close(knn_csv_stream *stream); /* NULL is fine */
KNN_API void knn_table_retain(knn_table *table);
KNN_API void knn_table_release(knn_table *table); /* NULL is fine */

KNN_API int64_t knn_table_rows(const knn_table *table);
KNN_API int knn_table_columns(const knn_table *table);
KNN_API const char *knn_table_name(const knn_table *table, int column); /* NULL past the end */
/* First column of that name. KNN_EARG with the nearest names when there is none. */
KNN_API knn_status knn_table_find(const knn_table *table, const char *name, int *column);
KNN_API knn_column_kind knn_table_kind(const knn_table *table, int column);

/* Missing cells of a column (-1: of the table), and where the i-th of the table stands. Cells in
 * rows left out under KNN_MISSING_DROP count too, their row is -1. */
KNN_API int64_t knn_table_missing(const knn_table *table, int column);
KNN_API bool knn_table_missing_at(const knn_table *table, int64_t i, int64_t *row, int *column,
                                  int64_t *line);

/* The i-th row left out because of its number of cells; false past the end. */
KNN_API bool knn_table_bad_row(const knn_table *table, int64_t i, knn_bad_row *row);

/* New tables; what a message needs to know of missing cells goes along. Rows by number (int32 or
 * int64, rank 1), in this order, also repeated; columns by number. */
KNN_API knn_status knn_table_take(const knn_table *table, const knn_tensor *rows, knn_table **out);
KNN_API knn_status knn_table_select(const knn_table *table, const int *columns, int n,
                                    knn_table **out);
/* A table without columns; and a table with one more column, or another one under that name:
 * numbers (rows), NaN where missing, or n texts, NULL where missing. */
KNN_API knn_status knn_table_new(knn_ctx *ctx, const char *name, int64_t rows, knn_table **out);
KNN_API knn_status knn_table_with(const knn_table *table, const char *name,
                                  const knn_tensor *values, knn_table **out);
KNN_API knn_status knn_table_with_text(const knn_table *table, const char *name,
                                       const char *const *cells, int64_t n, knn_table **out);

/* A column (rows): int64; float64, NaN where missing; for text the category codes as int64, -1
 * where missing. */
KNN_API knn_status knn_table_column(const knn_table *table, int column, knn_tensor **out);
/* A cell of a number column, both as int64 and as float64; false where missing or not a number. */
KNN_API bool knn_table_number(const knn_table *table, int column, int64_t row, int64_t *whole,
                              double *real);
/* Text columns: the cell, NULL where missing or not text; the categories in byte order. */
KNN_API const char *knn_table_text(const knn_table *table, int column, int64_t row);
KNN_API const char *const *knn_table_categories(const knn_table *table, int column, int *n);

/* Number columns as one float32 matrix (rows, n); `columns` NULL = all. Under DROP the rows that
 * stay are told in `rows` (int64; NULL = not wanted); under FILL a missing cell becomes `fill`, or
 * with NaN the mean of its column. KNN_ETYPE for a text column, with the cell that made it text;
 * KNN_EDATA under ERROR, with the first missing cell. */
KNN_API knn_status knn_table_matrix(const knn_table *table, const int *columns, int n,
                                    knn_missing policy, double fill, knn_tensor **out,
                                    knn_tensor **rows);

/* ---- Download ---- */

typedef struct knn_download {
  const char *const *urls; /* http or https, tried in order */
  int n_urls;
  const char *path;   /* where the file goes; its folder must exist */
  const char *sha256; /* 64 hexadecimal digits; NULL = unchecked, and then never resumed */
  uint64_t bytes;     /* exact size; 0 = not known */
  knn_net net;
} knn_download;

/* Fetch one file. It arrives as PATH.part, is checked, written through to disk and renamed, so PATH
 * is whole or absent; a part that was cut off stays and is resumed by the next call. Polls the
 * context's cancel hook (KNN_ECANCEL). KNN_EIO: no mirror delivered, the disk is full; KNN_EDATA:
 * wrong checksum. */
KNN_API knn_status knn_download_file(knn_ctx *ctx, const knn_download *job);

/* One message by HTTP POST; the answer counts, its body does not. */
typedef struct knn_post {
  const char *url;
  const void *body;
  size_t bytes;
  const char *const *headers; /* "Name: value" */
  int n_headers;
  double timeout; /* seconds for all; 0 = 10 */
} knn_post;
KNN_API knn_status knn_http_post(knn_ctx *ctx, const knn_post *job);

/* A folder and those above it, where they are not there yet. */
KNN_API knn_status knn_make_folders(knn_ctx *ctx, const char *path);
/* A file with these bytes in place of the one at path: whoever looks sees the one or the other. */
KNN_API knn_status knn_file_replace(knn_ctx *ctx, const char *path, const void *data, size_t bytes);

/* SHA-256 (FIPS 180-4) of a file, as 64 hexadecimal digits and a NUL. */
KNN_API knn_status knn_file_sha256(knn_ctx *ctx, const char *path, char hex[65]);

/* ---- Folders ---- */

/* Names of the files in a folder, or of the folders, as a list in byte order. KNN_EIO. */
KNN_API knn_status knn_folder_list(knn_ctx *ctx, const char *path, bool folders, knn_config **out);

/* ---- Preparation ---- */

/* Row numbers of a random split of n rows, int64: ceil(test_share * n) for the test if test_share <
 * 1, else that many rows. The same seed gives the same split. KNN_EARG if either side would be
 * empty. */
KNN_API knn_status knn_train_test_split(knn_ctx *ctx, int64_t n, double test_share, uint64_t seed,
                                        knn_tensor **train, knn_tensor **test);
/* Row numbers 0 .. n - 1 as numpy.random.RandomState(seed).shuffle orders them, int64: Keras
 * shuffles files and published sets so. */
KNN_API knn_status knn_numpy_order(knn_ctx *ctx, int64_t n, uint64_t seed, knn_tensor **out);
/* Rows of x along axis 0 by number (rows int32 or int64, rank 1) -> (n_rows, ...), a copy. */
KNN_API knn_status knn_take_rows(knn_tensor *x, const knn_tensor *rows, knn_tensor **out);

/* Labels 0 .. classes - 1 (whole numbers of any type) -> one-hot float32, shape + (classes); a last
 * axis of size 1 is dropped first. classes 0 = largest label + 1. KNN_EDATA names the first label
 * out of range. */
KNN_API knn_status knn_to_categorical(const knn_tensor *labels, int64_t classes, knn_tensor **out);

/* x / norm of x along `axis` (from the end if negative); order 1, 2, ... or INFINITY; a norm of 0
 * counts as 1. float32, or float64 for float64. Keras: utils.normalize. */
KNN_API knn_status knn_normalize(const knn_tensor *x, int axis, double order, knn_tensor **out);

/* Mean and standard deviation (population; 0 counts as 1) over axis 0, float32, shape x.dims[1..].
 */
KNN_API knn_status knn_moments(const knn_tensor *x, knn_tensor **mean, knn_tensor **deviation);
/* (x - mean) / deviation for every row of axis 0, float32. */
KNN_API knn_status knn_standardize(const knn_tensor *x, const knn_tensor *mean,
                                   const knn_tensor *deviation, knn_tensor **out);

typedef enum knn_resize { KNN_RESIZE_NEAREST, KNN_RESIZE_BILINEAR } knn_resize;
/* Images (h, w, c) or (n, h, w, c), uint8 or float32 -> (..., height, width, c), same type.
 * Half-pixel centres, no antialiasing; uint8 is rounded half to even. Keras: ops.image.resize. */
KNN_API knn_status knn_image_resize(knn_tensor *images, int64_t height, int64_t width,
                                    knn_resize method, knn_tensor **out);

KNN_END

#endif
