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

#endif
