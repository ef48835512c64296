/* keras_names.h - where Keras keeps its classes, and what its files call them. */
#ifndef KNN__KERAS_NAMES_H
#define KNN__KERAS_NAMES_H

#include "object.h"

/* "keras.layers" for a family; NULL for activations, which are known by a word. */
const char *knn__keras_module(const char *family);
/* The family whose classes a module holds; NULL for other modules, also of ops. */
const char *knn__keras_family(const char *module);
/* The name of a class in files, and the class of such a name. */
const char *knn__keras_class_name(const knn_class *cls);
const char *knn__keras_own_name(const char *class_name);
/* The name here of an option in a file. */
const char *knn__keras_own_option(const knn_class *cls, const char *option);
/* Whether Keras's constructor takes this option of the class. */
bool knn__keras_takes(const knn_class *cls, const char *option);
/* Whether an option in a file may be left out here: it is off, or changes no number. */
bool knn__keras_ignores(const char *option, const knn_config *value);

#endif
