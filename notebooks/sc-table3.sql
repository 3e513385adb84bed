-- "Succinct Compression", Table 3: coders of pruned and quantised networks. Megabytes are 10^6 bytes and count whole containers: codes, positions,
-- codebooks, tables, headers. Baseline of ratio: dense fp32. h0_ratio is the order-0 entropy of mask and values. Speedup over dense fp32 products
-- on the same vector unit, one core; coders without random access are decoded before it is measured, once.
-- Results: bin/sweep --config sc-table3 --out results/sc-table3.
WITH sized AS (
  SELECT *, row_number() OVER (PARTITION BY model, weights_hash, pruning, sparsity_target, bits, codebook, encoding ORDER BY product_ns IS NULL, timing_runs DESC NULLS LAST, run_id DESC, key) AS place
  FROM models WHERE verified AND bits BETWEEN 1 AND 8 AND sparsity_target > 0)
SELECT model, weights_source, sparsity_target AS target, round(sparsity, 4) AS sparsity, bits, codebook, encoding, access, round(total_bytes / 1e6, 3) AS mb,
       round(ratio_fp32, 2) AS ratio, round(4 * params / floor_bytes, 2) AS h0_ratio, concat(round(100 * (total_bytes / floor_bytes - 1), 2), ' %') AS above_h0,
       round(dense_product_ns / product_ns, 2) AS speedup
FROM sized WHERE place = 1
ORDER BY params, model, target, bits, codebook, mb;

-- What it takes to reach the printed ratios: the least of the swept sparsities at which some encoding does, and the smallest one there. The paper
-- prints neither sparsity nor bits.
WITH printed AS (SELECT * FROM VALUES
  ('resnet50', 'OPQ', 38.0), ('resnet50', 'Deep Compression', 15.91), ('resnet50', 'DeepCABAC', 16.8), ('resnet50', 'EPR (DFT)', 18.6),
  ('resnet50', 'ROC (Tunstall)', 20.0), ('resnet50', 'Succinct Compression', 48.56),
  ('mobilenetv2-imagenet', 'OPQ', 23.2), ('mobilenetv2-imagenet', 'Deep Compression', 13.62), ('mobilenetv2-imagenet', 'ROC (Tunstall)', 11.0),
  ('mobilenetv2-imagenet', 'Succinct Compression', 30.11),
  ('small-vgg16', 'OPQ', 461.5), ('small-vgg16', 'Deep Compression', 36.57), ('small-vgg16', 'DeepCABAC', 63.2), ('small-vgg16', 'MIRACLE', 375.0),
  ('small-vgg16', 'EPR (DFT)', 600.0), ('small-vgg16', 'Succinct Compression', 641.5)
  AS t(model, method, paper_ratio))
SELECT printed.model, method, CAST(paper_ratio AS DOUBLE) AS paper_ratio, min(sparsity_target) AS reached_at, min_by(bits, struct(sparsity_target, total_bytes)) AS bits,
       min_by(encoding, struct(sparsity_target, total_bytes)) AS by_encoding, round(min_by(ratio_fp32, struct(sparsity_target, total_bytes)), 2) AS ratio
FROM printed LEFT JOIN (SELECT * FROM models WHERE verified AND bits BETWEEN 1 AND 8 AND sparsity_target > 0) m
  ON m.model = printed.model AND ratio_fp32 >= paper_ratio
GROUP BY printed.model, method, paper_ratio
ORDER BY model, paper_ratio;
