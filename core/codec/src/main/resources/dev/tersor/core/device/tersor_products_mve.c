#include "tersor_products.h"
#include "tersor_vectors.h"

#define EACH static inline __attribute__((always_inline))

enum { LANES = 16, FULL = 255, COUNT = 0, OFFSETS, TRACKING, STEPS, MASKS, VALUES };

EACH void flush(int32_t *sums, int32_t *own, uint32_t n) {
  TERSOR_UNROLLED
  for (uint32_t k = 0; k < n; k++) {
    sums[k] += own[k];
    own[k] = 0;
  }
}

/* Sixteen weights by all inputs. */
EACH void sixteen(int32_t *own, int8x16_t values, uint8x16_t places, const int8_t *inputs, uint32_t columns, uint32_t n) {
  TERSOR_UNROLLED
  for (uint32_t k = 0; k < n; k++, inputs += columns) {
    own[k] = vmladavaq_s8(own[k], values, vldrbq_gather_offset_s8(inputs, places));
  }
}

/* Those of a mask. */
EACH void some(int32_t *own, int8x16_t values, uint8x16_t places, const int8_t *inputs, uint32_t columns, uint32_t n,
               mve_pred16_t p) {
  TERSOR_UNROLLED
  for (uint32_t k = 0; k < n; k++, inputs += columns) {
    own[k] = vmladavaq_p_s8(own[k], values, vldrbq_gather_offset_z_s8(inputs, places, p), p);
  }
}

/* Weights of more than one row, or fewer than sixteen, from a position on. */
EACH void of_rows(tersor_row *row, int32_t *own, int8x16_t values, uint8x16_t places, int32_t from, mve_pred16_t left,
                  const int8_t *inputs, uint32_t columns, uint32_t n) {
  while (left != 0) {
    int32_t most = (int32_t)row->end - from;
    mve_pred16_t here = left;
    if (most <= 0) {
      here = 0;
    } else if (most <= FULL) {
      here = left & (mve_pred16_t)~vcmpcsq_n_u8(places, (uint8_t)most);
    }
    some(own, values, places, inputs + (from - (int32_t)row->begin), columns, n, here);
    left &= (mve_pred16_t)~here;
    if (left != 0) {
      flush(row->sums, own, n);
      tersor_row_next(row, columns, n);
    }
  }
}

/* A whole group, most often of one row. */
EACH void whole(tersor_row *row, int32_t *own, int8x16_t values, uint8x16_t places, int32_t from,
                const int8_t *inputs, uint32_t columns, uint32_t n) {
  if (from + vgetq_lane_u8(places, LANES - 1) < (int32_t)row->end) {
    sixteen(own, values, places, inputs + (from - (int32_t)row->begin), columns, n);
  } else {
    of_rows(row, own, values, places, from, 0xFFFF, inputs, columns, n);
  }
}

EACH void dcsr(const tersor_layer *layer, uint32_t columns, const int8_t *inputs, uint32_t n, int32_t *sums,
               uint32_t left, uint32_t slope) {
  const tersor_stream *streams = layer->streams;
  const uint8_t *offsets = streams[OFFSETS].bytes;
  const uint8_t *tracking = streams[TRACKING].bytes;
  const int8_t *step = (const int8_t *)streams[STEPS].bytes;
  const uint8_t *masks = streams[MASKS].bytes;
  const int8_t *values = (const int8_t *)streams[VALUES].bytes;
  uint8x16_t line = vmulq_n_u8(vidupq_n_u8(0, 1), (uint8_t)slope);
  int32_t run = (int32_t)(LANES * slope);
  int32_t from = -run;
  tersor_row row = {0, columns, sums};
  int32_t own[4] = {0, 0, 0, 0};
  uint8x16_t low = vdupq_n_u8(15);
  for (; left >= 2 * LANES; left -= 2 * LANES, offsets += LANES, values += 2 * LANES) {
    uint8x16_t pair = vldrbq_u8(offsets);
    uint32_t tracked = *tracking++;
    uint8x16_t lanes = tersor_places(vaddq_u8(line, vshrq_n_u8(pair, 4)), tracked >> 4, &masks);
    from += run + *step++;
    whole(&row, own, vldrbq_s8(values), lanes, from, inputs, columns, n);
    lanes = tersor_places(vaddq_u8(line, vandq_u8(pair, low)), tracked, &masks);
    from += run + *step++;
    whole(&row, own, vldrbq_s8(values + LANES), lanes, from, inputs, columns, n);
  }
  for (uint32_t shift = 4; left > 0; shift = 0) {
    uint32_t number = tersor_less(left, LANES);
    mve_pred16_t p = vctp8q(number);
    uint8x16_t pair = vldrbq_u8(offsets);
    uint8x16_t lanes = vaddq_u8(line, shift ? vshrq_n_u8(pair, 4) : vandq_u8(pair, low));
    lanes = tersor_places(lanes, (uint32_t)*tracking >> shift, &masks);
    from += run + *step++;
    of_rows(&row, own, vldrbq_z_s8(values, p), lanes, from, p, inputs, columns, n);
    values += number;
    left -= number;
  }
  flush(row.sums, own, n);
}

