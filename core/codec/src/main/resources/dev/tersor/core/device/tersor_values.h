/* Codebooks: what codes stand for. Section 4, all but scaled ones and trellises. */
#ifndef TERSOR_VALUES_H
#define TERSOR_VALUES_H

#include "tersor_stream.h"

typedef struct {
  const float *numbers;
  uint32_t count;
  uint32_t row;      /* weights of a row */
  uint32_t group;    /* weights that share a step */
  uint8_t bits;
  uint8_t is_table;  /* whether the numbers are those of the codes from 1 on, and no steps */
} tersor_book;

/* The values of codes. They may lie in the last quarter of the same memory.
 *
 * from: the position of the first one */
void tersor_values(const tersor_book *book, uint32_t from, uint32_t number, const uint8_t *codes, float *values);

#endif
