/* Decodes every layer and compares checksums: of its codes, and of what they stand for as floats. */
#include "weights.h"

#ifdef TERSOR_BOARD
#include "board.h"
#define LARGE __attribute__((section(".large"), aligned(16)))
static void print(const char *text) { board_print(text); }
static void number(uint32_t value) { board_number(value); }
#else
#include <stdio.h>
#define LARGE
static void print(const char *text) { fputs(text, stdout); }
static void number(uint32_t value) { printf("%lu", (unsigned long)value); }
#endif

static uint32_t memory[WEIGHTS_LARGEST + 1] LARGE;

int main(void) {
  int wrong = 0;
  for (uint32_t i = 0; i < WEIGHTS_LAYERS; i++) {
    const weights_entry *entry = &weights_entries[i];
    uint8_t *codes = (uint8_t *)memory;
    uint32_t count = entry->layer->weights;
    int same = entry->layer->decode(entry->layer, codes) && tersor_crc32c(codes, count) == entry->codes;
    if (same) {
      /* Codes in the last quarter of the floats. */
      uint8_t *last = (uint8_t *)memory + 3 * count;
      for (uint32_t at = count; at-- > 0;) {
        last[at] = codes[at];
      }
      tersor_values(entry->book, 0, count, last, (float *)memory);
      same = tersor_crc32c((const uint8_t *)memory, 4 * count) == entry->values;
    }
    print(same ? "same  " : "WRONG ");
    print(entry->name);
    print(" ");
    number(count);
    print("\n");
    wrong += !same;
  }
  print(wrong ? "layers differ\n" : "all layers are the same\n");
  return wrong != 0;
}
