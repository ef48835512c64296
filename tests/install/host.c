/* host.c - a program outside the tree that uses the installed library through its public headers. */
#include <knn/knn.h>
#include <stdio.h>
#include <string.h>

int main(void) {
  knn_ctx *ctx = NULL;
  if (knn_ctx_new(NULL, &ctx) != KNN_OK) return 1;
  knn_fail(ctx, KNN_EARG, "host: %d is not wanted", 7);
  int same = strcmp(knn_ctx_error(ctx), "host: 7 is not wanted") == 0;
  printf("host: knn %s\n", knn_version());
  knn_ctx_release(ctx);
  return same ? 0 : 1;
}
