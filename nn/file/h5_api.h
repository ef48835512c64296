/* h5_api.h - what is used of libhdf5. */
#ifndef KNN__H5_API_H
#define KNN__H5_API_H

#include <hdf5.h>
#if H5_VERSION_GE(1, 13, 2)
#include <H5FDdevelop.h>
#endif

#include "library.h"

/* Constants of HDF5 call the library on the way to their value; here it is open already. */
#undef H5OPEN
#undef H5CHECK
#define H5OPEN
#define H5CHECK

/* member, result, arguments, name in the library, which may be a macro */
#define KNN__H5_LIST(X)                                                                         \
  X(open, herr_t, (void), H5open)                                                               \
  X(get_auto, herr_t, (hid_t, H5E_auto2_t *, void **), H5Eget_auto2)                            \
  X(set_auto, herr_t, (hid_t, H5E_auto2_t, void *), H5Eset_auto2)                               \
  X(driver_register, hid_t, (const H5FD_class_t *), H5FDregister)                               \
  X(driver_unregister, herr_t, (hid_t), H5FDunregister)                                         \
  X(plist_create, hid_t, (hid_t), H5Pcreate)                                                    \
  X(plist_close, herr_t, (hid_t), H5Pclose)                                                     \
  X(set_driver, herr_t, (hid_t, hid_t, const void *), H5Pset_driver)                            \
  X(set_close_degree, herr_t, (hid_t, H5F_close_degree_t), H5Pset_fclose_degree)                \
  X(set_track_times, herr_t, (hid_t, hbool_t), H5Pset_obj_track_times)                          \
  X(set_chunk, herr_t, (hid_t, int, const hsize_t *), H5Pset_chunk)                             \
  X(set_deflate, herr_t, (hid_t, unsigned), H5Pset_deflate)                                     \
  X(set_shuffle, herr_t, (hid_t), H5Pset_shuffle)                                               \
  X(get_layout, H5D_layout_t, (hid_t), H5Pget_layout)                                           \
  X(get_external_count, int, (hid_t), H5Pget_external_count)                                    \
  X(get_filter_count, int, (hid_t), H5Pget_nfilters)                                            \
  X(get_filter, H5Z_filter_t,                                                                   \
    (hid_t, unsigned, unsigned *, size_t *, unsigned *, size_t, char *, unsigned *),            \
    H5Pget_filter2)                                                                             \
  X(filter_available, htri_t, (H5Z_filter_t), H5Zfilter_avail)                                  \
  X(file_open, hid_t, (const char *, unsigned, hid_t), H5Fopen)                                 \
  X(file_create, hid_t, (const char *, unsigned, hid_t, hid_t), H5Fcreate)                      \
  X(file_flush, herr_t, (hid_t, H5F_scope_t), H5Fflush)                                         \
  X(file_close, herr_t, (hid_t), H5Fclose)                                                      \
  X(object_open, hid_t, (hid_t, const char *, hid_t), H5Oopen)                                  \
  X(object_close, herr_t, (hid_t), H5Oclose)                                                    \
  X(type_of_id, H5I_type_t, (hid_t), H5Iget_type)                                               \
  X(link_exists, htri_t, (hid_t, const char *, hid_t), H5Lexists)                               \
  X(link_info, herr_t, (hid_t, const char *, H5L_info_t *, hid_t), H5Lget_info)                 \
  X(link_delete, herr_t, (hid_t, const char *, hid_t), H5Ldelete)                               \
  X(link_name, ssize_t,                                                                         \
    (hid_t, const char *, H5_index_t, H5_iter_order_t, hsize_t, char *, size_t, hid_t),         \
    H5Lget_name_by_idx)                                                                         \
  X(group_info, herr_t, (hid_t, H5G_info_t *), H5Gget_info)                                     \
  X(group_create, hid_t, (hid_t, const char *, hid_t, hid_t, hid_t), H5Gcreate2)                \
  X(data_create, hid_t, (hid_t, const char *, hid_t, hid_t, hid_t, hid_t, hid_t), H5Dcreate2)   \
  X(data_space, hid_t, (hid_t), H5Dget_space)                                                   \
  X(data_type, hid_t, (hid_t), H5Dget_type)                                                     \
  X(data_plist, hid_t, (hid_t), H5Dget_create_plist)                                            \
  X(data_stored, hsize_t, (hid_t), H5Dget_storage_size)                                         \
  X(data_read, herr_t, (hid_t, hid_t, hid_t, hid_t, hid_t, void *), H5Dread)                    \
  X(data_write, herr_t, (hid_t, hid_t, hid_t, hid_t, hid_t, const void *), H5Dwrite)            \
  X(reclaim, herr_t, (hid_t, hid_t, hid_t, void *), H5Dvlen_reclaim)                            \
  X(space_create, hid_t, (H5S_class_t), H5Screate)                                              \
  X(space_simple, hid_t, (int, const hsize_t *, const hsize_t *), H5Screate_simple)             \
  X(space_class, H5S_class_t, (hid_t), H5Sget_simple_extent_type)                               \
  X(space_rank, int, (hid_t), H5Sget_simple_extent_ndims)                                       \
  X(space_dims, int, (hid_t, hsize_t *, hsize_t *), H5Sget_simple_extent_dims)                  \
  X(space_select, herr_t,                                                                       \
    (hid_t, H5S_seloper_t, const hsize_t *, const hsize_t *, const hsize_t *, const hsize_t *), \
    H5Sselect_hyperslab)                                                                        \
  X(space_close, herr_t, (hid_t), H5Sclose)                                                     \
  X(type_copy, hid_t, (hid_t), H5Tcopy)                                                         \
  X(type_class, H5T_class_t, (hid_t), H5Tget_class)                                             \
  X(type_create, hid_t, (H5T_class_t, size_t), H5Tcreate)                                       \
  X(type_size, size_t, (hid_t), H5Tget_size)                                                    \
  X(type_sign, H5T_sign_t, (hid_t), H5Tget_sign)                                                \
  X(type_order, H5T_order_t, (hid_t), H5Tget_order)                                             \
  X(type_super, hid_t, (hid_t), H5Tget_super)                                                   \
  X(type_members, int, (hid_t), H5Tget_nmembers)                                                \
  X(type_is_text, htri_t, (hid_t), H5Tis_variable_str)                                          \
  X(type_set_size, herr_t, (hid_t, size_t), H5Tset_size)                                        \
  X(type_set_charset, herr_t, (hid_t, H5T_cset_t), H5Tset_cset)                                 \
  X(type_get_charset, H5T_cset_t, (hid_t), H5Tget_cset)                                         \
  X(type_set_fields, herr_t, (hid_t, size_t, size_t, size_t, size_t, size_t), H5Tset_fields)    \
  X(type_set_bias, herr_t, (hid_t, size_t), H5Tset_ebias)                                       \
  X(type_enum, hid_t, (hid_t), H5Tenum_create)                                                  \
  X(type_enum_insert, herr_t, (hid_t, const char *, const void *), H5Tenum_insert)              \
  X(type_close, herr_t, (hid_t), H5Tclose)                                                      \
  X(attribute_exists, htri_t, (hid_t, const char *), H5Aexists)                                 \
  X(attribute_open, hid_t, (hid_t, const char *, hid_t), H5Aopen)                               \
  X(attribute_open_at, hid_t,                                                                   \
    (hid_t, const char *, H5_index_t, H5_iter_order_t, hsize_t, hid_t, hid_t), H5Aopen_by_idx)  \
  X(attribute_count, int, (hid_t), H5Aget_num_attrs)                                            \
  X(attribute_name, ssize_t, (hid_t, size_t, char *), H5Aget_name)                              \
  X(attribute_create, hid_t, (hid_t, const char *, hid_t, hid_t, hid_t, hid_t), H5Acreate2)     \
  X(attribute_delete, herr_t, (hid_t, const char *), H5Adelete)                                 \
  X(attribute_space, hid_t, (hid_t), H5Aget_space)                                              \
  X(attribute_type, hid_t, (hid_t), H5Aget_type)                                                \
  X(attribute_stored, hsize_t, (hid_t), H5Aget_storage_size)                                    \
  X(attribute_read, herr_t, (hid_t, hid_t, void *), H5Aread)                                    \
  X(attribute_write, herr_t, (hid_t, hid_t, const void *), H5Awrite)                            \
  X(attribute_close, herr_t, (hid_t), H5Aclose)

