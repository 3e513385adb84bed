-- Gap to the order-0 entropy per recipe. Below 1: the coder sees more than single weights,
-- as Huffman over the bytes of a bitmap does where masks are clustered.
SELECT encoding, access, count(*) AS settings,
       round(avg(payload_bytes / floor_bytes), 4) AS payload_to_floor,
       round(avg(total_bytes / floor_bytes), 4) AS total_to_floor,
       round(avg(payload_bytes / floor_packed_bytes), 4) AS payload_to_packed_floor
FROM models WHERE verified
GROUP BY encoding, access ORDER BY payload_to_floor, encoding;

-- The same per stream: coded bits and entropy of what each coder was given.
SELECT encoding, stream, role, coder, sum(symbols) AS symbols,
       round(sum(coded_bits) / sum(symbols), 4) AS coded_bits_per_symbol,
       round(sum(entropy_bits) / sum(symbols), 4) AS entropy_bits_per_symbol,
       round(sum(table_bits) / sum(symbols), 4) AS table_bits_per_symbol
FROM streams WHERE symbols > 0
GROUP BY encoding, stream, role, coder ORDER BY encoding, role, stream;
