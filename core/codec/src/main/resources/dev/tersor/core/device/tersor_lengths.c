#include "tersor_lengths.h"

uint32_t tersor_bits_take(tersor_bits *bits, uint32_t number) {
  uint32_t value = 0;
  for (uint32_t i = 0; i < number; i++, bits->at++) {
    if (bits->at >> 3 < bits->length) {
      value |= (uint32_t)(bits->bytes[bits->at >> 3] >> (bits->at & 7) & 1) << i;
    }
  }
  return value;
}

int tersor_bits_ended(const tersor_bits *bits) {
  uint32_t bytes = (bits->at + 7) >> 3;
  return bytes == bits->length && ((bits->at & 7) == 0 || bits->bytes[bytes - 1] >> (bits->at & 7) == 0);
}

int tersor_lengths(
    tersor_code *code, const uint8_t *table, uint32_t length, uint32_t width, uint32_t capacity) {
  uint16_t places[TERSOR_LONGEST + 1];
  for (int pass = 0; pass < 2; pass++) {
    tersor_bits bits = {table, length, 0};
    uint32_t last = tersor_bits_take(&bits, 16);
    uint32_t before = TERSOR_LONGEST + 1;
    TERSOR_NEED(last >> width == 0);
    for (uint32_t l = 0; l <= TERSOR_LONGEST && pass == 0; l++) {
      code->counts[l] = 0;
    }
    for (uint32_t symbol = 0; symbol <= last;) {
      uint32_t token = tersor_bits_take(&bits, 5);
      uint32_t run = 1;
      uint32_t now = token;
      TERSOR_NEED(token <= TERSOR_LONGEST || token >= 29);
      if (token == 29) {
        run = 3 + tersor_bits_take(&bits, 2);
        now = before;
        TERSOR_NEED(now <= TERSOR_LONGEST);
      } else if (token >= 30) {
        run = token == 30 ? 3 + tersor_bits_take(&bits, 3) : 11 + tersor_bits_take(&bits, 7);
        now = 0;
      }
      before = now;
      TERSOR_NEED(run <= last + 1 - symbol && (now != 0 || symbol + run <= last));
      for (; run > 0; run--, symbol++) {
        if (pass == 0) {
          code->counts[now]++;
        } else if (now != 0) {
          code->symbols[places[now]++] = (uint8_t)symbol;
        }
      }
    }
    if (pass == 0) {
      uint32_t used = 0;
      uint32_t share = 0;
      TERSOR_NEED(tersor_bits_ended(&bits));
      code->counts[0] = 0;
      for (uint32_t l = 1; l <= TERSOR_LONGEST; l++) {
        places[l] = (uint16_t)used;
        used += code->counts[l];
        share += (uint32_t)code->counts[l] << (TERSOR_LONGEST - l);
      }
      TERSOR_NEED(used == 1 || share == (uint32_t)1 << TERSOR_LONGEST);
      TERSOR_NEED(used <= capacity);
      (void)share;
      code->used = (uint16_t)used;
    }
  }
  (void)width;
  (void)capacity;
  return 1;
}
