-- "Deep Compression", Figures 10 and 11: error against size of the whole file for pruning alone, quantisation alone, both, and
-- truncated SVD without retraining. Results: bin/sweep train --config rates and --config quantise, in one folder.
SELECT model, CASE WHEN encoding LIKE 'svd%' THEN 'svd'
            WHEN bits = '32' AND densities = '1' THEN 'dense'
            WHEN bits = '32' THEN 'prune'
            WHEN densities = '1' THEN 'quantise'
            ELSE concat('prune, quantise to ', bits, ' bits') END AS method,
       encoding, densities AS kept, bits, file_bytes,
       format_string('%.2f', 100 / ratio_fp32) AS rate_percent,
       format_string('%.1f', ratio_fp32) AS times_smaller,
       format_string('%.2f', 100 * test_error) AS error_percent,
       format_string('%+.2f', 100 * (dense_test_error - test_error)) AS accuracy_change
FROM trained
WHERE verified AND test_error IS NOT NULL AND seed = 1 AND stage_order = 'prune-first' AND distillation_weight = 0
  AND prune_epochs > 0 AND bias_bits = 32 AND (codebook = 'linear' OR encoding LIKE 'svd(energy%')
ORDER BY method, file_bytes;
