/* Streams of symbols of up to 8 bits, and layers of them: what all decoders share. C99, no library.
 *
 * The layouts are those of docs/reference/format.md; its sections are named where they matter. All input
 * stays where it is, in flash. A decoder returns 1, or 0 where a stream is damaged; it then has written
 * nothing outside of its output. Compiled with -DTERSOR_TRUSTED the checks are left out: for flash whose
 * bytes are known.
 */
#ifndef TERSOR_STREAM_H
#define TERSOR_STREAM_H

#include <stddef.h>
#include <stdint.h>

#ifdef TERSOR_TRUSTED
#define TERSOR_NEED(condition) ((void)0)
#else
#define TERSOR_NEED(condition) \
  do {                         \
    if (!(condition)) {        \
      return 0;                \
    }                          \
  } while (0)
#endif

enum { TERSOR_AT_ONCE = 16 };

typedef struct tersor_reader tersor_reader;

/* A stream as it is stored: sections 3, 5 and 6. */
typedef struct {
  const uint8_t *bytes;               /* the payload */
  const uint8_t *table;               /* of its coder */
  uint32_t length;                    /* bytes of the payload, below 2^29 */
  uint32_t table_length;
  uint32_t count;                     /* symbols */
  uint8_t width;                      /* bits of a symbol: 1 to 8, or more where they are packed */
  uint16_t capacity;                  /* symbols that there is work for, of coded streams */
  int (*open)(tersor_reader *reader); /* the coder: tersor_packed, tersor_huffman, ... */
  void *work;                         /* tables in RAM, aligned for 32 bits; none where packed */
} tersor_stream;

/* Where a decoder is in a stream. Symbols at hand lie a byte each from at to end. */
struct tersor_reader {
  const uint8_t *at;
  const uint8_t *end;
  uint32_t left;                           /* symbols after those at hand */
  uint32_t bit;                            /* where the next one is, as its coder counts */
  const tersor_stream *stream;
  uint32_t (*more)(tersor_reader *reader); /* brings 1 to 16 of them; 0 where they are damaged */
  uint8_t buffer[TERSOR_AT_ONCE];
};

/* A tensor as the streams of its scheme, in the order of section 7. */
typedef struct tersor_layer {
  uint32_t weights;
  uint8_t bits;                          /* of a code */
  uint8_t classes;                       /* of groups: how many sizes there are */
  const uint8_t *sizes;                  /* of groups: lanes, largest first */
  const tersor_stream *streams;
  int (*decode)(const struct tersor_layer *layer, uint8_t *codes);
  const struct tersor_layer *remainder;  /* of groups, or a null pointer */
} tersor_layer;

/* Begins to read a stream. */
int tersor_open(tersor_reader *reader, const tersor_stream *stream);

/* The coder of packed symbols: section 5. */
int tersor_packed(tersor_reader *reader);

/* What coders end with: so many of the symbols that are left are in the buffer. Returns their number. */
uint32_t tersor_hand_out(tersor_reader *reader, uint32_t number);

/* Brings the symbol that reader->bit is, again and again: a coder's 'more' where there is no other. */
uint32_t tersor_hand_out_same(tersor_reader *reader);

/* Symbols at hand, at least one; 0 at the end, or where they are damaged. */
static inline uint32_t tersor_ready(tersor_reader *reader) {
  if (reader->at != reader->end) {
    return (uint32_t)(reader->end - reader->at);
  }
  return reader->left != 0 ? reader->more(reader) : 0;
}

/* Whether a stream was read to its end. */
static inline int tersor_ended(const tersor_reader *reader) {
  return reader->at == reader->end && reader->left == 0;
}

/* Where a stream's symbols lie as bytes, or a null pointer where they are not stored as such. */
static inline const uint8_t *tersor_as_bytes(const tersor_stream *stream) {
  return stream->width == 8 && stream->open == tersor_packed ? stream->bytes : NULL;
}

static inline uint32_t tersor_u16(const uint8_t *bytes) {
  return bytes[0] | (uint32_t)bytes[1] << 8;
}

static inline uint32_t tersor_u32(const uint8_t *bytes) {
  return tersor_u16(bytes) | tersor_u16(bytes + 2) << 16;
}

/* Sets codes to 0, four at a time where they lie so. */
static inline void tersor_clear(uint8_t *codes, uint32_t number) {
  for (; number > 0 && ((uintptr_t)codes & 3) != 0; number--) {
    *codes++ = 0;
  }
  for (; number >= 16; number -= 16, codes += 16) {
    uint32_t *words = (uint32_t *)codes;
    words[0] = 0;
    words[1] = 0;
    words[2] = 0;
    words[3] = 0;
  }
  for (; number > 0; number--) {
    *codes++ = 0;
  }
}

static inline uint32_t tersor_less(uint32_t a, uint32_t b) {
  return a < b ? a : b;
}

/* Codes of fewer than 8 bits as the signed numbers that they are in codebooks of steps, in place:
 * section 4. The code 2^(bits - 1) is 0. */
void tersor_signed(uint8_t *codes, uint32_t weights, uint8_t bits);

/* CRC32C of bytes: section 2. */
uint32_t tersor_crc32c(const uint8_t *bytes, uint32_t length);

#endif
