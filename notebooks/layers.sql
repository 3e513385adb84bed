-- Per-layer table of one model (--arg model=NAME): the smallest encoding of each tensor and setting.
SELECT tensor, kind, shape, params, macs, sparsity_target, round(sparsity, 4) AS sparsity, bits, codebook, encoding,
       total_bytes, round(bits_per_weight, 3) AS bits_per_weight, round(floor_bits, 3) AS floor_bits_per_weight,
       round(sqnr_db, 2) AS sqnr_db
FROM (SELECT *, row_number() OVER (PARTITION BY tensor, weights_hash, pruning, sparsity_target, bits, codebook ORDER BY total_bytes, encoding) AS place
      FROM (SELECT tensor, kind, shape, weights_hash, pruning, sparsity_target, bits, codebook, encoding, first(macs) AS macs,
                   sum(params) AS params, sum(sparsity * params) / sum(params) AS sparsity, sum(total_bytes) AS total_bytes,
                   8 * sum(total_bytes) / sum(params) AS bits_per_weight, 8 * sum(floor_bytes) / sum(params) AS floor_bits,
                   10 * log10(sum(mean_square * params) / nullif(sum(mse * params), 0)) AS sqnr_db
            FROM (SELECT *, row_number() OVER (PARTITION BY tensor, segment, weights_hash, pruning, sparsity_target, bits, codebook, encoding ORDER BY run_id DESC, key) AS newest
                  FROM cells WHERE model = :model AND verified)
            WHERE newest = 1
            GROUP BY tensor, kind, shape, weights_hash, pruning, sparsity_target, bits, codebook, encoding))
WHERE place = 1
ORDER BY sparsity_target, bits, codebook, params DESC, tensor;
