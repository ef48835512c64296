/* provider_list.h - the providers of this build, best first; X(openblas) is the row
 * knn__provider_openblas. */
#ifdef KNN_HAVE_DNNL
X(onednn)
#endif
X(simd)
#ifdef KNN_HAVE_OPENBLAS
X(openblas)
#endif
X(half)
X(ref)
