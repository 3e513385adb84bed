-- k-means whose weights count by squared gradients (Choi et al. 2017, equation 11) beside the plain one: top-1 of the decoded network, not
-- retrained, its error in decibels, in which all weights count the same, and its size with Huffman's coder, by initialisation and bits.
-- Results: bin/sweep --config weighted-kmeans --out results/weighted-kmeans.
WITH newest AS (
  SELECT *, row_number() OVER (PARTITION BY model, bits, codebook, encoding ORDER BY run_id DESC, key) AS age
  FROM models WHERE verified AND pruning = 'asis' AND encoding = 'dense/huffman')
SELECT p.model, p.weights_source, p.bits, p.codebook, round(100 * p.dense_top1_accuracy, 2) AS dense_top1,
       round(100 * p.top1_accuracy, 2) AS plain_top1, round(100 * w.top1_accuracy, 2) AS by_saliency_top1,
       round(p.sqnr_db, 2) AS plain_sqnr_db, round(w.sqnr_db, 2) AS by_saliency_sqnr_db, p.payload_bytes AS plain_bytes, w.payload_bytes AS by_saliency_bytes
FROM newest p JOIN newest w ON w.model = p.model AND w.bits = p.bits AND w.codebook = concat(p.codebook, '(by=saliency)') AND w.age = 1
WHERE p.age = 1
ORDER BY model, bits, codebook;
