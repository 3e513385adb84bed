-- "Smaller together", Figure 6: size of index and values against accuracy, and whether no smaller result of the model is as accurate.
-- Results: bin/sweep --config figure6 --out results/figure6; those of figure5 serve as well, they have the same cells.
-- top1_accuracy is null where nothing evaluated it (docs/howto/accuracy.md), and on_front with it.
SELECT model, weights_source, encoding, sparsity_target AS sparsity, payload_bytes, top1_accuracy,
       CASE WHEN top1_accuracy IS NOT NULL THEN coalesce(max(top1_accuracy) OVER (PARTITION BY model ORDER BY payload_bytes, encoding, sparsity_target
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) < top1_accuracy, true) END AS on_front
FROM (SELECT *, row_number() OVER (PARTITION BY model, sparsity_target, encoding ORDER BY top1_accuracy DESC NULLS LAST, run_id DESC, key) AS place
      FROM models WHERE verified AND bits = 8 AND codebook = 'uniform' AND pruning = 'tensor')
WHERE place = 1 AND encoding IN ('hybrid/packed', 'relative4/packed', 'dcsr/packed', 'psr/packed', 'bitmap/packed')
ORDER BY model, payload_bytes, encoding, sparsity;
