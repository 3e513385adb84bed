/* Products straight from each layer that they can be taken of, compared with those of its dense codes; on the board
 * their instructions, in ticks, beside those of extraction and dense products. With one input and with four. */
#include "tersor_products.h"
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
static void board_start(void) {}
static uint32_t board_ticks(void) { return 0; }
#endif

#ifdef TERSOR_MVE
#define PRODUCTS tersor_products_mve
#define DENSE tersor_products_dense_mve
#else
#define PRODUCTS tersor_products
#define DENSE tersor_products_dense
#endif

static uint8_t codes[WEIGHTS_LARGEST] LARGE;
static int8_t inputs[4 * WEIGHTS_LARGEST] LARGE;
static int32_t sums[4 * WEIGHTS_LARGEST] LARGE;
static int32_t skipped[4 * WEIGHTS_LARGEST] LARGE;

static void said(const char *what, uint32_t value) {
  print(what);
  number(value);
}

/* Whether the products are the same; tells ticks of both. */
static int compared(const tersor_layer *layer, uint32_t columns, uint32_t n) {
  uint32_t rows = layer->weights / columns;
  for (uint32_t i = 0; i < rows * n; i++) {
    sums[i] = skipped[i] = (int32_t)i;
  }
  board_start();
  DENSE(codes, rows, columns, inputs, n, sums);
  said(n == 1 ? " dense " : " four-dense ", board_ticks());
  board_start();
  PRODUCTS(layer, columns, inputs, n, skipped);
  said(n == 1 ? " skipping " : " four-skipping ", board_ticks());
  for (uint32_t i = 0; i < rows * n; i++) {
    if (sums[i] != skipped[i]) {
      return 0;
    }
  }
  /* Against a sum that is as plain as can be. */
  uint32_t row = rows - 1;
  for (uint32_t k = 0; k < n; k++) {
    int32_t own = (int32_t)(row * n + k);
    for (uint32_t c = 0; c < columns; c++) {
      own += (int8_t)codes[row * columns + c] * inputs[k * columns + c];
    }
    if (own != sums[row * n + k]) {
      return 0;
    }
  }
  return 1;
}

int main(void) {
  uint32_t state = 1;
  for (uint32_t i = 0; i < 4 * WEIGHTS_LARGEST; i++) {
    state = state * 1664525u + 1013904223u;
    inputs[i] = (int8_t)(state >> 24);
  }
  for (uint32_t i = 0; i < WEIGHTS_LAYERS; i++) {
    const tersor_layer *layer = weights_entries[i].layer;
    uint32_t columns = weights_entries[i].book->row;
    uint32_t kept = 0;
    uint32_t rounded = 0;
    board_start();
    int decoded = layer->decode(layer, codes);
    uint32_t extraction = board_ticks();
    for (uint32_t at = 0; at < layer->weights; at++) {
      kept += codes[at] != 0;
      rounded += codes[at] == 128;
    }
    if (!decoded || rounded > 0 || weights_entries[i].book->is_table || layer->bits != 8 || layer->weights == 0
        || !tersor_products_can(layer)) {
      print("left out ");
      print(weights_entries[i].name);
      print("\n");
      continue;
    }
    print("products ");
    print(weights_entries[i].name);
    said(" weights ", layer->weights);
    said(" kept ", kept);
    said(" extraction ", extraction);
    int same = compared(layer, columns, 1);
    same &= compared(layer, columns, 4);
    print(same ? " same\n" : " WRONG\n");
    if (!same) {
      return 1;
    }
  }
  return 0;
}
