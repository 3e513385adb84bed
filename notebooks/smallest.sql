-- Smallest encoding per model and sparsity: whole containers, and what the papers count.
SELECT model, weights_source, sparsity_target, bits, codebook, encoding, access,
       total_bytes, round(ratio_fp32, 2) AS ratio_fp32, round(ratio_packed, 3) AS ratio_packed,
       round(bits_per_weight, 3) AS bits_per_weight, round(payload_bytes / floor_bytes, 3) AS payload_to_floor
FROM (SELECT *, row_number() OVER (PARTITION BY model, weights_hash, pruning, sparsity_target, bits, codebook ORDER BY total_bytes, encoding) AS place
      FROM models WHERE verified)
WHERE place = 1
ORDER BY model, sparsity_target, bits, codebook;

-- Smallest encoding whose weights can be located in parallel or at random.
SELECT model, sparsity_target, bits, codebook, encoding, access, total_bytes, round(ratio_packed, 3) AS ratio_packed
FROM (SELECT *, row_number() OVER (PARTITION BY model, weights_hash, pruning, sparsity_target, bits, codebook ORDER BY total_bytes, encoding) AS place
      FROM models WHERE verified AND access <> 'sequential')
WHERE place = 1
ORDER BY model, sparsity_target, bits, codebook;
