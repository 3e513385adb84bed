-- Cells without a verified result, and why.
SELECT model, tensor, segment, sparsity_target, bits, codebook, encoding, cause, error, run_id
FROM cells
WHERE NOT verified AND key NOT IN (SELECT key FROM cells WHERE verified)
ORDER BY model, tensor, segment, sparsity_target, bits, codebook, encoding;

-- Runs, newest first.
SELECT run_id, started, finished, version, master, cores, cells_done, cells_skipped, cells_failed, arguments
FROM runs ORDER BY started DESC;
