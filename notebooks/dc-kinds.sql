-- "Deep Compression", Figure 11 and the report's question 5: top-1 with one kind of layer at so many bits and the other at full precision,
-- as they are and with half of the weights pruned; nothing is retrained. conv_lost and fc_lost are points below the dense network. The
-- paper's figure is a plot, of AlexNet on ImageNet: convolutions lose much below 4 bits, fully connected layers nothing until 2 bits.
-- Results: bin/sweep --config dc-kinds-conv --out results/dc-kinds, and dc-kinds-fc to the same folder.
WITH kinds AS (SELECT DISTINCT model, weights_hash, kind FROM cells WHERE kind IN ('conv', 'fc')),
only AS (SELECT model, weights_hash, min(kind) AS kind FROM kinds GROUP BY model, weights_hash HAVING count(*) = 1),
newest AS (
  SELECT m.*, k.kind, row_number() OVER (PARTITION BY m.model, k.kind, m.pruning, m.sparsity_target, m.bits ORDER BY m.run_id DESC, m.key) AS place
  FROM models m JOIN only k ON k.model = m.model AND k.weights_hash = m.weights_hash
  WHERE m.verified AND m.codebook = 'linear' AND m.encoding = 'dense/huffman' AND m.top1_accuracy IS NOT NULL)
SELECT model, weights_source, coalesce(sparsity_target, 0) AS sparsity, bits, round(100 * max(dense_top1_accuracy), 2) AS dense_top1,
       round(100 * max(CASE kind WHEN 'conv' THEN top1_accuracy END), 2) AS conv_top1, round(100 * max(CASE kind WHEN 'fc' THEN top1_accuracy END), 2) AS fc_top1,
       round(100 * max(CASE kind WHEN 'conv' THEN dense_top1_accuracy - top1_accuracy END), 2) AS conv_lost,
       round(100 * max(CASE kind WHEN 'fc' THEN dense_top1_accuracy - top1_accuracy END), 2) AS fc_lost
FROM newest WHERE place = 1 GROUP BY ALL
ORDER BY model, sparsity, bits DESC;

-- The fewest bits at which less than one point is lost.
WITH kinds AS (SELECT DISTINCT model, weights_hash, kind FROM cells WHERE kind IN ('conv', 'fc')),
only AS (SELECT model, weights_hash, min(kind) AS kind FROM kinds GROUP BY model, weights_hash HAVING count(*) = 1),
lost AS (
  SELECT m.model, k.kind, coalesce(m.sparsity_target, 0) AS sparsity, m.bits, max(m.dense_top1_accuracy - m.top1_accuracy) AS lost
  FROM models m JOIN only k ON k.model = m.model AND k.weights_hash = m.weights_hash
  WHERE m.verified AND m.codebook = 'linear' AND m.encoding = 'dense/huffman' AND m.top1_accuracy IS NOT NULL GROUP BY ALL)
SELECT model, kind, sparsity, min(bits) FILTER (WHERE lost < 0.01) AS fewest_bits, max(bits) FILTER (WHERE lost >= 0.01) AS breaks_at_bits
FROM lost GROUP BY model, kind, sparsity ORDER BY model, kind, sparsity;
