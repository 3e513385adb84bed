-- "Deep Compression", section 3.2 (initialisation of k-means): squared error of each codebook above that of the optimum, clusters that
-- ended empty, entropy of the codes of the surviving weights (what Huffman codes come near) and the time to sort and fit (the fastest of
-- timing_runs, on a virtual machine that may still be compiling; mllib: a Spark job on a histogram). Medians over tensors.
-- Results: bin/sweep codebooks --out results/codebooks.
WITH newest AS (
  SELECT *, row_number() OVER (PARTITION BY model, tensor, weights_hash, pruning, sparsity_target, bits, codebook ORDER BY timing_runs DESC, run_id DESC, key) AS age
  FROM codebooks WHERE verified)
SELECT model, weights_source, pruning, sparsity_target AS sparsity, bits, codebook, count(*) AS tensors,
       round(100 * (percentile(ratio, 0.5) - 1), 3) AS above_optimum_percent, round(100 * (max(ratio) - 1), 3) AS worst_percent,
       max(empty_clusters) AS most_empty, round(sum(entropy_bits * survivors) / sum(survivors), 3) AS entropy_bits,
       round(percentile(fit_ms, 0.5), 1) AS fit_ms
FROM newest WHERE age = 1
GROUP BY model, weights_source, pruning, sparsity_target, bits, codebook
ORDER BY model, pruning, sparsity, bits, above_optimum_percent, codebook;
