-- Convolutions against fully connected layers: test error with one layer pruned at a time, no retraining.
-- Results: bin/sweep train --config sensitivity.
SELECT model, l.tensor, format_string('%.0f %%', 100 * l.kept / l.params) AS kept,
       format_string('%.2f', 100 * dense_test_error) AS dense_error_percent,
       format_string('%.2f', 100 * pruned_test_error) AS error_percent
FROM trained LATERAL VIEW explode(layers) AS l
WHERE verified AND prune_epochs = 0 AND bits = '32' AND densities LIKE '%=%' AND l.kept < l.params
ORDER BY model, l.tensor, l.kept DESC;
