/* json_api.h - what is used of libjansson. */
#ifndef KNN__JSON_API_H
#define KNN__JSON_API_H

#include <jansson.h>

#include "library.h"

/* member, type, name in the library */
#define KNN__JSON_LIST(X)                                                                        \
  X(loadb, json_t *(*loadb)(const char *, size_t, size_t, json_error_t *), json_loadb)           \
  X(dump, int (*dump)(const json_t *, json_dump_callback_t, void *, size_t), json_dump_callback) \
  X(destroy, void (*destroy)(json_t *), json_delete)                                             \
  X(object, json_t *(*object)(void), json_object)                                                \
  X(array, json_t *(*array)(void), json_array)                                                   \
  X(string, json_t *(*string)(const char *), json_string)                                        \
  X(integer, json_t *(*integer)(json_int_t), json_integer)                                       \
  X(real, json_t *(*real)(double), json_real)                                                    \
  X(make_true, json_t *(*make_true)(void), json_true)                                            \
  X(make_false, json_t *(*make_false)(void), json_false)                                         \
  X(make_null, json_t *(*make_null)(void), json_null)                                            \
  X(set, int (*set)(json_t *, const char *, json_t *), json_object_set_new)                      \
  X(append, int (*append)(json_t *, json_t *), json_array_append_new)                            \
  X(array_size, size_t (*array_size)(const json_t *), json_array_size)                           \
  X(array_get, json_t *(*array_get)(const json_t *, size_t), json_array_get)                     \
  X(first, void *(*first)(json_t *), json_object_iter)                                           \
  X(next, void *(*next)(json_t *, void *), json_object_iter_next)                                \
  X(key, const char *(*key)(void *), json_object_iter_key)                                       \
  X(value, json_t *(*value)(void *), json_object_iter_value)                                     \
  X(string_value, const char *(*string_value)(const json_t *), json_string_value)                \
  X(integer_value, json_int_t (*integer_value)(const json_t *), json_integer_value)              \
  X(real_value, double (*real_value)(const json_t *), json_real_value)

typedef struct knn__json_api {
#define X(member, type, name) type;
  KNN__JSON_LIST(X)
#undef X
} knn__json_api;

#endif
