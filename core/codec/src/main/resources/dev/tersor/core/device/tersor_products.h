/* Products of a weight with inputs, int8 by int8 in int32: straight from dCSR and from groups with dCSR as
 * remainder, zeros skipped, and of dense codes.
 *
 * Of trusted flash, packed streams and codes of 8 bits, which are signed numbers; the code 128, a weight that was
 * kept and rounded to 0, must not be among them. An input has a byte for each column; there is one input, or there
 * are four, one after the other. What comes out is added to sums: of row r and input i of n to sums[r * n + i]. */
#ifndef TERSOR_PRODUCTS_H
#define TERSOR_PRODUCTS_H

#include "tersor_stream.h"

/* Returns 1, or 0 where the layer is not stored so, which leaves the sums as they are.
 *
 * n: 1 or 4 */
int tersor_products(const tersor_layer *layer, uint32_t columns, const int8_t *inputs, uint32_t n, int32_t *sums);

/* The same of decoded codes, whose zeros are multiplied too. */
void tersor_products_dense(
    const uint8_t *codes, uint32_t rows, uint32_t columns, const int8_t *inputs, uint32_t n, int32_t *sums);

/* The same sums, by vectors. */
int tersor_products_mve(const tersor_layer *layer, uint32_t columns, const int8_t *inputs, uint32_t n, int32_t *sums);
void tersor_products_dense_mve(
    const uint8_t *codes, uint32_t rows, uint32_t columns, const int8_t *inputs, uint32_t n, int32_t *sums);

/* Whether products can be taken of a layer as it is stored. */
int tersor_products_can(const tersor_layer *layer);

/* Loops over the inputs, whose sums shall be in registers. */
#ifdef __GNUC__
#define TERSOR_UNROLLED _Pragma("GCC unroll 4")
#else
#define TERSOR_UNROLLED
#endif

/* The row that products are in: its first position and that after its last one, and where its sums go. */
typedef struct {
  uint32_t begin;
  uint32_t end;
  int32_t *sums;
} tersor_row;

static inline void tersor_row_next(tersor_row *row, uint32_t columns, uint32_t n) {
  row->begin = row->end;
  row->end += columns;
  row->sums += n;
}

#endif
