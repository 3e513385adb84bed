/* Layers of a network in float32, one after the other. C99, no library, no allocation.
 *
 * Weights are decoded a tensor at a time: its codes into memory of the largest one, then a row of them
 * into floats, which serves all outputs that take it. Activations are channels x height x width. */
#ifndef TERSOR_NETWORK_H
#define TERSOR_NETWORK_H

#include "tersor_values.h"

/* A weight, a row for each output; or numbers one an output, rows of one column. */
typedef struct {
  const tersor_layer *layer;  /* its streams, or a null pointer where it lies in flash as numbers */
  const tersor_book *book;
  const float *numbers;
  uint32_t rows;
  uint32_t columns;
} tersor_matrix;

/* Where weights are decoded to: codes of the largest coded tensor, floats of its longest row. */
typedef struct {
  uint8_t *codes;
  float *row;
} tersor_memory;

/* Where a window goes on an input. */
typedef struct {
  uint32_t channels;   /* of the input */
  uint32_t height;
  uint32_t width;
  uint32_t rows;       /* of the window */
  uint32_t columns;
  uint32_t stride;     /* in both directions */
  uint32_t padding;    /* zeros on every side */
  uint32_t out_height;
  uint32_t out_width;
} tersor_window;

/* out: a plane for each row of the weights, whose columns are channels x rows x columns of the window.
 * Returns 1, or 0 where flash is damaged. */
int tersor_convolution(
    const tersor_matrix *weights, const tersor_window *window, const float *in, float *out, const tersor_memory *memory);

/* A number for each row of the weights. Returns 1, or 0 where flash is damaged. */
int tersor_linear(const tersor_matrix *weights, const float *in, float *out, const tersor_memory *memory);

/* Adds a number to each of its planes. Returns 1, or 0 where flash is damaged. */
int tersor_bias(const tersor_matrix *bias, uint32_t plane, float *values, const tersor_memory *memory);

/* A factor and a summand for each plane: batch normalisation, folded. */
void tersor_scale(const float *factors, const float *summands, uint32_t channels, uint32_t plane, float *values);

void tersor_relu(uint32_t number, float *values);

/* The largest value of each window that lies within the input. */
void tersor_max_pool(const tersor_window *window, const float *in, float *out);

/* The mean of each plane. */
void tersor_average(uint32_t channels, uint32_t plane, const float *in, float *out);

/* Zeros before and after the values of the input. */
void tersor_pad_channels(uint32_t before, uint32_t after, uint32_t number, const float *in, float *out);

void tersor_copy(uint32_t number, const float *in, float *out);

/* values += others */
void tersor_add(uint32_t number, const float *others, float *values);

/* The place of the largest of some scores, the first of equal ones. */
uint32_t tersor_largest(uint32_t number, const float *scores);

/* Pixels as inputs: (pixel / 255 - mean) / deviation of each channel. */
void tersor_input(
    const uint8_t *pixels, uint32_t channels, uint32_t plane, const double *means, const double *deviations, float *values);

#endif
