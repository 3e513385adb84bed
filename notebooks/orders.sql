-- The orders in which the strides of "Smaller together", Algorithm 1, can take turns, which the paper leaves open: size relative to dense
-- codes, non-zeros in groups, number of groups by size, and what the search takes. Results: bin/sweep --config orders --out results/orders.
WITH chosen AS (
  SELECT *, coalesce(nullif(regexp_extract(encoding, 'order=([a-z-]+)', 1), ''), 'round-robin') AS search_order,
         row_number() OVER (PARTITION BY model, tensor, segment, sparsity_target, encoding ORDER BY timing_runs DESC NULLS LAST, run_id DESC, key) AS place
  FROM cells WHERE verified AND bits = 8 AND codebook = 'uniform' AND pruning = 'tensor'
    AND encoding IN ('hybrid/packed', 'hybrid(order=each-stride)/packed', 'hybrid(order=global-best)/packed')),
grouped AS (SELECT key, sum(symbols - padding_symbols) AS in_groups FROM streams WHERE stream LIKE 'lanes-%' GROUP BY key)
SELECT model, weights_source, sparsity_target AS sparsity, search_order, sum(payload_bytes) AS payload_bytes,
       round(sum(payload_bytes) / sum(ceil(params * bits / 8)), 4) AS relative,
       round(100 * sum(in_groups) / sum(round((1 - sparsity) * params)), 1) AS percent_in_groups,
       sum(groups[16]) AS groups_16, sum(groups[12]) AS groups_12, sum(groups[8]) AS groups_8, sum(groups[4]) AS groups_4,
       round(sum(encode_ns_per_weight * params) / sum(params), 1) AS encode_ns_per_weight
FROM chosen JOIN grouped USING (key)
WHERE place = 1
GROUP BY model, weights_source, sparsity_target, search_order
ORDER BY model, sparsity, search_order DESC;
