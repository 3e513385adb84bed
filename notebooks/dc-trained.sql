-- "Deep Compression", Figure 5 and the targets of its MNIST networks: trained networks as whole files, mean over seeds. Errors are
-- those of the decoded file; times_smaller is fp32 of every parameter over the file, header, tables, codebooks and biases counted.
-- Results: bin/sweep train --config lenet300 --out results/lenet300, or any other training.
SELECT model, densities, bits, codebook, encoding, bias_bits, stage_order, prune_epochs, share_epochs, distillation_weight,
       count(*) AS seeds,
       format_string('%.2f %%', 100 * avg(kept_weights / weights)) AS kept,
       format_string('%.0f', avg(file_bytes)) AS file_bytes,
       format_string('%.1f', avg(ratio_fp32)) AS times_smaller,
       format_string('%.2f', 100 * avg(held_out_error)) AS held_out_error_percent,
       format_string('%.2f', 100 * avg(dense_test_error)) AS dense_error_percent,
       format_string('%.2f', 100 * avg(pruned_test_error)) AS pruned_error_percent,
       format_string('%.2f', 100 * avg(test_error)) AS error_percent,
       format_string('%.2f .. %.2f', 100 * min(test_error), 100 * max(test_error)) AS error_range,
       format_string('%.0f', avg(dense_seconds)) AS dense_s,
       format_string('%.0f', avg(prune_seconds)) AS prune_s,
       format_string('%.0f', avg(share_seconds)) AS share_s
FROM trained WHERE verified AND test_error IS NOT NULL
GROUP BY model, densities, bits, codebook, encoding, bias_bits, stage_order, prune_epochs, share_epochs, distillation_weight
ORDER BY model, avg(ratio_fp32);
