-- "Succinct Compression", section 5: a whole network as one sequence of codes in one wavelet tree, beside a container a tensor with the same
-- tree (ras/CODER). find_ns is what finding a layer takes: two selects and its flag; element_ns and block_ns are what reading takes, a weight
-- by itself and by blocks. The paper says where layers are found, and prints neither bytes nor times of that.
-- Results: bin/sweep --config sc-sequence --out results/sc-sequence
WITH newest AS (
  SELECT *, row_number() OVER (PARTITION BY model, pruning, sparsity_target, bits, codebook, encoding ORDER BY timing_runs DESC, run_id DESC, key) AS place
  FROM sequences WHERE verified),
containers AS (
  SELECT model, pruning, sparsity_target, bits, codebook, encoding, any_value(total_bytes) AS total_bytes
  FROM models WHERE verified AND encoding LIKE 'ras/%' GROUP BY ALL)
SELECT s.model, s.weights_source, round(s.sparsity, 2) AS sparsity, s.bits, s.encoding, s.tensors, s.block_wise, s.total_bytes,
       c.total_bytes AS bytes_of_containers, round(s.ratio_fp32, 2) AS times_smaller, round(s.ratio_packed, 3) AS ratio_packed,
       round(s.place_ns) AS find_ns, round(s.element_ns_per_weight, 1) AS element_ns, round(s.block_ns_per_weight, 2) AS block_ns
FROM newest s LEFT JOIN containers c ON c.model = s.model AND c.pruning = s.pruning AND c.sparsity_target <=> s.sparsity_target
     AND c.bits = s.bits AND c.codebook = s.codebook AND c.encoding = replace(s.encoding, 'sequence/', 'ras/')
WHERE s.place = 1
ORDER BY s.model, s.sparsity, s.bits, s.encoding;
