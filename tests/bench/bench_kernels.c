/* bench_kernels.c - GFLOP/s of each kernel provider for the products and convolutions of the
 * benchmark's workloads, one line per problem, next to `ref`. Run by run.sh --kernels.
 * usage: bench_kernels [threads [part of a problem's name]] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kernel.h"

typedef struct problem {
  const char *name;
  knn__kernel_kind kind;
  knn__gemm gemm;
  knn__conv conv;
} problem;

#define GEMM(NAME, M, N, K, TA, TB)            \
  {                                            \
    .name = NAME, .kind = KNN__GEMM, .gemm = { \
      .m = M,                                  \
      .n = N,                                  \
      .k = K,                                  \
      .trans_a = TA,                           \
      .trans_b = TB,                           \
      .lda = (TA) ? (M) : (K),                 \
      .ldb = (TB) ? (K) : (N),                 \
      .ldc = N,                                \
      .batch = 1                               \
    }                                          \
  }
#define CONV(NAME, KIND, BATCH, SIZE, KERNEL, STRIDE, PAD, C, F, GROUPS)                         \
  {                                                                                              \
    .name = NAME, .kind = KIND, .conv = {                                                        \
      .batch = BATCH,                                                                            \
      .in = {1, SIZE, SIZE},                                                                     \
      .kernel = {1, KERNEL, KERNEL},                                                             \
      .stride = {1, STRIDE, STRIDE},                                                             \
      .dilation = {1, 1, 1},                                                                     \
      .pad = {0, PAD, PAD},                                                                      \
      .channels = C,                                                                             \
      .filters = F,                                                                              \
      .groups = GROUPS,                                                                          \
      .out = {1, (SIZE + 2 * PAD - KERNEL) / STRIDE + 1, (SIZE + 2 * PAD - KERNEL) / STRIDE + 1} \
    }                                                                                            \
  }
#define CONV3(NAME, ...)                                   \
  CONV(NAME " forward", KNN__CONV, __VA_ARGS__),           \
      CONV(NAME " dx", KNN__CONV_GRAD_INPUT, __VA_ARGS__), \
      CONV(NAME " dw", KNN__CONV_GRAD_FILTER, __VA_ARGS__)

static const problem problems[] = {
    GEMM("mlp 32x100x64", 32, 64, 100, false, false),
    GEMM("mnist_mlp 128x784x512", 128, 512, 784, false, false),
    GEMM("mnist_mlp 128x512x512", 128, 512, 512, false, false),
    GEMM("mnist_mlp 128x512x10", 128, 10, 512, false, false),
    GEMM("mnist_mlp dx 128x512x512'", 128, 512, 512, false, true),
    GEMM("mnist_mlp dw 784'x128x512", 784, 512, 128, true, false),
    GEMM("mnist_mlp dw 512'x128x512", 512, 512, 128, true, false),
    GEMM("one row 1x784x512", 1, 512, 784, false, false),
    GEMM("seed_cnn dense 32x12544x512", 32, 512, 12544, false, false),
    GEMM("seed_cnn dense dw", 12544, 512, 32, true, false),
    GEMM("seed_cnn dense dx", 32, 12544, 512, false, true),
    GEMM("lstm dw 128'x2560x512", 128, 512, 2560, true, false),
    GEMM("lstm dw 256'x6400x768", 256, 768, 6400, true, false),
    GEMM("square 512", 512, 512, 512, false, false),
    CONV3("seed_cnn 64x64x3 -> 32", 32, 64, 3, 1, 0, 3, 32, 1),
    CONV3("seed_cnn 31x31x32 -> 64", 32, 31, 3, 1, 0, 32, 64, 1),
    CONV3("mnist_cnn 28x28x1 -> 32", 128, 28, 3, 1, 0, 1, 32, 1),
    CONV3("mnist_cnn 13x13x32 -> 64", 128, 13, 3, 1, 0, 32, 64, 1),
    CONV3("cnn64 62x62x32 -> 32", 32, 62, 3, 1, 0, 32, 32, 1),
    CONV3("cnn64 28x28x64 -> 64", 32, 28, 3, 1, 0, 64, 64, 1),
    CONV3("resnet 224x224x3 -> 64 7x7 /2", 1, 224, 7, 2, 3, 3, 64, 1),
    CONV3("resnet 56x56x64 -> 64", 1, 56, 3, 1, 1, 64, 64, 1),
    CONV3("resnet 14x14x256 -> 256", 1, 14, 3, 1, 1, 256, 256, 1),
    CONV3("resnet 7x7x512 -> 512", 1, 7, 3, 1, 1, 512, 512, 1),
    CONV3("resnet 14x14x1024 -> 256 1x1", 1, 14, 1, 1, 0, 1024, 256, 1),
    CONV3("resnet 7x7x512 -> 2048 1x1", 1, 7, 1, 1, 0, 512, 2048, 1),
    CONV3("resnet 14x14x256 -> 256, 16 images", 16, 14, 3, 1, 1, 256, 256, 1),
    CONV3("mobilenet 112x112x16 -> 96 1x1", 1, 112, 1, 1, 0, 16, 96, 1),
    CONV3("mobilenet 14x14x384 -> 64 1x1", 1, 14, 1, 1, 0, 384, 64, 1),
    CONV3("mobilenet 14x14x384 depthwise", 1, 14, 3, 1, 1, 384, 384, 384),
    CONV3("resnet 56x56x64 -> 64 1x1", 1, 56, 1, 1, 0, 64, 64, 1),
    CONV3("resnet 28x28x128 -> 128 same /2", 1, 28, 3, 2, 1, 128, 128, 1),
    CONV3("mobilenet 56x56x96 depthwise", 1, 56, 3, 1, 1, 96, 96, 96),
};

/* Of this thread alone when it works alone: others may use the machine too. */
static clockid_t which_clock = CLOCK_THREAD_CPUTIME_ID;

