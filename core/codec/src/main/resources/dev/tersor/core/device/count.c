/* Instructions of decoding each layer, in QEMU with -icount shift=0, and bytes of stack. */
#include "board.h"
#include "weights.h"

static uint32_t memory[WEIGHTS_LARGEST / 4 + 4] __attribute__((section(".large"), aligned(16)));

static int nothing(const tersor_layer *layer, uint8_t *codes) {
  (void)layer;
  (void)codes;
  return 1;
}

static uint32_t ticks(int (*volatile decode)(const tersor_layer *, uint8_t *), const tersor_layer *layer) {
  board_start();
  decode(layer, (uint8_t *)memory);
  return board_ticks();
}

int main(void) {
  uint32_t least = ticks(nothing, weights_entries[0].layer);
  for (uint32_t i = 0; i < WEIGHTS_LAYERS; i++) {
    const tersor_layer *layer = weights_entries[i].layer;
    board_paint();
    uint32_t own = ticks(layer->decode, layer) - least;
    uint32_t stack = board_stack_used();
    int same = tersor_crc32c((const uint8_t *)memory, layer->weights) == weights_entries[i].codes;
    board_print(same ? "counted " : "WRONG ");
    board_print(weights_entries[i].name);
    board_print(" weights ");
    board_number(layer->weights);
    board_print(" ticks ");
    board_number(own);
    board_print(" stack ");
    board_number(stack);
    board_print("\n");
    if (!same) {
      return 1;
    }
  }
  return 0;
}
