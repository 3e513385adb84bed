-- "Smaller together", Appendix B and Figure 10: the share of dCSR's elements, padding included, within -8..7 of the even spacing of
-- their run of 16, which is what four bits hold. Results: bin/sweep --config appendix-b --out results/appendix-b.
WITH chosen AS (
  SELECT *, dense_rank() OVER (PARTITION BY model, sparsity_target ORDER BY run_id DESC) AS place
  FROM histograms WHERE histogram = 'residuals' AND encoding = 'dcsr/packed' AND pruning = 'tensor' AND bits = 8)
SELECT model, weights_source, sparsity_target AS sparsity, sum(count) AS elements, min(bin) AS least, max(bin) AS most,
       round(sum(bin * count) / sum(count), 3) AS mean, round(100 * sum(if(bin BETWEEN -8 AND 7, count, 0)) / sum(count), 2) AS percent_in_four_bits
FROM chosen WHERE place = 1
GROUP BY model, weights_source, sparsity_target
ORDER BY model, sparsity;

-- The histogram: percent of the elements by residual; the first and the last row have all beyond them. The bar is of 50 % sparsity.
WITH chosen AS (
  SELECT *, dense_rank() OVER (PARTITION BY model, sparsity_target ORDER BY run_id DESC) AS place
  FROM histograms WHERE histogram = 'residuals' AND encoding = 'dcsr/packed' AND pruning = 'tensor' AND bits = 8),
shares AS (
  SELECT model, sparsity_target, least(greatest(bin, -16), 16) AS residual, 100 * count / sum(count) OVER (PARTITION BY model, sparsity_target) AS percent
  FROM chosen WHERE place = 1)
SELECT model, residual, round(at30, 2) AS percent_at_30, round(at50, 2) AS percent_at_50, round(at70, 2) AS percent_at_70,
       repeat('#', CAST(round(2 * coalesce(at50, 0)) AS INT)) AS bar
FROM shares PIVOT (sum(percent) FOR sparsity_target IN (0.3 AS at30, 0.5 AS at50, 0.7 AS at70))
ORDER BY model, residual;
