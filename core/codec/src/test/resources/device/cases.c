#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "tersor_bitmap.h"
#include "tersor_dcsr.h"
#include "tersor_dense.h"
#include "tersor_groups.h"
#include "tersor_huffman.h"
#include "tersor_psr.h"
#include "tersor_rans.h"
#include "tersor_relative.h"
#include "tersor_wavelet.h"

static int (*const SCHEMES[])(const tersor_layer *, uint8_t *) = {
    tersor_dense, tersor_bitmap, tersor_relative, tersor_gap, tersor_psr, tersor_dcsr, tersor_groups};
static int (*const CODERS[])(tersor_reader *) = {
    tersor_packed, tersor_huffman, tersor_rans, tersor_wavelet, tersor_wavelet_fast};

static FILE *in;

static uint32_t number(int bytes) {
  uint32_t value = 0;
  for (int i = 0; i < bytes; i++) {
    int next = fgetc(in);
    if (next == EOF) {
      fprintf(stderr, "the file of cases ends early\n");
      exit(2);
    }
    value |= (uint32_t)next << 8 * i;
  }
  return value;
}

/* At least a byte, which malloc gives an address of its own; no byte more where there are some. */
static uint8_t *space(size_t length) {
  uint8_t *bytes = malloc(length > 0 ? length : 1);
  if (bytes == NULL) {
    exit(2);
  }
  return bytes;
}

static uint8_t *raw(uint32_t length) {
  uint8_t *bytes = space(length);
  if (fread(bytes, 1, length, in) != length) {
    fprintf(stderr, "the file of cases ends early\n");
    exit(2);
  }
  return bytes;
}

static void *work(uint8_t coder, uint32_t capacity) {
  size_t words = coder == 0   ? 0
                 : coder == 1 ? TERSOR_HUFFMAN_WORDS(capacity)
                 : coder == 2 ? TERSOR_RANS_WORDS(capacity)
                              : TERSOR_WAVELET_WORDS(capacity);
  return words == 0 ? NULL : space(4 * words);
}

static void link_up(tested *one) {
  one->layer.streams = one->streams;
  one->layer.sizes = one->sizes;
  one->layer.decode = SCHEMES[one->scheme];
  one->layer.remainder = one->remainder == NULL ? NULL : &one->remainder->layer;
}

static tested *layer(int is_outer) {
  tested *one = calloc(1, sizeof *one);
  if (one == NULL) {
    exit(2);
  }
  one->scheme = (uint8_t)number(1);
  one->layer.weights = number(4);
  one->layer.bits = (uint8_t)number(1);
  one->layer.classes = (uint8_t)number(1);
  one->sizes = raw(one->layer.classes);
  one->number = number(1);
  for (uint32_t i = 0; i < one->number; i++) {
    tersor_stream *stream = &one->streams[i];
    one->coders[i] = (uint8_t)number(1);
    stream->open = CODERS[one->coders[i]];
    stream->width = (uint8_t)number(1);
    stream->count = number(4);
    stream->capacity = (uint16_t)number(4);
    stream->table_length = number(4);
    stream->table = raw(stream->table_length);
    stream->length = number(4);
    stream->bytes = raw(stream->length);
    stream->work = work(one->coders[i], stream->capacity);
  }
  one->remainder = number(1) ? layer(0) : NULL;
  one->codes = is_outer ? raw(one->layer.weights) : NULL;
  link_up(one);
  return one;
}

tested **cases_read(const char *path, uint32_t *count) {
  in = fopen(path, "rb");
  if (in == NULL) {
    perror(path);
    exit(2);
  }
  *count = number(4);
  tested **all = calloc(*count, sizeof *all);
  for (uint32_t i = 0; i < *count; i++) {
    all[i] = layer(1);
  }
  fclose(in);
  return all;
}

static uint8_t *copy(const uint8_t *bytes, size_t length) {
  uint8_t *other = space(length);
  memcpy(other, bytes, length);
  return other;
}

tested *cases_copy(const tested *from) {
  tested *one = calloc(1, sizeof *one);
  if (one == NULL) {
    exit(2);
  }
  *one = *from;
  one->sizes = copy(from->sizes, from->layer.classes);
  for (uint32_t i = 0; i < one->number; i++) {
    tersor_stream *stream = &one->streams[i];
    stream->table = copy(from->streams[i].table, stream->table_length);
    stream->bytes = copy(from->streams[i].bytes, stream->length);
    stream->work = work(one->coders[i], stream->capacity);
  }
  one->remainder = from->remainder == NULL ? NULL : cases_copy(from->remainder);
  one->codes = NULL;
  link_up(one);
  return one;
}

void cases_free(tested *one) {
  for (uint32_t i = 0; i < one->number; i++) {
    free((void *)one->streams[i].table);
    free((void *)one->streams[i].bytes);
    free(one->streams[i].work);
  }
  if (one->remainder != NULL) {
    cases_free(one->remainder);
  }
  free(one->sizes);
  free(one->codes);
  free(one);
}
