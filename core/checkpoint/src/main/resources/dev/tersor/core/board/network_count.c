/* Instructions of an image's inference in float32, and of the extraction of all layers in it, in QEMU with
 * -icount shift=0. */
#include "board.h"
#include "images.h"
#include "network.h"
#include "weights.h"

static uint32_t memory[WEIGHTS_LARGEST / 4 + 4] __attribute__((section(".large"), aligned(16)));

int main(void) {
  board_paint();
  board_start();
  const float *scores = network_scores(images_pixels[0]);
  uint32_t all = board_ticks();
  uint32_t stack = board_stack_used();
  if (scores == NULL || tersor_largest(NETWORK_CLASSES, scores) != images_classes[0]) {
    board_print("WRONG class\n");
    return 1;
  }
  uint32_t extraction = 0;
  for (uint32_t i = 0; i < WEIGHTS_LAYERS; i++) {
    const tersor_layer *layer = weights_entries[i].layer;
    board_start();
    layer->decode(layer, (uint8_t *)memory);
    extraction += board_ticks();
  }
  board_print("inference ticks ");
  board_number(all);
  board_print(" extraction ticks ");
  board_number(extraction);
  board_print(" stack ");
  board_number(stack);
  board_print("\n");
  return 0;
}
