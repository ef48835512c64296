/* entropy.h - how far cross-entropies keep predictions away from 0 and 1: Keras's epsilon, clipped
 * in the precision of the prediction; and the logits of these two bounds, ln p - ln(1 - p). */
#ifndef KNN__ENTROPY_H
#define KNN__ENTROPY_H

#define KNN__EPSILON 1e-7 /* Keras's default, keras.config.epsilon() */
#define KNN__LOGIT_OF_EPSILON (-16.11809555095832)
#ifdef KNN_REAL_DOUBLE
#define KNN__LOGIT_OF_REST 16.11809555095832
#else
#define KNN__LOGIT_OF_REST 15.942385f /* 1 - 1e-7 is 1 - 2^-23 in float */
#endif

#endif
