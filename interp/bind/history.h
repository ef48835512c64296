/* history.h - what fit returns. */
#ifndef KNN_INTERP_BIND_HISTORY_H
#define KNN_INTERP_BIND_HISTORY_H

#include "bind.h"

void knn__bind_push_history(lua_State *L, const knn_history *history);

#endif
