/* Scheme bitmap: a bit for each weight, and the codes where it is set. Streams: mask, values. */
#ifndef TERSOR_BITMAP_H
#define TERSOR_BITMAP_H

#include "tersor_stream.h"

typedef struct {
  tersor_reader mask;
  tersor_reader values;
  uint32_t left;  /* weights that are not decoded yet */
  uint32_t bits;  /* those of the mask's byte that are left, lowest first */
  uint32_t ready; /* how many these are */
} tersor_bitmap_cursor;

/* All codes of a layer. */
int tersor_bitmap(const tersor_layer *layer, uint8_t *codes);

/* The codes a few at a time, in order of their positions, such as row by row. */
int tersor_bitmap_open(tersor_bitmap_cursor *cursor, const tersor_layer *layer);
int tersor_bitmap_next(tersor_bitmap_cursor *cursor, uint8_t *codes, uint32_t number);

/* The same bytes as tersor_bitmap, by vectors; of trusted flash. */
int tersor_bitmap_mve(const tersor_layer *layer, uint8_t *codes);

#endif
