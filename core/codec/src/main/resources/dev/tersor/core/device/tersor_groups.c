#include "tersor_groups.h"

enum { FULL = 255 };

/* The next symbol of a stream, below 256; 256 where there is none. */
static uint32_t next(tersor_reader *reader) {
#ifdef TERSOR_TRUSTED
  tersor_ready(reader);
#else
  if (tersor_ready(reader) == 0) {
    return 256;
  }
#endif
  return *reader->at++;
}

/* The groups of one size. */
static inline int of_size(
    const tersor_layer *layer, const tersor_stream *streams, uint32_t size, uint32_t groups, uint8_t *codes) {
  (void)layer;
  const tersor_stream *last = &streams[size > 1 ? 2 : 1];
  uint32_t start = 0;
  uint32_t stride = 1;
  tersor_reader starts;
  tersor_reader strides;
  tersor_reader lanes;
  TERSOR_NEED(streams[0].width == 8 && last->width == layer->bits);
  TERSOR_NEED(groups <= layer->weights && last->count == groups * size);
  if (!tersor_open(&starts, &streams[0]) || !tersor_open(&lanes, last)) {
    return 0;
  }
  if (size > 1) {
    TERSOR_NEED(streams[1].width == 4 && streams[1].count == groups + (groups & 1));
    if (!tersor_open(&strides, &streams[1])) {
      return 0;
    }
  }
  for (uint32_t group = 0; group < groups; group++) {
    uint32_t symbol;
    do {
      symbol = next(&starts);
      TERSOR_NEED(symbol <= FULL && start <= layer->weights);
      start += symbol;
    } while (symbol == FULL);
    if (size > 1) {
      stride = next(&strides) + 1;
      TERSOR_NEED(stride <= 16);
    }
    TERSOR_NEED(start + (size - 1) * stride < layer->weights);
    uint8_t *to = codes + start;
    if (tersor_ready(&lanes) >= size) {
      const uint8_t *own = lanes.at;
      lanes.at += size;
      for (uint32_t lane = 0; lane < size; lane++, to += stride) {
        *to = own[lane];
      }
      continue;
    }
    for (uint32_t lane = 0; lane < size; lane++, to += stride) {
      uint32_t code = next(&lanes);
      TERSOR_NEED(code <= FULL);
      *to = (uint8_t)code;
    }
  }
  if (size > 1 && (groups & 1)) {
    TERSOR_NEED(next(&strides) == 0);
  }
  TERSOR_NEED(tersor_ended(&starts));
  return 1;
}

/* All groups, size after size. Their readers need no memory while a remainder is decoded. */
#ifdef __GNUC__
__attribute__((noinline))
#endif
static int of_sizes(const tersor_layer *layer, uint8_t *codes) {
  const tersor_stream *streams = layer->streams + 1;
  for (uint32_t k = 0; k < layer->classes; k++) {
    uint32_t size = layer->sizes[k];
    if (!of_size(layer, streams, size, tersor_u32(layer->streams->bytes + 4 * k), codes)) {
      return 0;
    }
    streams += size > 1 ? 3 : 2;
  }
  return 1;
}

int tersor_groups(const tersor_layer *layer, uint8_t *codes) {
  const tersor_stream *count = layer->streams;
  TERSOR_NEED(count->width == 32 && count->count == layer->classes && count->table_length == 0);
  TERSOR_NEED(count->length == 4u * layer->classes && layer->weights < (uint32_t)1 << 26);
  (void)count;
  if (layer->remainder != NULL) {
    if (!layer->remainder->decode(layer->remainder, codes)) {
      return 0;
    }
  } else {
    tersor_clear(codes, layer->weights);
  }
  return of_sizes(layer, codes);
}
