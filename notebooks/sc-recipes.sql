-- The recipes of "Succinct Compression" beside others: whole containers relative to dense codes of the same bits (ratio_packed), to dense fp32, and
-- to the order-0 entropy of mask and values (above_h0). Speedup over dense fp32 products, where they were measured (--products).
-- Results: bin/sweep --config succinct --out results/succinct.
SELECT model, weights_source, sparsity_target AS target, bits, codebook, encoding, access, round(total_bytes / 1e6, 3) AS mb, round(ratio_packed, 4) AS ratio_packed,
       round(ratio_fp32, 3) AS ratio_fp32, concat(round(100 * (total_bytes / floor_bytes - 1), 2), ' %') AS above_h0, round(dense_product_ns / product_ns, 3) AS speedup
FROM (SELECT *, row_number() OVER (PARTITION BY model, weights_hash, pruning, sparsity_target, bits, codebook, encoding ORDER BY product_ns IS NULL, timing_runs DESC NULLS LAST, run_id DESC, key) AS place
      FROM models WHERE verified AND bits IS NOT NULL AND encoding NOT LIKE 'auto%')
WHERE place = 1
ORDER BY model, target, bits, codebook, mb;
