-- "Smaller together", section III-A, equations 1 to 6: dCSR row by row beside the flattened tensor, base pointers by equation 6 (dcsr)
-- and 5 (dcsr-absolute): bytes of index and values, and of them counts, padding elements' and what a row by itself costs, in percent.
-- The paper's own tables are of the flattened form (section III-B); it prints no sizes of rows.
-- Results: bin/sweep --config dcsr-rows --out results/dcsr-rows.
WITH chosen AS (
  SELECT *, row_number() OVER (PARTITION BY model, tensor, segment, sparsity_target, encoding ORDER BY run_id DESC, key) AS place
  FROM cells WHERE verified AND bits = 8 AND codebook = 'uniform' AND pruning = 'tensor' AND encoding LIKE 'dcsr%/packed'),
sums AS (
  SELECT model, weights_source, sparsity_target, regexp_extract(encoding, '^[a-z-]+', 0) AS bases, encoding LIKE '%(by=row)%' AS by_row,
         sum(payload_bytes) AS bytes, sum(padding_bytes) AS padding, sum(params) AS params
  FROM chosen WHERE place = 1 GROUP BY ALL)
SELECT flat.model, flat.weights_source, flat.sparsity_target AS sparsity, flat.bases, flat.bytes AS flattened_bytes, rows.bytes AS by_row_bytes,
       round(100 * (rows.bytes / flat.bytes - 1), 1) AS by_row_more_percent, round(flat.bytes / flat.params, 3) AS flattened_of_dense,
       round(rows.bytes / rows.params, 3) AS by_row_of_dense, round(100 * flat.padding / flat.bytes, 2) AS flattened_padding_percent,
       round(100 * rows.padding / rows.bytes, 2) AS by_row_padding_percent
FROM sums flat JOIN sums rows ON flat.model = rows.model AND flat.sparsity_target = rows.sparsity_target AND flat.bases = rows.bases
WHERE NOT flat.by_row AND rows.by_row
ORDER BY model, sparsity, bases;

-- Section III-B.2: the padding that a group of each size may have. theta = 0.8 is the paper's choice in place of a number a size; its
-- analysis of m_g and m_c comes to 0+0+1+0 (a group is smaller than full ones of the next size) and 3+3+1+0 (below an overhead of 50 %).
WITH chosen AS (
  SELECT *, row_number() OVER (PARTITION BY model, tensor, segment, sparsity_target, encoding ORDER BY run_id DESC, key) AS place
  FROM cells WHERE verified AND bits = 8 AND codebook = 'uniform' AND pruning = 'tensor' AND encoding LIKE 'hybrid%/packed'),
sums AS (
  SELECT model, weights_source, sparsity_target, replace(encoding, '/packed', '') AS scheme, sum(payload_bytes) AS bytes,
         sum(padding_elements) AS padding, sum(params) AS params
  FROM chosen WHERE place = 1 GROUP BY ALL)
SELECT s.model, s.weights_source, s.sparsity_target AS sparsity, s.scheme, s.bytes, round(s.bytes / s.params, 3) AS of_dense,
       round(100 * (s.bytes / theta.bytes - 1), 2) AS more_than_theta_percent, s.padding AS padding_elements
FROM sums s JOIN sums theta ON theta.model = s.model AND theta.sparsity_target = s.sparsity_target AND theta.scheme = 'hybrid'
ORDER BY model, sparsity, scheme;
