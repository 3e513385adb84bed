/* The coder rans: section 6.2. A stream's work is a tersor_rans_work. */
#ifndef TERSOR_RANS_H
#define TERSOR_RANS_H

#include "tersor_chunks.h"

typedef struct {
  tersor_chunks chunks;
  uint32_t states[8];
  uint8_t number;    /* of states */
  uint8_t turn;      /* the state of the next symbol */
  uint8_t r;         /* frequencies add up to 2^r */
  uint8_t last;      /* the largest symbol */
  uint16_t sums[256]; /* of the frequencies of all symbols below; only as many as the stream's capacity */
} tersor_rans_work;

/* 32-bit words of work for symbols of which the largest is one less. */
#define TERSOR_RANS_WORDS(number) ((offsetof(tersor_rans_work, sums) + 2 * (number) + 3) / 4)

int tersor_rans(tersor_reader *reader);

#endif
