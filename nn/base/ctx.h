/* ctx.h - inside of a context, and the allocation functions of the engine. */
#ifndef KNN__CTX_H
#define KNN__CTX_H

#include <stdarg.h>
#include <stdatomic.h>

#include "knn/context.h"
#include "knn/dtype.h"

typedef struct knn__pool knn__pool;
typedef struct knn__kernel_set knn__kernel_set;

/* Memory counters sit apart from the context because worker threads and other contexts' views may
 * free into them. */
struct knn_ctx {
  atomic_int refs;
  knn_ctx_options hooks;
  char error[1024];
  uint64_t seed;
  uint64_t draws; /* counts objects that asked for a seed of their own, and eager random ops */
  bool in_step;   /* an eager training step numbers its random ops as the plan would */
  uint32_t step_number, step_draws;
  int threads;                    /* wanted; 0 = not decided yet */
  knn__pool *pool;                /* made at first use */
  struct knn_graph *tracing;      /* ops grow this graph while it is set */
  struct knn_tape *tape;          /* innermost tape that records */
  const struct knn__frame *frame; /* innermost layer being called; NULL outside of layers */
  struct knn__name *names; /* stems of automatic names with their counts; blocks of the host's */
  struct knn__host_class *host_classes; /* newest first, lent */
  uint64_t objects_made;
  knn__kernel_set *kernels; /* a block of the host's, made at first use */
  uint64_t weight_moves; /* how often weights moved to another arena: plans made before are stale */
  unsigned passes_off;   /* bit i: pass i of the list is switched off */
  bool halves_told;      /* that 16-bit floats are multiplied through float32 here */
  knn_policy policy;     /* of layers that are given none */
  knn_dtype autocast;    /* a 16-bit type while a layer of that type computes: ops read its float32
                            weights as that type; else KNN_F32 */
  char kernel_text[200];
  atomic_size_t bytes, blocks;
  atomic_uint_fast64_t allocations;
};

/* Blocks are 16-byte aligned (alloc) or 64-byte aligned (alloc_aligned, for element storage) and
 * zeroed. NULL when out of memory, with the message set. A size of 0 gives a valid block. */
void *knn__alloc(knn_ctx *ctx, size_t bytes);
void *knn__alloc_aligned(knn_ctx *ctx, size_t bytes);
/* Grow or shrink, keeping the contents; on failure NULL and the old block stays valid. */
void *knn__resize(knn_ctx *ctx, void *block, size_t bytes);
void knn__free(knn_ctx *ctx, void *block);
char *knn__strdup(knn_ctx *ctx, const char *text);

/* Keras's automatic names: the stem itself at its first use in the context, then stem_1, stem_2,
 * ... New text in *out. */
knn_status knn__unique_name(knn_ctx *ctx, const char *stem, char **out);

/* a + b and a * b for sizes from outside; false on overflow. */
bool knn__add_size(size_t a, size_t b, size_t *out);
bool knn__mul_size(size_t a, size_t b, size_t *out);

/* Room for one more element in a growing array; doubles. `*items` keeps its contents on failure. */
knn_status knn__grow(knn_ctx *ctx, void **items, int *capacity, int count, size_t item_size);

#ifdef KNN_DEBUG
#include <stdlib.h>
#define KNN_ASSERT(x) ((x) ? (void)0 : abort()) /* invariants of the engine, never of input */
#else
#define KNN_ASSERT(x) ((void)0)
#endif

#define KNN__TRY(call)                             \
  do {                                             \
    knn_status try_status_ = (call);               \
    if (try_status_ != KNN_OK) return try_status_; \
  } while (0)

#endif
