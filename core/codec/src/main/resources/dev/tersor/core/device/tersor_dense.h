/* Scheme dense: a code for every weight. Streams: values. */
#ifndef TERSOR_DENSE_H
#define TERSOR_DENSE_H

#include "tersor_stream.h"

typedef struct {
  tersor_reader values;
} tersor_dense_cursor;

/* All codes of a layer. */
int tersor_dense(const tersor_layer *layer, uint8_t *codes);

/* The codes a few at a time, in order of their positions, such as row by row. */
int tersor_dense_open(tersor_dense_cursor *cursor, const tersor_layer *layer);
int tersor_dense_next(tersor_dense_cursor *cursor, uint8_t *codes, uint32_t number);

#endif
