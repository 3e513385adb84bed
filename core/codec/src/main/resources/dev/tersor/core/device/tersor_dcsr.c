#include "tersor_dcsr.h"

enum { LANES = 16, COUNT = 0, OFFSETS, TRACKING, STEPS, MASKS, VALUES };

/* The next symbols of a stream that is read in as many as its coder brings at once. */
static const uint8_t *take(tersor_reader *reader, uint32_t number) {
  uint32_t ready = tersor_ready(reader);
  TERSOR_NEED(ready >= number);
  (void)ready;
  reader->at += number;
  return reader->at - number;
}

int tersor_dcsr(const tersor_layer *layer, uint8_t *codes) {
  const tersor_stream *streams = layer->streams;
  const uint8_t *masks = streams[MASKS].bytes;
  const uint8_t *pair = NULL;
  const uint8_t *track = NULL;
  tersor_reader offsets;
  tersor_reader tracking;
  tersor_reader steps;
  tersor_reader values;
  tersor_clear(codes, layer->weights);
  TERSOR_NEED(streams[COUNT].width == 32 && streams[COUNT].count == 1 && streams[COUNT].length == 4);
  TERSOR_NEED(streams[COUNT].table_length == 0);
  uint32_t elements = tersor_u32(streams[COUNT].bytes);
  TERSOR_NEED(elements <= layer->weights && layer->weights < (uint32_t)1 << 26);
  uint32_t groups = (elements + LANES - 1) / LANES;
  (void)groups;
  TERSOR_NEED(streams[OFFSETS].width == 8 && streams[OFFSETS].count == (groups + 1) / 2 * LANES);
  TERSOR_NEED(streams[TRACKING].width == 8 && streams[TRACKING].count == (groups + 1) / 2);
  TERSOR_NEED(streams[STEPS].width == 8 && streams[STEPS].count == groups);
  TERSOR_NEED(streams[MASKS].width == 16 && streams[MASKS].table_length == 0);
  TERSOR_NEED(streams[MASKS].count <= 3 * groups && streams[MASKS].length == 2 * streams[MASKS].count);
  TERSOR_NEED(streams[VALUES].width == layer->bits && streams[VALUES].count == elements);
  if (!tersor_open(&offsets, &streams[OFFSETS]) || !tersor_open(&tracking, &streams[TRACKING])
      || !tersor_open(&steps, &streams[STEPS]) || !tersor_open(&values, &streams[VALUES])) {
    return 0;
  }
  int32_t slope = elements == 0 ? 0 : (int32_t)((layer->weights + elements / 2) / elements);
  /* Where the next lane would be on the line. */
  int32_t line = 0;
  uint32_t shift = 0;
  for (uint32_t left = elements; left > 0;) {
    uint32_t lanes = tersor_less(left, LANES);
    left -= lanes;
    shift ^= 4;
    if (shift != 0) {
      pair = take(&offsets, LANES);
      track = take(&tracking, 1);
      TERSOR_NEED(pair != NULL && track != NULL);
    }
    const uint8_t *step = take(&steps, 1);
    const uint8_t *own = take(&values, lanes);
    TERSOR_NEED(step != NULL && own != NULL);
    line += *step < 128 ? *step : *step - 256;
    uint32_t tracked = *track >> shift & 15;
    /* Of lane i the bits i and 16 + i of the first one, and i of the second. */
    uint32_t two = 0;
    uint32_t third = 0;
    for (uint32_t k = 0; k < 3; k++) {
      if (tracked >> k & 1) {
        TERSOR_NEED(streams[MASKS].length >= 2u + (uint32_t)(masks - streams[MASKS].bytes));
        if (k < 2) {
          two |= tersor_u16(masks) << (16 * k);
        } else {
          third = tersor_u16(masks);
        }
        masks += 2;
      }
    }
    TERSOR_NEED(tracked <= 7);
    for (uint32_t i = 0; i < lanes; i++) {
      uint32_t extended = (two & 1) | (two >> 16 & 1) << 1 | (third & 1) << 2;
      int32_t at = line + (int32_t)((pair[i] >> shift & 15) + (extended << 4));
      TERSOR_NEED(at >= 0 && at < (int32_t)layer->weights);
      codes[at] = own[i];
      line += slope;
      two >>= 1;
      third >>= 1;
    }
  }
  TERSOR_NEED(masks == streams[MASKS].bytes + streams[MASKS].length);
  TERSOR_NEED(shift == 0 || tersor_ended(&tracking));
  return 1;
}
