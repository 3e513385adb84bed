-- "Deep Compression", the stages by themselves and in other orders, as far as storage goes, and a bitmap in place of the relative index.
-- Results: bin/sweep --config dc-alexnet --out results/dc-alexnet, or dc-vgg16, or dc-lenet. Everything in a container but its header;
-- error_db is the ratio of weights to error, without retraining. The first row is arithmetic on the elements of the relative index.
WITH newest AS (
  SELECT *, 4 * params / (value_bytes + index_bytes + codebook_bytes + table_bytes) AS smaller,
         row_number() OVER (PARTITION BY model, weights_hash, pruning, sparsity_target, codebook, encoding ORDER BY timing_runs DESC NULLS LAST, run_id DESC, key) AS age
  FROM models WHERE verified AND setting = 'paper' AND (pruning <> 'tensor' OR sparsity_target = 0)),
elements AS (
  SELECT key, sum(elements) AS elements
  FROM (SELECT model, weights_hash, pruning, codebook, encoding, tensor, segment, max((1 - sparsity) * params + padding_elements) AS elements
        FROM cells WHERE verified AND setting = 'paper' AND pruning IN ('paper', 'asis') AND encoding LIKE 'relative_/packed'
        GROUP BY model, weights_hash, pruning, codebook, encoding, tensor, segment)
  JOIN newest USING (model, weights_hash, pruning, codebook, encoding) WHERE age = 1
  GROUP BY key),
stages AS (
  SELECT model, weights_source, params, pruning, codebook, 0 AS place, 'prune' AS stages, encoding,
         4 * params / (4 * elements + index_bytes) AS smaller, CAST(NULL AS DOUBLE) AS error_db
  FROM newest JOIN elements USING (key) WHERE age = 1
  UNION ALL
  SELECT model, weights_source, params, pruning, codebook, if(pruning = 'tensor', 1, 2) + if(encoding LIKE '%/packed', 0, 2),
         concat(if(pruning = 'tensor', '', 'prune, '), 'quantise', if(encoding LIKE '%/packed', '', concat(', ', split_part(encoding, '/', 2)))),
         encoding, smaller, sqnr_db
  FROM newest WHERE age = 1 AND (pruning <> 'tensor' OR encoding LIKE 'dense/%'))
SELECT model, weights_source, pruning, codebook, stages, encoding, round(smaller, 2) AS times_smaller_than_fp32, round(100 / smaller, 2) AS rate_percent,
       round(error_db, 1) AS error_db
FROM stages
ORDER BY params, model, codebook, place, smaller;
