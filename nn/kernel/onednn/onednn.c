/* onednn.c - oneDNN's row in the table of providers. The library is loaded when a context first
 * chooses it for a kernel. */
#include "onednn.h"

#include <stdio.h>

#include "dnnl.h"

extern const knn__provider knn__provider_onednn;

static const char *open_library(knn_ctx *ctx) {
  (void)ctx;
  return knn__dnnl_open();
}

static void describe(knn_ctx *ctx, char *text, size_t size) {
  (void)ctx;
  char version[24];
  knn__dnnl_version(version, sizeof version);
  snprintf(text, size, "onednn %s", version);
}

const knn__provider knn__provider_onednn = {
    .name = "onednn",
    .open = open_library,
    .describe = describe,
    .kernels = {[KNN__GEMM] = &knn__onednn_gemm,
                [KNN__CONV] = &knn__onednn_conv,
                [KNN__CONV_GRAD_INPUT] = &knn__onednn_conv_grad_input,
                [KNN__CONV_GRAD_FILTER] = &knn__onednn_conv_grad_filter},
};
