/* Schemes relative1 to relative8 (streams: count, gaps, values), and gap1 to gap8 and gap-best with gaps
 * of up to 8 bits (streams: gaps, values). */
#ifndef TERSOR_RELATIVE_H
#define TERSOR_RELATIVE_H

#include "tersor_stream.h"

typedef struct {
  tersor_reader gaps;
  tersor_reader values;
  uint32_t weights;
  uint32_t at;      /* position of the next weight to decode */
  uint32_t element; /* position of the next element, weights after the last one */
  uint32_t full;    /* the gap of a filler */
  uint8_t less;     /* 1 where gaps are stored less one */
} tersor_relative_cursor;

/* All codes of a layer. */
int tersor_relative(const tersor_layer *layer, uint8_t *codes);
int tersor_gap(const tersor_layer *layer, uint8_t *codes);

/* The codes a few at a time, in order of their positions, such as row by row. */
int tersor_relative_open(tersor_relative_cursor *cursor, const tersor_layer *layer);
int tersor_gap_open(tersor_relative_cursor *cursor, const tersor_layer *layer);
int tersor_relative_next(tersor_relative_cursor *cursor, uint8_t *codes, uint32_t number);

#endif
