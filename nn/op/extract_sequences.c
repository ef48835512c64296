/* extract_sequences.c - overlapping pieces of the last axis, and their sum where they overlap.
 * extract_sequences: x (..., n) -> (..., 1 + (n - length) / stride, length); overlap_add: x (...,
 * pieces, length) -> (..., (pieces - 1) stride + length), or as long as the last axis of a second
 * operand, of which only the shape is read. Each is the gradient of the other. */
#include <string.h>

#include "op_list.h"
#include "pool.h"
#include "traverse.h"

typedef struct sequence_args {
  int64_t sequence_length, sequence_stride;
} sequence_args;

typedef struct overlap_args {
  int64_t sequence_stride;
} overlap_args;

#define STRIDE(block)                                                                         \
  KNN__PARAM(block, sequence_stride, KNN_P_INT, NULL, "Elements from one start to the next.", \
             .mark = KNN_SIZE, .positional = true, .min = 1, .max = 1e9)

static const knn_param params[] = {
    KNN__PARAM(sequence_args, sequence_length, KNN_P_INT, NULL, "Elements of a piece.",
               .mark = KNN_SIZE, .positional = true, .min = 1, .max = 1e9),
    STRIDE(sequence_args),
};
static const knn_param overlap_params[] = {STRIDE(overlap_args)};

static knn_status infer(const knn__infer *q) {
  const sequence_args *args = q->args;
  knn__spec x = q->in[0];
  if (x.rank == 0 || x.rank == KNN_MAX_RANK)
    return knn_fail(q->ctx, KNN_ESHAPE, "x must have 1 .. %d axes, got %d", KNN_MAX_RANK - 1,
                    x.rank);
  const int64_t n = x.dims[x.rank - 1], length = args->sequence_length;
  if (n != KNN_ANY && n < length)
    return knn_fail(q->ctx, KNN_ESHAPE, "sequence_length %lld is more than the last axis of %s has",
                    (long long)length, KNN__SPEC(x));
  x.dims[x.rank - 1] = n == KNN_ANY ? KNN_ANY : 1 + (n - length) / args->sequence_stride;
  x.dims[x.rank++] = length;
  q->out[0] = x;
  return KNN_OK;
}

static knn_status overlap_infer(const knn__infer *q) {
  const overlap_args *args = q->args;
  knn__spec x = q->in[0];
  if (x.rank < 2 || !knn_dtype_is_float(x.dtype))
    return knn_fail(q->ctx, KNN_ESHAPE,
                    "pieces (..., pieces, length) of floats expected, got %s %s",
                    knn_dtype_name(x.dtype), KNN__SPEC(x));
  const int64_t pieces = x.dims[x.rank - 2], length = x.dims[x.rank - 1];
  x.rank--;
  x.dims[x.rank - 1] = pieces == KNN_ANY || length == KNN_ANY ? KNN_ANY
                       : pieces == 0                          ? 0
                                     : (pieces - 1) * args->sequence_stride + length;
  if (q->n_in == 2) {
    const int64_t n = q->in[1].rank > 0 ? q->in[1].dims[q->in[1].rank - 1] : 0;
    if (n != KNN_ANY && x.dims[x.rank - 1] != KNN_ANY &&
        (n < length || 1 + (n - length) / args->sequence_stride != pieces))
      return knn_fail(q->ctx, KNN_ESHAPE, "%lld elements are not what pieces %s were taken from",
                      (long long)n, KNN__SPEC(q->in[0]));
    x.dims[x.rank - 1] = n;
  }
  q->out[0] = x;
  return KNN_OK;
}

/* Of x (rows, n) and its pieces (rows, count, length). */
typedef struct job {
  const char *from;
  char *to;
  int64_t rows, n, count, length, stride;
  size_t size;
  knn__loop *add;
  int pieces;
} job;

static void cut(const job *j, int64_t row) {
  const size_t bytes = (size_t)j->length * j->size;
  for (int64_t i = 0; i < j->count; i++)
    memcpy(j->to + (size_t)(row * j->count + i) * bytes,
           j->from + (size_t)(row * j->n + i * j->stride) * j->size, bytes);
}

static void put_together(const job *j, int64_t row) {
  const size_t bytes = (size_t)j->length * j->size;
  char *to = j->to + (size_t)(row * j->n) * j->size;
  memset(to, 0, (size_t)j->n * j->size);
  for (int64_t i = 0; i < j->count; i++) {
    char *here = to + (size_t)(i * j->stride) * j->size;
    void *const p[3] = {here, (void *)(uintptr_t)(j->from + (size_t)(row * j->count + i) * bytes),
                        here};
    j->add(j->length, p, (const int64_t[]){1, 1});
  }
}

