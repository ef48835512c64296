/* clock.c - see clock.h. */
#define _GNU_SOURCE
#include "clock.h"

#include <time.h>

double knn__now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}
