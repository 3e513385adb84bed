/*
 * What a product of a 4096 x 4096 matrix and one input takes in C with AVX-512 intrinsics, one
 * thread: a yardstick for the kernels of StoredMatrixBenchmark, and OpenBLAS for the dense one. Not part of the build.
 *
 *   cc -O3 -march=native -o kernels kernels.c -lopenblas && OPENBLAS_NUM_THREADS=1 ./kernels
 *
 * Prints milliseconds, the median of 15 runs of 40 products each, and how many times as fast as
 * this program's dense kernel each is. Every 97th sum is checked against plain loops.
 */
#include <cblas.h>
#include <immintrin.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { N = 4096, RUNS = 15, PRODUCTS = 40 };

static double sum(__m512 a, __m512 b, __m512 c, __m512 d) {
  return _mm512_reduce_add_ps(_mm512_add_ps(_mm512_add_ps(a, b), _mm512_add_ps(c, d)));
}

#define FLOATS(from) _mm512_loadu_ps(from)
#define BYTES(from) _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128((const void *)(from))))

/* Four rows at once, `apart` rows from each other, of fp32 weights or of 8-bit levels. */
#define FOUR(name, type, LOAD)                                      \
  static void name(const type *w, int apart, const float *x, float *y) { \
    for (int i = 0; i < N / 4; i++) {                               \
      int row = apart == 1 ? 4 * i : i;                             \
      const type *at = w + (long)row * N;                           \
      const long next = (long)apart * N;                            \
      __m512 s0 = _mm512_setzero_ps(), s1 = s0, s2 = s0, s3 = s0;   \
      for (int c = 0; c < N; c += 16) {                             \
        __m512 in = _mm512_loadu_ps(x + c);                         \
        s0 = _mm512_fmadd_ps(LOAD(at + c), in, s0);                 \
        s1 = _mm512_fmadd_ps(LOAD(at + c + next), in, s1);          \
        s2 = _mm512_fmadd_ps(LOAD(at + c + 2 * next), in, s2);      \
        s3 = _mm512_fmadd_ps(LOAD(at + c + 3 * next), in, s3);      \
      }                                                             \
      y[row] = _mm512_reduce_add_ps(s0);                            \
      y[row + apart] = _mm512_reduce_add_ps(s1);                    \
      y[row + 2 * apart] = _mm512_reduce_add_ps(s2);                \
      y[row + 3 * apart] = _mm512_reduce_add_ps(s3);                \
    }                                                               \
  }

FOUR(dense, float, FLOATS)
FOUR(bytes, int8_t, BYTES)

/* 8-bit levels, eight rows at once, an eighth of the matrix apart. */
static void eight(const int8_t *w, const float *x, float *y) {
  for (int row = 0; row < N / 8; row++) {
    __m512 s[8];
    for (int k = 0; k < 8; k++) s[k] = _mm512_setzero_ps();
    for (int c = 0; c < N; c += 16) {
      __m512 in = _mm512_loadu_ps(x + c);
#pragma GCC unroll 8
      for (int k = 0; k < 8; k++)
        s[k] = _mm512_fmadd_ps(BYTES(w + (long)(row + k * (N / 8)) * N + c), in, s[k]);
    }
    for (int k = 0; k < 8; k++) y[row + k * (N / 8)] = _mm512_reduce_add_ps(s[k]);
  }
}

/* x holds the inputs of place 0 of 16 words, of place 1, ... */
#define LEVEL(s, place, bit)                                                                  \
  s = _mm512_fmadd_ps(_mm512_cvtepi32_ps(_mm512_and_si512(q, _mm512_set1_epi32(15 << (bit)))), \
                      _mm512_loadu_ps(x + c + 16 * (place)), s)

/* 4-bit codes that count from 0; x is divided by the power of two that each place multiplies. */
static void levels(const uint8_t *w, const float *x, float *y) {
  for (int row = 0; row < N; row++) {
    const uint8_t *at = w + (long)row * N / 2;
    __m512 s0 = _mm512_setzero_ps(), s1 = s0, s2 = s0, s3 = s0;
    for (int c = 0; c < N; c += 128) {
      __m512i q = _mm512_loadu_si512(at + c / 2);
      LEVEL(s0, 0, 0);
      LEVEL(s1, 1, 4);
      LEVEL(s2, 2, 8);
      LEVEL(s3, 3, 12);
      q = _mm512_srli_epi32(q, 16);
      LEVEL(s0, 4, 0);
      LEVEL(s1, 5, 4);
      LEVEL(s2, 6, 8);
      LEVEL(s3, 7, 12);
    }
    y[row] = sum(s0, s1, s2, s3);
  }
}

