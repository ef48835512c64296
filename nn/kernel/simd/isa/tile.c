/* tile.c - see tile.h. One function per height and width; the compiler keeps all sums of a tile in
 * registers. */
#include "tile.h"

#define ALWAYS static inline __attribute__((always_inline))
#define UNROLL_ROWS _Pragma("GCC unroll 8") for (int i = 0; i < rows; i++)
#define UNROLL_VECTORS _Pragma("GCC unroll 4") for (int j = 0; j < vectors; j++)

/* Columns of a row of c that do not fill whole vectors go through a block of whole ones. */
ALWAYS void store_row(const tile *t, real *c, const vec *acc, int vectors) {
  real whole[COLUMNS] = {0};
  if (t->columns == (int64_t)vectors * LANES) {
    UNROLL_VECTORS {
      vec sum = acc[j];
      if (t->add) sum = *(const vec_at *)(c + j * LANES) + sum;
      *(vec_at *)(c + j * LANES) = sum;
    }
    return;
  }
  UNROLL_VECTORS *(vec_at *)(whole + j * LANES) = acc[j];
  for (int64_t j = 0; j < t->columns; j++) c[j] = t->add ? c[j] + whole[j] : whole[j];
}

ALWAYS void run_tile(const tile *t, const int rows, const int vectors) {
  vec acc[ROWS][VECTORS];
  UNROLL_ROWS UNROLL_VECTORS acc[i][j] = (vec){0};
  const real *b = t->b;
  const int64_t a_row = t->a_row, a_col = t->a_col, b_row = t->b_row, run = t->run;
  for (int64_t q = 0; q < t->runs; q++) {
    const real *a = t->a + t->starts[q];
    for (int64_t k = 0; k < run; k++, a += a_col, b += b_row) {
      vec y[VECTORS];
      UNROLL_VECTORS y[j] = *(const vec_at *)(b + j * LANES);
      UNROLL_ROWS {
        real x = a[i * a_row];
        UNROLL_VECTORS acc[i][j] += x * y[j];
      }
    }
  }
  UNROLL_ROWS store_row(t, t->c + i * t->c_row, acc[i], vectors);
}

#define HEIGHT(rows, vectors) \
  case rows: run_tile(t, rows, vectors); return;

static void one_vector(const tile *t) {
  switch (t->rows) {
    HEIGHT(1, 1)
    HEIGHT(2, 1) HEIGHT(3, 1) HEIGHT(4, 1) HEIGHT(5, 1) HEIGHT(6, 1)
#if KNN_VECTOR_BYTES == 64
        HEIGHT(7, 1) HEIGHT(8, 1)
#endif
  }
}

static void two_vectors(const tile *t) {
  switch (t->rows) {
    HEIGHT(1, 2)
    HEIGHT(2, 2) HEIGHT(3, 2) HEIGHT(4, 2) HEIGHT(5, 2) HEIGHT(6, 2)
#if KNN_VECTOR_BYTES == 64
        HEIGHT(7, 2) HEIGHT(8, 2)
#endif
  }
}

#if KNN_VECTOR_BYTES == 64
static void three_vectors(const tile *t) {
  switch (t->rows) { HEIGHT(1, 3) HEIGHT(2, 3) HEIGHT(3, 3) HEIGHT(4, 3) HEIGHT(5, 3) HEIGHT(6, 3) }
}

static void four_vectors(const tile *t) {
  switch (t->rows) { HEIGHT(1, 4) HEIGHT(2, 4) HEIGHT(3, 4) HEIGHT(4, 4) HEIGHT(5, 4) HEIGHT(6, 4) }
}
#endif

void KNN__ISA(tile)(const tile *t) {
  switch (vectors_of(t->columns)) {
    case 1: one_vector(t); return;
    case 2: two_vectors(t); return;
#if KNN_VECTOR_BYTES == 64
    case 3: three_vectors(t); return;
    case 4: four_vectors(t); return;
#endif
  }
}