static double now(void) {
  struct timespec t;
  clock_gettime(which_clock, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int64_t volume(const int64_t dims[3]) {
  return dims[0] * dims[1] * dims[2];
}

static double operations(const problem *p) {
  const knn__conv *c = &p->conv;
  if (p->kind == KNN__GEMM) return 2.0 * (double)(p->gemm.m * p->gemm.n * p->gemm.k);
  return 2.0 * (double)(c->batch * volume(c->out) * c->filters * volume(c->kernel) *
                        (c->channels / c->groups));
}

static void fill(float *x, int64_t n) {
  for (int64_t i = 0; i < n; i++) x[i] = (float)(i * 7 % 13) / 13 - 0.5f;
}

static float *array(int64_t n) {
  float *x = aligned_alloc(64, ((size_t)n * sizeof *x + 63) / 64 * 64);
  if (!x) exit(1);
  fill(x, n);
  return x;
}

/* Best GFLOP/s over about `seconds`; 0 = the provider declined. */
static double rate(knn_ctx *ctx, const char *provider, const problem *p, double seconds) {
  const void *body = p->kind == KNN__GEMM ? (const void *)&p->gemm : (const void *)&p->conv;
  knn__choice choice;
  if (knn__kernels_only(ctx, provider) != KNN_OK ||
      knn__choose(ctx, p->kind, body, &choice) != KNN_OK)
    exit(1);
  double best = 0;
  if (strcmp(choice.provider->name, provider) == 0) {
    void *scratch = aligned_alloc(64, (choice.scratch + 64) / 64 * 64);
    for (double start = now(); best == 0 || now() - start < seconds;) {
      double at = now();
      choice.kernel->run(ctx, body, choice.state, scratch);
      double here = operations(p) / (now() - at) / 1e9;
      if (here > best) best = here;
    }
    free(scratch);
  }
  knn__choice_release(ctx, &choice);
  return best;
}

static void line(knn_ctx *ctx, problem p) {
  float *a, *b, *c;
  if (p.kind == KNN__GEMM) {
    p.gemm.a = a = array(p.gemm.m * p.gemm.k);
    p.gemm.b = b = array(p.gemm.k * p.gemm.n);
    p.gemm.c = c = array(p.gemm.m * p.gemm.n);
  } else {
    p.conv.x = a = array(p.conv.batch * volume(p.conv.in) * p.conv.channels);
    p.conv.w = b = array(volume(p.conv.kernel) * p.conv.channels / p.conv.groups * p.conv.filters);
    p.conv.y = c = array(p.conv.batch * volume(p.conv.out) * p.conv.filters);
  }
  printf("%-42s", p.name);
  for (int i = 0; i < knn__providers_n; i++) {
    const char *name = knn__providers[i]->name;
    double gflops = rate(ctx, name, &p, strcmp(name, "ref") == 0 ? 0.02 : 0.15);
    if (gflops > 0)
      printf(" %10.1f", gflops);
    else
      printf(" %10s", "-");
  }
  printf("   %8.3f ms\n",
         1e3 * operations(&p) / 1e9 / rate(ctx, knn__providers[0]->name, &p, 0.05));
  fflush(stdout);
  free(a), free(b), free(c);
}

int main(int argc, char **argv) {
  knn_ctx *ctx;
  knn_ctx_options options = {.threads = argc > 1 ? atoi(argv[1]) : 1};
  if (options.threads > 1) which_clock = CLOCK_MONOTONIC;
  if (knn_ctx_new(&options, &ctx) != KNN_OK) return 1;
  double flops, bytes;
  if (knn_ctx_measure(ctx, &flops, &bytes) != KNN_OK) return 1;
  printf("%s; %d thread%s; GFLOP/s, float32, of %.0f at best\n%-42s", knn_ctx_kernels(ctx),
         options.threads, options.threads == 1 ? "" : "s", flops / 1e9, "");
  for (int i = 0; i < knn__providers_n; i++) printf(" %10s", knn__providers[i]->name);
  printf("   first: time\n");
  for (size_t i = 0; i < sizeof problems / sizeof *problems; i++)
    if (argc <= 2 || strstr(problems[i].name, argv[2])) line(ctx, problems[i]);
  knn_ctx_release(ctx);
  return 0;
}
