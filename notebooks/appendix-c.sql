-- "Smaller together", Appendix C and Figure 11: what the occupancy theta does to groups and remainder: non-zeros (bytes, one each) by
-- group size and in the remainder, and the overhead of all in percent of the non-zeros.
-- Results: bin/sweep --config appendix-c --out results/appendix-c.
WITH chosen AS (
  SELECT key, model, sparsity_target, coalesce(nullif(regexp_extract(encoding, 'theta=([0-9.]+)', 1), ''), '0.8') AS theta,
         row_number() OVER (PARTITION BY model, tensor, segment, sparsity_target, encoding ORDER BY run_id DESC, key) AS place
  FROM cells WHERE verified AND bits = 8 AND codebook = 'uniform' AND pruning = 'tensor'
    AND (encoding = 'hybrid/packed' OR encoding RLIKE '^hybrid.theta=[0-9.]+./packed$')),
parts AS (
  SELECT chosen.model, sparsity_target AS sparsity, CAST(theta AS DOUBLE) AS theta,
         coalesce(nullif(regexp_extract(stream, '-([0-9]+)$', 1), ''), if(stream = 'groups', 'counts', 'remainder')) AS part,
         if(role = 'value', symbols - padding_symbols, 0) AS non_zeros, coded_bits / 8 AS bytes
  FROM chosen JOIN streams USING (key) WHERE place = 1)
SELECT model, sparsity, theta,
       sum(if(part = '16', non_zeros, 0)) AS in_16, sum(if(part = '12', non_zeros, 0)) AS in_12, sum(if(part = '8', non_zeros, 0)) AS in_8,
       sum(if(part = '4', non_zeros, 0)) AS in_4, sum(if(part = 'remainder', non_zeros, 0)) AS in_remainder,
       round(100 * (sum(bytes) - sum(non_zeros)) / sum(non_zeros), 2) AS overhead_percent
FROM parts GROUP BY model, sparsity, theta
ORDER BY model, sparsity, theta;

-- The same overhead in bytes, by group size and in the remainder: padding elements, starts, strides, offsets, masks and bases; in
-- counts the numbers of groups.
WITH chosen AS (
  SELECT key, model, sparsity_target, coalesce(nullif(regexp_extract(encoding, 'theta=([0-9.]+)', 1), ''), '0.8') AS theta,
         row_number() OVER (PARTITION BY model, tensor, segment, sparsity_target, encoding ORDER BY run_id DESC, key) AS place
  FROM cells WHERE verified AND bits = 8 AND codebook = 'uniform' AND pruning = 'tensor'
    AND (encoding = 'hybrid/packed' OR encoding RLIKE '^hybrid.theta=[0-9.]+./packed$')),
parts AS (
  SELECT chosen.model, sparsity_target AS sparsity, CAST(theta AS DOUBLE) AS theta,
         coalesce(nullif(regexp_extract(stream, '-([0-9]+)$', 1), ''), if(stream = 'groups', 'counts', 'remainder')) AS part,
         coded_bits / 8 - if(role = 'value', symbols - padding_symbols, 0) AS overhead
  FROM chosen JOIN streams USING (key) WHERE place = 1)
SELECT model, sparsity, theta,
       CAST(sum(if(part = '16', overhead, 0)) AS LONG) AS overhead_16, CAST(sum(if(part = '12', overhead, 0)) AS LONG) AS overhead_12,
       CAST(sum(if(part = '8', overhead, 0)) AS LONG) AS overhead_8, CAST(sum(if(part = '4', overhead, 0)) AS LONG) AS overhead_4,
       CAST(sum(if(part = 'remainder', overhead, 0)) AS LONG) AS overhead_remainder,
       CAST(sum(if(part = 'counts', overhead, 0)) AS LONG) AS counts, CAST(sum(overhead) AS LONG) AS overhead
FROM parts GROUP BY model, sparsity, theta
ORDER BY model, sparsity, theta;

-- What theta = 1 saves over the paper's 0.8, in percent of the size, and the overhead of theta = 0.5 as a multiple of that of 0.8;
-- the paper prints 0.58 and 0.05 for the two sparsities, and "nearly twice".
WITH chosen AS (
  SELECT *, coalesce(nullif(regexp_extract(encoding, 'theta=([0-9.]+)', 1), ''), '0.8') AS theta,
         row_number() OVER (PARTITION BY model, tensor, segment, sparsity_target, encoding ORDER BY run_id DESC, key) AS place
  FROM cells WHERE verified AND bits = 8 AND codebook = 'uniform' AND pruning = 'tensor'
    AND (encoding = 'hybrid/packed' OR encoding RLIKE '^hybrid.theta=[0-9.]+./packed$')),
sizes AS (
  SELECT model, sparsity_target AS sparsity, sum(if(theta = '0.8', payload_bytes, 0)) AS at_08, sum(if(theta IN ('1', '1.0'), payload_bytes, 0)) AS at_10,
         sum(if(theta = '0.5', payload_bytes, 0)) AS at_05, sum(if(theta = '0.8', round((1 - sparsity) * params), 0)) AS non_zeros
  FROM chosen WHERE place = 1 GROUP BY model, sparsity_target)
SELECT model, sparsity, round(100 * (1 - at_10 / at_08), 2) AS saved_percent, if(sparsity = 0.3, 0.58, 0.05) AS saved_percent_paper,
       round((at_05 - non_zeros) / (at_08 - non_zeros), 2) AS times_overhead
FROM sizes ORDER BY model, sparsity;
