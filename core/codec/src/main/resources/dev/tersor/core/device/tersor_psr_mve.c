#include "tersor_psr.h"
#include "tersor_vectors.h"

enum { BLOCK = 256, FULL = 255 };

int tersor_psr_mve(const tersor_layer *layer, uint8_t *codes) {
  const tersor_stream *streams = layer->streams;
  const uint8_t *blocks = tersor_as_bytes(&streams[1]);
  const uint8_t *indices = tersor_as_bytes(&streams[2]);
  const uint8_t *values = tersor_as_bytes(&streams[3]);
  if (blocks == NULL || indices == NULL || values == NULL) {
    return tersor_psr(layer, codes);
  }
  tersor_zeros(codes, layer->weights);
  for (uint32_t block = 0; block < layer->weights; block += BLOCK) {
    int32_t left = *blocks++;
    if (left == FULL) {
      left += *blocks++;
    }
    for (; left > 0; left -= 16, indices += 16, values += 16) {
      mve_pred16_t p = vctp8q((uint32_t)left);
      vstrbq_scatter_offset_p_u8(codes + block, vldrbq_z_u8(indices, p), vldrbq_z_u8(values, p), p);
    }
    indices += left;
    values += left;
  }
  return 1;
}
