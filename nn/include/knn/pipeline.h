/* pipeline.h - data sets as stages: elements are pulled one after another from tensors, files or a
 * host's function through shuffling, mapping, batching and the like. Names and behaviour are those
 * of tf.data, which Keras takes.
 *
 * An element is up to KNN_ELEMENT_MAX tensors in groups: x; x and y; x, y and sample weights. Rows
 * of a tensor go from stage to stage by number; they are copied once, when a batch is made of them,
 * and not at all if they lie one after another. A pipeline is a description that several cursors
 * may run through at once. What a pass gives depends on the seed and the number of the pass only.
 */
#ifndef KNN_PIPELINE_H
#define KNN_PIPELINE_H

#include "knn/tensor.h"

KNN_BEGIN

enum { KNN_ELEMENT_MAX = 48, KNN_GROUPS_MAX = 16 };
#define KNN_INFINITE ((int64_t)-1)
#define KNN_UNKNOWN ((int64_t)-2)

/* How the tensors of an element belong together. Counted; never changes. */
typedef struct knn_layout knn_layout;
typedef struct knn_group {
  int n;                    /* tensors */
  bool list;                /* a list even of one */
  const char *const *names; /* n keys, or NULL */
} knn_group;
KNN_API knn_status knn_layout_new(knn_ctx *ctx, const knn_group *groups, int n, knn_layout **out);
KNN_API void knn_layout_retain(knn_layout *layout);
KNN_API void knn_layout_release(knn_layout *layout); /* NULL is fine */
KNN_API int knn_layout_groups(const knn_layout *layout);
KNN_API const knn_group *knn_layout_group(const knn_layout *layout, int i); /* lent */
KNN_API bool knn_layout_equal(const knn_layout *a, const knn_layout *b);

/* References of its own to its layout and to n tensors. */
typedef struct knn_element {
  knn_layout *layout;
  int n;
  knn_tensor *tensors[KNN_ELEMENT_MAX];
} knn_element;
KNN_API void knn_element_clear(knn_element *element);

typedef struct knn_pipeline knn_pipeline;
KNN_API void knn_pipeline_retain(knn_pipeline *p);
KNN_API void knn_pipeline_release(knn_pipeline *p); /* NULL is fine */
KNN_API knn_ctx *knn_pipeline_ctx(const knn_pipeline *p);
/* Number of elements of a pass, KNN_INFINITE or KNN_UNKNOWN. */
KNN_API int64_t knn_pipeline_cardinality(const knn_pipeline *p);

/* ---- sources ---- */

/* Element i is row i of each tensor; all have as many rows. */
KNN_API knn_status knn_pipeline_from_tensors(knn_ctx *ctx, const knn_element *whole,
                                             knn_pipeline **out);
/* What makes one tensor of a file. read may be called on another thread, with that thread's
 * context, if any_thread. */
typedef struct knn_reader {
  knn_status (*read)(void *self, knn_ctx *ctx, const char *path, knn_tensor **out);
  void (*free_self)(void *self); /* may be NULL; not called if making the pipeline fails */
  void *self;
  bool any_thread;
} knn_reader;
/* Element i: what the reader makes of file i, and row i of each tensor of `rest` (may be NULL), in
 * groups after it. */
KNN_API knn_status knn_pipeline_from_files(knn_ctx *ctx, const char *const *paths, int64_t n,
                                           const knn_element *rest, const knn_reader *reader,
                                           knn_pipeline **out);
/* Elements made by a host. begin starts a pass (its number from 0), next fills the element or sets
 * *end, end frees what begin made. Called on the thread that pulls. */
typedef struct knn_generator {
  knn_status (*begin)(void *self, int64_t pass, void **state);
  knn_status (*next)(void *self, void *state, knn_element *out, bool *end);
  void (*end)(void *self, void *state);
  void (*free_self)(void *self); /* may be NULL; not called if making the pipeline fails */
  void *self;
} knn_generator;
KNN_API knn_status knn_pipeline_from_generator(knn_ctx *ctx, const knn_generator *generator,
                                               int64_t cardinality, knn_pipeline **out);
