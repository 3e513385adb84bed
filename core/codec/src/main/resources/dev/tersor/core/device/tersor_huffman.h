/* The coder huffman: section 6.1. A stream's work is a tersor_huffman_work. */
#ifndef TERSOR_HUFFMAN_H
#define TERSOR_HUFFMAN_H

#include "tersor_chunks.h"
#include "tersor_lengths.h"

typedef struct {
  tersor_chunks chunks;
  tersor_code code;
} tersor_huffman_work;

/* 32-bit words of work for a code of so many symbols. */
#define TERSOR_HUFFMAN_WORDS(number) \
  ((offsetof(tersor_huffman_work, code) + offsetof(tersor_code, symbols) + (number) + 3) / 4)

int tersor_huffman(tersor_reader *reader);

#endif
