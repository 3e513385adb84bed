#include "tersor_bitmap.h"
#include "tersor_vectors.h"

/* The number of ones in each byte. */
static inline uint8x16_t ones(uint8x16_t bytes) {
  bytes = vsubq_u8(bytes, vandq_u8(vshrq_n_u8(bytes, 1), vdupq_n_u8(0x55)));
  bytes = vaddq_u8(vandq_u8(bytes, vdupq_n_u8(0x33)), vandq_u8(vshrq_n_u8(bytes, 2), vdupq_n_u8(0x33)));
  return vandq_u8(vaddq_u8(bytes, vshrq_n_u8(bytes, 4)), vdupq_n_u8(15));
}

/* 128 weights: lane i has byte i of the mask, and stores its eight weights one after the other. */
int tersor_bitmap_mve(const tersor_layer *layer, uint8_t *codes) {
  const uint8_t *mask = layer->streams[0].bytes;
  const uint8_t *values = tersor_as_bytes(&layer->streams[1]);
  if (tersor_as_bytes(&layer->streams[0]) == NULL || values == NULL) {
    return tersor_bitmap(layer, codes);
  }
  tersor_zeros(codes, layer->weights);
  uint8x16_t step = vdupq_n_u8(1);
  uint8x16_t places = vmulq_n_u8(vidupq_n_u8(0, 1), 8);
  int32_t bytes = (int32_t)((layer->weights + 7) / 8);
  for (; bytes > 0; bytes -= 16, mask += 16, codes += 128) {
    uint8x16_t bits = bytes >= 16 ? vldrbq_u8(mask) : vldrbq_z_u8(mask, vctp8q((uint32_t)bytes));
    uint8x16_t counts = ones(bits);
    /* Sums of the lanes up to each one: in words, and then across them. */
    uint8x16_t sums = vreinterpretq_u8_u32(vmulq_n_u32(vreinterpretq_u32_u8(counts), 0x01010101));
    uint32x4_t tops = vshrq_n_u32(vreinterpretq_u32_u8(sums), 24);
    uint32_t carry = 0;
    uint32x4_t before = vshlcq_u32(tops, &carry, 32);
    carry = 0;
    uint32x4_t two = vaddq_u32(before, vshlcq_u32(before, &carry, 32));
    carry = 0;
    uint32x4_t one = vshlcq_u32(before, &carry, 32);
    carry = 0;
    before = vaddq_u32(two, vshlcq_u32(one, &carry, 32));
    sums = vaddq_u8(sums, vreinterpretq_u8_u32(vmulq_n_u32(before, 0x01010101)));
    uint8x16_t next = vsubq_u8(sums, counts);
    /* The highest bit is the first weight's. */
    bits = vbrsrq_n_u8(bits, 8);
#pragma GCC unroll 8
    for (int k = 0; k < 8; k++) {
      /* Lanes whose bit is set take a value each. Intrinsics would carry the mask through a register. */
      uint8x16_t own;
      __asm__ volatile(
          "vpttt.s8 lt, %q[bits], zr\n\t"
          "vldrbt.u8 %q[own], [%[values], %q[next]]\n\t"
          "vstrbt.8 %q[own], [%[codes], %q[places]]\n\t"
          "vaddt.i8 %q[next], %q[next], %q[step]"
          : [own] "=&w"(own), [next] "+w"(next)
          : [bits] "w"(bits), [values] "r"(values), [codes] "r"(codes + k), [places] "w"(places),
            [step] "w"(step)
          : "memory", "p0");
      bits = vaddq_u8(bits, bits);
    }
    values += vgetq_lane_u8(sums, 15);
  }
  return 1;
}
