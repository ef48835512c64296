/* dnnl.c - see dnnl.h.
 *
 * One thread per call: with OpenMP the number of threads is a setting of the calling thread; it is
 * 1 while the library is inside and what it was afterwards, so a host's own settings stay. Threads
 * of TBB cannot be told so: such a library is not used. */
#include "dnnl.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "dnnl_symbols.h"

/* Written once under `once`, read-only afterwards: the process has one copy of the library whatever
 * we do. */
static struct library {
#define X(name) __typeof__(dnnl_##name) *name;
  KNN__DNNL_SYMBOLS(X)
#undef X
  int (*get_threads)(void); /* OpenMP; NULL = the library has no threads of its own */
  void (*set_threads)(int);
  dnnl_engine_t engine;
  dnnl_primitive_attr_t attr; /* scratch is the caller's */
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

static const char *find_all(void *handle) {
  if (!find(handle, "dnnl_version", &library.version))
    return "the library " KNN_DNNL_SONAME " is another one";
  if (library.version()->major != DNNL_VERSION_MAJOR)
    return "the library " KNN_DNNL_SONAME " has another interface than that of the build";
#define X(name) \
  if (!find(handle, "dnnl_" #name, &library.name)) return "the library lacks dnnl_" #name;
  KNN__DNNL_SYMBOLS(X)
#undef X
  return NULL;
}

static const char *find_threads(void *handle) {
  unsigned runtime = library.version()->cpu_runtime;
  if (runtime == DNNL_RUNTIME_SEQ || runtime == DNNL_RUNTIME_THREADPOOL) return NULL;
  if (runtime == DNNL_RUNTIME_OMP && find(handle, "omp_get_max_threads", &library.get_threads) &&
      find(handle, "omp_set_num_threads", &library.set_threads))
    return NULL;
  return "its threads cannot be told to be one";
}

static const char *begin(void *handle) {
  const char *absent = find_all(handle);
  if (!absent) absent = find_threads(handle);
  if (absent) return absent;
  if (library.engine_create(&library.engine, dnnl_cpu, 0) != dnnl_success ||
      library.primitive_attr_create(&library.attr) != dnnl_success ||
      library.primitive_attr_set_scratchpad_mode(library.attr, dnnl_scratchpad_mode_user) !=
          dnnl_success)
    return "the library cannot start";
  return NULL;
}

static void load(void) {
  void *handle = dlopen(KNN_DNNL_SONAME, RTLD_NOW | RTLD_LOCAL);
  library.absent = handle ? begin(handle) : "the library " KNN_DNNL_SONAME " is not installed";
}

const char *knn__dnnl_open(void) {
  pthread_once(&once, load);
  return library.absent;
}

void knn__dnnl_version(char *text, size_t size) {
  const dnnl_version_t *v = library.version();
  snprintf(text, size, "%d.%d.%d", v->major, v->minor, v->patch);
}

static int one_thread(void) {
  int before = library.get_threads ? library.get_threads() : 1;
  if (before != 1) library.set_threads(1);
  return before;
}

static void threads_again(int before) {
  if (before != 1) library.set_threads(before);
}

/* What differs between the interfaces. */
#if DNNL_VERSION_MAJOR < 3
static dnnl_status_t layout_new(const knn__dnnl_shape *s, knn__dnnl_layout *out) {
  return s->strides[0]
             ? library.memory_desc_init_by_strides(out, s->rank, s->dims, dnnl_f32, s->strides)
             : library.memory_desc_init_by_tag(out, s->rank, s->dims, dnnl_f32,
                                               dnnl_format_tag_any);
}

void knn__dnnl_layout_clear(knn__dnnl_layout *layout) {
  memset(layout, 0, sizeof *layout);
}

knn__dnnl_lent knn__dnnl_lend(const knn__dnnl_layout *layout) {
  return layout;
}

static dnnl_status_t describe_conv(const knn__dnnl_conv *p, knn__dnnl_way way, knn__dnnl_lent x,
                                   knn__dnnl_lent w, knn__dnnl_lent y, dnnl_primitive_desc_t hint,
                                   dnnl_primitive_desc_t *out) {
  dnnl_convolution_desc_t d;
  dnnl_status_t st;
  if (way == KNN__DNNL_FORWARD)
    st = library.dilated_convolution_forward_desc_init(&d, dnnl_forward_training,
                                                       dnnl_convolution_direct, x, w, NULL, y,
                                                       p->stride, p->dilation, p->before, p->after);
  else if (way == KNN__DNNL_GRAD_INPUT)
    st = library.dilated_convolution_backward_data_desc_init(
        &d, dnnl_convolution_direct, x, w, y, p->stride, p->dilation, p->before, p->after);
  else
    st = library.dilated_convolution_backward_weights_desc_init(
        &d, dnnl_convolution_direct, x, w, NULL, y, p->stride, p->dilation, p->before, p->after);
  return st == dnnl_success
             ? library.primitive_desc_create(out, &d, library.attr, library.engine, hint)
             : st;
}
#else
static dnnl_status_t layout_new(const knn__dnnl_shape *s, knn__dnnl_layout *out) {
  return s->strides[0]
             ? library.memory_desc_create_with_strides(out, s->rank, s->dims, dnnl_f32, s->strides)
             : library.memory_desc_create_with_tag(out, s->rank, s->dims, dnnl_f32,
                                                   dnnl_format_tag_any);
}

void knn__dnnl_layout_clear(knn__dnnl_layout *layout) {
  if (*layout) library.memory_desc_destroy(*layout);
  *layout = NULL;
}

knn__dnnl_lent knn__dnnl_lend(const knn__dnnl_layout *layout) {
  return *layout;
}

static dnnl_status_t describe_conv(const knn__dnnl_conv *p, knn__dnnl_way way, knn__dnnl_lent x,
                                   knn__dnnl_lent w, knn__dnnl_lent y, dnnl_primitive_desc_t hint,
                                   dnnl_primitive_desc_t *out) {
  if (way == KNN__DNNL_FORWARD)
    return library.convolution_forward_primitive_desc_create(
        out, library.engine, dnnl_forward_training, dnnl_convolution_direct, x, w, NULL, y,
        p->stride, p->dilation, p->before, p->after, library.attr);
  if (way == KNN__DNNL_GRAD_INPUT)
    return library.convolution_backward_data_primitive_desc_create(
        out, library.engine, dnnl_convolution_direct, x, w, y, p->stride, p->dilation, p->before,
        p->after, hint, library.attr);
  return library.convolution_backward_weights_primitive_desc_create(
      out, library.engine, dnnl_convolution_direct, x, w, NULL, y, p->stride, p->dilation,
      p->before, p->after, hint, library.attr);
}
#endif

const char *knn__dnnl_layout_new(const knn__dnnl_shape *shape, knn__dnnl_layout *out) {
  return layout_new(shape, out) == dnnl_success ? NULL : "the library does not take the shape";
}

/* The primitive of a description, and places for `n` operands. */
static const char *finish_op(dnnl_primitive_desc_t desc, int n, const int *names,
                             const knn__dnnl_lent *layouts, knn__dnnl_op *op) {
  knn__dnnl_lent scratch = library.primitive_desc_query_md(desc, dnnl_query_scratchpad_md, 0);
  op->scratch = scratch ? library.memory_desc_get_size(scratch) : 0;
  dnnl_status_t st = library.primitive_create(&op->primitive, desc);
  if (st == dnnl_success)
    st = library.stream_create(&op->stream, library.engine, dnnl_stream_default_flags);
  for (int i = 0; i <= n && st == dnnl_success; i++) {
    if (i == n && !op->scratch) break;
    op->names[i] = i == n ? DNNL_ARG_SCRATCHPAD : names[i];
    st = library.memory_create(&op->memory[i], i == n ? scratch : layouts[i], library.engine,
                               DNNL_MEMORY_NONE);
    op->n = i + 1;
  }
  if (st == dnnl_success) return NULL;
  knn__dnnl_op_clear(op);
  return "the library failed to prepare it";
}

static const char *conv_op(dnnl_primitive_desc_t desc, knn__dnnl_way way, knn__dnnl_op *op) {
  const char *how = NULL;
  bool dx = way == KNN__DNNL_GRAD_INPUT, dw = way == KNN__DNNL_GRAD_FILTER,
       y = way == KNN__DNNL_FORWARD;
  library.primitive_desc_query(desc, dnnl_query_impl_info_str, 0, (void *)&how);
  if (!how || strncmp(how, "ref", 3) == 0 || strncmp(how, "gemm", 4) == 0)
    return "the library has no kernel made for it";
  const int names[] = {dx ? DNNL_ARG_DIFF_SRC : DNNL_ARG_SRC,
                       dw ? DNNL_ARG_DIFF_WEIGHTS : DNNL_ARG_WEIGHTS,
                       y ? DNNL_ARG_DST : DNNL_ARG_DIFF_DST};
  const dnnl_query_t what[] = {dx ? dnnl_query_diff_src_md : dnnl_query_src_md,
                               dw ? dnnl_query_diff_weights_md : dnnl_query_weights_md,
                               y ? dnnl_query_dst_md : dnnl_query_diff_dst_md};
  knn__dnnl_lent layouts[3];
  for (int i = 0; i < 3; i++) layouts[i] = library.primitive_desc_query_md(desc, what[i], 0);
  return finish_op(desc, 3, names, layouts, op);
}

static const char *conv_new(const knn__dnnl_conv *p, knn__dnnl_lent x, knn__dnnl_lent w,
                            knn__dnnl_lent y, knn__dnnl_op *op) {
  dnnl_primitive_desc_t forward = NULL, desc = NULL;
  dnnl_status_t st = dnnl_success;
  if (p->way != KNN__DNNL_FORWARD)
    st = describe_conv(p, KNN__DNNL_FORWARD, x, w, y, NULL, &forward);
  if (st == dnnl_success) st = describe_conv(p, p->way, x, w, y, forward, &desc);
  const char *why =
      st == dnnl_success ? conv_op(desc, p->way, op) : "the library does not take the convolution";
  if (forward) library.primitive_desc_destroy(forward);
  if (desc) library.primitive_desc_destroy(desc);
  return why;
}

const char *knn__dnnl_conv_new(const knn__dnnl_conv *p, knn__dnnl_lent weights, knn__dnnl_op *op) {
  knn__dnnl_layout x = {0}, w = {0}, y = {0};
  memset(op, 0, sizeof *op);
  int before = one_thread();
  const char *why = knn__dnnl_layout_new(&p->x, &x);
  if (!why && !weights) why = knn__dnnl_layout_new(&p->w, &w);
  if (!why) why = knn__dnnl_layout_new(&p->y, &y);
  if (!why)
    why = conv_new(p, knn__dnnl_lend(&x), weights ? weights : knn__dnnl_lend(&w),
                   knn__dnnl_lend(&y), op);
  threads_again(before);
  knn__dnnl_layout_clear(&x);
  knn__dnnl_layout_clear(&w);
  knn__dnnl_layout_clear(&y);
  return why;
}

const char *knn__dnnl_reorder_new(knn__dnnl_lent from, knn__dnnl_lent to, knn__dnnl_op *op) {
  dnnl_primitive_desc_t desc;
  memset(op, 0, sizeof *op);
  int before = one_thread();
  const char *why = "the library cannot bring the filters into its order";
  if (library.reorder_primitive_desc_create(&desc, from, library.engine, to, library.engine,
                                            library.attr) == dnnl_success) {
    why = finish_op(desc, 2, (int[]){DNNL_ARG_FROM, DNNL_ARG_TO}, (knn__dnnl_lent[]){from, to}, op);
    library.primitive_desc_destroy(desc);
  }
  threads_again(before);
  return why;
}

void knn__dnnl_op_clear(knn__dnnl_op *op) {
  for (int i = 0; i < op->n; i++)
    if (op->memory[i]) library.memory_destroy(op->memory[i]);
  if (op->stream) library.stream_destroy(op->stream);
  if (op->primitive) library.primitive_destroy(op->primitive);
  memset(op, 0, sizeof *op);
}

void knn__dnnl_run(const knn__dnnl_op *op, void *const *data, void *scratch) {
  dnnl_exec_arg_t args[4];
  int before = one_thread();
  for (int i = 0; i < op->n; i++) {
    bool is_scratch = op->names[i] == DNNL_ARG_SCRATCHPAD;
    library.memory_set_data_handle(op->memory[i], is_scratch ? scratch : data[i]);
    args[i] = (dnnl_exec_arg_t){op->names[i], op->memory[i]};
  }
  library.primitive_execute(op->primitive, op->stream, op->n, args);
  library.stream_wait(op->stream);
  threads_again(before);
}

knn__dnnl_lent knn__dnnl_operand(const knn__dnnl_op *op, int index) {
  knn__dnnl_lent layout = NULL;
  library.memory_get_memory_desc(op->memory[index], &layout);
  return layout;
}

size_t knn__dnnl_bytes(knn__dnnl_lent layout) {
  return library.memory_desc_get_size(layout);
}

bool knn__dnnl_same(knn__dnnl_lent a, knn__dnnl_lent b) {
  return library.memory_desc_equal(a, b) != 0;
}

void knn__dnnl_sgemm(bool trans_a, bool trans_b, int64_t m, int64_t n, int64_t k, const float *a,
                     int64_t lda, const float *b, int64_t ldb, bool accumulate, float *c,
                     int64_t ldc) {
  int before = one_thread();
  library.sgemm(trans_a ? 'T' : 'N', trans_b ? 'T' : 'N', m, n, k, 1, a, lda, b, ldb, accumulate, c,
                ldc);
  threads_again(before);
}
