#include "tersor_lengths.h"
#include "tersor_rans.h"

enum { LEAST = 65536 };

/* Zero bits up to the next one, which is skipped. */
static uint32_t zeros(tersor_bits *bits) {
  uint32_t number = 0;
  while (number < 33 && tersor_bits_take(bits, 1) == 0) {
    number++;
  }
  return number;
}

/* Reads the frequencies; 1, or 2 where there is one symbol alone. */
static int frequencies(const tersor_stream *stream, tersor_rans_work *work) {
  tersor_bits bits = {stream->table, stream->table_length, 0};
  uint32_t last = tersor_bits_take(&bits, stream->width);
  uint32_t r = 8 + tersor_bits_take(&bits, 4);
  uint32_t size = r;
  uint32_t sum = 0;
  uint32_t used = 1;
  TERSOR_NEED(r <= 16 && last < stream->capacity);
  for (uint32_t symbol = 0; symbol < last;) {
    if (tersor_bits_take(&bits, 1) == 0) {
      uint32_t k = zeros(&bits);
      TERSOR_NEED(k <= 8);
      uint32_t run = (1u << k) + tersor_bits_take(&bits, k);
      TERSOR_NEED(run <= last - symbol);
      for (; run > 0; run--) {
        work->sums[symbol++] = (uint16_t)sum;
      }
    }
    if (symbol < last) {
      uint32_t z = zeros(&bits);
      TERSOR_NEED(z <= 32);
      size += z & 1 ? 0 - (z + 1) / 2 : z / 2;
      TERSOR_NEED(size >= 1 && size <= r);
      work->sums[symbol++] = (uint16_t)sum;
      sum += (1u << (size - 1)) + tersor_bits_take(&bits, size - 1);
      TERSOR_NEED(sum < 1u << r);
      used = 2;
    }
  }
  TERSOR_NEED(tersor_bits_ended(&bits));
  work->sums[last] = (uint16_t)sum;
  work->last = (uint8_t)last;
  work->r = (uint8_t)r;
  return (int)used;
}

/* Reads the states at the beginning of a chunk. */
static int begin(tersor_reader *reader) {
  tersor_rans_work *work = reader->stream->work;
  const tersor_chunks *chunks = &work->chunks;
  const uint8_t *bytes = reader->stream->bytes + chunks->begin;
  TERSOR_NEED(chunks->end - chunks->begin >= 4u * work->number);
  TERSOR_NEED((chunks->end - chunks->begin) % 2 == 0);
  for (uint32_t i = 0; i < work->number; i++) {
    work->states[i] = tersor_u32(bytes + 4 * i);
    TERSOR_NEED(work->states[i] >= LEAST);
  }
  work->turn = 0;
  reader->bit = chunks->begin + 4u * work->number;
  return 1;
}

/* The symbol that a number below 2^r stands for. */
static uint32_t symbol(const tersor_rans_work *work, uint32_t number) {
  uint32_t low = 0;
  uint32_t high = work->last + 1u;
  while (high - low > 1) {
    uint32_t middle = (low + high) / 2;
    if (work->sums[middle] <= number) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low;
}

#ifndef TERSOR_TRUSTED
/* Whether no word is left over and all states are as an encoder starts. */
static int is_whole(const tersor_rans_work *work, uint32_t at) {
  for (uint32_t i = 0; i < work->number; i++) {
    if (work->states[i] != LEAST) {
      return 0;
    }
  }
  return at == work->chunks.end;
}
#endif

static uint32_t more(tersor_reader *reader) {
  const tersor_stream *stream = reader->stream;
  tersor_rans_work *work = stream->work;
  tersor_chunks *chunks = &work->chunks;
  uint32_t number = tersor_less(reader->left, TERSOR_AT_ONCE);
  for (uint32_t i = 0; i < number; i++) {
    if (chunks->left == 0) {
      if (!tersor_chunks_next(chunks, stream) || !begin(reader)) {
        return 0;
      }
    }
    uint32_t x = work->states[work->turn];
    uint32_t v = x & ((1u << work->r) - 1);
    uint32_t s = symbol(work, v);
    uint32_t top = s == work->last ? 1u << work->r : work->sums[s + 1];
    x = (top - work->sums[s]) * (x >> work->r) + v - work->sums[s];
    if (x < LEAST) {
      TERSOR_NEED(reader->bit < chunks->end);
      x = x << 16 | tersor_u16(stream->bytes + reader->bit);
      reader->bit += 2;
    }
    work->states[work->turn] = x;
    work->turn = (uint8_t)((work->turn + 1) & (work->number - 1));
    reader->buffer[i] = (uint8_t)s;
    chunks->left--;
    TERSOR_NEED(chunks->left > 0 || is_whole(work, reader->bit));
  }
  return tersor_hand_out(reader, number);
}

int tersor_rans(tersor_reader *reader) {
  const tersor_stream *stream = reader->stream;
  tersor_rans_work *work = stream->work;
  TERSOR_NEED(stream->width >= 1 && stream->width <= 8);
  if (stream->count == 0) {
    TERSOR_NEED(stream->table_length == 0 && stream->length == 0);
    return 1;
  }
  int used = frequencies(stream, work);
  TERSOR_NEED(used != 0);
  if (used == 1) {
    TERSOR_NEED(stream->length == 0);
    reader->bit = work->last;
    reader->more = tersor_hand_out_same;
    return 1;
  }
  TERSOR_NEED(stream->length >= 4);
  int isCut = tersor_u32(stream->bytes) < LEAST;
  work->number = isCut ? 8 : stream->count < 1024 ? 1 : 4;
  reader->more = more;
  return tersor_chunks_open(&work->chunks, stream, isCut) && begin(reader);
}
