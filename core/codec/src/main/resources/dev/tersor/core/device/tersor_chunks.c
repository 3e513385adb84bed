#include "tersor_chunks.h"

int tersor_chunks_open(tersor_chunks *chunks, const tersor_stream *stream, int isCut) {
  chunks->number = 1;
  chunks->next = 0;
  chunks->end = 0;
  TERSOR_NEED(stream->length < (uint32_t)1 << 28);
  if (isCut) {
    TERSOR_NEED(stream->length >= 4);
    chunks->number = tersor_u32(stream->bytes);
    TERSOR_NEED(chunks->number >= 4 && chunks->number < 65536 && chunks->number % 4 == 0);
    TERSOR_NEED(chunks->number <= stream->count && stream->length >= 4 * chunks->number);
    chunks->end = 4 * chunks->number;
  }
  return tersor_chunks_next(chunks, stream);
}

/* Where the symbols of a chunk begin: the number of the chunk times count, divided by that of all, without
 * a product of more than 32 bits. */
static uint32_t first(const tersor_chunks *chunks, uint32_t count, uint32_t chunk) {
  return chunk * (count / chunks->number) + chunk * (count % chunks->number) / chunks->number;
}

int tersor_chunks_next(tersor_chunks *chunks, const tersor_stream *stream) {
  uint32_t chunk = chunks->next;
  uint32_t length = stream->length - chunks->end;
  chunks->next = chunk + 1;
  if (chunks->next < chunks->number) {
    uint32_t own = tersor_u32(stream->bytes + 4 + 4 * chunk);
    TERSOR_NEED(own <= length);
    length = own;
  }
  chunks->begin = chunks->end;
  chunks->end += length;
  chunks->left = first(chunks, stream->count, chunk + 1) - first(chunks, stream->count, chunk);
  return 1;
}
