-- The coders of "Succinct Compression", Table 3, on trained weights: bits a weight of whole containers, beside the order-0 entropy of mask
-- and values. cabac follows the spread of the weights through a layer, so that it can go below. Small layers show their headers and tables.
-- Results: bin/sweep --config sc-coders --out results/sc-coders.
WITH chosen AS (
  SELECT *, row_number() OVER (PARTITION BY model, sparsity_target, bits, encoding ORDER BY run_id DESC, key) AS place
  FROM models WHERE verified AND codebook = 'uniform' AND pruning = 'tensor')
SELECT model, weights_source, sparsity_target AS sparsity, bits, format_string('%.3f', 8 * max(floor_bytes / params)) AS entropy,
       format_string('%.3f', max(if(encoding = 'dense/cabac', bits_per_weight, NULL))) AS `dense/cabac`, format_string('%.3f', max(if(encoding = 'dense/rans', bits_per_weight, NULL))) AS `dense/rans`,
       format_string('%.3f', max(if(encoding = 'dense/huffman', bits_per_weight, NULL))) AS `dense/huffman`, format_string('%.3f', max(if(encoding = 'dense/zstd', bits_per_weight, NULL))) AS `dense/zstd`,
       format_string('%.3f', max(if(encoding = 'dense/tunstall', bits_per_weight, NULL))) AS `dense/tunstall`, format_string('%.3f', max(if(encoding = 'bitmap/rans', bits_per_weight, NULL))) AS `bitmap/rans`,
       format_string('%.3f', max(if(encoding = 'bitmap/huffman', bits_per_weight, NULL))) AS `bitmap/huffman`, format_string('%.3f', max(if(encoding = 'gap-best/rans', bits_per_weight, NULL))) AS `gap-best/rans`
FROM chosen WHERE place = 1
GROUP BY model, weights_source, sparsity_target, bits
ORDER BY model, bits, sparsity;
