#include "tersor_psr.h"

enum { BLOCK = 256, FULL = 255 };

/* Finds the next element, in a later block where this has no more. */
static int step(tersor_psr_cursor *cursor) {
  while (cursor->left == 0) {
    uint32_t more;
    if (cursor->next >= cursor->weights) {
      TERSOR_NEED(tersor_ended(&cursor->blocks) && tersor_ended(&cursor->indices));
      TERSOR_NEED(tersor_ended(&cursor->values));
      cursor->element = cursor->weights;
      return 1;
    }
    do {
      uint32_t ready = tersor_ready(&cursor->blocks);
      TERSOR_NEED(ready);
      (void)ready;
      more = *cursor->blocks.at++;
      cursor->left += more;
    } while (more == FULL && cursor->left == FULL);
    TERSOR_NEED(cursor->left <= BLOCK);
    cursor->least = cursor->next;
    cursor->next += BLOCK;
  }
  uint32_t ready = tersor_ready(&cursor->indices) != 0 && tersor_ready(&cursor->values) != 0;
  TERSOR_NEED(ready);
  (void)ready;
  cursor->element = cursor->next - BLOCK + *cursor->indices.at++;
  TERSOR_NEED(cursor->element >= cursor->least && cursor->element < cursor->weights);
  TERSOR_NEED(*cursor->values.at != 0);
  cursor->least = cursor->element + 1;
  cursor->left--;
  return 1;
}

int tersor_psr_open(tersor_psr_cursor *cursor, const tersor_layer *layer) {
  const tersor_stream *streams = layer->streams;
  TERSOR_NEED(streams[0].width == 32 && streams[0].count == 1 && streams[0].length == 4);
  TERSOR_NEED(streams[0].table_length == 0 && streams[1].width == 8 && streams[2].width == 8);
  TERSOR_NEED(streams[3].width == layer->bits && streams[2].count == streams[3].count);
  TERSOR_NEED(tersor_u32(streams[0].bytes) == streams[2].count);
  cursor->weights = layer->weights;
  cursor->at = 0;
  cursor->next = 0;
  cursor->left = 0;
  return tersor_open(&cursor->blocks, &streams[1]) && tersor_open(&cursor->indices, &streams[2])
         && tersor_open(&cursor->values, &streams[3]) && step(cursor);
}

int tersor_psr_next(tersor_psr_cursor *cursor, uint8_t *codes, uint32_t number) {
  uint32_t from = cursor->at;
  TERSOR_NEED(number <= cursor->weights - from);
  tersor_clear(codes, number);
  cursor->at += number;
  while (cursor->element < cursor->at) {
    codes[cursor->element - from] = *cursor->values.at++;
    if (!step(cursor)) {
      return 0;
    }
  }
  return 1;
}

int tersor_psr(const tersor_layer *layer, uint8_t *codes) {
  tersor_psr_cursor cursor;
  return tersor_psr_open(&cursor, layer) && tersor_psr_next(&cursor, codes, layer->weights);
}
