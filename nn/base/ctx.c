/* ctx.c - life of a context: counting, messages, hooks, seed. */
#include "ctx.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pool.h"

static void *default_alloc(void *user, size_t bytes) {
  (void)user;
  return malloc(bytes);
}

static void default_release(void *user, void *block) {
  (void)user;
  free(block);
}

knn_status knn_ctx_new(const knn_ctx_options *options, knn_ctx **out) {
  knn_ctx_options hooks = {0};
  if (options) hooks = *options;
  if (!hooks.alloc) hooks.alloc = default_alloc;
  if (!hooks.release) hooks.release = default_release;
  knn_ctx *ctx = hooks.alloc(hooks.user, sizeof *ctx);
  if (!ctx) return KNN_ENOMEM;
  memset(ctx, 0, sizeof *ctx);
  ctx->hooks = hooks;
  ctx->seed = hooks.seed;
  ctx->threads = hooks.threads;
  atomic_init(&ctx->refs, 1);
  *out = ctx;
  return KNN_OK;
}

void knn_ctx_retain(knn_ctx *ctx) {
  atomic_fetch_add_explicit(&ctx->refs, 1, memory_order_relaxed);
}

void knn_ctx_release(knn_ctx *ctx) {
  if (!ctx || atomic_fetch_sub_explicit(&ctx->refs, 1, memory_order_acq_rel) != 1) return;
  knn__pool_release(ctx->pool);
  knn_ctx_forget_names(ctx);
  if (ctx->kernels) ctx->hooks.release(ctx->hooks.user, ctx->kernels);
  ctx->hooks.release(ctx->hooks.user, ctx);
}

const char *knn_ctx_error(const knn_ctx *ctx) {
  return ctx->error;
}

knn_status knn_fail(knn_ctx *ctx, knn_status status, const char *format, ...) {
  char text[sizeof ctx->error]; /* the arguments may point into the old message */
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  memcpy(ctx->error, text, sizeof text);
  return status;
}

knn_status knn_fail_in(knn_ctx *ctx, knn_status status, const char *format, ...) {
  char text[sizeof ctx->error];
  va_list args;
  va_start(args, format);
  int n = vsnprintf(text, sizeof text, format, args);
  va_end(args);
  size_t used = n < 0 ? 0 : (size_t)n;
  if (used + 3 >= sizeof text) return status;
  snprintf(text + used, sizeof text - used, ": %.*s", (int)(sizeof text - used - 3), ctx->error);
  memcpy(ctx->error, text, sizeof text);
  return status;
}

void knn_warn(knn_ctx *ctx, const char *format, ...) {
  if (!ctx->hooks.log) return;
  char text[sizeof ctx->error];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  ctx->hooks.log(ctx->hooks.user, text);
}

void knn_ctx_seed(knn_ctx *ctx, uint64_t seed) {
  ctx->seed = seed;
  ctx->draws = 0;
}

knn_status knn_ctx_set_policy(knn_ctx *ctx, const char *name) {
  knn_policy policy;
  if (!knn_policy_find(name, &policy) || !knn_dtype_is_float(policy.compute))
    return knn_fail(ctx, KNN_EARG,
                    "'%s' is no dtype policy; float32, float64, bfloat16, float16, mixed_bfloat16 "
                    "and mixed_float16 are",
                    name);
  ctx->policy = policy;
  return KNN_OK;
}

const char *knn_ctx_policy(const knn_ctx *ctx) {
  return knn_policy_name(ctx->policy);
}

void knn_ctx_memory(const knn_ctx *ctx, size_t *bytes, size_t *blocks, uint64_t *allocations) {
  if (bytes) *bytes = atomic_load(&ctx->bytes);
  if (blocks) *blocks = atomic_load(&ctx->blocks);
  if (allocations) *allocations = atomic_load(&ctx->allocations);
}

const char *knn_status_name(knn_status status) {
  static const char *const names[] = {
#define X(name, text) #name,
      KNN_STATUS_LIST(X)
#undef X
  };
  size_t i = (size_t)status;
  return i < sizeof names / sizeof *names ? names[i] : "UNKNOWN";
}

const char *knn_status_text(knn_status status) {
  static const char *const texts[] = {
#define X(name, text) text,
      KNN_STATUS_LIST(X)
#undef X
  };
  size_t i = (size_t)status;
  return i < sizeof texts / sizeof *texts ? texts[i] : "unknown status";
}

const char *knn_version(void) {
  return KNN_VERSION_STRING;
}