/* Windows over rows: element i holds rows starts[i], starts[i] + step, ... of x, `length` of them,
 * and row starts[i] of each tensor of `rest` (may be NULL), in groups after it. */
KNN_API knn_status knn_pipeline_windows(knn_tensor *x, const int64_t *starts, int64_t n,
                                        int64_t length, int64_t step, const knn_element *rest,
                                        knn_pipeline **out);

/* ---- stages; each retains what it stands on ---- */

/* A host's function of elements. out is filled; for filter *keep is set instead. May be called on
 * another thread if any_thread. */
typedef struct knn_element_fn {
  knn_status (*call)(void *self, knn_ctx *ctx, const knn_element *in, knn_element *out, bool *keep);
  void (*free_self)(void *self); /* may be NULL; not called if making the pipeline fails */
  void *self;
  bool any_thread;
} knn_element_fn;
KNN_API knn_status knn_pipeline_map(knn_pipeline *p, const knn_element_fn *fn, knn_pipeline **out);
KNN_API knn_status knn_pipeline_filter(knn_pipeline *p, const knn_element_fn *fn,
                                       knn_pipeline **out);
/* The next element is drawn from a buffer of `buffer` elements. seed KNN_ANY = that of the context.
 * Another order in every pass, unless reshuffle is false. */
KNN_API knn_status knn_pipeline_shuffle(knn_pipeline *p, int64_t buffer, int64_t seed,
                                        bool reshuffle, knn_pipeline **out);
KNN_API knn_status knn_pipeline_batch(knn_pipeline *p, int64_t size, bool drop_remainder,
                                      knn_pipeline **out);
/* Elements one by one out of batches. */
KNN_API knn_status knn_pipeline_unbatch(knn_pipeline *p, knn_pipeline **out);
/* count KNN_ANY = for ever */
KNN_API knn_status knn_pipeline_repeat(knn_pipeline *p, int64_t count, knn_pipeline **out);
/* count KNN_ANY = all */
KNN_API knn_status knn_pipeline_take(knn_pipeline *p, int64_t count, knn_pipeline **out);
KNN_API knn_status knn_pipeline_skip(knn_pipeline *p, int64_t count, knn_pipeline **out);
/* The first whole pass is kept in memory; later ones read it. */
KNN_API knn_status knn_pipeline_cache(knn_pipeline *p, knn_pipeline **out);
/* The elements of one, then those of the other. */
KNN_API knn_status knn_pipeline_concatenate(knn_pipeline *p, knn_pipeline *more,
                                            knn_pipeline **out);
/* Elements side by side: each gives one group of the result. As long as the shortest. */
KNN_API knn_status knn_pipeline_zip(knn_pipeline *const *ps, int n, knn_pipeline **out);
/* Up to `count` elements are made ahead on a thread. Where a function of the host that is bound to
 * its thread stands before, elements pass through as they are. The host's alloc and release must
 * then bear several threads. */
KNN_API knn_status knn_pipeline_prefetch(knn_pipeline *p, int64_t count, knn_pipeline **out);

/* ---- running ---- */

typedef struct knn_cursor knn_cursor;
/* Start pass number `pass`, counted from 0. */
KNN_API knn_status knn_cursor_open(knn_pipeline *p, int64_t pass, knn_cursor **out);
/* The next element, or *end. After a failure the cursor can only be closed. */
KNN_API knn_status knn_cursor_next(knn_cursor *cursor, knn_element *out, bool *end);
KNN_API void knn_cursor_close(knn_cursor *cursor); /* NULL is fine */
/* The rows of all batches of the first pass as one. */
KNN_API knn_status knn_pipeline_gather(knn_pipeline *batches, knn_element *out);

KNN_END

#endif
