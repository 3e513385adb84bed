/* Tables of code lengths: section 6.1. */
#ifndef TERSOR_LENGTHS_H
#define TERSOR_LENGTHS_H

#include "tersor_stream.h"

enum { TERSOR_LONGEST = 20 };

/* Bits of bytes, the least significant one first; beyond their end they are zero. */
typedef struct {
  const uint8_t *bytes;
  uint32_t length;
  uint32_t at;
} tersor_bits;

/* A canonical code: how many symbols have each length, and the symbols by length and number. */
typedef struct {
  uint16_t counts[TERSOR_LONGEST + 1];
  uint16_t used;
  uint8_t symbols[256]; /* only as many are touched as the stream's capacity says */
} tersor_code;

uint32_t tersor_bits_take(tersor_bits *bits, uint32_t number);

/* Whether only filling bits are left: fewer than eight, all zero. */
int tersor_bits_ended(const tersor_bits *bits);

/* Reads a table; a code of one symbol, of any length, is one. */
int tersor_lengths(tersor_code *code, const uint8_t *table, uint32_t length, uint32_t width, uint32_t capacity);

#endif
