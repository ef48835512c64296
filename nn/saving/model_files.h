/* model_files.h - what saving and loading share. */
#ifndef KNN__MODEL_FILES_H
#define KNN__MODEL_FILES_H

#include "knn/saving.h"

bool knn__ends_in(const char *path, const char *end);

#endif
