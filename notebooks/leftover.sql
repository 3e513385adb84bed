-- What is left to gain in what quantisers store, in bits a weight over all tensors: stored (codes packed, with scales), scales
-- alone, order-0 entropy of the codes with the scales, and the smallest container with its encoding. left_percent is the
-- share of the stored form that this container saves. Results: bin/sweep --config leftover --out results/leftover.
WITH once AS (
  SELECT *, row_number() OVER (PARTITION BY model, pruning, sparsity_target, bits, codebook, encoding ORDER BY run_id DESC, key) AS place
  FROM models WHERE verified AND encoding LIKE 'dense/%'),
sized AS (
  SELECT model, weights_source, pruning, sparsity_target, codebook, bits, max(params) AS params, max(sqnr_db) AS sqnr_db,
         max(if(encoding = 'dense/packed', total_bytes, NULL)) AS stored,
         max(if(encoding = 'dense/packed', codebook_bytes, NULL)) AS scales,
         max(if(encoding = 'dense/packed', floor_bytes + codebook_bytes, NULL)) AS entropy,
         min(total_bytes) AS best, min_by(encoding, total_bytes) AS encoding
  FROM once WHERE place = 1
  GROUP BY model, weights_source, pruning, sparsity_target, codebook, bits)
SELECT model, weights_source, pruning, sparsity_target AS sparsity, codebook, bits, round(8 * stored / params, 3) AS stored,
       round(8 * scales / params, 3) AS scales, round(8 * entropy / params, 3) AS entropy, round(8 * best / params, 3) AS best,
       encoding AS best_encoding, round(100 * (1 - best / stored), 1) AS left_percent, round(sqnr_db, 2) AS sqnr_db
FROM sized WHERE stored IS NOT NULL
ORDER BY model, sparsity, stored DESC, codebook, bits;
