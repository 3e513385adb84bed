-- "Smaller together", Figure 8: microseconds to extract all tensors of ResNet8 by sparsity, and to copy their dense codes. The paper
-- counts cycles of a Cortex-M55; these are of a Java virtual machine, the fastest of timing_runs for each tensor.
-- Results: bin/sweep --config figure8 --out results/figure8, or those of figure5.
WITH timed AS (
  SELECT *, row_number() OVER (PARTITION BY tensor, segment, sparsity_target, encoding ORDER BY timing_runs DESC NULLS LAST, run_id DESC, key) AS place
  FROM cells WHERE model = 'resnet8' AND verified AND bits = 8 AND codebook = 'uniform' AND pruning = 'tensor')
SELECT * FROM (
  SELECT sparsity_target AS sparsity, encoding, round(sum(decode_ns_per_weight * params) / 1000, 1) AS microseconds
  FROM timed WHERE place = 1 GROUP BY sparsity_target, encoding
  UNION ALL
  SELECT sparsity_target, 'copy', round(sum(copy_ns_per_weight * params) / 1000, 1)
  FROM timed WHERE place = 1 AND encoding = 'dcsr/packed' GROUP BY sparsity_target)
PIVOT (first(microseconds) FOR encoding IN ('hybrid/packed' AS hybrid, 'relative4/packed' AS RLE, 'dcsr/packed' AS dCSR, 'psr/packed' AS PSR,
                                            'bitmap/packed' AS bitmap, 'dense/packed' AS dense, 'copy' AS copy))
ORDER BY sparsity;
