/* post.c - one message to a server by HTTP, whose answer is not kept. */
#include "knn/data.h"

#if KNN_HAVE_CURL

#include "curl_api.h"

static size_t ignore(char *data, size_t one, size_t n, void *user) {
  (void)data;
  (void)user;
  return one * n;
}

static CURLcode perform(const knn__curl *curl, CURL *easy, const knn_post *job,
                        struct curl_slist *headers) {
  CURLcode (*set)(CURL *, CURLoption, ...) = curl->curl_easy_setopt;
  set(easy, CURLOPT_URL, job->url);
  set(easy, CURLOPT_POSTFIELDS, job->body);
  set(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)job->bytes);
  set(easy, CURLOPT_HTTPHEADER, headers);
  set(easy, CURLOPT_WRITEFUNCTION, ignore);
  set(easy, CURLOPT_NOSIGNAL, 1L);
  set(easy, CURLOPT_FAILONERROR, 1L);
  set(easy, CURLOPT_USERAGENT, "knn");
  set(easy, CURLOPT_PROXY, ""); /* "" keeps libcurl from asking the environment */
  set(easy, CURLOPT_TIMEOUT_MS, (long)(job->timeout > 0 ? job->timeout * 1000 : 10000));
  return curl->curl_easy_perform(easy);
}

static knn_status post(knn_ctx *ctx, const knn__curl *curl, const knn_post *job) {
  struct curl_slist *headers = NULL;
  CURL *easy = curl->curl_easy_init();
  bool whole = easy != NULL;
  for (int i = 0; i < job->n_headers && whole; i++) {
    struct curl_slist *longer = curl->curl_slist_append(headers, job->headers[i]);
    whole = longer != NULL;
    if (longer) headers = longer;
  }
  const CURLcode code = whole ? perform(curl, easy, job, headers) : CURLE_OUT_OF_MEMORY;
  curl->curl_slist_free_all(headers);
  if (easy) curl->curl_easy_cleanup(easy);
  if (code == CURLE_OK) return KNN_OK;
  return knn_fail(ctx, code == CURLE_OUT_OF_MEMORY ? KNN_ENOMEM : KNN_EIO, "%s: %s", job->url,
                  curl->curl_easy_strerror(code));
}

knn_status knn_http_post(knn_ctx *ctx, const knn_post *job) {
  knn__curl curl;
  KNN__TRY(knn__curl_load(ctx, &curl));
  knn_status st = post(ctx, &curl, job);
  curl.curl_global_cleanup();
  return st;
}

#else

knn_status knn_http_post(knn_ctx *ctx, const knn_post *job) {
  return knn_fail(ctx, KNN_EIO, "%s: this build has no libcurl", job->url);
}

#endif
