/* EACH_SITE(x) is x(10000) x(10001) ... x(19999): a number for each of ten thousand call sites. */
#ifndef BENCH_GROWTH_SITES_H
#define BENCH_GROWTH_SITES_H

#define EACH_SITE(x) SITES_1000S_(x, 1)

/* clang-format off */
#define SITES_1000S_(x, n) SITES_1000_(x, n##0) SITES_1000_(x, n##1) SITES_1000_(x, n##2) \
    SITES_1000_(x, n##3) SITES_1000_(x, n##4) SITES_1000_(x, n##5) SITES_1000_(x, n##6) \
    SITES_1000_(x, n##7) SITES_1000_(x, n##8) SITES_1000_(x, n##9)
#define SITES_1000_(x, n) SITES_100_(x, n##0) SITES_100_(x, n##1) SITES_100_(x, n##2) \
    SITES_100_(x, n##3) SITES_100_(x, n##4) SITES_100_(x, n##5) SITES_100_(x, n##6) \
    SITES_100_(x, n##7) SITES_100_(x, n##8) SITES_100_(x, n##9)
#define SITES_100_(x, n) SITES_10_(x, n##0) SITES_10_(x, n##1) SITES_10_(x, n##2) \
    SITES_10_(x, n##3) SITES_10_(x, n##4) SITES_10_(x, n##5) SITES_10_(x, n##6) \
    SITES_10_(x, n##7) SITES_10_(x, n##8) SITES_10_(x, n##9)
#define SITES_10_(x, n) x(n##0) x(n##1) x(n##2) x(n##3) x(n##4) x(n##5) x(n##6) x(n##7) \
    x(n##8) x(n##9)
/* clang-format on */

#endif
