/* h5_types.c - what HDF5's types are here, and the other way. */
#if KNN_HAVE_HDF5

#include "h5.h"

static knn_dtype integer_dtype(knn_h5 *h5, hid_t type) {
  const bool is_signed = h5->api.type_sign(type) != H5T_SGN_NONE;
  switch (h5->api.type_size(type)) {
    case 1: return is_signed ? KNN_I32 : KNN_U8;
    case 2: return KNN_I32;
    case 4: return is_signed ? KNN_I32 : KNN_I64;
    case 8: return KNN_I64;
    default: return KNN_DTYPE_NONE;
  }
}

/* NumPy's bool is an enumeration of two in a byte. */
static knn_dtype enum_dtype(knn_h5 *h5, hid_t type) {
  const hid_t super = h5->api.type_super(type);
  if (super < 0) return KNN_DTYPE_NONE;
  const bool is_bool = h5->api.type_members(type) == 2 && h5->api.type_size(type) == 1;
  const knn_dtype dtype = is_bool ? KNN_BOOL : KNN_DTYPE_NONE;
  h5->api.type_close(super);
  return dtype;
}

knn_dtype knn__h5_dtype(knn_h5 *h5, hid_t type) {
  const size_t size = h5->api.type_size(type);
  switch (h5->api.type_class(type)) {
    case H5T_INTEGER: return integer_dtype(h5, type);
    case H5T_FLOAT:
      return size == 4 ? KNN_F32 : size == 8 ? KNN_F64 : size == 2 ? KNN_F16 : KNN_DTYPE_NONE;
    case H5T_ENUM: return enum_dtype(h5, type);
    /* what h5py makes of a type it does not know; an attribute tells that it is this one */
    case H5T_OPAQUE: return size == 2 ? KNN_BF16 : KNN_DTYPE_NONE;
    default: return KNN_DTYPE_NONE;
  }
}

/* IEEE's 16-bit float, made of the 32-bit one. */
static hid_t half_type(knn_h5 *h5) {
  const knn__h5_api *api = &h5->api;
  const hid_t type = api->type_copy(api->f32_file);
  if (type >= 0) {
    api->type_set_fields(type, 15, 10, 5, 0, 10);
    api->type_set_size(type, 2);
    api->type_set_bias(type, 15);
  }
  return type;
}

static hid_t bool_type(knn_h5 *h5) {
  const int8_t no = 0, yes = 1;
  const hid_t type = h5->api.type_enum(h5->api.i8);
  if (type >= 0) {
    h5->api.type_enum_insert(type, "FALSE", &no);
    h5->api.type_enum_insert(type, "TRUE", &yes);
  }
  return type;
}

static hid_t opaque_type(knn_h5 *h5) {
  return h5->api.type_create(H5T_OPAQUE, 2);
}

hid_t knn__h5_memory_type(knn_h5 *h5, knn_dtype type) {
  const knn__h5_api *api = &h5->api;
  switch (type) {
    case KNN_F32: return api->type_copy(api->f32);
    case KNN_F64: return api->type_copy(api->f64);
    case KNN_I32: return api->type_copy(api->i32);
    case KNN_I64: return api->type_copy(api->i64);
    case KNN_U8: return api->type_copy(api->u8);
    case KNN_BOOL: return bool_type(h5);
    case KNN_F16: return half_type(h5);
    case KNN_BF16: return opaque_type(h5);
    case KNN_STRING: /* no element of one size */
    case KNN_DTYPES:
    case KNN_DTYPE_NONE: break;
  }
  return -1;
}

bool knn__h5_dims(knn_h5 *h5, hid_t space, knn__spec *spec) {
  hsize_t dims[H5S_MAX_RANK];
  const H5S_class_t kind = h5->api.space_class(space);
  spec->rank = 0;
  if (kind == H5S_SCALAR) return true;
  if (kind != H5S_SIMPLE) return false;
  const int rank = h5->api.space_rank(space);
  if (rank < 0 || rank > KNN_MAX_RANK || h5->api.space_dims(space, dims, NULL) < 0) return false;
  for (int i = 0; i < rank; i++) {
    if (dims[i] > (hsize_t)INT64_MAX) return false;
    spec->dims[i] = (int64_t)dims[i];
  }
  spec->rank = rank;
  return true;
}

#else
typedef int knn__h5_types_is_off;
#endif
