-- "Smaller together", Figure 5: compression rate (dense 8-bit codes / index and values) by sparsity and encoding.
-- Results: bin/sweep --config figure5 --out results/figure5. The figure's accuracy is in figure6.sql.
SELECT * FROM (
  SELECT model, weights_source, sparsity_target AS sparsity, encoding, round(ceil(params * bits / 8) / payload_bytes, 3) AS rate
  FROM models WHERE verified AND bits = 8 AND codebook = 'uniform' AND pruning = 'tensor')
PIVOT (max(rate) FOR encoding IN ('hybrid/packed' AS hybrid, 'relative4/packed' AS RLE, 'dcsr/packed' AS dCSR, 'psr/packed' AS PSR,
                                  'bitmap/packed' AS bitmap, 'groupwise-best/packed' AS groupwise_best))
ORDER BY model, sparsity;
