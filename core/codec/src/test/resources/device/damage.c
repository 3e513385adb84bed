/* damage CASES NUMBER SEED: so many damaged layers through the decoders. The sanitizers say what is wrong. */
#include <stdio.h>
#include <stdlib.h>

#include "cases.h"

static uint64_t state;

/* xorshift64* (Vigna, 2016). */
static uint32_t below(uint32_t bound) {
  state ^= state >> 12;
  state ^= state << 25;
  state ^= state >> 27;
  return bound == 0 ? 0 : (uint32_t)((state * 0x2545F4914F6CDD1Du) >> 32) % bound;
}

static void damage_bytes(const uint8_t *bytes, uint32_t length) {
  uint8_t *byte = (uint8_t *)bytes + below(length);
  switch (below(4)) {
    case 0: *byte ^= (uint8_t)(1u << below(8)); break;
    case 1: *byte = (uint8_t)below(256); break;
    case 2: *byte = 0xFF; break;
    default: *byte = 0; break;
  }
}

static void damage(tested *one) {
  if (one->remainder != NULL && below(2)) {
    damage(one->remainder);
    return;
  }
  tersor_stream *stream = &one->streams[below(one->number)];
  for (uint32_t times = below(4); times < 4; times++) {
    switch (below(8)) {
      case 0: stream->count = below(4) ? stream->count + below(5) - 2 : below(1u << below(32)); break;
      case 1: stream->length = below(stream->length + 1); break;
      case 2: stream->table_length = below(stream->table_length + 1); break;
      case 3: one->layer.bits = (uint8_t)(1 + below(8)); break;
      case 4: stream->width = (uint8_t)(1 + below(below(4) ? 8 : 32)); break;
      default:
        if (stream->table_length > 0 && below(2)) {
          damage_bytes(stream->table, stream->table_length);
        } else if (stream->length > 0) {
          damage_bytes(stream->bytes, stream->length);
        }
    }
  }
}

int main(int count, char **arguments) {
  uint32_t number;
  uint32_t taken = 0;
  if (count < 4) {
    return 2;
  }
  tested **cases = cases_read(arguments[1], &number);
  uint32_t times = (uint32_t)strtoul(arguments[2], NULL, 10);
  state = strtoull(arguments[3], NULL, 10) | 1;
  for (uint32_t i = 0; i < times; i++) {
    uint64_t before = state;
    tested *one = cases_copy(cases[i % number]);
    damage(one);
    uint8_t *codes = malloc(one->layer.weights > 0 ? one->layer.weights : 1);
    if (getenv("DAMAGE_TRACE") != NULL) {
      fprintf(stderr, "damage %u of case %u, seed %llu\n", i, i % number, (unsigned long long)before);
    }
    taken += (uint32_t)one->layer.decode(&one->layer, codes);
    free(codes);
    cases_free(one);
  }
  for (uint32_t i = 0; i < number; i++) {
    cases_free(cases[i]);
  }
  free(cases);
  printf("%u damaged, %u decoded all the same\n", times, taken);
  return 0;
}
