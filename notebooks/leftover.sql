-- What today's quantisers leave on the table, on trained weights that are not pruned: bits a weight as codes and scales are stored, as the
-- order-0 entropy of the codes with the scales as they are, and in the smallest container of all coders; and the share that coding takes away.
-- Results: bin/sweep --config leftover --out results/leftover.
WITH chosen AS (
  SELECT *, row_number() OVER (PARTITION BY model, bits, codebook, encoding ORDER BY run_id DESC, key) AS place
  FROM models WHERE verified AND pruning = 'asis'),
per AS (
  SELECT model, weights_source, codebook, bits, max(sqnr_db) AS sqnr_db, max(floor_bytes / params) AS floor,
         max(if(encoding = 'dense/packed', total_bytes / params, NULL)) AS stored,
         max(if(encoding = 'dense/packed', codebook_bytes / params, NULL)) AS book,
         min(total_bytes / params) AS best, min_by(encoding, total_bytes) AS smallest
  FROM chosen WHERE place = 1 GROUP BY model, weights_source, codebook, bits)
SELECT model, weights_source, codebook, bits, format_string('%.3f', 8 * stored) AS stored,
       format_string('%.3f', 8 * book) AS of_scales, format_string('%.3f', 8 * (floor + book)) AS entropy,
       format_string('%.3f', 8 * best) AS best, smallest, format_string('%.1f', 100 * (1 - best / stored)) AS left_percent,
       format_string('%.1f', sqnr_db) AS sqnr_db
FROM per ORDER BY model, bits DESC, sqnr_db DESC;
