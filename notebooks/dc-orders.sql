-- Another order of the stages, without retraining in both: test error with codebooks fitted before or after pruning.
-- Results: bin/sweep train --config orders.
SELECT model, densities AS kept, bits, stage_order,
       format_string('%.2f', 100 * dense_test_error) AS dense_error_percent,
       format_string('%.2f', 100 * shared_held_out_error) AS shared_held_out_error_percent,
       format_string('%.2f', 100 * held_out_error) AS tuned_held_out_error_percent,
       format_string('%.2f', 100 * test_error) AS error_percent, file_bytes
FROM trained WHERE verified AND prune_epochs = 0 AND bits <> '32'
ORDER BY model, densities, stage_order;
