-- "Smaller together", Table I's accuracy column: top-1 of pruned and retrained networks at 30, 50 and 70 % sparsity, as decoded files.
-- Results: bin/sweep train --config resnet8 --out results/resnet8.
SELECT model, format_string('%.0f %%', 100 * (1 - kept_weights / weights)) AS sparsity,
       format_string('%.2f', 100 * (1 - dense_test_error)) AS dense_top1,
       format_string('%.2f', 100 * (1 - test_error)) AS top1,
       format_string('%+.2f', 100 * (dense_test_error - test_error)) AS change, file_bytes,
       format_string('%.2f', ratio_fp32) AS times_smaller
FROM trained WHERE verified AND test_error IS NOT NULL
ORDER BY model, kept_weights DESC;
