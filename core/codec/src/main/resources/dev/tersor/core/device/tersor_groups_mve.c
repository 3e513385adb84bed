#include "tersor_groups.h"
#include "tersor_vectors.h"

enum { FULL = 255 };

/* The start of the next group. */
static inline uint8_t *go_on(uint8_t *to, const uint8_t **starts) {
  uint32_t symbol;
  do {
    symbol = *(*starts)++;
    to += symbol;
  } while (symbol == FULL);
  return to;
}

/* One group: its lanes in one scatter. */
static inline void put(uint8_t *to, uint32_t stride, const uint8_t *lanes, uint32_t size) {
  mve_pred16_t p = vctp8q(size);
  uint8x16_t offsets = vmulq_n_u8(vidupq_n_u8(0, 1), (uint8_t)stride);
  vstrbq_scatter_offset_p_u8(to, offsets, vldrbq_z_u8(lanes, p), p);
}

/* Two groups under one mask, which intrinsics would set four times. */
static inline void put_two(uint8_t *to, uint8_t *next, uint8x16_t offsets, uint8x16_t others,
                           const uint8_t *lanes, uint32_t size, uint32_t p) {
  if (size == 16) {
    vstrbq_scatter_offset_u8(to, offsets, vldrbq_u8(lanes));
    vstrbq_scatter_offset_u8(next, others, vldrbq_u8(lanes + 16));
    return;
  }
  uint8x16_t own;
  uint8x16_t second;
  __asm__ volatile(
      "vmsr p0, %[p]\n\t"
      "vpstttt\n\t"
      "vldrbt.u8 %q[own], [%[lanes]]\n\t"
      "vldrbt.u8 %q[second], [%[more]]\n\t"
      "vstrbt.8 %q[own], [%[to], %q[offsets]]\n\t"
      "vstrbt.8 %q[second], [%[next], %q[others]]"
      : [own] "=&w"(own), [second] "=&w"(second)
      : [p] "r"(p), [lanes] "r"(lanes), [more] "r"(lanes + size), [to] "r"(to), [next] "r"(next),
        [offsets] "w"(offsets), [others] "w"(others)
      : "memory", "p0");
}

/* Whether none of four symbols is 255, so that each is the start of a group. */
static inline int are_starts(uint32_t symbols) {
  return ((~symbols - 0x01010101u) & symbols & 0x80808080u) == 0;
}

/* Four groups one by one, of which one starts far from the one before. */
static uint8_t *one_by_one(uint8_t *codes, const uint8_t **starts, uint32_t pairs, const uint8_t *lanes,
                           uint32_t size, uint32_t groups) {
  for (; groups > 0; groups--, pairs >>= 4, lanes += size) {
    codes = go_on(codes, starts);
    put(codes, (pairs & 15) + 1, lanes, size);
  }
  return codes;
}

/* The groups of one size, four at a time. */
static inline void of_size(const uint8_t *starts, const uint8_t *strides, const uint8_t *lanes,
                           uint32_t size, uint32_t groups, uint8_t *codes) {
  uint8x16_t line = vidupq_n_u8(0, 1);
  uint32_t p = (1u << size) - 1;
  for (; groups >= 4; groups -= 4, strides += 2, lanes += 4 * size) {
    uint32_t symbols = tersor_u32(starts);
    uint32_t pairs = tersor_u16(strides);
    if (are_starts(symbols)) {
      uint8_t *first = codes + (symbols & 255);
      uint8_t *second = first + (symbols >> 8 & 255);
      uint8_t *third = second + (symbols >> 16 & 255);
      codes = third + (symbols >> 24);
      starts += 4;
      put_two(first, second, vmulq_n_u8(line, (uint8_t)((pairs & 15) + 1)),
              vmulq_n_u8(line, (uint8_t)((pairs >> 4 & 15) + 1)), lanes, size, p);
      put_two(third, codes, vmulq_n_u8(line, (uint8_t)((pairs >> 8 & 15) + 1)),
              vmulq_n_u8(line, (uint8_t)((pairs >> 12) + 1)), lanes + 2 * size, size, p);
    } else {
      codes = one_by_one(codes, &starts, pairs, lanes, size, 4);
    }
  }
  one_by_one(codes, &starts, groups > 2 ? tersor_u16(strides) : groups > 0 ? *strides : 0, lanes, size, groups);
}