/* The groups of one size of more than a lane. */
EACH void of_size(const tersor_stream *streams, uint32_t size, uint32_t groups, uint32_t columns,
                  const int8_t *inputs, uint32_t n, int32_t *sums) {
  const uint8_t *starts = streams[0].bytes;
  const uint8_t *strides = streams[1].bytes;
  const int8_t *values = (const int8_t *)streams[2].bytes;
  mve_pred16_t p = vctp8q(size);
  uint8x16_t line = vidupq_n_u8(0, 1);
  tersor_row row = {0, columns, sums};
  int32_t own[4] = {0, 0, 0, 0};
  uint32_t start = 0;
  uint32_t pairs = 0;
  for (uint32_t group = 0; group < groups; group++, values += size) {
    uint32_t symbol;
    do {
      symbol = *starts++;
      start += symbol;
    } while (symbol == FULL);
    pairs = (group & 1) ? pairs >> 4 : *strides++;
    uint32_t stride = (pairs & 15) + 1;
    if (start >= row.end) {
      flush(row.sums, own, n);
      while (start >= row.end) {
        tersor_row_next(&row, columns, n);
      }
    }
    uint8x16_t places = vmulq_n_u8(line, (uint8_t)stride);
    int8x16_t own_values = vldrbq_z_s8(values, p);
    if (start + (size - 1) * stride < row.end) {
      some(own, own_values, places, inputs + (start - row.begin), columns, n, p);
    } else {
      /* The next group may start in this row again. */
      tersor_row there = row;
      of_rows(&there, own, own_values, places, (int32_t)start, p, inputs, columns, n);
      flush(there.sums, own, n);
    }
  }
  flush(row.sums, own, n);
}

EACH int of_layer(const tersor_layer *layer, uint32_t columns, const int8_t *inputs, uint32_t n, int32_t *sums) {
  const tersor_layer *rest = layer->sizes == NULL ? layer : layer->remainder;
  uint32_t left = rest == NULL ? 0 : tersor_u32(rest->streams[COUNT].bytes);
  uint32_t slope = left == 0 ? 0 : (layer->weights + left / 2) / left;
  if (LANES * slope > FULL) {
    /* Places of a group are further apart than a byte counts. */
    if (layer->sizes == NULL) {
      return tersor_products(layer, columns, inputs, n, sums);
    }
    if (!tersor_products(rest, columns, inputs, n, sums)) {
      return 0;
    }
  } else if (left > 0) {
    dcsr(rest, columns, inputs, n, sums, left, slope);
  }
  if (layer->sizes != NULL) {
    const tersor_stream *streams = layer->streams + 1;
    for (uint32_t k = 0; k < layer->classes; k++, streams += 3) {
      of_size(streams, layer->sizes[k], tersor_u32(layer->streams->bytes + 4 * k), columns, inputs, n, sums);
    }
  }
  return 1;
}

int tersor_products_mve(const tersor_layer *layer, uint32_t columns, const int8_t *inputs, uint32_t n, int32_t *sums) {
  if (!tersor_products_can(layer)) {
    return 0;
  }
  if (layer->sizes != NULL && layer->sizes[layer->classes - 1] == 1) {
    return tersor_products(layer, columns, inputs, n, sums);
  }
  return n == 1 ? of_layer(layer, columns, inputs, 1, sums) : of_layer(layer, columns, inputs, 4, sums);
}

/* Adds the sums of one vector by four others, which lie one after the other. */
EACH void four_rows(const int8_t *shared, const int8_t *first, uint32_t columns, int32_t *sums) {
  const int8_t *second = first + columns;
  const int8_t *third = second + columns;
  const int8_t *fourth = third + columns;
  int32_t a = sums[0];
  int32_t b = sums[1];
  int32_t c = sums[2];
  int32_t d = sums[3];
  for (uint32_t steps = columns / LANES; steps > 0; steps--) {
    int8x16_t now = vldrbq_s8(shared);
    a = vmladavaq_s8(a, now, vldrbq_s8(first));
    b = vmladavaq_s8(b, now, vldrbq_s8(second));
    c = vmladavaq_s8(c, now, vldrbq_s8(third));
    d = vmladavaq_s8(d, now, vldrbq_s8(fourth));
    shared += LANES;
    first += LANES;
    second += LANES;
    third += LANES;
    fourth += LANES;
  }
  if (columns % LANES != 0) {
    /* Lanes beyond the last column are 0 in the vector that all share. */
    mve_pred16_t p = vctp8q(columns % LANES);
    int8x16_t now = vldrbq_z_s8(shared, p);
    a = vmladavaq_s8(a, now, vldrbq_z_s8(first, p));
    b = vmladavaq_s8(b, now, vldrbq_z_s8(second, p));
    c = vmladavaq_s8(c, now, vldrbq_z_s8(third, p));
    d = vmladavaq_s8(d, now, vldrbq_z_s8(fourth, p));
  }
  sums[0] = a;
  sums[1] = b;
  sums[2] = c;
  sums[3] = d;
}

void tersor_products_dense_mve(
    const uint8_t *codes, uint32_t rows, uint32_t columns, const int8_t *inputs, uint32_t n, int32_t *sums) {
  const int8_t *row = (const int8_t *)codes;
  if (n == 4) {
    for (; rows > 0; rows--, row += columns, sums += 4) {
      four_rows(row, inputs, columns, sums);
    }
    return;
  }
  for (; rows >= 4; rows -= 4, row += 4 * columns, sums += 4) {
    four_rows(inputs, row, columns, sums);
  }
  for (; rows > 0; rows--, row += columns, sums++) {
    int32_t own = *sums;
    for (uint32_t c = 0; c < columns; c += LANES) {
      mve_pred16_t p = vctp8q(columns - c);
      own = vmladavaq_s8(own, vldrbq_z_s8(row + c, p), vldrbq_z_s8(inputs + c, p));
    }
    *sums = own;
  }
}
