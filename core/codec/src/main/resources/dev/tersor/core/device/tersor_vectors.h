/* What the decoders by vectors share (Arm's MVE, arm_mve.h). */
#ifndef TERSOR_VECTORS_H
#define TERSOR_VECTORS_H

#include <arm_mve.h>

#include "tersor_stream.h"

/* Sets codes to 0. */
static inline void tersor_zeros(uint8_t *codes, uint32_t number) {
  uint8x16_t zero = vdupq_n_u8(0);
  for (uint32_t pairs = number / 32; pairs > 0; pairs--, codes += 32) {
    vstrbq_u8(codes, zero);
    vstrbq_u8(codes + 16, zero);
  }
  for (int32_t left = (int32_t)(number % 32); left > 0; left -= 16, codes += 16) {
    vstrbq_p_u8(codes, zero, vctp8q((uint32_t)left));
  }
}

/* What the next mask adds to the lanes that it has a bit for. */
static inline uint8x16_t tersor_extended(uint8x16_t lanes, const uint8_t *mask, uint8_t bit) {
  return vaddq_m_n_u8(lanes, lanes, bit, (mve_pred16_t)tersor_u16(mask));
}

/* Of dCSR a group's places from its base on: near a line, no further than a byte counts. */
static inline uint8x16_t tersor_places(uint8x16_t lanes, uint32_t tracked, const uint8_t **masks) {
  if (tracked & 1) {
    lanes = tersor_extended(lanes, *masks, 16);
    *masks += 2;
  }
  if (tracked & 2) {
    lanes = tersor_extended(lanes, *masks, 32);
    *masks += 2;
  }
  if (tracked & 4) {
    lanes = tersor_extended(lanes, *masks, 64);
    *masks += 2;
  }
  return lanes;
}

#endif
