/* config.h - trees of options: what a constructor is given and what an object is saved as.
 *
 * A config is null, a bool, an int, a float, a string, a list, a dict (keys keep their order) or a
 * reference to an object. Counted; a parent retains its children. Text form, for C programs:
 * "units=64, activation=relu, kernel_size=[3,3]". */
#ifndef KNN_CONFIG_H
#define KNN_CONFIG_H

#include "knn/context.h"

KNN_BEGIN

typedef struct knn_config knn_config;
typedef struct knn_object knn_object;

typedef enum knn_config_kind {
  KNN_CONFIG_NULL,
  KNN_CONFIG_BOOL,
  KNN_CONFIG_INT,
  KNN_CONFIG_FLOAT,
  KNN_CONFIG_STRING,
  KNN_CONFIG_LIST,
  KNN_CONFIG_DICT,
  KNN_CONFIG_OBJECT
} knn_config_kind;

KNN_API knn_status knn_config_null(knn_ctx *ctx, knn_config **out);
KNN_API knn_status knn_config_bool(knn_ctx *ctx, bool value, knn_config **out);
KNN_API knn_status knn_config_int(knn_ctx *ctx, int64_t value, knn_config **out);
KNN_API knn_status knn_config_float(knn_ctx *ctx, double value, knn_config **out);
/* copies */
KNN_API knn_status knn_config_string(knn_ctx *ctx, const char *value, knn_config **out);
/* retains */
KNN_API knn_status knn_config_object(knn_ctx *ctx, knn_object *value, knn_config **out);
KNN_API knn_status knn_config_list(knn_ctx *ctx, knn_config **out);
KNN_API knn_status knn_config_dict(knn_ctx *ctx, knn_config **out);
/* Read "name=value, ..." into a dict. Values: null None true false True False, numbers, words,
 * 'quoted', [lists], {dicts}. */
KNN_API knn_status knn_config_parse(knn_ctx *ctx, const char *text, knn_config **out);
KNN_API void knn_config_retain(knn_config *config);
KNN_API void knn_config_release(knn_config *config); /* NULL is fine */

/* Append to a list / set in a dict (replacing): the child is retained, so release your own
 * reference afterwards. */
KNN_API knn_status knn_config_push(knn_config *list, knn_config *child);
KNN_API knn_status knn_config_set(knn_config *dict, const char *key, knn_config *child);
/* Shortcuts that make the child. */
KNN_API knn_status knn_config_set_bool(knn_config *dict, const char *key, bool value);
KNN_API knn_status knn_config_set_int(knn_config *dict, const char *key, int64_t value);
KNN_API knn_status knn_config_set_float(knn_config *dict, const char *key, double value);
KNN_API knn_status knn_config_set_string(knn_config *dict, const char *key, const char *value);
KNN_API knn_status knn_config_set_object(knn_config *dict, const char *key, knn_object *value);
KNN_API knn_status knn_config_set_ints(knn_config *dict, const char *key, int n,
                                       const int64_t *values);

KNN_API knn_config_kind knn_config_kind_of(const knn_config *config); /* NULL counts as null */
KNN_API bool knn_config_get_bool(const knn_config *config);
KNN_API int64_t
knn_config_get_int(const knn_config *config); /* of an int, or a float without fraction */
KNN_API double knn_config_get_float(const knn_config *config);       /* of an int or a float */
KNN_API const char *knn_config_get_string(const knn_config *config); /* "" unless a string */
KNN_API knn_object *knn_config_get_object(const knn_config *config);
KNN_API int knn_config_size(const knn_config *config);              /* of a list or dict */
KNN_API knn_config *knn_config_at(const knn_config *config, int i); /* lent; i from 0 */
KNN_API const char *knn_config_key(const knn_config *config, int i);
/* lent; NULL if absent */
KNN_API knn_config *knn_config_get(const knn_config *dict, const char *key);
/* Text of a config, the form knn_config_parse reads; cut at `size`. Returns the full length as
 * snprintf does. */
KNN_API size_t knn_config_print(const knn_config *config, char *buffer, size_t size);

KNN_END

#endif
