#include "tersor_wavelet.h"

enum { SPARSE_BITS = 4096, BLOCK_BITS = 512, BLOCK_BYTES = 72 };

static uint32_t ones_of(uint32_t byte) {
  byte -= byte >> 1 & 0x55;
  byte = (byte & 0x33) + (byte >> 2 & 0x33);
  return (byte + (byte >> 4)) & 15;
}

/* The byte that a bit is in. */
static uint32_t byte_of(const tersor_wavelet_work *work, uint32_t bit) {
  return work->in_blocks ? bit / BLOCK_BITS * BLOCK_BYTES + 8 + (bit / 8) % (BLOCK_BITS / 8) : bit / 8;
}

/* The ones among bits that lie from a multiple of 8 on, in one block. */
static uint32_t ones(const tersor_wavelet_work *work, const uint8_t *bytes, uint32_t from, uint32_t to) {
  uint32_t sum = 0;
  for (; from + 8 <= to; from += 8) {
    sum += ones_of(bytes[byte_of(work, from)]);
  }
  return from < to ? sum + ones_of(bytes[byte_of(work, from)] & ((1u << (to - from)) - 1)) : sum;
}

/* Where the counts of a sparse string of bits lie. */
static uint32_t counts_of(uint32_t size) {
  return (size + 63) / 64 * 8;
}

/* The ones before a bit. */
static uint32_t rank(const tersor_wavelet_work *work, const uint8_t *bytes, uint32_t bit) {
  uint32_t every = work->in_blocks ? BLOCK_BITS : SPARSE_BITS;
  uint32_t block = bit / every;
  uint32_t before = 0;
  if (work->in_blocks) {
    before = tersor_u32(bytes + block * BLOCK_BYTES);
  } else if (block > 0) {
    before = tersor_u32(bytes + counts_of(work->size) + 4 * (block - 1));
  }
  return before + ones(work, bytes, block * every, bit);
}

#ifndef TERSOR_TRUSTED
/* Whether the counts beside the bits are theirs, and the bits after the last one are zero. */
static int is_sound(const tersor_wavelet_work *work, const uint8_t *bytes, uint32_t length) {
  uint32_t size = work->size;
  uint32_t every = work->in_blocks ? BLOCK_BITS : SPARSE_BITS;
  uint32_t all = work->in_blocks ? (size / every + 1) * every : counts_of(size) * 8;
  uint32_t sum = 0;
  if (length != (work->in_blocks ? all / 64 * 9 : all / 8 + size / every * 4)) {
    return 0;
  }
  for (uint32_t from = 0; from < all; from += every) {
    uint32_t block = from / every;
    if (work->in_blocks) {
      const uint8_t *word = bytes + block * BLOCK_BYTES;
      uint32_t a = ones(work, bytes, from, from + 128);
      uint32_t b = a + ones(work, bytes, from + 128, from + 256);
      uint32_t c = b + ones(work, bytes, from + 256, from + 384);
      if (tersor_u32(word) != sum || tersor_u32(word + 4) != (c << 6 | b << 15 | a << 24)) {
        return 0;
      }
    } else if (block > 0 && from <= size && tersor_u32(bytes + all / 8 + 4 * (block - 1)) != sum) {
      return 0;
    }
    sum += ones(work, bytes, from, tersor_less(from + every, all));
  }
  if (!work->in_blocks && size % every == 0 && size > 0
      && all == size && tersor_u32(bytes + length - 4) != sum) {
    return 0;
  }
  return sum == rank(work, bytes, size);
}
#endif

/* Puts each node's next bit where that of a symbol is. */
static int seek(const tersor_stream *stream, uint32_t from, uint32_t number) {
  tersor_wavelet_work *work = stream->work;
  const uint8_t *bytes = stream->bytes;
  uint32_t first = 0;
  uint32_t inner = 1;
  uint32_t begin = 0;
  work->nodes[0].at = from;
  work->nodes[0].length = number;
  for (uint32_t length = 1; inner > 0; length++) {
    uint32_t leaves = work->code.counts[length];
    uint32_t next = first + inner;
    for (uint32_t child = 0; child < 2 * inner;) {
      uint32_t node = first + child / 2;
      uint32_t own = work->nodes[node].length;
      uint32_t at = begin + work->nodes[node].at;
      TERSOR_NEED(own <= work->size - begin);
      uint32_t before = rank(work, bytes, begin);
      uint32_t all = rank(work, bytes, begin + own) - before;
      uint32_t some = rank(work, bytes, at) - before;
      for (uint32_t bit = 0; bit < 2; bit++, child++) {
        if (child >= leaves) {
          work->nodes[next + child - leaves].at = bit ? some : at - begin - some;
          work->nodes[next + child - leaves].length = bit ? all : own - all;
        }
      }
      work->nodes[node].at = at;
      begin += own;
    }
    first = next;
    inner = 2 * inner - leaves;
  }
  TERSOR_NEED(begin == work->size);
  return 1;
}

/* The tree's next symbol. */
static uint32_t symbol(tersor_wavelet_work *work, const uint8_t *bytes) {
  const uint8_t *symbols = work->code.symbols;
  uint32_t first = 0;
  uint32_t inner = 1;
  uint32_t node = 0;
  for (uint32_t length = 1;; length++) {
    uint32_t at = work->nodes[node].at++;
    uint32_t child = 2 * (node - first) + (bytes[byte_of(work, at)] >> (at & 7) & 1);
    uint32_t leaves = work->code.counts[length];
    if (child < leaves) {
      return symbols[child];
    }
    symbols += leaves;
    first += inner;
    inner = 2 * inner - leaves;
    node = first + child - leaves;
  }
}