/* Variables of the library that hold identifiers, known once it is open: member, name. */
#define KNN__H5_IDS(X)                              \
  X(f32, H5T_NATIVE_FLOAT_g)                        \
  X(f64, H5T_NATIVE_DOUBLE_g)                       \
  X(i8, H5T_NATIVE_INT8_g)                          \
  X(i32, H5T_NATIVE_INT32_g)                        \
  X(i64, H5T_NATIVE_INT64_g)                        \
  X(u8, H5T_NATIVE_UINT8_g)                         \
  X(u16, H5T_NATIVE_UINT16_g)                       \
  X(f32_file, H5T_IEEE_F32LE_g)                     \
  X(text, H5T_C_S1_g)                               \
  X(data_create_class, H5P_CLS_DATASET_CREATE_ID_g) \
  X(file_access_class, H5P_CLS_FILE_ACCESS_ID_g)

typedef struct knn__h5_api {
#define X(member, result, arguments, name) result(*member) arguments;
  KNN__H5_LIST(X)
#undef X
#define X(member, name) hid_t *member##_at;
  KNN__H5_IDS(X)
#undef X
/* not looked up: what stands there */
#define X(member, name) hid_t member;
  KNN__H5_IDS(X)
#undef X
} knn__h5_api;

/* KNN_ESTATE when the library is not on this machine. */
knn_status knn__h5_load(knn_ctx *ctx, knn__h5_api *api);

/* h5_driver.c: how HDF5 reads and writes a medium. */
extern const H5FD_class_t knn__h5_driver;

#endif
