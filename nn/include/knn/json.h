/* json.h - JSON files: any document as a tree of options, lines of documents, records as a table.
 *
 * Files are treated as hostile; they may be gzipped. KNN_EFORMAT names file:line:column. KNN_ESTATE
 * where libjansson, which is loaded at its first use, is not there. */
#ifndef KNN_JSON_H
#define KNN_JSON_H

#include "knn/config.h"
#include "knn/data.h"

KNN_BEGIN

/* One document; with `lines` a list of documents, one a line (JSON Lines), blank lines left out. */
KNN_API knn_status knn_json_load(knn_ctx *ctx, const char *path, bool lines, knn_config **out);
/* The same from memory; `name` begins the messages. */
KNN_API knn_status knn_json_parse(knn_ctx *ctx, const char *name, const char *text, size_t bytes,
                                  bool lines, knn_config **out);
/* indent 0 = one line; with `lines` each entry of a list is a line. */
KNN_API knn_status knn_json_save(knn_ctx *ctx, const knn_config *config, const char *path,
                                 int indent, bool lines);

/* A list of dicts as a table: a column for each key, in order of appearance; numbers where all
 * values are numbers (true and false as 1 and 0), else text; absent and null are missing. KNN_EDATA
 * for lists and dicts inside, named by record and key. `name` begins the messages. */
KNN_API knn_status knn_table_from_records(knn_ctx *ctx, const char *name, const knn_config *records,
                                          knn_table **out);

KNN_END

#endif
