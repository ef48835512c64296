/* data.h - what the files about data share. */
#ifndef KNN_INTERP_BIND_DATA_H
#define KNN_INTERP_BIND_DATA_H

#include "tensor.h"

enum { KNN__MOST_STRINGS = 16 };

/* Trouble with files is a result, nil, message, code; any other failure is raised. */
int knn__io_failure(lua_State *L, knn_status st);
/* The list of strings under `key` of the table at idx, which keeps them alive; returns their
 * number. */
int knn__option_strings(lua_State *L, int idx, const char *key, const char **list);
bool knn__option_flag(lua_State *L, int idx, const char *key);
const char *knn__option_text(lua_State *L, int idx, const char *key); /* NULL if absent */

/* table.c: the Table userdata, and load_csv into the module on top. */
void knn__open_table(lua_State *L);
/* An empty box for a table, pushed. */
knn_table **knn__new_table_box(lua_State *L);
/* image.c, audio.c, json.c, media_files.c: into the module on top. */
void knn__open_image(lua_State *L);
void knn__open_audio(lua_State *L);
void knn__open_json(lua_State *L);
void knn__open_media_files(lua_State *L);

#endif
