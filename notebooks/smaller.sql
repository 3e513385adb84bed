-- Every encoding by model: index and values relative to dense 8-bit codes at 30, 50 and 70 % sparsity, and at 50 % the whole container and
-- the time to decode, as a multiple of a memory copy. Results: bin/sweep --config smaller --out results/smaller.
WITH sized AS (
  SELECT *, ceil(params * bits / 8) AS dense,
         row_number() OVER (PARTITION BY model, sparsity_target, encoding ORDER BY timing_runs DESC NULLS LAST, run_id DESC, key) AS place
  FROM models WHERE verified AND bits = 8 AND codebook = 'uniform' AND pruning = 'tensor')
SELECT model, weights_source, encoding, array_join(array_sort(collect_set(access)), ', ') AS access,
       round(max(if(sparsity_target = 0.3, payload_bytes / dense, NULL)), 4) AS at_30, round(max(if(sparsity_target = 0.5, payload_bytes / dense, NULL)), 4) AS at_50,
       round(max(if(sparsity_target = 0.7, payload_bytes / dense, NULL)), 4) AS at_70,
       round(max(if(sparsity_target = 0.5, total_bytes / dense, NULL)), 4) AS container_at_50,
       round(max(if(sparsity_target = 0.5, decode_ns_per_weight / copy_ns_per_weight, NULL)), 1) AS copies_at_50
FROM sized WHERE place = 1
GROUP BY model, weights_source, encoding
ORDER BY model, at_50, at_30, encoding;

-- Order-0 entropy: of the mask, with values at 8 bits, and with the entropy of the values.
SELECT model, weights_source, sparsity_target AS sparsity, round(max(floor_packed_bytes / ceil(params * bits / 8)), 4) AS order_0_packed,
       round(max(floor_bytes / ceil(params * bits / 8)), 4) AS order_0
FROM models WHERE verified AND bits = 8 AND codebook = 'uniform' AND pruning = 'tensor'
GROUP BY model, weights_source, sparsity_target ORDER BY model, sparsity;

-- What auto chose: recipes by the number of tensors and the bytes of their containers.
SELECT model, sparsity_target AS sparsity, encoding, recipe, access, count(DISTINCT tensor) AS tensors, sum(total_bytes) AS total_bytes
FROM (SELECT *, row_number() OVER (PARTITION BY model, tensor, segment, sparsity_target, encoding ORDER BY timing_runs DESC NULLS LAST, run_id DESC, key) AS place
      FROM cells WHERE verified AND encoding LIKE 'auto%' AND bits = 8 AND codebook = 'uniform' AND pruning = 'tensor')
WHERE place = 1
GROUP BY model, sparsity_target, encoding, recipe, access
ORDER BY model, sparsity, encoding, total_bytes DESC;
