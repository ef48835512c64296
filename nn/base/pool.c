/* pool.c - see pool.h. Workers wait for tickets of a semaphore, at first awake, because the next
 * kernel of a step often comes within microseconds; a job is taken piece by piece from an atomic
 * counter, so posting and taking work never locks. When the caller has finished a job before a
 * worker came to see it, it takes the ticket back and goes on. A forked child sees another process
 * number and makes no use of its parent's threads. */
#define _GNU_SOURCE
#include "pool.h"

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <unistd.h>

enum { MOST_THREADS = 64, MOST_PIECES = 64, SPINS = 1000 }; /* spins: some 30 microseconds */

typedef struct job {
  void (*fn)(void *arg, int piece);
  void *arg;
  int pieces;
} job;

struct knn__pool {
  knn_ctx *ctx;
  pid_t owner; /* threads do not survive a fork */
  int workers;
  pthread_t threads[MOST_THREADS];
  sem_t wake;
  job now;
  atomic_int next, done,
      inside; /* next piece to take; pieces finished; workers that look at the job */
  atomic_bool busy, stop;
};

static void take_pieces(knn__pool *pool) {
  for (;;) {
    int piece = atomic_fetch_add(&pool->next, 1);
    if (piece >= pool->now.pieces) return;
    pool->now.fn(pool->now.arg, piece);
    atomic_fetch_add(&pool->done, 1);
  }
}

static void relax(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static void take_ticket(knn__pool *pool) {
  for (int i = 0; i < SPINS; i++) {
    if (sem_trywait(&pool->wake) == 0) return;
    relax();
  }
  while (sem_wait(&pool->wake) != 0) {
  }
}

static void *work(void *arg) {
  knn__pool *pool = arg;
  for (;;) {
    take_ticket(pool);
    if (atomic_load(&pool->stop)) return NULL;
    take_pieces(pool);
    atomic_fetch_sub(&pool->inside, 1);
  }
}

static int usable_cpus(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return CPU_COUNT(&set);
}

static knn__pool *pool_new(knn_ctx *ctx, int threads) {
  knn__pool *pool = knn__alloc(ctx, sizeof *pool);
  if (!pool) return NULL;
  pool->ctx = ctx;
  pool->owner = getpid();
  sem_init(&pool->wake, 0, 0);
  sigset_t all, old; /* the host's signals are the host's threads' business */
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &old);
  while (pool->workers < threads - 1) {
    if (pthread_create(&pool->threads[pool->workers], NULL, work, pool) != 0) break;
    pool->workers++;
  }
  pthread_sigmask(SIG_SETMASK, &old, NULL);
  return pool;
}

void knn__pool_release(knn__pool *pool) {
  if (!pool) return;
  if (pool->owner == getpid()) {
    atomic_store(&pool->stop, true);
    for (int i = 0; i < pool->workers; i++) sem_post(&pool->wake);
    for (int i = 0; i < pool->workers; i++) pthread_join(pool->threads[i], NULL);
    sem_destroy(&pool->wake);
  }
  knn__free(pool->ctx, pool);
}

int knn_ctx_threads(const knn_ctx *ctx) {
  int n = ctx->threads > 0 ? ctx->threads : usable_cpus();
  return n > MOST_THREADS ? MOST_THREADS : n;
}

void knn_ctx_set_threads(knn_ctx *ctx, int threads) {
  ctx->threads = threads;
  knn__pool_release(ctx->pool);
  ctx->pool = NULL;
}

static void run_here(int pieces, void (*fn)(void *arg, int piece), void *arg) {
  for (int i = 0; i < pieces; i++) fn(arg, i);
}

void knn__parallel(knn_ctx *ctx, int pieces, void (*fn)(void *arg, int piece), void *arg) {
  if (pieces <= 1 || ctx->threads == 1) {
    run_here(pieces, fn, arg);
    return;
  }
  if (ctx->hooks.parallel) {
    ctx->hooks.parallel(ctx->hooks.user, pieces, fn, arg);
    return;
  }
  knn__pool *pool = ctx->pool;
  if (pool && pool->owner != getpid()) {
    knn__free(ctx, pool);
    ctx->pool = pool = NULL;
  }
  if (!pool) {
    ctx->threads = knn_ctx_threads(ctx);
    if (ctx->threads > 1) ctx->pool = pool = pool_new(ctx, ctx->threads);
  }
  if (!pool || pool->workers == 0 || atomic_exchange(&pool->busy, true)) {
    run_here(pieces, fn, arg);
    return;
  }
  int helpers = pool->workers < pieces - 1 ? pool->workers : pieces - 1;
  pool->now = (job){fn, arg, pieces};
  atomic_store(&pool->done, 0);
  atomic_store(&pool->inside, helpers);
  atomic_store(&pool->next, 0);
  for (int i = 0; i < helpers; i++) sem_post(&pool->wake);
  take_pieces(pool);
  while (sem_trywait(&pool->wake) == 0) atomic_fetch_sub(&pool->inside, 1);
  /* the job's memory may be reused only when no worker can still read it */
  for (int spins = 0; atomic_load(&pool->done) < pieces || atomic_load(&pool->inside) > 0;
       spins++) {
    if (spins > SPINS) sched_yield();
    relax();
  }
  atomic_store(&pool->busy, false);
}

int knn__pieces(int64_t n, int64_t grain) {
  int64_t pieces = n / (grain > 0 ? grain : 1);
  if (pieces < 1) return 1;
  return (int)(pieces > MOST_PIECES ? MOST_PIECES : pieces);
}

void knn__piece_range(int64_t n, int pieces, int piece, int64_t *first, int64_t *last) {
  *first = n * piece / pieces;
  *last = n * (piece + 1) / pieces;
}
