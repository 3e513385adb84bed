-- "Deep Compression", Figure 16: share of weights, index and codebook in the compressed network (the paper: weights and index about half
-- each, the codebook next to nothing), with the index of the paper's tables; tables are those of the Huffman codes. Results:
-- bin/sweep --config dc-alexnet --out results/dc-alexnet, or dc-vgg16, or dc-lenet.
WITH sized AS (
  SELECT *, value_bytes + index_bytes + codebook_bytes + table_bytes AS bytes,
         row_number() OVER (PARTITION BY model, weights_hash, pruning, codebook, encoding ORDER BY timing_runs DESC NULLS LAST, run_id DESC, key) AS age
  FROM models
  WHERE verified AND setting = 'paper' AND pruning IN ('paper', 'asis')
    AND encoding IN (if(model = 'alexnet', 'relative4/packed', 'relative5/packed'), if(model = 'alexnet', 'relative4/huffman', 'relative5/huffman')))
SELECT model, weights_source, pruning, codebook, encoding, bytes,
       round(100 * value_bytes / bytes, 2) AS weights_percent, round(100 * index_bytes / bytes, 2) AS index_percent,
       round(100 * codebook_bytes / bytes, 3) AS codebook_percent, round(100 * table_bytes / bytes, 3) AS tables_percent
FROM sized WHERE age = 1
ORDER BY params, pruning, codebook, encoding DESC;
