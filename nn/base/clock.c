/* clock.c - time that only goes forward. */
#define _GNU_SOURCE
#include "knn/context.h"

#include <time.h>

double knn_clock(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}
