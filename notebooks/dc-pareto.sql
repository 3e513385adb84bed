-- The Pareto front of error against bytes: finished files that no smaller one of the same network equals in error on held-out images.
-- It is drawn by held-out error, so that the test error beside it was not chosen by.
WITH files AS (SELECT * FROM trained WHERE verified AND held_out_error < 0.5)
SELECT model, seed, file_bytes, format_string('%.1f', ratio_fp32) AS times_smaller,
       format_string('%.2f', 100 * kept_weights / weights) AS kept_percent, bits, codebook, bias_bits,
       format_string('%.2f', 100 * held_out_error) AS held_out_error_percent,
       if(test_error IS NULL, NULL, format_string('%.2f', 100 * test_error)) AS error_percent
FROM files f
WHERE NOT EXISTS (
  SELECT 1 FROM files o WHERE o.model = f.model
    AND (o.file_bytes < f.file_bytes AND o.held_out_error <= f.held_out_error
      OR o.file_bytes = f.file_bytes AND o.held_out_error < f.held_out_error))
ORDER BY model, file_bytes;
