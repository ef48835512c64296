/* openblas.c - matrix products by OpenBLAS, loaded when a context first chooses a kernel and never
 * linked, so that a program starts without it. The few prototypes are those of the C interface of
 * BLAS (row-major order).
 *
 * One thread inside a piece: the library's own pool would make sums depend on the thread count. Its
 * setting is per process, and is set to 1 once, at loading; nothing else of the host process is
 * changed. The library stays loaded. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

#include "kernel.h"
#include "pool.h"

extern const knn__provider knn__provider_openblas;

enum { ROW_MAJOR = 101, NO_TRANS = 111, TRANS = 112 };

typedef void sgemm_fn(int order, int trans_a, int trans_b, int m, int n, int k, float alpha,
                      const float *a, int lda, const float *b, int ldb, float beta, float *c,
                      int ldc);
typedef void dgemm_fn(int order, int trans_a, int trans_b, int m, int n, int k, double alpha,
                      const double *a, int lda, const double *b, int ldb, double beta, double *c,
                      int ldc);

/* Written once under `once`, read-only afterwards: the process has one copy of the library whatever
 * we do. */
static struct library {
  sgemm_fn *sgemm;
  dgemm_fn *dgemm;
  char *(*config)(void);
  char *(*core)(void);
  const char *absent;
} library;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* ISO C has no cast from an object pointer to a function pointer; POSIX promises that copying the
 * bits works. */
static bool find(void *handle, const char *name, void *fn) {
  void *symbol = dlsym(handle, name);
  __builtin_memcpy(fn, &symbol, sizeof symbol);
  return symbol != NULL;
}

static void load(void) {
  void *handle = dlopen(KNN_OPENBLAS_SONAME, RTLD_NOW | RTLD_LOCAL);
  void (*set_threads)(int);
  if (!handle)
    library.absent = "the library " KNN_OPENBLAS_SONAME " is not installed";
  else if (!find(handle, "cblas_sgemm", &library.sgemm) ||
           !find(handle, "cblas_dgemm", &library.dgemm) ||
           !find(handle, "openblas_set_num_threads", &set_threads))
    library.absent = "the library " KNN_OPENBLAS_SONAME " lacks its matrix products";
  else {
    set_threads(1);
    find(handle, "openblas_get_config", &library.config);
    find(handle, "openblas_get_corename", &library.core);
  }
}

static const char *open_library(knn_ctx *ctx) {
  (void)ctx;
  pthread_once(&once, load);
  return library.absent;
}

static void describe(knn_ctx *ctx, char *text, size_t size) {
  (void)ctx;
  char version[24] = "";
  if (library.config) sscanf(library.config(), "OpenBLAS %23s", version);
  snprintf(text, size, "openblas %s (%s)", version, library.core ? library.core() : "unknown core");
}

static const char *declines(knn_ctx *ctx, const void *problem) {
  (void)ctx;
  const knn__gemm *p = problem;
  int64_t most = INT32_MAX;
  if (p->m > most || p->n > most || p->k > most || p->lda > most || p->ldb > most || p->ldc > most)
    return "a size needs more than 32 bits";
  return p->batch * p->m * p->n * p->k == 0 ? "the product is empty" : NULL;
}

/* Columns first .. last - 1 of one product of the batch. */
static void block(const knn__gemm *p, int64_t product, int64_t first, int64_t last) {
  int64_t a_at = product * p->stride_a;
  int64_t b_at = product * p->stride_b + (p->trans_b ? first * p->ldb : first);
  int64_t c_at = product * p->stride_c + first;
  int trans_a = p->trans_a ? TRANS : NO_TRANS, trans_b = p->trans_b ? TRANS : NO_TRANS;
  int m = (int)p->m, n = (int)(last - first), k = (int)p->k, lda = (int)p->lda, ldb = (int)p->ldb,
      ldc = (int)p->ldc;
  if (p->dtype == KNN_F64)
    library.dgemm(ROW_MAJOR, trans_a, trans_b, m, n, k, 1, (const double *)p->a + a_at, lda,
                  (const double *)p->b + b_at, ldb, p->accumulate, (double *)p->c + c_at, ldc);
  else
    library.sgemm(ROW_MAJOR, trans_a, trans_b, m, n, k, 1, (const float *)p->a + a_at, lda,
                  (const float *)p->b + b_at, ldb, p->accumulate, (float *)p->c + c_at, ldc);
}

/* Pieces are groups of products, or column blocks of the only one; sums over k stay whole. */
typedef struct job {
  const knn__gemm *p;
  int pieces;
} job;

static void products(void *arg, int index) {
  const job *j = arg;
  int64_t first, last;
  knn__piece_range(j->p->batch, j->pieces, index, &first, &last);
  for (int64_t i = first; i < last; i++) block(j->p, i, 0, j->p->n);
}

static void columns(void *arg, int index) {
  const job *j = arg;
  int64_t first, last;
  knn__piece_range(j->p->n, j->pieces, index, &first, &last);
  block(j->p, 0, first, last);
}

static void run(knn_ctx *ctx, const void *problem, void *state, void *scratch) {
  (void)state, (void)scratch;
  const knn__gemm *p = problem;
  const int64_t worth = 2000000; /* multiplications that pay for waking a thread */
  int64_t work = p->m * p->n * p->k, by_work = work / worth, by_columns = p->n / 64;
  if (p->batch > 1) {
    job j = {p, knn__pieces(p->batch, worth / work + 1)};
    knn__parallel(ctx, j.pieces, products, &j);
  } else {
    job j = {p, knn__pieces(by_work < by_columns ? by_work : by_columns, 1)};
    knn__parallel(ctx, j.pieces, columns, &j);
  }
}

static const knn__kernel gemm = {.declines = declines, .run = run};

const knn__provider knn__provider_openblas = {
    .name = "openblas",
    .open = open_library,
    .describe = describe,
    .kernels = {[KNN__GEMM] = &gemm},
};
