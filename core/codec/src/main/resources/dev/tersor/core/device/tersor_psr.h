/* Scheme psr: blocks of 256 weights, an index of 8 bits for each non-zero. Streams: count, blocks, indices,
 * values. */
#ifndef TERSOR_PSR_H
#define TERSOR_PSR_H

#include "tersor_stream.h"

typedef struct {
  tersor_reader blocks;
  tersor_reader indices;
  tersor_reader values;
  uint32_t weights;
  uint32_t at;      /* position of the next weight to decode */
  uint32_t element; /* position of the next element, weights after the last one */
  uint32_t next;    /* where the block after its own begins */
  uint32_t least;   /* the least position that the next element of its block may have */
  uint32_t left;    /* elements of the block after it */
} tersor_psr_cursor;

/* All codes of a layer. */
int tersor_psr(const tersor_layer *layer, uint8_t *codes);

/* The codes a few at a time, in order of their positions, such as row by row. */
int tersor_psr_open(tersor_psr_cursor *cursor, const tersor_layer *layer);
int tersor_psr_next(tersor_psr_cursor *cursor, uint8_t *codes, uint32_t number);

/* The same bytes as tersor_psr, by vectors; of trusted flash. */
int tersor_psr_mve(const tersor_layer *layer, uint8_t *codes);

#endif
