-- "Succinct Compression", Table 3, on networks of OPQ's closed form: coders of the same codes. paper_opq is the ratio that the paper prints of OPQ's
-- own network, and paper_ratio that of Succinct Compression on it. ratio is fp32 over whole containers; speedup as in sc-table3, null where
-- products were not timed. The networks are drawn weights of these shapes (synthetic), not trained ones; their files come from choose.
-- Results: PUBLISH_ONLY=sc-table3-opq bin/publish.
WITH sized AS (
  SELECT *, row_number() OVER (PARTITION BY model, weights_hash, codebook, encoding ORDER BY product_ns IS NULL, timing_runs DESC NULLS LAST, run_id DESC, key) AS place
  FROM models WHERE verified AND bits = 8 AND pruning = 'asis' AND codebook = 'uniform'),
printed AS (SELECT * FROM VALUES
  ('resnet50', 38.0, 48.56), ('mobilenetv2-imagenet', 23.2, 30.11), ('small-vgg16', 461.5, 641.5) AS t(model, paper_opq, paper_ratio))
SELECT s.model, s.weights_source, round(s.sparsity, 4) AS sparsity, s.encoding, s.access, round(s.total_bytes / 1e6, 3) AS mb, round(s.ratio_fp32, 2) AS ratio,
       concat(round(100 * (s.total_bytes / s.floor_bytes - 1), 2), ' %') AS above_h0, CAST(p.paper_opq AS DOUBLE) AS paper_opq,
       CAST(p.paper_ratio AS DOUBLE) AS paper_ratio, round(s.dense_product_ns / s.product_ns, 2) AS speedup
FROM sized s LEFT JOIN printed p ON p.model = s.model
WHERE s.place = 1
ORDER BY s.params, s.model, s.total_bytes, s.encoding;
