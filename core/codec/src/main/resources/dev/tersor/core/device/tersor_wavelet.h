/* The coders wavelet and wavelet-fast, Huffman-shaped wavelet trees: section 6.6. A block of symbols is
 * decoded from any place. A stream's work is a tersor_wavelet_work. */
#ifndef TERSOR_WAVELET_H
#define TERSOR_WAVELET_H

#include "tersor_lengths.h"

typedef struct {
  tersor_code code;
  uint32_t size;     /* bits of all nodes */
  uint32_t low_bit;  /* where the low bits of the next symbol are that the tree does not have */
  uint8_t low;       /* bits of a symbol that the tree does not have */
  uint8_t grouped;   /* symbols in one of the tree */
  uint8_t in_blocks; /* whether counts lie between the bits */
  uint8_t skip;      /* symbols of the tree's next one that are not wanted */
  struct {
    uint32_t at;     /* the next bit of the node */
    uint32_t length; /* bits of the node */
  } nodes[255]; /* only as many are touched as the stream's capacity less one */
} tersor_wavelet_work;

/* 32-bit words of work for a tree of so many symbols. */
#define TERSOR_WAVELET_WORDS(number) (offsetof(tersor_wavelet_work, nodes) / 4 + 2 * (number))

int tersor_wavelet(tersor_reader *reader);
int tersor_wavelet_fast(tersor_reader *reader);

/* Goes to a symbol by its number, in a stream that was opened. */
int tersor_wavelet_seek(tersor_reader *reader, uint32_t from);

#endif
