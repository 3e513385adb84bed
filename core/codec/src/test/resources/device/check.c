/* check CASES: decodes all cases, whole, and by rows where their scheme can, and compares.
 * check CASES ANSWERS: tells of each case whether it was decoded (a byte), and its codes where it was. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "tersor_bitmap.h"
#include "tersor_dense.h"
#include "tersor_psr.h"
#include "tersor_relative.h"
#include "tersor_wavelet.h"

typedef union {
  tersor_dense_cursor dense;
  tersor_bitmap_cursor bitmap;
  tersor_relative_cursor relative;
  tersor_psr_cursor psr;
} cursor_of_any;

static int open_any(const tested *one, cursor_of_any *cursor) {
  switch (one->scheme) {
    case 0: return tersor_dense_open(&cursor->dense, &one->layer);
    case 1: return tersor_bitmap_open(&cursor->bitmap, &one->layer);
    case 2: return tersor_relative_open(&cursor->relative, &one->layer);
    case 3: return tersor_gap_open(&cursor->relative, &one->layer);
    default: return tersor_psr_open(&cursor->psr, &one->layer);
  }
}

static int next_any(const tested *one, cursor_of_any *cursor, uint8_t *codes, uint32_t number) {
  switch (one->scheme) {
    case 0: return tersor_dense_next(&cursor->dense, codes, number);
    case 1: return tersor_bitmap_next(&cursor->bitmap, codes, number);
    case 2:
    case 3: return tersor_relative_next(&cursor->relative, codes, number);
    default: return tersor_psr_next(&cursor->psr, codes, number);
  }
}

/* In rows of 1, 2, 3, ... weights. */
static int rows(const tested *one) {
  cursor_of_any cursor;
  uint32_t row = 1;
  if (!open_any(one, &cursor)) {
    return 0;
  }
  for (uint32_t at = 0; at < one->layer.weights; row = row * 3 / 2 + 1) {
    uint32_t number = tersor_less(row, one->layer.weights - at);
    uint8_t *codes = malloc(number);
    int same = next_any(one, &cursor, codes, number) && memcmp(codes, one->codes + at, number) == 0;
    free(codes);
    if (!same) {
      return 0;
    }
    at += number;
  }
  return 1;
}

/* Blocks of a wavelet tree's symbols at several places. */
static int blocks(const tersor_stream *stream) {
  uint8_t *all = malloc(stream->count);
  tersor_reader reader;
  int same = tersor_open(&reader, stream);
  for (uint32_t i = 0; same && i < stream->count; i++) {
    same = tersor_ready(&reader) > 0;
    all[i] = *reader.at++;
  }
  for (uint32_t from = 0; same && from < stream->count; from += 1 + stream->count / 7) {
    same = tersor_wavelet_seek(&reader, from);
    for (uint32_t i = from; same && i < stream->count && i < from + 50; i++) {
      same = tersor_ready(&reader) > 0 && *reader.at++ == all[i];
    }
  }
  free(all);
  return same;
}

int main(int count, char **arguments) {
  uint32_t number;
  uint32_t wrong = 0;
  tested **cases = cases_read(arguments[1], &number);
  FILE *answers = count > 2 ? fopen(arguments[2], "wb") : NULL;
  for (uint32_t i = 0; i < number; i++) {
    const tested *one = cases[i];
    uint8_t *codes = malloc(one->layer.weights > 0 ? one->layer.weights : 1);
    int decoded = one->layer.decode(&one->layer, codes);
    if (answers != NULL) {
      fputc(decoded, answers);
      if (decoded) {
        fwrite(codes, 1, one->layer.weights, answers);
      }
    } else if (!decoded || memcmp(codes, one->codes, one->layer.weights) != 0) {
      wrong++;
      printf("case %u: %s\n", i, decoded ? "other codes" : "refused");
    } else if (one->scheme < 5 && !rows(one)) {
      wrong++;
      printf("case %u: other rows\n", i);
    } else {
      for (uint32_t s = 0; s < one->number; s++) {
        if (one->coders[s] >= 3 && !blocks(&one->streams[s])) {
          wrong++;
          printf("case %u, stream %u: other blocks\n", i, s);
        }
      }
    }
    free(codes);
    cases_free(cases[i]);
  }
  free(cases);
  if (answers != NULL) {
    fclose(answers);
  }
  printf("%u cases, %u wrong\n", number, wrong);
  return wrong == 0 ? 0 : 1;
}
