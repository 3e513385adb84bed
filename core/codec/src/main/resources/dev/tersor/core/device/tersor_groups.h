/* Schemes of groups of equidistant elements, groupwise, groupwise-best, hybrid and hybrid-bitmap, of any
 * sizes: streams groups, then for each size, the largest first, starts, strides (not of size 1) and lanes.
 * The streams of the remainder are those of a layer of their own. */
#ifndef TERSOR_GROUPS_H
#define TERSOR_GROUPS_H

#include "tersor_stream.h"

/* All codes of a layer. */
int tersor_groups(const tersor_layer *layer, uint8_t *codes);

/* The same bytes, by vectors; of trusted flash. The remainder is decoded by its own function. */
int tersor_groups_mve(const tersor_layer *layer, uint8_t *codes);

#endif
