#include "tersor_values.h"

void tersor_values(
    const tersor_book *book, uint32_t from, uint32_t number, const uint8_t *codes, float *values) {
  int32_t half = book->bits > 1 ? 1 << (book->bits - 1) : 2;
  uint32_t groups = book->group == 0 ? 0 : (book->row + book->group - 1) / book->group;
  for (uint32_t i = 0; i < number; i++) {
    int32_t code = codes[i];
    float value = 0;
    if (book->is_table) {
      if (code > 0 && (uint32_t)code <= book->count) {
        value = book->numbers[code - 1];
      }
    } else if (code != half) {
      uint32_t at = from + i;
      uint32_t step = book->count == 1 ? 0 : at / book->row * groups + at % book->row / book->group;
      /* The sum with 0 has no negative zero. */
      value = (float)(code > half ? code - 2 * half : code) * book->numbers[step] + 0.0f;
    }
    values[i] = value;
  }
}
