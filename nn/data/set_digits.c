/* set_digits.c - the 1,797 handwritten digits of 8x8 pixels that scikit-learn ships, inside the
 * library. How a string of embedded/digits.h holds an image is told in embedded/make.py. */
#include <stdio.h>

#include "dataset.h"

enum { IMAGES = 1797, PIXELS = 64, CLASSES = 10, BASE = 71, LEVELS = 17 };

static const char images[][PIXELS / 3 * 2 + 3] = {
#include "embedded/digits.h"
};
_Static_assert(sizeof images / sizeof *images == IMAGES, "all images are there");

/* The digit that a character stands for: from '#' on, without '?' and backslash. */
static int digit_of(char c) {
  return c - 35 - (c > '?') - (c > '\\');
}

static void unpack(const char *text, uint8_t *x, uint8_t *y) {
  *y = (uint8_t)(*text++ - '0');
  for (int i = 0; i + 3 <= PIXELS; i += 3, text += 2) {
    int number = BASE * digit_of(text[0]) + digit_of(text[1]);
    x[i] = (uint8_t)(number / (LEVELS * LEVELS));
    x[i + 1] = (uint8_t)(number / LEVELS % LEVELS);
    x[i + 2] = (uint8_t)(number % LEVELS);
  }
  x[PIXELS - 1] = (uint8_t)digit_of(*text);
}

static knn_status load(knn_ctx *ctx, const knn__dataset_row *row,
                       const knn_dataset_options *options, knn_dataset *out) {
  (void)row, (void)options;
  KNN__TRY(knn_tensor_new(ctx, KNN_U8, 3, (int64_t[]){IMAGES, 8, 8}, &out->x_train));
  KNN__TRY(knn_tensor_new(ctx, KNN_U8, 1, (int64_t[]){IMAGES}, &out->y_train));
  uint8_t *x = knn_tensor_data(out->x_train), *y = knn_tensor_data(out->y_train);
  for (int i = 0; i < IMAGES; i++) unpack(images[i], x + PIXELS * i, y + i);
  snprintf(out->origin, sizeof out->origin, "inside the library");
  return KNN_OK;
}

static const char *const class_names[CLASSES] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};

const knn__dataset_row knn__set_digits = {
    .name = "digits",
    .about =
        "Handwritten digits: 1,797 images of 8x8, each pixel the number (0 .. 16) of black points "
        "in a 4x4 block, and labels "
        "0 .. 9; no split. E. Alpaydin and C. Kaynak: Optical Recognition of Handwritten Digits "
        "(test part), UCI Machine "
        "Learning Repository, 1998, CC BY 4.0; numbers as in scikit-learn.",
    .classes = class_names,
    .n_classes = CLASSES,
    .load = load,
};
