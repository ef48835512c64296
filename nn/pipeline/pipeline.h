/* pipeline.h - inside of pipelines. A stage is one file with one row; a cursor holds what a stage
 * knows during one pass. */
#ifndef KNN__PIPELINE_H
#define KNN__PIPELINE_H

#include "knn/pipeline.h"
#include "tensor_internal.h"

#define KNN__WHOLE ((int64_t)-1)

/* A tensor, or one row of a contiguous one. */
typedef struct knn__item {
  knn_tensor *tensor; /* counted */
  int64_t row;        /* KNN__WHOLE = all of it */
} knn__item;

typedef struct knn__parts { /* one element as it goes between stages */
  knn_layout *layout;       /* counted */
  int n;
  knn__item items[KNN_ELEMENT_MAX];
} knn__parts;

typedef struct knn__stage {
  const char *name;
  size_t args, state; /* bytes of the stage's arguments and of a cursor's state, zeroed */
  knn_status (*open)(knn_cursor *c); /* NULL = nothing to do */
  knn_status (*next)(knn_cursor *c, knn__parts *out, bool *end);
  void (*close)(knn_cursor *c); /* bears a state that open left half made; NULL = nothing to do */
  int64_t (*cardinality)(const knn_pipeline *p);
  void (*finalize)(knn_pipeline *p); /* NULL = nothing to do */
} knn__stage;

struct knn_pipeline {
  atomic_int refs;
  knn_ctx *ctx;
  const knn__stage *stage;
  int n_in;
  knn_pipeline *in[KNN_GROUPS_MAX];
  bool bound; /* to the host's thread, as is everything behind it */
  void *args;
};

struct knn_cursor {
  knn_pipeline *p;
  knn_ctx *ctx; /* of the thread that runs it: memory and messages */
  int64_t pass;
  void *state;
  knn_cursor *in; /* of the stage before, opened before this one; stages with several or none open
                     their own */
};

/* A pipeline with zeroed arguments on top of n others. */
knn_status knn__pipeline_new(knn_ctx *ctx, const knn__stage *stage, knn_pipeline *const *in, int n,
                             knn_pipeline **out);
/* A count from outside: positive, or KNN_ANY where that is allowed. */
knn_status knn__pipeline_count(knn_ctx *ctx, const char *stage, const char *what, int64_t count,
                               int64_t least);

knn_status knn__cursor_open(knn_pipeline *p, knn_ctx *ctx, int64_t pass, knn_cursor **out);
/* The cursor of the first stage below. */
knn_status knn__open_below(knn_cursor *c, int64_t pass);
knn_status knn__cursor_next(knn_cursor *c, knn__parts *out, bool *end);

void knn__parts_clear(knn__parts *e);
/* References to the same items. */
void knn__parts_copy(const knn__parts *from, knn__parts *to);
/* As tensors of the context: rows become views, tensors of another context are wrapped, nothing is
 * copied. */
knn_status knn__parts_whole(knn_ctx *ctx, const knn__parts *from, knn_element *to);
/* Takes the references over. */
void knn__parts_take(knn_element *from, knn__parts *to);
/* Whole tensors of as many rows, contiguous: the common beginning of sources. */
knn_status knn__hold_rows(knn_ctx *ctx, const char *who, const knn_element *whole, int64_t rows,
                          knn__parts *out);
/* Row i of each tensor behind what stands in `out`. */
void knn__add_row(const knn__parts *held, int64_t row, knn__parts *out);
/* The layout of one tensor before the groups of `rest` (NULL = none). */
knn_status knn__layout_before(knn_ctx *ctx, const knn_layout *rest, knn_layout **out);
/* Cardinality of what a stage stands on. */
int64_t knn__cardinality_below(const knn_pipeline *p);
/* Shape and type of an item. */
knn__spec knn__item_spec(const knn__item *item);
const void *knn__item_data(const knn__item *item);
/* A tensor of ctx, of this shape, over memory of `t` from `data` on; t stays as long as it. */
knn_status knn__view_in(knn_ctx *ctx, knn_tensor *t, const knn__spec *spec, const void *data,
                        knn_tensor **out);

#endif
