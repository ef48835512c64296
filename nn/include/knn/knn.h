/* knn.h - everything: a neural-network engine for C and C++. */
#ifndef KNN_H
#define KNN_H

#include "knn/audio.h"
#include "knn/config.h"
#include "knn/context.h"
#include "knn/custom.h"
#include "knn/data.h"
#include "knn/dtype.h"
#include "knn/file.h"
#include "knn/image.h"
#include "knn/json.h"
#include "knn/layer.h"
#include "knn/metric.h"
#include "knn/model.h"
#include "knn/optimizer.h"
#include "knn/pipeline.h"
#include "knn/saving.h"
#include "knn/schema.h"
#include "knn/status.h"
#include "knn/tensor.h"
#include "knn/value.h"

#endif
