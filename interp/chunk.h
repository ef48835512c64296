/* chunk.h - one input of the prompt, or one script: loading it, and saying what is wrong with it.
 *
 * At the prompt an input is tried as an expression, then as statements. A small lexer removes
 * `local` from statements outside any block, so that what one input defines the next one sees:
 *   local x <const> = 1       becomes   x = 1
 *   local a, b                becomes   a, b = nil
 *   local function f() end    becomes   function f() end
 * Removed words turn into blanks, so columns in messages stay those that were typed. */
#ifndef KNN_INTERP_CHUNK_H
#define KNN_INTERP_CHUNK_H

#include <lua.h>
#include <stddef.h>

#include "buf.h"

typedef enum {
  KNN__CHUNK_EMPTY,      /* blanks and comments only; pushes nothing */
  KNN__CHUNK_EXPRESSION, /* pushes the function; its values are to be printed */
  KNN__CHUNK_STATEMENT,  /* pushes the function */
  KNN__CHUNK_MORE,       /* could go on: pushes the message that it would give as it stands */
  KNN__CHUNK_BAD         /* pushes the message */
} knn__chunk_kind;

/* Loads an input of the prompt. *quiet: it ends in `;`, so nothing is to be printed. keep_locals:
 * stock Lua. */
knn__chunk_kind knn__chunk_load(lua_State *L, const char *source, size_t n, int keep_locals,
                                int *quiet);

/* Loads a whole script, text or binary; a first line that starts with # is skipped. Pushes the
 * function, or the message with the offending line and a caret. name as in lua_load. Returns LUA_OK
 * or the status of lua_load. */
int knn__chunk_load_script(lua_State *L, const char *source, size_t n, const char *name);

/* Appends `source` to out with `local` removed outside blocks. */
void knn__chunk_free_locals(const char *source, size_t n, knn__buf *out);

/* Appends an input of the prompt as statements that can stand among others in a script: an expression
 * becomes `_ = expression`. */
void knn__chunk_add_statements(lua_State *L, const char *source, size_t n, knn__buf *out);

/* The reserved words of Lua; ends in NULL. */
extern const char *const knn__chunk_words[];

#endif
