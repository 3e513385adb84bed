-- "Smaller together", Table I: memory footprint, bytes of index and 8-bit values / relative to dense 8-bit codes; RLE is relative4.
-- Results: bin/sweep --config table1 --out results/table1. What the paper leaves out stands behind PSR: a bitmap, groups chosen
-- by cost, and order-0 entropy (of the mask, and values at 8 bits). weights_source says which rows are synthetic and not trained.
WITH sized AS (
  SELECT model, weights_source, params, sparsity_target, payload_bytes AS bytes, ceil(params * bits / 8) AS dense, encoding, floor_packed_bytes,
         row_number() OVER (PARTITION BY model, sparsity_target, encoding ORDER BY timing_runs DESC NULLS LAST, run_id DESC, key) AS place
  FROM models WHERE verified AND bits = 8 AND codebook = 'uniform' AND pruning = 'tensor'),
columns AS (
  SELECT model, weights_source, params, sparsity_target, encoding, bytes, dense FROM sized WHERE place = 1
  UNION ALL
  SELECT model, weights_source, params, sparsity_target, 'order-0', floor_packed_bytes, dense FROM sized WHERE place = 1 AND encoding = 'hybrid/packed')
SELECT * FROM (
  SELECT model, weights_source, params, sparsity_target AS sparsity, encoding,
         format_string(if(bytes < 1e6, '%.2fk / %.3f', '%.2fM / %.3f'), bytes / if(bytes < 1e6, 1e3, 1e6), bytes / dense) AS size
  FROM columns)
PIVOT (first(size) FOR encoding IN ('hybrid/packed' AS hybrid, 'relative4/packed' AS RLE, 'dcsr/packed' AS dCSR, 'psr/packed' AS PSR,
                                    'bitmap/packed' AS bitmap, 'groupwise-best/packed' AS groupwise_best, 'order-0' AS order_0))
ORDER BY params, sparsity;

-- The relative sizes that the paper prints, and ours less those. The paper's masks are those of trained weights.
WITH paper AS (
  SELECT * FROM VALUES
    ('resnet8', 0.3, 0.97, 1.05, 1.12, 1.40), ('resnet8', 0.5, 0.74, 0.75, 0.80, 1.00), ('resnet8', 0.7, 0.48, 0.45, 0.49, 0.60),
    ('mobilevit-xxs', 0.3, 0.94, 1.03, 1.10, 1.37), ('mobilevit-xxs', 0.5, 0.72, 0.74, 0.79, 0.98), ('mobilevit-xxs', 0.7, 0.47, 0.46, 0.50, 0.60),
    ('mobilenetv2', 0.3, 0.96, 1.05, 1.12, 1.40), ('mobilenetv2', 0.5, 0.74, 0.75, 0.80, 1.00), ('mobilenetv2', 0.7, 0.48, 0.45, 0.49, 0.60),
    ('resnet34', 0.3, 0.96, 1.05, 1.12, 1.40), ('resnet34', 0.5, 0.74, 0.75, 0.80, 1.00), ('resnet34', 0.7, 0.48, 0.45, 0.49, 0.60)
  AS printed(model, sparsity, hybrid, RLE, dCSR, PSR)),
ours AS (
  SELECT * FROM (
    SELECT model, weights_source, params, sparsity_target AS sparsity, encoding, payload_bytes / ceil(params * bits / 8) AS relative
    FROM models WHERE verified AND bits = 8 AND codebook = 'uniform' AND pruning = 'tensor')
  PIVOT (min(relative) FOR encoding IN ('hybrid/packed' AS hybrid, 'relative4/packed' AS RLE, 'dcsr/packed' AS dCSR, 'psr/packed' AS PSR)))
SELECT model, ours.weights_source, sparsity,
       paper.hybrid AS hybrid_paper, round(ours.hybrid, 3) AS hybrid, round(ours.hybrid - paper.hybrid, 3) AS hybrid_difference,
       paper.RLE AS RLE_paper, round(ours.RLE, 3) AS RLE, round(ours.RLE - paper.RLE, 3) AS RLE_difference,
       paper.dCSR AS dCSR_paper, round(ours.dCSR, 3) AS dCSR, round(ours.dCSR - paper.dCSR, 3) AS dCSR_difference,
       paper.PSR AS PSR_paper, round(ours.PSR, 3) AS PSR, round(ours.PSR - paper.PSR, 3) AS PSR_difference
FROM paper JOIN ours USING (model, sparsity)
ORDER BY params, sparsity;

-- Extraction: time to decode to dense codes, as a multiple of the time of a memory copy of these codes in the same task (weighted by
-- weights; checksums included; the fastest of timing_runs). The paper's columns are cycles of a Cortex-M55 with its vector unit, which
-- has no counterpart here: these figures are of a Java virtual machine on the cores that ran the sweep, and compare formats there.
WITH timed AS (
  SELECT *, row_number() OVER (PARTITION BY model, sparsity_target, encoding ORDER BY timing_runs DESC NULLS LAST, run_id DESC, key) AS place
  FROM models WHERE verified AND bits = 8 AND codebook = 'uniform' AND pruning = 'tensor')
SELECT * FROM (
  SELECT model, params, sparsity_target AS sparsity, min(timing_runs) OVER (PARTITION BY model, sparsity_target) AS timing_runs,
         round(avg(copy_ns_per_weight) OVER (PARTITION BY model, sparsity_target), 4) AS copy_ns_per_weight, encoding,
         round(decode_ns_per_weight / copy_ns_per_weight, 1) AS copies
  FROM timed WHERE place = 1)
PIVOT (first(copies) FOR encoding IN ('hybrid/packed' AS hybrid, 'relative4/packed' AS RLE, 'dcsr/packed' AS dCSR, 'psr/packed' AS PSR,
                                      'bitmap/packed' AS bitmap, 'groupwise-best/packed' AS groupwise_best, 'dense/packed' AS dense))
ORDER BY params, sparsity;
