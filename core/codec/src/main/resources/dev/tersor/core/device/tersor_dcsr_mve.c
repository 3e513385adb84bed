#include "tersor_dcsr.h"
#include "tersor_vectors.h"

enum { LANES = 16, COUNT = 0, OFFSETS, TRACKING, STEPS, MASKS, VALUES };

int tersor_dcsr_mve(const tersor_layer *layer, uint8_t *codes) {
  const tersor_stream *streams = layer->streams;
  uint32_t elements = tersor_u32(streams[COUNT].bytes);
  const uint8_t *offsets = tersor_as_bytes(&streams[OFFSETS]);
  const uint8_t *tracking = tersor_as_bytes(&streams[TRACKING]);
  const uint8_t *steps = tersor_as_bytes(&streams[STEPS]);
  const uint8_t *values = tersor_as_bytes(&streams[VALUES]);
  if (elements == 0 || offsets == NULL || tracking == NULL || steps == NULL || values == NULL) {
    return tersor_dcsr(layer, codes);
  }
  int32_t slope = (int32_t)((layer->weights + elements / 2) / elements);
  if (LANES * slope > 255) {
    return tersor_dcsr(layer, codes);
  }
  tersor_zeros(codes, layer->weights);
  const uint8_t *masks = streams[MASKS].bytes;
  uint8x16_t line = vmulq_n_u8(vidupq_n_u8(0, 1), (uint8_t)slope);
  uint8x16_t low = vdupq_n_u8(15);
  const int8_t *step = (const int8_t *)steps;
  int32_t run = LANES * slope;
  codes -= run;
  /* Pairs of whole groups. */
  for (; elements >= 2 * LANES; elements -= 2 * LANES, offsets += LANES, values += 2 * LANES) {
    uint8x16_t pair = vldrbq_u8(offsets);
    uint32_t tracked = *tracking++;
    codes += run + *step++;
    uint8x16_t lanes = vaddq_u8(line, vshrq_n_u8(pair, 4));
    vstrbq_scatter_offset_u8(codes, tersor_places(lanes, tracked >> 4, &masks), vldrbq_u8(values));
    codes += run + *step++;
    lanes = vaddq_u8(line, vandq_u8(pair, low));
    vstrbq_scatter_offset_u8(codes, tersor_places(lanes, tracked, &masks), vldrbq_u8(values + LANES));
  }
  for (uint32_t shift = 4; elements > 0; shift = 0) {
    uint32_t some = tersor_less(elements, LANES);
    mve_pred16_t p = vctp8q(some);
    uint8x16_t pair = vldrbq_u8(offsets);
    codes += run + *step++;
    uint8x16_t lanes = vaddq_u8(line, shift ? vshrq_n_u8(pair, 4) : vandq_u8(pair, low));
    lanes = tersor_places(lanes, *tracking >> shift, &masks);
    vstrbq_scatter_offset_p_u8(codes, lanes, vldrbq_z_u8(values, p), p);
    values += some;
    elements -= some;
  }
  return 1;
}
