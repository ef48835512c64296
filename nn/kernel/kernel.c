/* kernel.c - which provider solves a problem: they are asked in order and the first that does not
 * decline is taken.
 *
 * A context opens a provider once, when a choice comes down to it, so a library that nobody needs
 * is never loaded. The set is a part of the context, so it lives in a block of the host's own that
 * ctx.c gives back, and is not counted among the context's objects. */
#include "kernel.h"

#include <stdio.h>
#include <string.h>

#include "half.h"

#define X(name) extern const knn__provider knn__provider_##name;
#include "provider_list.h"
#undef X

const knn__provider *const knn__providers[] = {
#define X(name) &knn__provider_##name,
#include "provider_list.h"
#undef X
};
enum { PROVIDERS = sizeof knn__providers / sizeof *knn__providers };
const int knn__providers_n = PROVIDERS;

struct knn__kernel_set {
  const char *absent[PROVIDERS]; /* why a provider cannot be used; NULL = ready */
  bool opened[PROVIDERS];
  bool masked[PROVIDERS]; /* by knn__kernels_only */
  bool restricted;        /* to one provider and ref */
};

static knn_status need_set(knn_ctx *ctx) {
  if (ctx->kernels) return KNN_OK;
  knn__kernel_set *set = ctx->hooks.alloc(ctx->hooks.user, sizeof *set);
  if (!set)
    return knn_fail(ctx, KNN_ENOMEM, "out of memory: %zu bytes were asked for", sizeof *set);
  memset(set, 0, sizeof *set);
  ctx->kernels = set;
  return KNN_OK;
}

/* NULL = ready, else why not. */
static const char *open_one(knn_ctx *ctx, int i) {
  knn__kernel_set *set = ctx->kernels;
  if (!set->opened[i] && knn__providers[i]->open) set->absent[i] = knn__providers[i]->open(ctx);
  set->opened[i] = true;
  return set->absent[i];
}

/* The reason why provider i does not take the problem; NULL = it does. */
static const char *refusal(knn_ctx *ctx, int i, knn__kernel_kind kind, const void *problem) {
  const knn__kernel *kernel = knn__providers[i]->kernels[kind];
  if (!kernel) return "has no such kernel";
  if (knn__dtype_is_half(*(const knn_dtype *)problem) && !knn__providers[i]->halves)
    return "multiplies no 16-bit floats";
  const char *reason = kernel->declines ? kernel->declines(ctx, problem) : NULL;
  if (!reason && kernel->slower && !ctx->kernels->restricted) reason = kernel->slower(ctx, problem);
  return reason ? reason : open_one(ctx, i);
}

knn_status knn__choose(knn_ctx *ctx, knn__kernel_kind kind, const void *problem, knn__choice *out) {
  KNN__TRY(need_set(ctx));
  const char *why = NULL;
  for (int i = 0; i < PROVIDERS; i++) {
    if (ctx->kernels->masked[i]) continue;
    const char *reason = refusal(ctx, i, kind, problem);
    const knn__kernel *kernel = knn__providers[i]->kernels[kind];
    knn__choice choice = {.provider = knn__providers[i], .kernel = kernel, .why = why};
    if (!reason && kernel->prepare) KNN__TRY(kernel->prepare(ctx, problem, &choice.state, &reason));
    if (reason) {
      if (!why) why = reason;
      continue;
    }
    if (kernel->scratch) choice.scratch = kernel->scratch(ctx, problem, choice.state);
    *out = choice;
    return KNN_OK;
  }
  return knn_fail(ctx, KNN_EINTERNAL, "no provider takes the problem: %s",
                  why ? why : "all are switched off");
}

void knn__choice_release(knn_ctx *ctx, knn__choice *choice) {
  if (choice->kernel && choice->kernel->release) choice->kernel->release(ctx, choice->state);
  memset(choice, 0, sizeof *choice);
}

knn_status knn__kernels_only(knn_ctx *ctx, const char *provider) {
  KNN__TRY(need_set(ctx));
  int found = -1;
  for (int i = 0; i < PROVIDERS; i++)
    if (provider && strcmp(knn__providers[i]->name, provider) == 0) found = i;
  if (provider && found < 0)
    return knn_fail(ctx, KNN_EARG, "there is no kernel provider '%s'; this build has %s", provider,
                    knn_ctx_kernels(ctx));
  ctx->kernels->restricted = provider != NULL;
  for (int i = 0; i < PROVIDERS; i++)
    ctx->kernels->masked[i] =
        provider && i != found && i != PROVIDERS - 1 && !knn__providers[i]->delegates;
  return KNN_OK;
}

bool knn__provider_allowed(const knn_ctx *ctx, const knn__provider *provider) {
  for (int i = 0; i < PROVIDERS && ctx->kernels; i++)
    if (knn__providers[i] == provider) return !ctx->kernels->masked[i];
  return true;
}

const char *knn_ctx_kernels(knn_ctx *ctx) {
  if (need_set(ctx) != KNN_OK) return "";
  size_t used = 0, size = sizeof ctx->kernel_text;
  ctx->kernel_text[0] = '\0';
  for (int i = 0; i < PROVIDERS && used + 1 < size; i++) {
    if (open_one(ctx, i)) continue;
    char text[80];
    snprintf(text, sizeof text, "%s", knn__providers[i]->name);
    if (knn__providers[i]->describe) knn__providers[i]->describe(ctx, text, sizeof text);
    used += (size_t)snprintf(ctx->kernel_text + used, size - used, "%s%s", used ? ", " : "", text);
  }
  return ctx->kernel_text;
}
