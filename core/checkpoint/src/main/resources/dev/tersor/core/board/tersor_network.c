#include "tersor_network.h"

static int begin(const tersor_matrix *matrix, const tersor_memory *memory) {
  return matrix->layer == NULL || matrix->layer->decode(matrix->layer, memory->codes);
}

/* A row of a matrix whose codes are decoded, as floats. */
static const float *row(const tersor_matrix *matrix, const tersor_memory *memory, uint32_t at) {
  uint32_t from = at * matrix->columns;
  if (matrix->layer == NULL) {
    return matrix->numbers + from;
  }
  tersor_values(matrix->book, from, matrix->columns, memory->codes + from, memory->row);
  return memory->row;
}

/* The places of a window, along one side, that are inside of the input: those from 'from' to before 'to'. */
typedef struct {
  uint32_t from;
  uint32_t to;
} inside;

static inline inside part(uint32_t begin, uint32_t padding, uint32_t size, uint32_t length) {
  inside places = {begin < padding ? padding - begin : 0, 0};
  if (begin < length + padding) {
    places.to = begin + size > length + padding ? length + padding - begin : size;
  }
  return places;
}

/* The sum of one window's products. */
static float at_place(const tersor_window *window, const float *filter, const float *in, uint32_t y, uint32_t x) {
  uint32_t top = y * window->stride;
  uint32_t left = x * window->stride;
  inside rows = part(top, window->padding, window->rows, window->height);
  inside columns = part(left, window->padding, window->columns, window->width);
  float sum = 0;
  for (uint32_t channel = 0; channel < window->channels; channel++) {
    for (uint32_t i = rows.from; i < rows.to; i++) {
      uint32_t line = (channel * window->height + top + i - window->padding) * window->width + left - window->padding;
      uint32_t own = (channel * window->rows + i) * window->columns;
      for (uint32_t k = columns.from; k < columns.to; k++) {
        sum += filter[own + k] * in[line + k];
      }
    }
  }
  return sum;
}

int tersor_convolution(
    const tersor_matrix *weights, const tersor_window *window, const float *in, float *out, const tersor_memory *memory) {
  if (!begin(weights, memory)) {
    return 0;
  }
  for (uint32_t f = 0; f < weights->rows; f++) {
    const float *filter = row(weights, memory, f);
    for (uint32_t y = 0; y < window->out_height; y++) {
      for (uint32_t x = 0; x < window->out_width; x++) {
        *out++ = at_place(window, filter, in, y, x);
      }
    }
  }
  return 1;
}

int tersor_linear(const tersor_matrix *weights, const float *in, float *out, const tersor_memory *memory) {
  if (!begin(weights, memory)) {
    return 0;
  }
  for (uint32_t r = 0; r < weights->rows; r++) {
    const float *own = row(weights, memory, r);
    float sum = 0;
    for (uint32_t k = 0; k < weights->columns; k++) {
      sum += own[k] * in[k];
    }
    out[r] = sum;
  }
  return 1;
}

int tersor_bias(const tersor_matrix *bias, uint32_t plane, float *values, const tersor_memory *memory) {
  if (!begin(bias, memory)) {
    return 0;
  }
  for (uint32_t r = 0; r < bias->rows; r++) {
    float summand = *row(bias, memory, r);
    for (uint32_t i = 0; i < plane; i++) {
      *values++ += summand;
    }
  }
  return 1;
}

void tersor_scale(const float *factors, const float *summands, uint32_t channels, uint32_t plane, float *values) {
  for (uint32_t channel = 0; channel < channels; channel++) {
    for (uint32_t i = 0; i < plane; i++, values++) {
      *values = factors[channel] * *values + summands[channel];
    }
  }
}

void tersor_relu(uint32_t number, float *values) {
  for (uint32_t i = 0; i < number; i++) {
    values[i] = values[i] > 0 ? values[i] : 0;
  }
}

void tersor_max_pool(const tersor_window *window, const float *in, float *out) {
  for (uint32_t channel = 0; channel < window->channels; channel++) {
    for (uint32_t y = 0; y < window->out_height; y++) {
      for (uint32_t x = 0; x < window->out_width; x++) {
        const float *line =
            in + (channel * window->height + y * window->stride) * window->width + x * window->stride;
        float largest = *line;
        for (uint32_t i = 0; i < window->rows; i++, line += window->width) {
          for (uint32_t k = 0; k < window->columns; k++) {
            largest = line[k] > largest ? line[k] : largest;
          }
        }
        *out++ = largest;
      }
    }
  }
}

void tersor_average(uint32_t channels, uint32_t plane, const float *in, float *out) {
  for (uint32_t channel = 0; channel < channels; channel++) {
    float sum = 0;
    for (uint32_t i = 0; i < plane; i++) {
      sum += *in++;
    }
    out[channel] = sum / (float)plane;
  }
}

void tersor_pad_channels(uint32_t before, uint32_t after, uint32_t number, const float *in, float *out) {
  for (uint32_t i = 0; i < before; i++) {
    *out++ = 0;
  }
  tersor_copy(number, in, out);
  out += number;
  for (uint32_t i = 0; i < after; i++) {
    *out++ = 0;
  }
}

void tersor_copy(uint32_t number, const float *in, float *out) {
  for (uint32_t i = 0; i < number; i++) {
    out[i] = in[i];
  }
}

void tersor_add(uint32_t number, const float *others, float *values) {
  for (uint32_t i = 0; i < number; i++) {
    values[i] += others[i];
  }
}

uint32_t tersor_largest(uint32_t number, const float *scores) {
  uint32_t largest = 0;
  for (uint32_t i = 1; i < number; i++) {
    if (scores[i] > scores[largest]) {
      largest = i;
    }
  }
  return largest;
}

void tersor_input(
    const uint8_t *pixels, uint32_t channels, uint32_t plane, const double *means, const double *deviations, float *values) {
  for (uint32_t channel = 0; channel < channels; channel++) {
    for (uint32_t i = 0; i < plane; i++) {
      *values++ = (float)((*pixels++ / 255.0 - means[channel]) / deviations[channel]);
    }
  }
}
