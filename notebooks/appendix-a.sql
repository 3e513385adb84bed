-- "Smaller together", Appendix A and Figure 9: non-zeros in groups and in the remainder by sparsity (the paper: 77 % in groups at 30 %).
-- A lane that is no non-zero of its group is padding, and not counted. Non-zeros are those after quantisation.
-- Results: bin/sweep --config appendix-a --out results/appendix-a, or those of figure5.
WITH chosen AS (
  SELECT *, row_number() OVER (PARTITION BY model, tensor, segment, sparsity_target ORDER BY run_id DESC, key) AS place
  FROM cells WHERE verified AND encoding = 'hybrid/packed' AND bits = 8 AND codebook = 'uniform' AND pruning = 'tensor'),
grouped AS (SELECT key, sum(symbols - padding_symbols) AS in_groups FROM streams WHERE stream LIKE 'lanes-%' GROUP BY key)
SELECT model, weights_source, sparsity_target AS sparsity, sum(round((1 - sparsity) * params)) AS non_zeros, sum(in_groups) AS in_groups,
       sum(round((1 - sparsity) * params)) - sum(in_groups) AS in_remainder,
       round(100 * sum(in_groups) / sum(round((1 - sparsity) * params)), 1) AS percent_in_groups
FROM chosen JOIN grouped USING (key)
WHERE place = 1
GROUP BY model, weights_source, sparsity_target
ORDER BY model, sparsity;
