/* clock.h - time that only goes forward. */
#ifndef KNN__CLOCK_H
#define KNN__CLOCK_H

/* Seconds since some fixed moment. */
double knn__now(void);

#endif