/* The groups of four: lane i has the i-th of four groups, and stores its elements one after the other. */
static void of_four(const uint8_t *starts, const uint8_t *strides, const uint8_t *lanes, uint32_t groups,
                    uint8_t *codes) {
  int32_t shifts[4] = {28, 24, 20, 16};
  int32x4_t shift = vldrwq_s32(shifts);
  uint32x4_t one = vdupq_n_u32(1);
  for (; groups >= 4; groups -= 4, strides += 2, lanes += 16) {
    uint32_t symbols = tersor_u32(starts);
    uint32_t pairs = tersor_u16(strides);
    if (are_starts(symbols)) {
      uint32_t first = symbols & 255;
      uint32_t second = first + (symbols >> 8 & 255);
      uint32_t third = second + (symbols >> 16 & 255);
      uint32_t fourth = third + (symbols >> 24);
      uint32x4_t at = vdupq_n_u32(first);
      at = vsetq_lane_u32(second, at, 1);
      at = vsetq_lane_u32(third, at, 2);
      at = vsetq_lane_u32(fourth, at, 3);
      uint32x4_t stride = vaddq_u32(vshrq_n_u32(vshlq_u32(vdupq_n_u32(pairs), shift), 28), one);
      uint32x4_t own = vreinterpretq_u32_u8(vldrbq_u8(lanes));
      vstrbq_scatter_offset_u32(codes, at, own);
      at = vaddq_u32(at, stride);
      vstrbq_scatter_offset_u32(codes, at, vshrq_n_u32(own, 8));
      at = vaddq_u32(at, stride);
      vstrbq_scatter_offset_u32(codes, at, vshrq_n_u32(own, 16));
      vstrbq_scatter_offset_u32(codes, vaddq_u32(at, stride), vshrq_n_u32(own, 24));
      starts += 4;
      codes += fourth;
    } else {
      codes = one_by_one(codes, &starts, pairs, lanes, 4, 4);
    }
  }
  one_by_one(codes, &starts, groups > 2 ? tersor_u16(strides) : groups > 0 ? *strides : 0, lanes, 4, groups);
}

int tersor_groups_mve(const tersor_layer *layer, uint8_t *codes) {
  const tersor_stream *streams = layer->streams + 1;
  for (uint32_t k = 0; k < layer->classes; k++) {
    const tersor_stream *last = &streams[layer->sizes[k] > 1 ? 2 : 1];
    int is_packed = tersor_as_bytes(&streams[0]) != NULL && tersor_as_bytes(last) != NULL
                    && (layer->sizes[k] == 1 || streams[1].open == tersor_packed);
    if (!is_packed && last->count > 0) {
      return tersor_groups(layer, codes);
    }
    streams += layer->sizes[k] > 1 ? 3 : 2;
  }
  if (layer->remainder != NULL) {
    layer->remainder->decode(layer->remainder, codes);
  } else {
    tersor_zeros(codes, layer->weights);
  }
  streams = layer->streams + 1;
  for (uint32_t k = 0; k < layer->classes; k++) {
    uint32_t size = layer->sizes[k];
    uint32_t groups = tersor_u32(layer->streams[0].bytes + 4 * k);
    if (size > 1) {
      const uint8_t *starts = streams[0].bytes;
      const uint8_t *strides = streams[1].bytes;
      const uint8_t *codes_of = streams[2].bytes;
      switch (size) {
        case 16: of_size(starts, strides, codes_of, 16, groups, codes); break;
        case 12: of_size(starts, strides, codes_of, 12, groups, codes); break;
        case 8: of_size(starts, strides, codes_of, 8, groups, codes); break;
        case 4: of_four(starts, strides, codes_of, groups, codes); break;
        default: of_size(starts, strides, codes_of, size, groups, codes); break;
      }
      streams += 3;
    } else {
      const uint8_t *starts = streams[0].bytes;
      const uint8_t *lanes = streams[1].bytes;
      uint8_t *to = codes;
      for (; groups > 0; groups--) {
        to = go_on(to, &starts);
        *to = *lanes++;
      }
      streams += 2;
    }
  }
  return 1;
}
