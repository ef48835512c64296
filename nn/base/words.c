/* words.c - see words.h. Open addressing; the hash is a fingerprint, so that no text can be made up
 * cheaply whose words all fall into one slot. */
#include "words.h"

#include <string.h>

#include "hash.h"

enum { FIRST_SLOTS = 64 };

int knn__string_compare(knn_string a, knn_string b) {
  const size_t n = a.size < b.size ? a.size : b.size;
  const int order = n ? memcmp(a.bytes, b.bytes, n) : 0;
  return order ? order : (a.size > b.size) - (a.size < b.size);
}

/* The slot of the string, or the free one where it belongs. */
static size_t slot_of(const knn__words *words, knn_string string) {
  size_t at = (size_t)knn__fingerprint(string.bytes, string.size) & (words->n_slots - 1);
  for (; words->slots[at]; at = (at + 1) & (words->n_slots - 1))
    if (knn__string_compare(words->list[words->slots[at] - 1], string) == 0) break;
  return at;
}

int knn__words_find(const knn__words *words, knn_string string) {
  return words->n_slots ? (int)words->slots[slot_of(words, string)] - 1 : -1;
}

static knn_status widen(knn__words *words) {
  knn__words wider = *words;
  if ((size_t)words->n * 2 < words->n_slots) return KNN_OK;
  wider.n_slots = words->n_slots ? 2 * words->n_slots : FIRST_SLOTS;
  wider.slots = knn__alloc(words->bytes.ctx, wider.n_slots * sizeof *wider.slots);
  if (!wider.slots) return KNN_ENOMEM;
  for (int i = 0; i < words->n; i++) wider.slots[slot_of(&wider, words->list[i])] = (uint32_t)i + 1;
  knn__free(words->bytes.ctx, words->slots);
  *words = wider;
  return KNN_OK;
}

knn_status knn__words_add(knn__words *words, knn_string string, int *place) {
  *place = knn__words_find(words, string);
  if (*place >= 0) return KNN_OK;
  if (words->n >= INT32_MAX / 2)
    return knn_fail(words->bytes.ctx, KNN_EDATA, "more than %d different words", INT32_MAX / 2);
  KNN__TRY(widen(words));
  KNN__TRY(knn__grow(words->bytes.ctx, (void **)&words->list, &words->room, words->n,
                     sizeof *words->list));
  char *copy = knn__arena_alloc(&words->bytes, string.size + 1);
  if (!copy) return KNN_ENOMEM;
  if (string.size) memcpy(copy, string.bytes, string.size);
  const size_t slot = slot_of(words, string);
  words->list[words->n] = (knn_string){copy, string.size};
  words->slots[slot] = (uint32_t)words->n + 1;
  *place = words->n++;
  return KNN_OK;
}

void knn__words_clear(knn__words *words) {
  knn_ctx *ctx = words->bytes.ctx;
  knn__arena_clear(&words->bytes);
  knn__free(ctx, words->list);
  knn__free(ctx, words->slots);
  *words = (knn__words){.bytes = {.ctx = ctx}};
}