#define LOOK(s, place)                                                                      \
  s = _mm512_fmadd_ps(_mm512_permutexvar_ps(_mm512_srli_epi32(q, 4 * (place)), numbers), \
                      _mm512_loadu_ps(x + c + 16 * (place)), s)

/* 4-bit codes of a table of 16 numbers, which is one register. */
static void table(const uint8_t *w, const float *of, const float *x, float *y) {
  __m512 numbers = _mm512_loadu_ps(of);
  for (int row = 0; row < N; row++) {
    const uint8_t *at = w + (long)row * N / 2;
    __m512 s0 = _mm512_setzero_ps(), s1 = s0, s2 = s0, s3 = s0;
    for (int c = 0; c < N; c += 128) {
      __m512i q = _mm512_loadu_si512(at + c / 2);
      LOOK(s0, 0);
      LOOK(s1, 1);
      LOOK(s2, 2);
      LOOK(s3, 3);
      LOOK(s0, 4);
      LOOK(s1, 5);
      LOOK(s2, 6);
      LOOK(s3, 7);
    }
    y[row] = sum(s0, s1, s2, s3);
  }
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static float number(void) { return (float)rand() / (float)RAND_MAX - 0.5f; }

int main(void) {
  float *w = malloc(sizeof(float) * N * N), *x = malloc(sizeof(float) * N);
  float *placed = malloc(sizeof(float) * N), *scaled = malloc(sizeof(float) * N);
  float *y = malloc(sizeof(float) * N), of[16];
  uint8_t *codes = malloc((size_t)N * N);
  for (long i = 0; i < (long)N * N; i++) {
    w[i] = number();
    codes[i] = (uint8_t)rand();
  }
  for (int i = 0; i < 16; i++) of[i] = number();
  for (int i = 0; i < N; i++) x[i] = number();
  for (int c = 0; c < N; c += 128)
    for (int place = 0; place < 8; place++)
      for (int lane = 0; lane < 16; lane++) {
        placed[c + 16 * place + lane] = x[c + 8 * lane + place];
        scaled[c + 16 * place + lane] = ldexpf(x[c + 8 * lane + place], -4 * (place % 4));
      }
  const char *names[] = {"dense",           "dense, rows far apart", "dense, OpenBLAS", "8-bit levels",
                         "8-bit, far apart", "8-bit, eight far apart", "4-bit levels", "table of 16"};
  enum { KINDS = 8 };
  double ms[KINDS][RUNS];
  for (int run = 0; run < RUNS; run++)
    for (int kind = 0; kind < KINDS; kind++) {
      memset(y, 0xFF, sizeof(float) * N); /* NaN, which passes no check */
      double from = now();
      for (int i = 0; i < PRODUCTS; i++) switch (kind) {
          case 0: dense(w, 1, x, y); break;
          case 1: dense(w, N / 4, x, y); break;
          case 2: cblas_sgemv(CblasRowMajor, CblasNoTrans, N, N, 1, w, N, x, 1, 0, y, 1); break;
          case 3: bytes((int8_t *)codes, 1, x, y); break;
          case 4: bytes((int8_t *)codes, N / 4, x, y); break;
          case 5: eight((int8_t *)codes, x, y); break;
          case 6: levels(codes, scaled, y); break;
          default: table(codes, of, placed, y);
        }
      ms[kind][run] = (now() - from) / PRODUCTS;
      for (int row = 0; row < N; row += 97) {
        double expected = 0;
        for (int c = 0; c < N; c++) {
          long at = (long)row * N + c;
          int code = codes[at / 2] >> 4 * (c & 1) & 15;
          expected += x[c] * (kind < 3 ? w[at] : kind < 6 ? (int8_t)codes[at] : kind == 6 ? code : of[code]);
        }
        if (!(fabs(expected - y[row]) <= 1e-4 * N)) {
          printf("%s: row %d is %g, expected %g\n", names[kind], row, y[row], expected);
          return 1;
        }
      }
    }
  for (int kind = 0; kind < KINDS; kind++) {
    qsort(ms[kind], RUNS, sizeof(double), ascending);
    printf("%-22s %.2f ms (%.2f to %.2f), %.2f times dense\n", names[kind], ms[kind][RUNS / 2],
           ms[kind][0], ms[kind][RUNS - 1], ms[0][RUNS / 2] / ms[kind][RUNS / 2]);
  }
  return 0;
}
