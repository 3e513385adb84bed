-- "Succinct Compression", Table 2: quantised networks. Megabytes are 10^6 bytes and count whole containers. Baselines, each in a column of its own:
-- dense fp32, and dense codes of the same bits, packed (the paper's "CR improved" is over the latter). h0_ratio_packed is what the order-0 entropy
-- of the codes would reach, above_h0 how far the container is above it. Speedup over dense fp32 products on the same vector unit, one core.
-- Results: bin/sweep --config sc-table2 --out results/sc-table2, and sc-table2-deit to the same folder.
WITH sized AS (
  SELECT *, row_number() OVER (PARTITION BY model, weights_hash, sparsity_target, bits, codebook, encoding ORDER BY product_ns IS NULL, timing_runs DESC NULLS LAST, run_id DESC, key) AS place
  FROM models WHERE verified AND bits BETWEEN 1 AND 8 AND coalesce(sparsity_target, 0) = 0),
printed AS (SELECT * FROM VALUES
  ('resnet50', 8, 4.72, 1.18, 3.8), ('resnet50', 4, 9.56, 1.20, 6.6), ('resnet50', 2, 19.92, 1.25, 7.0),
  ('resnet101', 8, 4.67, 1.17, 3.9), ('resnet101', 4, 9.51, 1.19, 7.2), ('resnet101', 2, 19.50, 1.22, 9.3),
  ('vgg16', 8, 4.53, 1.14, 3.2), ('vgg16', 4, 9.36, 1.17, 3.4), ('vgg16', 2, 19.05, 1.19, 3.8),
  ('deit-b', 8, 4.60, 1.15, 3.3), ('deit-b', 4, 9.39, 1.18, 5.2), ('deit-b', 2, 19.19, 1.20, 6.7)
  AS t(model, bits, paper_ratio, paper_ratio_packed, paper_speedup))
SELECT model, weights_source, bits, codebook, encoding, access, round(total_bytes / 1e6, 3) AS mb, round(ratio_fp32, 3) AS ratio_fp32, CAST(paper_ratio AS DOUBLE) AS paper_ratio,
       round(ratio_packed, 4) AS ratio_packed, CAST(paper_ratio_packed AS DOUBLE) AS paper_ratio_packed, round(params * bits / 8 / floor_bytes, 4) AS h0_ratio_packed,
       concat(round(100 * (total_bytes / floor_bytes - 1), 2), ' %') AS above_h0, round(dense_product_ns / product_ns, 3) AS speedup, CAST(paper_speedup AS DOUBLE) AS paper_speedup
FROM sized LEFT JOIN printed USING (model, bits)
WHERE place = 1
ORDER BY params, model, bits DESC, codebook, mb;
