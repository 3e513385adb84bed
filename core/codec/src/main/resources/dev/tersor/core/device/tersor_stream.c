#include "tersor_stream.h"

int tersor_open(tersor_reader *reader, const tersor_stream *stream) {
  reader->at = reader->buffer;
  reader->end = reader->buffer;
  reader->left = stream->count;
  reader->bit = 0;
  reader->stream = stream;
  return stream->open(reader);
}

uint32_t tersor_hand_out(tersor_reader *reader, uint32_t number) {
  reader->left -= number;
  reader->at = reader->buffer;
  reader->end = reader->buffer + number;
  return number;
}

uint32_t tersor_hand_out_same(tersor_reader *reader) {
  uint32_t number = tersor_less(reader->left, TERSOR_AT_ONCE);
  for (uint32_t i = 0; i < number; i++) {
    reader->buffer[i] = (uint8_t)reader->bit;
  }
  return tersor_hand_out(reader, number);
}

static uint32_t more_packed(tersor_reader *reader) {
  uint32_t width = reader->stream->width;
  uint32_t bit = reader->bit;
  uint32_t number = tersor_less(reader->left, TERSOR_AT_ONCE);
  uint8_t *to = reader->buffer;
  reader->bit = bit + number * width;
  for (; bit != reader->bit; bit += width) {
    const uint8_t *byte = reader->stream->bytes + (bit >> 3);
    uint32_t symbol = (uint32_t)*byte >> (bit & 7);
    if ((bit & 7) + width > 8) {
      symbol |= (uint32_t)byte[1] << (8 - (bit & 7));
    }
    *to++ = (uint8_t)(symbol & ((1u << width) - 1));
  }
  return tersor_hand_out(reader, number);
}

int tersor_packed(tersor_reader *reader) {
  const tersor_stream *stream = reader->stream;
  TERSOR_NEED(stream->width >= 1 && stream->width <= 8 && stream->table_length == 0);
  TERSOR_NEED(stream->count < (uint32_t)1 << 28);
  TERSOR_NEED(stream->length == (stream->count * stream->width + 7) / 8);
  if (stream->width == 8) {
    reader->at = stream->bytes;
    reader->end = stream->bytes + stream->count;
    reader->left = 0;
    return 1;
  }
  TERSOR_NEED((stream->count * stream->width & 7) == 0
              || stream->bytes[stream->length - 1] >> (stream->count * stream->width & 7) == 0);
  reader->more = more_packed;
  return 1;
}

void tersor_signed(uint8_t *codes, uint32_t weights, uint8_t bits) {
  uint32_t half = bits > 1 ? 1u << (bits - 1) : 2;
  for (uint32_t i = 0; i < weights; i++) {
    uint32_t code = codes[i];
    codes[i] = (uint8_t)(code == half ? 0 : code > half ? code - 2 * half : code);
  }
}

uint32_t tersor_crc32c(const uint8_t *bytes, uint32_t length) {
  uint32_t crc = 0xFFFFFFFFu;
  for (uint32_t i = 0; i < length; i++) {
    crc ^= bytes[i];
    for (int k = 0; k < 8; k++) {
      crc = crc >> 1 ^ (0x82F63B78u & (0u - (crc & 1)));
    }
  }
  return ~crc;
}
