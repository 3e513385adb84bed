-- The tables of the greatest generation with each fact once, over all their files: all_cells and so on are what a reader finds
-- in cells/*/*.parquet and so on. Spark and DuckDB both take these statements.
CREATE OR REPLACE TEMPORARY VIEW cells AS
SELECT * FROM (
  SELECT *, row_number() OVER (PARTITION BY model, key
    ORDER BY verified DESC, run_id) AS once
  FROM all_cells
  WHERE CAST(split_part(run, '-', 1) AS INT)
    = (SELECT max(CAST(split_part(run, '-', 1) AS INT)) FROM all_cells)) AS every
WHERE once = 1;

CREATE OR REPLACE TEMPORARY VIEW models AS
SELECT * FROM (
  SELECT *, row_number() OVER (PARTITION BY model, key
    ORDER BY verified DESC, run_id) AS once
  FROM all_models
  WHERE CAST(split_part(run, '-', 1) AS INT)
    = (SELECT max(CAST(split_part(run, '-', 1) AS INT)) FROM all_cells)) AS every
WHERE once = 1;

CREATE OR REPLACE TEMPORARY VIEW trained AS
SELECT * FROM (
  SELECT *, row_number() OVER (PARTITION BY model, key
    ORDER BY verified DESC, run_id) AS once
  FROM all_trained
  WHERE CAST(split_part(run, '-', 1) AS INT)
    = (SELECT max(CAST(split_part(run, '-', 1) AS INT)) FROM all_cells)) AS every
WHERE once = 1;

CREATE OR REPLACE TEMPORARY VIEW codebooks AS
SELECT * FROM (
  SELECT *, row_number() OVER (PARTITION BY model, key
    ORDER BY verified DESC, run_id) AS once
  FROM all_codebooks
  WHERE CAST(split_part(run, '-', 1) AS INT)
    = (SELECT max(CAST(split_part(run, '-', 1) AS INT)) FROM all_cells)) AS every
WHERE once = 1;

CREATE OR REPLACE TEMPORARY VIEW device AS
SELECT * FROM (
  SELECT *, row_number() OVER (PARTITION BY model, key
    ORDER BY verified DESC, run_id) AS once
  FROM all_device
  WHERE CAST(split_part(run, '-', 1) AS INT)
    = (SELECT max(CAST(split_part(run, '-', 1) AS INT)) FROM all_cells)) AS every
WHERE once = 1;

CREATE OR REPLACE TEMPORARY VIEW sequences AS
SELECT * FROM (
  SELECT *, row_number() OVER (PARTITION BY model, key
    ORDER BY verified DESC, run_id) AS once
  FROM all_sequences
  WHERE CAST(split_part(run, '-', 1) AS INT)
    = (SELECT max(CAST(split_part(run, '-', 1) AS INT)) FROM all_cells)) AS every
WHERE once = 1;

CREATE OR REPLACE TEMPORARY VIEW compressed AS
SELECT * FROM (
  SELECT *, row_number() OVER (PARTITION BY model, key
    ORDER BY run_id) AS once
  FROM all_compressed
  WHERE CAST(split_part(run, '-', 1) AS INT)
    = (SELECT max(CAST(split_part(run, '-', 1) AS INT)) FROM all_cells)) AS every
WHERE once = 1;

CREATE OR REPLACE TEMPORARY VIEW runs AS
SELECT * FROM (
  SELECT *, row_number() OVER (PARTITION BY run_id ORDER BY finished DESC) AS once
  FROM all_runs
  WHERE CAST(split_part(run, '-', 1) AS INT)
    = (SELECT max(CAST(split_part(run, '-', 1) AS INT)) FROM all_cells)) AS every
WHERE once = 1;

CREATE OR REPLACE TEMPORARY VIEW streams AS
SELECT key, run_id, model, tensor, segment, encoding, part.stream, part.role, part.coder,
  part.width_bits, part.symbols, part.padding_symbols, part.alphabet, part.raw_bits,
  part.coded_bits, part.table_bits, part.entropy_bits
FROM (SELECT *, explode(streams) AS part FROM cells) AS every;

CREATE OR REPLACE TEMPORARY VIEW histograms AS
SELECT key, run_id, model, tensor, segment, weights_source, weights_hash, pruning,
  sparsity_target, bits, codebook, encoding, part.histogram, part.bin, part.count
FROM (SELECT *, explode(histograms) AS part FROM cells) AS every;
