#include "tersor_products.h"

#include "tersor_dcsr.h"

#ifdef __GNUC__
#define EACH static inline __attribute__((always_inline))
#else
#define EACH static inline
#endif

enum { LANES = 16, FULL = 255, COUNT = 0, OFFSETS, TRACKING, STEPS, MASKS, VALUES };

static int is_packed(const tersor_stream *stream) {
  return stream->count == 0 || tersor_as_bytes(stream) != NULL;
}

static int is_dcsr(const tersor_layer *layer) {
  const tersor_stream *streams = layer->streams;
  return (layer->decode == tersor_dcsr
#ifdef TERSOR_MVE
          || layer->decode == tersor_dcsr_mve
#endif
          ) && is_packed(&streams[OFFSETS]) && is_packed(&streams[TRACKING]) && is_packed(&streams[STEPS])
         && is_packed(&streams[VALUES]);
}

int tersor_products_can(const tersor_layer *layer) {
  if (layer->sizes == NULL) {
    return is_dcsr(layer);
  }
  const tersor_stream *streams = layer->streams + 1;
  for (uint32_t k = 0; k < layer->classes; k++) {
    uint32_t size = layer->sizes[k];
    if (!is_packed(&streams[0]) || !is_packed(&streams[size > 1 ? 2 : 1])
        || (size > 1 && streams[1].open != tersor_packed)) {
      return 0;
    }
    streams += size > 1 ? 3 : 2;
  }
  return layer->remainder == NULL || is_dcsr(layer->remainder);
}

/* One weight by all inputs. */
EACH void one(int32_t *sums, int8_t weight, const int8_t *inputs, uint32_t columns, uint32_t n) {
  TERSOR_UNROLLED
  for (uint32_t k = 0; k < n; k++) {
    sums[k] += weight * inputs[k * columns];
  }
}

EACH void flush(int32_t *sums, int32_t *own, uint32_t n) {
  TERSOR_UNROLLED
  for (uint32_t k = 0; k < n; k++) {
    sums[k] += own[k];
    own[k] = 0;
  }
}

EACH void dcsr(const tersor_layer *layer, uint32_t columns, const int8_t *inputs, uint32_t n, int32_t *sums) {
  const tersor_stream *streams = layer->streams;
  uint32_t left = tersor_u32(streams[COUNT].bytes);
  if (left == 0) {
    return;
  }
  const uint8_t *pair = streams[OFFSETS].bytes;
  const uint8_t *track = streams[TRACKING].bytes;
  const int8_t *step = (const int8_t *)streams[STEPS].bytes;
  const uint8_t *masks = streams[MASKS].bytes;
  const int8_t *values = (const int8_t *)streams[VALUES].bytes;
  uint32_t slope = (layer->weights + left / 2) / left;
  tersor_row row = {0, columns, sums};
  int32_t own[4] = {0, 0, 0, 0};
  uint32_t line = 0;
  for (uint32_t shift = 4; left > 0; shift ^= 4) {
    uint32_t lanes = tersor_less(left, LANES);
    left -= lanes;
    line += (uint32_t)*step++;
    uint32_t tracked = *track >> shift;
    uint32_t mask[3] = {0, 0, 0};
    for (uint32_t k = 0; k < 3; k++) {
      if (tracked >> k & 1) {
        mask[k] = tersor_u16(masks) << (4 + k);
        masks += 2;
      }
    }
    for (uint32_t i = 0; i < lanes; i++) {
      uint32_t extended = (mask[0] >> i & 16) | (mask[1] >> i & 32) | (mask[2] >> i & 64);
      uint32_t at = line + (pair[i] >> shift & 15) + extended;
      while (at >= row.end) {
        flush(row.sums, own, n);
        tersor_row_next(&row, columns, n);
      }
      one(own, *values++, inputs + (at - row.begin), columns, n);
      line += slope;
    }
    if (shift == 0) {
      pair += LANES;
      track++;
    }
  }
  flush(row.sums, own, n);
}

/* The groups of one size. */
EACH void of_size(const tersor_stream *streams, uint32_t size, uint32_t groups, uint32_t columns,
                  const int8_t *inputs, uint32_t n, int32_t *sums) {
  const uint8_t *starts = streams[0].bytes;
  const uint8_t *strides = streams[1].bytes;
  const int8_t *values = (const int8_t *)streams[size > 1 ? 2 : 1].bytes;
  tersor_row first = {0, columns, sums};
  uint32_t start = 0;
  for (uint32_t group = 0; group < groups; group++) {
    uint32_t symbol;
    do {
      symbol = *starts++;
      start += symbol;
    } while (symbol == FULL);
    uint32_t stride = size > 1 ? (uint32_t)(strides[group / 2] >> 4 * (group & 1) & 15) + 1 : 1;
    while (start >= first.end) {
      tersor_row_next(&first, columns, n);
    }
    tersor_row row = first;
    int32_t own[4] = {0, 0, 0, 0};
    uint32_t at = start;
    for (uint32_t lane = 0; lane < size; lane++, at += stride) {
      while (at >= row.end) {
        flush(row.sums, own, n);
        tersor_row_next(&row, columns, n);
      }
      one(own, *values++, inputs + (at - row.begin), columns, n);
    }
    flush(row.sums, own, n);
  }
}

EACH void of_layer(const tersor_layer *layer, uint32_t columns, const int8_t *inputs, uint32_t n, int32_t *sums) {
  const tersor_layer *rest = layer;
  if (layer->sizes != NULL) {
    const tersor_stream *streams = layer->streams + 1;
    for (uint32_t k = 0; k < layer->classes; k++) {
      uint32_t size = layer->sizes[k];
      of_size(streams, size, tersor_u32(layer->streams->bytes + 4 * k), columns, inputs, n, sums);
      streams += size > 1 ? 3 : 2;
    }
    rest = layer->remainder;
  }
  if (rest != NULL) {
    dcsr(rest, columns, inputs, n, sums);
  }
}

int tersor_products(const tersor_layer *layer, uint32_t columns, const int8_t *inputs, uint32_t n, int32_t *sums) {
  if (!tersor_products_can(layer)) {
    return 0;
  }
  if (n == 1) {
    of_layer(layer, columns, inputs, 1, sums);
  } else {
    of_layer(layer, columns, inputs, 4, sums);
  }
  return 1;
}

EACH void dense(
    const int8_t *codes, uint32_t rows, uint32_t columns, const int8_t *inputs, uint32_t n, int32_t *sums) {
  for (uint32_t r = 0; r < rows; r++, sums += n) {
    int32_t own[4] = {0, 0, 0, 0};
    for (uint32_t c = 0; c < columns; c++) {
      one(own, *codes++, inputs + c, columns, n);
    }
    flush(sums, own, n);
  }
}

void tersor_products_dense(
    const uint8_t *codes, uint32_t rows, uint32_t columns, const int8_t *inputs, uint32_t n, int32_t *sums) {
  if (n == 1) {
    dense((const int8_t *)codes, rows, columns, inputs, 1, sums);
  } else {
    dense((const int8_t *)codes, rows, columns, inputs, 4, sums);
  }
}
