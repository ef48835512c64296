/* context.h - the context every object lives in: memory, messages, seed, threads, cancel hook.
 *
 * A context and the objects made in it belong to one thread at a time; contexts are independent of
 * each other, so several threads may each train in a context of their own. Nothing in the library
 * is global. */
#ifndef KNN_CONTEXT_H
#define KNN_CONTEXT_H

#include "knn/status.h"

KNN_BEGIN

typedef struct knn_ctx knn_ctx;

/* What a host may supply; a zeroed struct (or NULL) means the defaults. Hooks may be called from
 * worker threads only where it says so. */
typedef struct knn_ctx_options {
  void *(*alloc)(void *user, size_t bytes);  /* NULL result = out of memory; default malloc */
  void (*release)(void *user, void *block);  /* default free */
  void (*log)(void *user, const char *text); /* warnings, one line each; default: dropped */
  bool (*cancelled)(void *user); /* polled between batches; true stops fit with KNN_ECANCEL */
  /* The host's own threads: run fn(arg, i) for i in 0 .. pieces - 1, each once, on any threads, and
   * return when all are done; calls may be nested. NULL = the context makes threads of its own,
   * none if `threads` is 1. */
  void (*parallel)(void *user, int pieces, void (*fn)(void *arg, int piece), void *arg);
  void *user;
  int threads; /* threads used for large work, this one included; 0 = as many as the process may run
                  on */
  uint64_t seed; /* start of every random stream; 0 is a seed like any other */
} knn_ctx_options;

/* Make a context. KNN_ENOMEM is the only failure. */
KNN_API knn_status knn_ctx_new(const knn_ctx_options *options, knn_ctx **out);
KNN_API void knn_ctx_retain(knn_ctx *ctx);
KNN_API void knn_ctx_release(knn_ctx *ctx); /* NULL is fine; objects keep their context alive */

/* The sentence that explains the last failure in this context; "" before any. Valid until the next
 * failure. */
KNN_API const char *knn_ctx_error(const knn_ctx *ctx);
/* Record a failure from a host's callback or binding; returns `status`. */
KNN_API knn_status knn_fail(knn_ctx *ctx, knn_status status, const char *format, ...)
    KNN_PRINTF(3, 4);
/* Put "who: " in front of the last message while a failure passes through; returns `status`. */
KNN_API knn_status knn_fail_in(knn_ctx *ctx, knn_status status, const char *format, ...)
    KNN_PRINTF(3, 4);
/* Send one line to the host's log hook. */
KNN_API void knn_warn(knn_ctx *ctx, const char *format, ...) KNN_PRINTF(2, 3);

/* Start every random stream anew: initial weights, shuffles, dropout and the random ops. */
KNN_API void knn_ctx_seed(knn_ctx *ctx, uint64_t seed);
/* Start automatic names (dense, dense_1, ...) anew, as Keras's clear_session does. */
KNN_API void knn_ctx_forget_names(knn_ctx *ctx);
/* The dtype policy of layers that are given none: "float32" at first, "mixed_bfloat16", ... KNN_EARG
 * for an unknown name; layers made before keep theirs. */
KNN_API knn_status knn_ctx_set_policy(knn_ctx *ctx, const char *name);
KNN_API const char *knn_ctx_policy(const knn_ctx *ctx);
KNN_API void knn_ctx_set_threads(knn_ctx *ctx, int threads); /* results do not depend on it */
KNN_API int knn_ctx_threads(const knn_ctx *ctx);
/* Bytes and blocks now allocated in the context, and the count of allocations since it was made. */
KNN_API void knn_ctx_memory(const knn_ctx *ctx, size_t *bytes, size_t *blocks,
                            uint64_t *allocations);
/* One line that names the kernels in use, "ref, openblas 0.3.21 (Haswell)". */
KNN_API const char *knn_ctx_kernels(knn_ctx *ctx);
/* Measure the machine with the context's threads: the most float32 operations and the most bytes of
 * memory per second. Takes some 0.2 s and 128 MB for so long. */
KNN_API knn_status knn_ctx_measure(knn_ctx *ctx, double *flops, double *bytes);
/* Seconds since some fixed moment, for measuring times. */
KNN_API double knn_clock(void);

KNN_END

#endif
