#include "tersor_relative.h"

/* Reads the gap of the next element; the value is read where it is stored. */
static int step(tersor_relative_cursor *cursor, uint32_t from, int first) {
  if (tersor_ended(&cursor->gaps)) {
    TERSOR_NEED(tersor_ended(&cursor->values));
    cursor->element = cursor->weights;
    return 1;
  }
  uint32_t ready = tersor_ready(&cursor->gaps) != 0 && tersor_ready(&cursor->values) != 0;
  TERSOR_NEED(ready);
  (void)ready;
  uint32_t gap = *cursor->gaps.at++;
  cursor->element = from + gap + cursor->less;
  TERSOR_NEED(cursor->element < cursor->weights);
  /* Only a filler has the value 0; only a filler or the first element lies where the one before does. */
  TERSOR_NEED(*cursor->values.at != 0 || gap == cursor->full);
  TERSOR_NEED(gap != 0 || first || cursor->less || gap == cursor->full);
  (void)first;
  return 1;
}

static int open(
    tersor_relative_cursor *cursor, const tersor_layer *layer, const tersor_stream *streams, uint8_t less) {
  TERSOR_NEED(streams[0].width >= 1 && streams[0].width <= 8 && streams[1].width == layer->bits);
  TERSOR_NEED(streams[0].count == streams[1].count && streams[0].count <= layer->weights);
  cursor->weights = layer->weights;
  cursor->at = 0;
  cursor->full = (1u << streams[0].width) - 1;
  cursor->less = less;
  return tersor_open(&cursor->gaps, &streams[0]) && tersor_open(&cursor->values, &streams[1])
         && step(cursor, 0u - less, 1);
}

int tersor_relative_open(tersor_relative_cursor *cursor, const tersor_layer *layer) {
  const tersor_stream *count = &layer->streams[0];
  TERSOR_NEED(count->width == 32 && count->count == 1 && count->length == 4 && count->table_length == 0);
  TERSOR_NEED(tersor_u32(count->bytes) == layer->streams[1].count);
  (void)count;
  return open(cursor, layer, layer->streams + 1, 0);
}

int tersor_gap_open(tersor_relative_cursor *cursor, const tersor_layer *layer) {
  return open(cursor, layer, layer->streams, 1);
}

int tersor_relative_next(tersor_relative_cursor *cursor, uint8_t *codes, uint32_t number) {
  uint32_t from = cursor->at;
  TERSOR_NEED(number <= cursor->weights - from);
  tersor_clear(codes, number);
  cursor->at += number;
  /* Elements after the last one lie at the end of the weights, where nothing is stored. */
  while (cursor->element < cursor->at) {
    uint32_t element = cursor->element;
    codes[element - from] = *cursor->values.at++;
    if (!step(cursor, element, 0)) {
      return 0;
    }
  }
  return 1;
}

#ifdef TERSOR_TRUSTED
/* Gaps of four bits and codes of eight, as they lie: eight elements a word of gaps. */
static void relative4(const tersor_layer *layer, uint8_t *codes) {
  const uint8_t *gaps = layer->streams[1].bytes;
  const uint8_t *values = layer->streams[2].bytes;
  uint32_t left = layer->streams[1].count;
  tersor_clear(codes, layer->weights);
  for (; left >= 8; left -= 8, gaps += 4) {
    uint32_t eight = tersor_u32(gaps);
#ifdef __GNUC__
#pragma GCC unroll 8
#endif
    for (uint32_t i = 0; i < 8; i++, eight >>= 4) {
      codes += eight & 15;
      *codes = *values++;
    }
  }
  for (uint32_t i = 0; i < left; i++) {
    codes += gaps[i / 2] >> 4 * (i & 1) & 15;
    *codes = *values++;
  }
}
#endif

int tersor_relative(const tersor_layer *layer, uint8_t *codes) {
#ifdef TERSOR_TRUSTED
  const tersor_stream *gaps = &layer->streams[1];
  if (gaps->width == 4 && gaps->open == tersor_packed && tersor_as_bytes(&layer->streams[2])) {
    relative4(layer, codes);
    return 1;
  }
#endif
  tersor_relative_cursor cursor;
  return tersor_relative_open(&cursor, layer) && tersor_relative_next(&cursor, codes, layer->weights);
}

int tersor_gap(const tersor_layer *layer, uint8_t *codes) {
  tersor_relative_cursor cursor;
  return tersor_gap_open(&cursor, layer) && tersor_relative_next(&cursor, codes, layer->weights);
}
