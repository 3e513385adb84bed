-- "Succinct Compression", Table 1, masks that are real beside those that stand in: top-1 of ResNet8 and its size after pruning by magnitude,
-- by SNIP's connection sensitivity (snip), by the L1 norm of filters (filter-l1) and by HRank's rank of feature maps (feature-rank). Nothing
-- is retrained. Table 1 has other networks, pruned to much less and retrained; it prints no accuracy of a mask alone.
-- Results: bin/sweep --config sc-saliency-magnitude --out results/sc-saliency, and sc-saliency-snip, sc-saliency-filter-l1,
-- sc-saliency-feature-rank to the same folder.
WITH newest AS (
  SELECT *, row_number() OVER (PARTITION BY model, pruning, sparsity_target, encoding ORDER BY run_id DESC, key) AS place
  FROM models WHERE verified AND bits = 32 AND sparsity_target > 0)
SELECT model, weights_source, CASE pruning WHEN 'tensor' THEN 'magnitude' WHEN 'tensor-saliency' THEN 'snip' WHEN 'filter' THEN 'filter-l1' WHEN 'filter-saliency' THEN 'feature-rank' END AS mask,
       CASE WHEN pruning LIKE '%-saliency' THEN 'measured' ELSE 'stands in' END AS saliency, sparsity_target AS target, round(sparsity, 4) AS sparsity,
       round(100 * dense_top1_accuracy, 2) AS dense_top1, round(100 * top1_accuracy, 2) AS top1, encoding, total_bytes, round(ratio_fp32, 3) AS ratio_dense
FROM newest WHERE place = 1
ORDER BY model, pruning LIKE 'filter%', target, mask, encoding;
