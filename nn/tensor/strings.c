/* strings.c - tensors of strings. Elements are pointers with sizes, into one counted block of bytes
 * that nobody writes to again. A new tensor has the block behind its elements; views share both,
 * packed copies and results of ops have elements of their own and hold the block. */
#include <string.h>

#include "tensor_internal.h"

/* The storage that holds the bytes. */
static knn__storage *text_of(const knn_tensor *t) {
  return t->storage->text ? t->storage->text : t->storage;
}

static knn_status total_bytes(knn_ctx *ctx, const knn_string *strings, int64_t n, size_t *out) {
  size_t bytes = (size_t)n * sizeof *strings;
  for (int64_t i = 0; i < n; i++)
    if (__builtin_add_overflow(bytes, strings[i].size, &bytes))
      return knn_fail(ctx, KNN_ENOMEM, "the strings are larger than the memory there can be");
  *out = bytes;
  return KNN_OK;
}

/* Elements at the beginning of the storage, the bytes one behind the other after them. */
static void fill(knn__storage *storage, const knn_string *strings, int64_t n) {
  knn_string *element = storage->data;
  char *at = (char *)(element + n);
  for (int64_t i = 0; i < n; i++) {
    element[i] = (knn_string){at, strings[i].size};
    if (strings[i].size) memcpy(at, strings[i].bytes, strings[i].size);
    at += strings[i].size;
  }
}

knn_status knn__strings_from(knn_ctx *ctx, const knn__spec *spec, const knn_string *strings,
                             knn_tensor **out) {
  const int64_t n = knn__count(spec->rank, spec->dims);
  size_t bytes = 0;
  knn__storage *storage = NULL;
  KNN__TRY(total_bytes(ctx, strings, n, &bytes));
  KNN__TRY(knn__storage_new(ctx, bytes, &storage));
  fill(storage, strings, n);
  const knn_status st = knn__tensor_over(storage, 0, spec, out);
  knn__storage_release(storage);
  return st;
}

static void hold(knn_tensor *t, knn__storage *text) {
  knn__storage_retain(text);
  t->storage->text = text;
}

knn_status knn__strings_own(knn_tensor *t) {
  knn__storage *block = NULL;
  const int64_t size = knn_tensor_size(t);
  size_t bytes = 0;
  KNN__TRY(total_bytes(knn_tensor_ctx(t), knn_tensor_data(t), size, &bytes));
  KNN__TRY(knn__storage_new(knn_tensor_ctx(t), bytes, &block));
  fill(block, knn_tensor_data(t), size);
  if (size) memcpy(knn_tensor_data(t), block->data, (size_t)size * sizeof(knn_string));
  hold(t, block);
  knn__storage_release(block);
  return KNN_OK;
}

knn_status knn__strings_adopt(knn_tensor *t, knn_tensor *const *from, int n) {
  knn__storage *text = NULL;
  bool several = false;
  for (int i = 0; i < n; i++) {
    if (from[i]->spec.dtype != KNN_STRING) continue;
    several = several || (text && text != text_of(from[i]));
    text = text_of(from[i]);
  }
  if (several) return knn__strings_own(t);
  if (text) hold(t, text);
  return KNN_OK;
}

knn_status knn__no_strings(const knn_tensor *t, const char *who) {
  if (t->spec.dtype != KNN_STRING) return KNN_OK;
  return knn_fail(knn_tensor_ctx(t), KNN_ETYPE,
                  "%s: a tensor of strings is never changed; make a new one", who);
}
