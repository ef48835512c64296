/* dnnl.h - the part of oneDNN that is used here, the same for its C interfaces 2 and 3; the only
 * place besides dnnl.c that sees the library's header. The library is loaded at first use and never
 * linked.
 *
 * oneDNN counts channels before space: x (batch, channels, spatial...), w ([groups,] filters,
 * channels, window...). Where elements lie is told by strides, so nothing is moved for that. */
#ifndef KNN__DNNL_H
#define KNN__DNNL_H

#include <oneapi/dnnl/dnnl.h>

#include "kernel.h"

/* Interface 2 passes descriptions of memory by value, interface 3 as handles. */
typedef dnnl_memory_desc_t knn__dnnl_layout;
#if DNNL_VERSION_MAJOR < 3
typedef const dnnl_memory_desc_t *knn__dnnl_lent;
#else
typedef const_dnnl_memory_desc_t knn__dnnl_lent;
#endif

enum { KNN__DNNL_AXES = 6 };

/* The axes of one operand. strides[0] = 0: the library may choose where elements lie. */
typedef struct knn__dnnl_shape {
  int rank;
  dnnl_dims_t dims, strides;
} knn__dnnl_shape;

typedef enum knn__dnnl_way {
  KNN__DNNL_FORWARD,
  KNN__DNNL_GRAD_INPUT,
  KNN__DNNL_GRAD_FILTER
} knn__dnnl_way;

typedef struct knn__dnnl_conv {
  knn__dnnl_way way;
  knn__dnnl_shape x, w, y;
  dnnl_dims_t stride, dilation, before, after; /* dilation counts the elements left out */
} knn__dnnl_conv;

/* A primitive with its operands' places: x, w, y, or from, to. For one thread at a time. */
typedef struct knn__dnnl_op {
  dnnl_primitive_t primitive;
  dnnl_stream_t stream;
  dnnl_memory_t memory[4]; /* the last: scratch */
  int names[4], n;
  size_t scratch;
} knn__dnnl_op;

/* NULL = ready, else why the library cannot be used. */
const char *knn__dnnl_open(void);
/* "2.6.3" */
void knn__dnnl_version(char *text, size_t size);

/* Both give why the library has no good way to do it, or NULL and *op. A convolution also tells
 * where it wants the elements of w; `weights` = that of another one to share, or NULL. */
const char *knn__dnnl_conv_new(const knn__dnnl_conv *p, knn__dnnl_lent weights, knn__dnnl_op *op);
const char *knn__dnnl_reorder_new(knn__dnnl_lent from, knn__dnnl_lent to, knn__dnnl_op *op);
void knn__dnnl_op_clear(knn__dnnl_op *op);
/* data: of the operands in order. On the calling thread. */
void knn__dnnl_run(const knn__dnnl_op *op, void *const *data, void *scratch);

/* Where the elements of an operand lie (lent by the op); where those of a shape do. */
knn__dnnl_lent knn__dnnl_operand(const knn__dnnl_op *op, int index);
size_t knn__dnnl_bytes(knn__dnnl_lent layout);
bool knn__dnnl_same(knn__dnnl_lent a, knn__dnnl_lent b);
const char *knn__dnnl_layout_new(const knn__dnnl_shape *shape, knn__dnnl_layout *out);
void knn__dnnl_layout_clear(knn__dnnl_layout *layout);
knn__dnnl_lent knn__dnnl_lend(const knn__dnnl_layout *layout);

/* c = op(a) op(b) [+ c], row-major; 'T' or 'N'. On the calling thread. */
void knn__dnnl_sgemm(bool trans_a, bool trans_b, int64_t m, int64_t n, int64_t k, const float *a,
                     int64_t lda, const float *b, int64_t ldb, bool accumulate, float *c,
                     int64_t ldc);

#endif
