-- "Deep Compression", Figures 12 and 13: first centroids against bits on a pruned network: error on held-out images before centroids
-- are trained, test error after, and the Huffman coded size. Results: bin/sweep train --config initialisers.
SELECT model, cast(bits AS INT) AS bits, codebook,
       format_string('%.2f', 100 * shared_held_out_error) AS shared_held_out_error_percent,
       format_string('%.2f', 100 * held_out_error) AS tuned_held_out_error_percent,
       format_string('%.2f', 100 * test_error) AS error_percent,
       file_bytes
FROM trained
WHERE verified AND densities = 'paper' AND share_epochs = 2 AND encoding = 'relative5/huffman' AND bits RLIKE '^[1-8]$'
ORDER BY model, bits, codebook;
