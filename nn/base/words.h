/* words.h - different strings in the order in which they came, found by their bytes: vocabularies,
 * and the tokens of a text while they are counted. */
#ifndef KNN__WORDS_H
#define KNN__WORDS_H

#include "arena.h"

/* Start from {.bytes.ctx = ctx}. */
typedef struct knn__words {
  knn__arena bytes;
  knn_string *list;
  int n, room;
  uint32_t *slots; /* 1 + place in the list, 0 = free; a power of two of them, half of them free */
  size_t n_slots;
} knn__words;

/* Place of the string in the list, -1 if it is not there. */
int knn__words_find(const knn__words *words, knn_string string);
/* The same; a string that is not there is copied to the end. */
knn_status knn__words_add(knn__words *words, knn_string string, int *place);
void knn__words_clear(knn__words *words);

/* As memcmp, a shorter string before its continuations. */
int knn__string_compare(knn_string a, knn_string b);

#endif
