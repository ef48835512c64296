/* number.h - numbers in text, with a decimal point whatever the locale. */
#ifndef KNN__NUMBER_H
#define KNN__NUMBER_H

#include <locale.h>
#include <stdint.h>

typedef enum knn__number_kind { KNN__NO_NUMBER, KNN__WHOLE, KNN__REAL } knn__number_kind;

/* Blanks around are skipped. Whole numbers that fit set both results, others only `real`; "inf" is
 * a number, "nan" and hexadecimal are not. `plain` is the "C" locale. */
knn__number_kind knn__number(const char *text, locale_t plain, int64_t *whole, double *real);

#endif
