-- "Succinct Compression", Figure 2: networks as they are, fp32 without loss. Megabytes are 10^6 bytes and count whole containers. Baseline of
-- ratio and h0_ratio: dense fp32, 4 bytes a weight; h0 is the order-0 entropy of sign and exponent with mantissas as they are. Baseline of
-- speedup: dense fp32 products on the same vector unit, one core, all layers, an input for each output position; below 1 is slower. The
-- paper prints figures of two networks in its text. Results: bin/sweep --config sc-figure2 --out results/sc-figure2.
WITH sized AS (
  SELECT *, row_number() OVER (PARTITION BY model, weights_hash, encoding ORDER BY product_ns IS NULL, timing_runs DESC NULLS LAST, run_id DESC, key) AS place
  FROM models WHERE verified AND bits = 32 AND coalesce(sparsity_target, 0) = 0),
printed AS (SELECT * FROM VALUES ('mobilenetv2-imagenet', 1.17, 1.07), ('resnet101', 1.11, 1.04) AS t(model, paper_ratio, paper_speedup))
SELECT model, weights_source, encoding, access, round(4 * params / 1e6, 2) AS fp32_mb, round(total_bytes / 1e6, 2) AS mb, round(ratio_fp32, 4) AS ratio,
       round(4 * params / floor_bytes, 4) AS h0_ratio, paper_ratio, round(dense_product_ns / product_ns, 3) AS speedup, paper_speedup
FROM sized LEFT JOIN printed USING (model)
WHERE place = 1
ORDER BY params, model, mb;
