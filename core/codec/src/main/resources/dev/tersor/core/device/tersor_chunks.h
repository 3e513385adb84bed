/* Long payloads of huffman and rans, cut into chunks: section 6. */
#ifndef TERSOR_CHUNKS_H
#define TERSOR_CHUNKS_H

#include "tersor_stream.h"

typedef struct {
  uint32_t number; /* of chunks; 1 where the payload is not cut */
  uint32_t next;   /* the number of the chunk after this one */
  uint32_t left;   /* symbols of this chunk that are not decoded yet */
  uint32_t begin;  /* where its bytes begin in the payload */
  uint32_t end;    /* and end */
} tersor_chunks;

int tersor_chunks_open(tersor_chunks *chunks, const tersor_stream *stream, int isCut);

/* Goes to the next chunk, of which there is one. */
int tersor_chunks_next(tersor_chunks *chunks, const tersor_stream *stream);

#endif
