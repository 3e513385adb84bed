-- "Succinct Compression", Table 1: pruned networks, fp32. Megabytes are 10^6 bytes and count whole containers, positions included. Baselines,
-- each in a column of its own: dense fp32 (4 bytes a weight), non-zeros at 4 bytes without any index (what the paper's sizes of pruned networks
-- are), CSR. h0_mb is the order-0 entropy of mask, signs and exponents, with mantissas as they are: what is printed below it is no lossless
-- network. Speedup over dense fp32 products of the network with its zeros, on the same vector unit, one core. paper_ratio and paper_speedup are
-- printed over the dense network. Results: bin/sweep --config sc-table1-layer --out results/sc-table1, and sc-table1-filter,
-- sc-table1-unstructured to the same folder.
WITH sized AS (
  SELECT *, if(pruning LIKE 'global%' OR pruning LIKE 'tensor%', 'tensor', replace(pruning, '-saliency', '')) AS masks, row_number() OVER (PARTITION BY model, weights_hash, pruning, sparsity_target, encoding ORDER BY product_ns IS NULL, timing_runs DESC NULLS LAST, run_id DESC, key) AS place
  FROM models WHERE verified AND bits = 32 AND sparsity_target > 0),
csr AS (SELECT model, weights_hash, pruning, sparsity_target, total_bytes AS csr_bytes FROM sized WHERE place = 1 AND encoding = 'csr/packed'),
printed AS (SELECT * FROM VALUES
  ('resnet50', 'layer', 0.4, 1.93, 1.6), ('resnet50', 'layer', 0.5, 2.34, 1.8), ('resnet50', 'layer', 0.6, 2.89, 2.6), ('resnet50', 'layer', 0.7, 3.56, 3.4),
  ('resnet50', 'filter', 0.4, 1.92, 1.9), ('resnet50', 'filter', 0.5, 2.36, 2.6), ('resnet50', 'filter', 0.6, 2.87, 2.7), ('resnet50', 'filter', 0.7, 3.83, 4.5),
  ('resnet50', 'tensor', 0.9, 11.69, 2.8), ('resnet50', 'tensor', 0.95, 23.34, 3.5), ('resnet50', 'tensor', 0.97, 39.48, 4.7),
  ('resnet101', 'layer', 0.4, 1.88, 1.5), ('resnet101', 'layer', 0.5, 2.24, 2.0), ('resnet101', 'layer', 0.6, 2.79, 2.4), ('resnet101', 'layer', 0.7, 3.88, 3.2),
  ('resnet101', 'filter', 0.4, 1.89, 2.1), ('resnet101', 'filter', 0.5, 2.29, 2.6), ('resnet101', 'filter', 0.6, 2.75, 2.9), ('resnet101', 'filter', 0.7, 3.94, 4.4),
  ('resnet101', 'tensor', 0.9, 11.7, 5.3), ('resnet101', 'tensor', 0.95, 23.56, 6.4), ('resnet101', 'tensor', 0.97, 39.90, 8.8),
  ('vgg16', 'layer', 0.4, 1.84, 1.9), ('vgg16', 'layer', 0.5, 2.26, 2.4), ('vgg16', 'layer', 0.6, 2.82, 2.9), ('vgg16', 'layer', 0.7, 3.78, 3.9),
  ('vgg16', 'filter', 0.4, 1.82, 1.7), ('vgg16', 'filter', 0.5, 2.33, 1.8), ('vgg16', 'filter', 0.6, 2.77, 2.1), ('vgg16', 'filter', 0.7, 3.73, 2.4),
  ('vgg16', 'tensor', 0.9, 11.57, 1.3), ('vgg16', 'tensor', 0.95, 23.26, 1.4), ('vgg16', 'tensor', 0.97, 39.08, 1.7),
  ('deit-b', 'filter', 0.4, 1.83, 1.9), ('deit-b', 'filter', 0.5, 2.27, 2.9), ('deit-b', 'filter', 0.6, 2.76, 3.3), ('deit-b', 'filter', 0.7, 3.81, 3.8)
  AS t(model, masks, sparsity_target, paper_ratio, paper_speedup))
SELECT model, weights_source, pruning, sparsity_target AS target, round(sparsity, 4) AS sparsity, encoding, round(total_bytes / 1e6, 2) AS mb,
       round(floor_bytes / 1e6, 2) AS h0_mb, round(4 * params * (1 - sparsity) / 1e6, 2) AS non_zeros_mb, round(csr_bytes / 1e6, 2) AS csr_mb,
       round(ratio_fp32, 2) AS ratio_dense, round(4 * params * (1 - sparsity) / total_bytes, 3) AS ratio_non_zeros, round(csr_bytes / total_bytes, 3) AS ratio_csr,
       round(4 * params / floor_bytes, 2) AS h0_ratio_dense, CAST(paper_ratio AS DOUBLE) AS paper_ratio,
       round(dense_product_ns / product_ns, 2) AS speedup, CAST(paper_speedup AS DOUBLE) AS paper_speedup
FROM sized LEFT JOIN csr USING (model, weights_hash, pruning, sparsity_target) LEFT JOIN printed USING (model, masks, sparsity_target)
WHERE place = 1
ORDER BY params, model, pruning, target, mb;
