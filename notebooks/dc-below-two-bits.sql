-- Below two bits: weights behind their codes trained straight through (share_trains = weights), beside k-means whose centroids alone are
-- trained. Every weight of the network has so many bits; mean over seeds. fitted: held-out error before this stage, codes of least squared error.
-- The paper's figures are of Ternary Weight Networks, table 2 (MNIST, a larger LeNet-5 with batch normalisation), errors in per cent.
-- Results: bin/sweep train --config below-two-bits --out results/lenet300, and below-two-bits-levels to the same folder; below-two-bits-lenet5.
WITH papers AS (SELECT * FROM VALUES ('lenet5', 'binary', 0.95), ('lenet5', 'ternary', 0.65) AS t(model, codebook, paper_error)),
finished AS (SELECT * FROM trained WHERE verified AND densities = '1' AND encoding = 'dense/packed' AND bits IN ('1', '2'))
SELECT f.model, f.bits, f.codebook, f.share_trains AS trains, share_epochs, count(*) AS seeds, format_string('%.0f', avg(file_bytes)) AS file_bytes,
       format_string('%.2f', 8 * avg(file_bytes) / any_value(params)) AS file_bits_a_weight,
       format_string('%.1f', avg(ratio_fp32)) AS times_smaller,
       format_string('%.2f', 100 * avg(shared_held_out_error)) AS fitted_held_out_percent,
       format_string('%.2f', 100 * avg(held_out_error)) AS held_out_error_percent,
       format_string('%.2f', 100 * avg(dense_test_error)) AS dense_error_percent,
       format_string('%.2f', 100 * avg(test_error)) AS error_percent,
       format_string('%.2f', any_value(paper_error)) AS paper_error_percent
FROM finished f LEFT JOIN papers p ON p.model = f.model AND p.codebook = f.codebook AND f.share_trains = 'weights'
GROUP BY f.model, f.bits, f.codebook, f.share_trains, share_epochs
ORDER BY f.model, f.bits, avg(held_out_error);
