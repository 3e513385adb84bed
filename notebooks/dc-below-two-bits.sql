-- Below two bits: weights behind their codes trained straight through (trains = weights), beside k-means whose centroids alone are trained
-- (levels). Every weight of the network has so many bits; mean over seeds. fitted: held-out error of codes of least squared error, before
-- this stage.
-- Results: bin/sweep train --config below-two-bits --out results/lenet300, and below-two-bits-levels to the same folder.
SELECT model, bits, codebook, share_trains AS trains, share_epochs, count(*) AS seeds, format_string('%.0f', avg(file_bytes)) AS file_bytes,
       format_string('%.2f', 8 * avg(file_bytes) / any_value(weights)) AS file_bits_a_weight,
       format_string('%.1f', avg(ratio_fp32)) AS times_smaller,
       format_string('%.2f', 100 * avg(shared_held_out_error)) AS fitted_percent,
       format_string('%.2f', 100 * avg(held_out_error)) AS held_out_error_percent,
       format_string('%.2f', 100 * avg(dense_test_error)) AS dense_error_percent,
       format_string('%.2f', 100 * avg(test_error)) AS error_percent
FROM trained WHERE verified AND densities = '1' AND encoding = 'dense/packed' AND bits IN ('1', '2') AND bit_price = 0
GROUP BY model, bits, codebook, share_trains, share_epochs
ORDER BY model, bits, avg(held_out_error);
