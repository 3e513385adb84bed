/* Scheme dcsr, as it is since version 2: lanes near a line, from group to group. Streams: count, offsets,
 * tracking, steps, masks, values. */
#ifndef TERSOR_DCSR_H
#define TERSOR_DCSR_H

#include "tersor_stream.h"

/* All codes of a layer. */
int tersor_dcsr(const tersor_layer *layer, uint8_t *codes);

/* The same bytes, by vectors; of trusted flash. */
int tersor_dcsr_mve(const tersor_layer *layer, uint8_t *codes);

#endif
