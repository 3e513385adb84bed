#include "tersor_bitmap.h"

int tersor_bitmap_open(tersor_bitmap_cursor *cursor, const tersor_layer *layer) {
  const tersor_stream *streams = layer->streams;
  TERSOR_NEED(streams[0].width == 8 && streams[1].width == layer->bits);
  TERSOR_NEED(streams[0].count == layer->weights / 8 + (layer->weights % 8 != 0));
  TERSOR_NEED(streams[1].count <= layer->weights);
  cursor->left = layer->weights;
  cursor->ready = 0;
  cursor->bits = 0;
  return tersor_open(&cursor->mask, &streams[0]) && tersor_open(&cursor->values, &streams[1]);
}

int tersor_bitmap_next(tersor_bitmap_cursor *cursor, uint8_t *codes, uint32_t number) {
  tersor_reader *values = &cursor->values;
  uint32_t bits = cursor->bits;
  uint32_t ready = cursor->ready;
  TERSOR_NEED(number <= cursor->left);
  cursor->left -= number;
  while (number > 0) {
    if (ready == 0) {
      uint32_t any = tersor_ready(&cursor->mask);
      TERSOR_NEED(any > 0);
      (void)any;
      bits = *cursor->mask.at++;
      ready = 8;
    }
    uint32_t here = tersor_less(ready, number);
    ready -= here;
    number -= here;
    do {
      uint8_t code = 0;
      if (bits & 1) {
        uint32_t any = tersor_ready(values);
        TERSOR_NEED(any > 0);
        (void)any;
        code = *values->at++;
        TERSOR_NEED(code != 0);
      }
      *codes++ = code;
      bits >>= 1;
    } while (--here > 0);
  }
  cursor->bits = bits;
  cursor->ready = ready;
  /* Bits beyond the last weight are clear, and no code is left over. */
  TERSOR_NEED(cursor->left > 0 || (bits == 0 && tersor_ended(values)));
  return 1;
}

int tersor_bitmap(const tersor_layer *layer, uint8_t *codes) {
  tersor_bitmap_cursor cursor;
  return tersor_bitmap_open(&cursor, layer) && tersor_bitmap_next(&cursor, codes, layer->weights);
}
