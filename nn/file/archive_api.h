/* archive_api.h - what is used of libzip. */
#ifndef KNN__ARCHIVE_API_H
#define KNN__ARCHIVE_API_H

#include <zip.h>

#include "library.h"

/* member, result, arguments, name in the library */
#define KNN__ZIP_LIST(X)                                                                           \
  X(open, zip_t *, (const char *, int, int *), zip_open)                                           \
  X(open_source, zip_t *, (zip_source_t *, int, zip_error_t *), zip_open_from_source)              \
  X(close, int, (zip_t *), zip_close)                                                              \
  X(discard, void, (zip_t *), zip_discard)                                                         \
  X(last_error, const char *, (zip_t *), zip_strerror)                                             \
  X(count, zip_int64_t, (zip_t *, zip_flags_t), zip_get_num_entries)                               \
  X(locate, zip_int64_t, (zip_t *, const char *, zip_flags_t), zip_name_locate)                    \
  X(stat, int, (zip_t *, zip_uint64_t, zip_flags_t, zip_stat_t *), zip_stat_index)                 \
  X(member_open, zip_file_t *, (zip_t *, zip_uint64_t, zip_flags_t), zip_fopen_index)              \
  X(member_read, zip_int64_t, (zip_file_t *, void *, zip_uint64_t), zip_fread)                     \
  X(member_seek, zip_int8_t, (zip_file_t *, zip_int64_t, int), zip_fseek)                          \
  X(member_close, int, (zip_file_t *), zip_fclose)                                                 \
  X(error_init, void, (zip_error_t *), zip_error_init)                                             \
  X(error_end, void, (zip_error_t *), zip_error_fini)                                              \
  X(from_memory, zip_source_t *, (const void *, zip_uint64_t, int, zip_error_t *),                 \
    zip_source_buffer_create)                                                                      \
  X(from_file, zip_source_t *, (FILE *, zip_uint64_t, zip_int64_t, zip_error_t *),                 \
    zip_source_filep_create)                                                                       \
  X(source_free, void, (zip_source_t *), zip_source_free)                                          \
  X(add, zip_int64_t, (zip_t *, const char *, zip_source_t *, zip_flags_t), zip_file_add)          \
  X(set_method, int, (zip_t *, zip_uint64_t, zip_int32_t, zip_uint32_t), zip_set_file_compression) \
  X(set_time, int, (zip_t *, zip_uint64_t, zip_uint16_t, zip_uint16_t, zip_flags_t),               \
    zip_file_set_dostime)

typedef struct knn__zip_api {
#define X(member, result, arguments, name) result(*member) arguments;
  KNN__ZIP_LIST(X)
#undef X
} knn__zip_api;

#endif
