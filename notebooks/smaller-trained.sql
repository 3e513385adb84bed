-- Encodings on trained weights, pruned by magnitude without retraining: index and values relative to dense 8-bit codes at 50, 70 and 90 %
-- sparsity, and in percent above the order-0 entropy of mask and values (below 0 where masks are clustered); order-0 is that entropy.
-- Results: bin/sweep --config everything --out results/everything.
WITH sized AS (
  SELECT *, ceil(params * bits / 8) AS dense,
         row_number() OVER (PARTITION BY model, sparsity_target, encoding ORDER BY timing_runs DESC NULLS LAST, run_id DESC, key) AS place
  FROM models WHERE verified AND bits = 8 AND codebook = 'uniform' AND pruning = 'tensor' AND weights_source <> 'synthetic'),
measured AS (
  SELECT model, weights_source, encoding, sparsity_target, payload_bytes / dense AS relative, 100 * (payload_bytes / floor_bytes - 1) AS above
  FROM sized WHERE place = 1
  UNION ALL
  SELECT model, weights_source, 'order-0', sparsity_target, max(floor_bytes / dense), NULL FROM sized WHERE place = 1 GROUP BY model, weights_source, sparsity_target)
SELECT model, weights_source, encoding,
       format_string('%.3f', max(if(sparsity_target = 0.5, relative, NULL))) AS at_50, format_string('%.3f', max(if(sparsity_target = 0.7, relative, NULL))) AS at_70,
       format_string('%.3f', max(if(sparsity_target = 0.9, relative, NULL))) AS at_90,
       round(max(if(sparsity_target = 0.5, above, NULL)), 2) AS above_50, round(max(if(sparsity_target = 0.7, above, NULL)), 2) AS above_70,
       round(max(if(sparsity_target = 0.9, above, NULL)), 2) AS above_90
FROM measured
GROUP BY model, weights_source, encoding
ORDER BY model, at_50, encoding;