static void piece(void *arg, int number) {
  const job *j = arg;
  int64_t first, last;
  knn__piece_range(j->rows, j->pieces, number, &first, &last);
  for (int64_t row = first; row < last; row++)
    if (j->add)
      put_together(j, row);
    else
      cut(j, row);
}

static void run(const knn__call *call, const knn__buf *whole, const knn__buf *cuts, int64_t stride,
                knn__loop *add) {
  const knn__spec *w = &whole->spec, *c = &cuts->spec;
  job j = {.from = call->in[0].data,
           .to = call->out[0].data,
           .rows = knn__count(w->rank - 1, w->dims),
           .n = w->dims[w->rank - 1],
           .count = c->dims[c->rank - 2],
           .length = c->dims[c->rank - 1],
           .stride = stride,
           .size = knn_dtype_size(w->dtype),
           .add = add};
  j.pieces = knn__pieces(cuts->n, KNN__GRAIN);
  if (j.pieces > j.rows) j.pieces = (int)j.rows;
  if (call->out[0].n > 0) knn__parallel(call->ctx, j.pieces, piece, &j);
}

static knn_status forward(const knn__call *call) {
  const sequence_args *args = call->args;
  run(call, &call->in[0], &call->out[0], args->sequence_stride, NULL);
  return KNN_OK;
}

static knn_status overlap_forward(const knn__call *call) {
  const overlap_args *args = call->args;
  static knn__loop *const add[KNN_DTYPES] = {KNN__REAL_LOOPS(add)};
  run(call, &call->out[0], &call->in[0], args->sequence_stride, add[call->out[0].spec.dtype]);
  return KNN_OK;
}

static void vjp(knn__scope *s, const knn__vjp *g) {
  const sequence_args *args = g->args;
  if (knn__wants(g, 0))
    g->dx[0] = knn__op2(s, &knn__op_overlap_add, &(overlap_args){args->sequence_stride}, g->dy[0],
                        g->in[0]);
}

static void overlap_vjp(knn__scope *s, const knn__vjp *g) {
  const overlap_args *args = g->args;
  const knn__spec *x = &g->in[0]->spec;
  if (knn__wants(g, 0))
    g->dx[0] = knn__extract_sequences(s, g->dy[0], x->dims[x->rank - 1], args->sequence_stride);
}

const knn__op knn__op_extract_sequences = {
    .cls = {.family = "op",
            .name = "extract_sequences",
            .summary = "Overlapping pieces of the last axis.",
            .detail = "y[..., i, k] = x[..., i stride + k]; what does not fill a piece is left "
                      "out.",
            .shapes = "x (..., n) -> (..., 1 + (n - length) / stride, length)",
            .example = "print(knn.ops.extract_sequences(knn.arange(0, 6), 4, 2))",
            .source = "Keras, ops.extract_sequences",
            .see = "overlap_add",
            KNN__PARAMS(params, sequence_args)},
    .min_in = 1,
    .max_in = 1,
    .n_out = 1,
    .infer = infer,
    .forward = forward,
    .vjp = vjp,
};

const knn__op knn__op_overlap_add = {
    .cls = {.family = "op",
            .name = "overlap_add",
            .summary = "Overlapping pieces laid side by side and added up.",
            .detail = "y[..., t] = sum of x[..., i, t - i stride]. A second operand gives the size "
                      "of the last axis by its own.",
            .shapes = "x (..., pieces, length) -> (..., (pieces - 1) stride + length)",
            .example = "print(knn.ops.overlap_add(knn.ones{2, 4}, {sequence_stride = 2}))",
            .see = "extract_sequences",
            KNN__PARAMS(overlap_params, overlap_args)},
    .min_in = 1,
    .max_in = 2,
    .n_out = 1,
    .unread = 2,
    .flags = KNN__OP_TO_FLOAT,
    .infer = overlap_infer,
    .forward = overlap_forward,
    .vjp = overlap_vjp,
};

knn_value *knn__extract_sequences(knn__scope *s, knn_value *x, int64_t length, int64_t stride) {
  return knn__op1(s, &knn__op_extract_sequences, &(sequence_args){length, stride}, x);
}

knn_value *knn__overlap_add(knn__scope *s, knn_value *x, int64_t stride) {
  return knn__op1(s, &knn__op_overlap_add, &(overlap_args){stride}, x);
}
