-- Where the weights of each model come from, and how many of them are swept. Synthetic ones are seeded and near-normal, of the real
-- shapes: sizes at a given sparsity are typical, errors are not.
SELECT model, weights_source, max(tensors) AS tensors, max(params) AS weights, count(DISTINCT pruning, sparsity_target, bits, codebook) AS settings,
       count(DISTINCT encoding) AS encodings, sum(failed) AS failed_cells, round(max(top1_accuracy), 4) AS best_top1_accuracy
FROM models GROUP BY model, weights_source ORDER BY weights, model;