static uint32_t more(tersor_reader *reader) {
  const tersor_stream *stream = reader->stream;
  tersor_wavelet_work *work = stream->work;
  uint32_t skip = work->skip;
  uint32_t number = tersor_less(reader->left, TERSOR_AT_ONCE - skip);
  uint32_t mask = (1u << stream->width) - 1;
  uint32_t done = 0;
  work->skip = 0;
  while (done < number) {
    uint32_t now = work->code.used == 1 ? work->code.symbols[0] : symbol(work, stream->bytes);
    if (work->grouped > 1) {
      now >>= skip * stream->width;
      for (uint32_t i = skip; i < work->grouped && done < number; i++, now >>= stream->width) {
        reader->buffer[done++] = (uint8_t)(now & mask);
      }
      /* So many symbols end a group; the last group is filled with zeros. */
      TERSOR_NEED(done < number || reader->left > number || now == 0);
      skip = 0;
      continue;
    }
    if (work->low > 0) {
      uint32_t bit = work->low_bit;
      uint32_t rest = (uint32_t)stream->bytes[bit >> 3] >> (bit & 7);
      if ((bit & 7) + work->low > 8) {
        rest |= (uint32_t)stream->bytes[(bit >> 3) + 1] << (8 - (bit & 7));
      }
      now = now << work->low | (rest & ((1u << work->low) - 1));
      work->low_bit = bit + work->low;
    }
    reader->buffer[done++] = (uint8_t)now;
  }
  return tersor_hand_out(reader, number);
}

/* The tree's symbols. */
static uint32_t trees(const tersor_stream *stream, const tersor_wavelet_work *work) {
  return (stream->count + work->grouped - 1) / work->grouped;
}

static int open(tersor_reader *reader, uint32_t width) {
  const tersor_stream *stream = reader->stream;
  tersor_wavelet_work *work = stream->work;
  uint32_t skip = work->low > 0 || (!work->in_blocks && work->grouped == 1) ? 1 : 0;
  uint32_t low_bytes = (stream->count * work->low + 7) / 8;
  TERSOR_NEED(stream->table_length > 5 + skip && stream->length >= low_bytes);
  const uint8_t *table = stream->table + skip;
  work->size = tersor_u32(table);
  work->skip = 0;
  TERSOR_NEED(work->size < (uint32_t)1 << 31 && table[4] == 0);
  if (!tersor_lengths(&work->code, table + 5, stream->table_length - skip - 5, width, stream->capacity)) {
    return 0;
  }
  uint32_t length = stream->length - low_bytes;
  work->low_bit = 8 * length;
  TERSOR_NEED((stream->count * work->low & 7) == 0
              || stream->bytes[stream->length - 1] >> (stream->count * work->low & 7) == 0);
  reader->more = more;
  if (work->code.used == 1) {
    TERSOR_NEED(work->size == 0 && length == 0);
    return 1;
  }
  TERSOR_NEED(work->size >= trees(stream, work) && is_sound(work, stream->bytes, length));
  return seek(stream, 0, trees(stream, work));
}

int tersor_wavelet(tersor_reader *reader) {
  const tersor_stream *stream = reader->stream;
  tersor_wavelet_work *work = stream->work;
  TERSOR_NEED(stream->width >= 1 && stream->width <= 8 && stream->count < (uint32_t)1 << 26);
  if (stream->count == 0) {
    TERSOR_NEED(stream->table_length == 0 && stream->length == 0);
    return 1;
  }
  work->in_blocks = 0;
  work->low = 0;
  work->grouped = stream->width < 3 ? (uint8_t)(4 / stream->width) : 1;
  if (work->grouped == 1) {
    TERSOR_NEED(stream->table_length > 0 && stream->table[0] < stream->width);
    work->low = stream->table[0];
  }
  return open(reader, work->grouped > 1 ? 4 : stream->width - (uint32_t)work->low);
}

int tersor_wavelet_fast(tersor_reader *reader) {
  const tersor_stream *stream = reader->stream;
  tersor_wavelet_work *work = stream->work;
  TERSOR_NEED(stream->width >= 1 && stream->width <= 8 && stream->count < (uint32_t)1 << 26);
  if (stream->count == 0) {
    TERSOR_NEED(stream->table_length == 0 && stream->length == 0);
    return 1;
  }
  work->in_blocks = 1;
  work->low = 0;
  work->grouped = 1;
  return open(reader, stream->width);
}

int tersor_wavelet_seek(tersor_reader *reader, uint32_t from) {
  const tersor_stream *stream = reader->stream;
  TERSOR_NEED(from <= stream->count);
  reader->at = reader->buffer;
  reader->end = reader->buffer;
  reader->left = stream->count - from;
  if (stream->count == 0) {
    return 1;
  }
  tersor_wavelet_work *work = stream->work;
  work->skip = (uint8_t)(from % work->grouped);
  work->low_bit = 8 * (stream->length - (stream->count * work->low + 7) / 8) + from * work->low;
  return work->code.used == 1 || seek(stream, from / work->grouped, trees(stream, work));
}
