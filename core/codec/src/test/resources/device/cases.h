/* Layers of a file of cases, every buffer of its own and no byte longer than it has to be. */
#ifndef CASES_H
#define CASES_H

#include "tersor_stream.h"

enum { STREAMS = 64 };

typedef struct tested {
  uint8_t scheme; /* as the Java enumeration counts */
  uint8_t coders[STREAMS];
  uint32_t number; /* of streams */
  uint8_t *sizes;
  tersor_stream streams[STREAMS];
  tersor_layer layer;
  struct tested *remainder;
  uint8_t *codes; /* what comes out; null of a remainder */
} tested;

/* Reads all cases; ends the program where the file is none. */
tested **cases_read(const char *path, uint32_t *number);

/* A copy with buffers of its own. */
tested *cases_copy(const tested *from);

void cases_free(tested *one);

#endif
