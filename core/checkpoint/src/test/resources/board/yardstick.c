/* Instructions of the layers of shapes.h in int8 with sums in int32, by vectors: a yardstick for what extraction
 * takes. Activations are height x width x channels, weights filters x height x width x channels, as kernels for
 * Cortex-M have them. The windows of four output positions are laid side by side, then multiplied by all filters
 * (VMLADAVA). What is multiplied does not change the count. In QEMU with -icount shift=0. */
#include "board.h"
#include "shapes.h"
#include "tersor_products.h"
#include "tersor_vectors.h"

static int8_t weights[SHAPES_WEIGHTS] __attribute__((section(".large"), aligned(16)));
static int8_t values[SHAPES_VALUES] __attribute__((section(".large"), aligned(16)));
static int8_t windows[4 * SHAPES_COLUMNS] __attribute__((section(".large"), aligned(16)));
static int32_t sums[4 * SHAPES_FILTERS] __attribute__((section(".large"), aligned(16)));

static void copy(int8_t *to, const int8_t *from, uint32_t number) {
  for (int32_t left = (int32_t)number; left > 0; left -= 16, from += 16, to += 16) {
    mve_pred16_t p = vctp8q((uint32_t)left);
    vstrbq_p_s8(to, vldrbq_z_s8(from, p), p);
  }
}

/* Lays the window of an output position; what is outside of the input is 0. */
static void lay(const shape *s, uint32_t y, uint32_t x, int8_t *window) {
  for (uint32_t i = 0; i < s->rows; i++) {
    uint32_t line = y * s->stride + i - s->padding;
    uint32_t from = x * s->stride;
    uint32_t before = from < s->padding ? s->padding - from : 0;
    uint32_t to = from + s->columns - s->padding;
    uint32_t after = (int32_t)to > (int32_t)s->width ? to - s->width : 0;
    if (line >= s->height || before + after >= s->columns) {
      tersor_zeros((uint8_t *)window, s->columns * s->channels);
    } else {
      if (before + after > 0) {
        tersor_zeros((uint8_t *)window, s->columns * s->channels);
      }
      copy(window + before * s->channels,
           values + (line * s->width + from + before - s->padding) * s->channels,
           (s->columns - before - after) * s->channels);
    }
    window += s->columns * s->channels;
  }
}

static void convolution(const shape *s) {
  uint32_t length = s->rows * s->columns * s->channels;
  uint32_t ready = 0;
  for (uint32_t y = 0; y < s->out_height; y++) {
    for (uint32_t x = 0; x < s->out_width; x++) {
      lay(s, y, x, windows + ready * length);
      if (++ready == 4) {
        tersor_products_dense_mve((const uint8_t *)weights, s->filters, length, windows, 4, sums);
        ready = 0;
      }
    }
  }
  for (; ready > 0; ready--) {
    tersor_products_dense_mve((const uint8_t *)weights, s->filters, length, windows + (ready - 1) * length, 1, sums);
  }
}

/* A filter a channel: four channels at a time. */
static void depthwise(const shape *s) {
  uint32_t length = s->rows * s->columns;
  for (uint32_t y = 0; y < s->out_height; y++) {
    for (uint32_t x = 0; x < s->out_width; x++) {
      lay(s, y, x, windows);
      for (uint32_t c = 0; c < s->channels; c += 4) {
        int32x4_t own = vldrwq_s32(sums + c);
        for (uint32_t k = 0; k < length; k++) {
          own = vaddq_s32(own, vmulq_s32(vldrbq_s32(windows + k * s->channels + c),
                                         vldrbq_s32(weights + k * s->channels + c)));
        }
        vstrwq_s32(sums + c, own);
      }
    }
  }
}

int main(void) {
  for (uint32_t i = 0; i < SHAPES; i++) {
    board_start();
    if (shapes[i].is_depthwise) {
      depthwise(&shapes[i]);
    } else {
      convolution(&shapes[i]);
    }
    uint32_t ticks = board_ticks();
    board_print("int8 ");
    board_print(shapes[i].name);
    board_print(" ticks ");
    board_number(ticks);
    board_print("\n");
  }
  return 0;
}
