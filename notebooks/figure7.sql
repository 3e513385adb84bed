-- "Smaller together", Figure 7: microseconds to extract each tensor at 30 and 70 % sparsity, and to copy its dense codes. The paper
-- counts cycles of a Cortex-M55; these are of a Java virtual machine, the fastest of timing_runs.
-- Results: bin/sweep --config figure7 --out results/figure7, or those of figure5.
WITH timed AS (
  SELECT *, row_number() OVER (PARTITION BY model, tensor, segment, sparsity_target, encoding ORDER BY timing_runs DESC NULLS LAST, run_id DESC, key) AS place
  FROM cells WHERE verified AND bits = 8 AND codebook = 'uniform' AND pruning = 'tensor' AND sparsity_target IN (0.3, 0.7))
SELECT * FROM (
  SELECT model, tensor, sum(params) AS params, sparsity_target AS sparsity, encoding, round(sum(decode_ns_per_weight * params) / 1000, 1) AS microseconds
  FROM timed WHERE place = 1 GROUP BY model, tensor, sparsity_target, encoding
  UNION ALL
  SELECT model, tensor, sum(params), sparsity_target, 'copy', round(sum(copy_ns_per_weight * params) / 1000, 1)
  FROM timed WHERE place = 1 AND encoding = 'dcsr/packed' GROUP BY model, tensor, sparsity_target)
PIVOT (first(microseconds) FOR encoding IN ('hybrid/packed' AS hybrid, 'relative4/packed' AS RLE, 'dcsr/packed' AS dCSR, 'psr/packed' AS PSR,
                                            'bitmap/packed' AS bitmap, 'dense/packed' AS dense, 'copy' AS copy))
ORDER BY sparsity, params, model, tensor;

-- Throughput relative to dCSR's, geometric mean over the tensors. The paper: hybrid 19.8 % lower at 30 %, 42.8 % lower at 70 %.
WITH timed AS (
  SELECT *, row_number() OVER (PARTITION BY model, tensor, segment, sparsity_target, encoding ORDER BY timing_runs DESC NULLS LAST, run_id DESC, key) AS place
  FROM cells WHERE verified AND bits = 8 AND codebook = 'uniform' AND pruning = 'tensor' AND sparsity_target IN (0.3, 0.7)),
tensors AS (
  SELECT model, tensor, sparsity_target, encoding, sum(decode_ns_per_weight * params) AS nanos
  FROM timed WHERE place = 1 GROUP BY model, tensor, sparsity_target, encoding)
SELECT other.sparsity_target AS sparsity, other.encoding, count(*) AS tensors,
       round(exp(avg(ln(dcsr.nanos / other.nanos))), 3) AS throughput_to_dcsr
FROM tensors AS other
JOIN tensors AS dcsr ON dcsr.encoding = 'dcsr/packed' AND dcsr.model = other.model AND dcsr.tensor = other.tensor AND dcsr.sparsity_target = other.sparsity_target
WHERE other.encoding IN ('hybrid/packed', 'relative4/packed', 'psr/packed', 'bitmap/packed', 'dense/packed')
GROUP BY other.sparsity_target, other.encoding
ORDER BY sparsity, throughput_to_dcsr;
