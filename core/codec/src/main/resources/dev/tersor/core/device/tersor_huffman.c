#include "tersor_huffman.h"

/* One symbol; 256 or above where the code is none. */
static uint32_t symbol(const tersor_code *code, const uint8_t *bytes, uint32_t end, uint32_t *bit) {
  uint32_t value = 0;
  uint32_t first = 0;
  const uint8_t *symbols = code->symbols;
  for (uint32_t length = 1; length <= TERSOR_LONGEST; length++) {
    uint32_t at = (*bit)++;
#ifdef TERSOR_TRUSTED
    (void)end;
#else
    if (at >> 3 >= end) {
      return 256;
    }
#endif
    value |= (uint32_t)(bytes[at >> 3] >> (at & 7) & 1);
    uint32_t count = code->counts[length];
    if (value - first < count) {
      return symbols[value - first];
    }
    symbols += count;
    first = (first + count) << 1;
    value <<= 1;
  }
  return 256;
}

static uint32_t more(tersor_reader *reader) {
  const tersor_stream *stream = reader->stream;
  tersor_huffman_work *work = stream->work;
  tersor_chunks *chunks = &work->chunks;
  uint32_t number = tersor_less(reader->left, TERSOR_AT_ONCE);
  uint32_t bit = reader->bit;
  for (uint32_t i = 0; i < number; i++) {
    if (chunks->left == 0) {
      if (!tersor_chunks_next(chunks, stream)) {
        return 0;
      }
      bit = 8 * chunks->begin;
    }
    uint32_t now = symbol(&work->code, stream->bytes, chunks->end, &bit);
    TERSOR_NEED(now < 256);
    reader->buffer[i] = (uint8_t)now;
    chunks->left--;
    /* A chunk ends with the byte in which its last code ends, filled with zeros. */
    TERSOR_NEED(chunks->left > 0
                || ((bit + 7) >> 3 == chunks->end
                    && ((bit & 7) == 0 || stream->bytes[bit >> 3] >> (bit & 7) == 0)));
  }
  reader->bit = bit;
  return tersor_hand_out(reader, number);
}

int tersor_huffman(tersor_reader *reader) {
  const tersor_stream *stream = reader->stream;
  tersor_huffman_work *work = stream->work;
  TERSOR_NEED(stream->width >= 1 && stream->width <= 8);
  if (stream->count == 0) {
    TERSOR_NEED(stream->table_length == 0 && stream->length == 0);
    return 1;
  }
  int isCut = stream->table_length > 2 && tersor_u16(stream->table) == 0xFFFF;
  uint32_t skip = isCut ? 2 : 0;
  if (!tersor_lengths(&work->code, stream->table + skip, stream->table_length - skip, stream->width,
                      stream->capacity)) {
    return 0;
  }
  if (work->code.used == 1) {
    TERSOR_NEED(stream->length == 0 && !isCut);
    reader->bit = work->code.symbols[0];
    reader->more = tersor_hand_out_same;
    return 1;
  }
  reader->more = more;
  if (!tersor_chunks_open(&work->chunks, stream, isCut)) {
    return 0;
  }
  reader->bit = 8 * work->chunks.begin;
  return 1;
}
