#include "tersor_dense.h"

int tersor_dense_open(tersor_dense_cursor *cursor, const tersor_layer *layer) {
  TERSOR_NEED(layer->streams[0].count == layer->weights);
  TERSOR_NEED(layer->streams[0].width == layer->bits);
  return tersor_open(&cursor->values, &layer->streams[0]);
}

int tersor_dense_next(tersor_dense_cursor *cursor, uint8_t *codes, uint32_t number) {
  tersor_reader *values = &cursor->values;
  while (number > 0) {
    uint32_t ready = tersor_less(tersor_ready(values), number);
    TERSOR_NEED(ready > 0);
    for (uint32_t i = 0; i < ready; i++) {
      codes[i] = values->at[i];
    }
    values->at += ready;
    codes += ready;
    number -= ready;
  }
  return 1;
}

int tersor_dense(const tersor_layer *layer, uint8_t *codes) {
  tersor_dense_cursor cursor;
  return tersor_dense_open(&cursor, layer) && tersor_dense_next(&cursor, codes, layer->weights);
}
