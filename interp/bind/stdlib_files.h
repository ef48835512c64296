/* stdlib_files.h - the files of stdlib/ as they stand in the program, made at build time.
 * The list ends with a row whose name is NULL. Lua files carry the name that `require` uses
 * ("knn", "knn.callbacks"); other files carry their path ("knn/datasets/digits.csv"). */
#ifndef KNN_BIND_STDLIB_FILES_H
#define KNN_BIND_STDLIB_FILES_H

#include <stddef.h>

typedef struct {
  const char *name;          /* module name, or path of a data file */
  const char *path;          /* path under stdlib/, for chunk names in messages */
  const unsigned char *data; /* size bytes, then one zero that size does not count */
  size_t size;
} knn__stdlib_file;

extern const knn__stdlib_file knn__stdlib_files[];

#endif
