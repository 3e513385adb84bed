-- "Deep Compression", Figures 6 to 9: each layer pruned (P), quantised (Q) and Huffman coded (H), the paper's printed figure in
-- brackets. Results: bin/sweep --config dc-alexnet --out results/dc-alexnet, or dc-vgg16, or dc-lenet. kept is the share of weights
-- that are left; weight_bits and index_bits are bits of a stored element, fillers among them; rate is weights, index, codebook and code
-- tables in per cent of fp32 weights (headers and biases not counted). weights_source says which rows are synthetic and not trained.
WITH printed AS (
  SELECT * FROM VALUES
    ('lenet300', 'fc1.weight', 1, 'ip1', 5, 8.0D, 6.0D, 4.4D, 3.7D, 3.1D, 2.32D),
    ('lenet300', 'fc2.weight', 2, 'ip2', 5, 9.0D, 6.0D, 4.4D, 4.3D, 3.8D, 3.04D),
    ('lenet300', 'fc3.weight', 3, 'ip3', 5, 26.0D, 6.0D, 4.3D, 3.2D, 15.7D, 12.7D),
    ('lenet300', 'total', 4, 'total', 5, 8.0D, 6.0D, 5.1D, 3.7D, 3.1D, 2.49D),
    ('lenet5', 'conv1.weight', 1, 'conv1', 5, 66.0D, 8.0D, 7.2D, 1.5D, 78.5D, 67.45D),
    ('lenet5', 'conv2.weight', 2, 'conv2', 5, 12.0D, 8.0D, 7.2D, 3.9D, 6.0D, 5.28D),
    ('lenet5', 'fc1.weight', 3, 'ip1', 5, 8.0D, 5.0D, 4.5D, 4.5D, 2.7D, 2.45D),
    ('lenet5', 'fc2.weight', 4, 'ip2', 5, 19.0D, 5.0D, 5.2D, 3.7D, 6.9D, 6.13D),
    ('lenet5', 'total', 5, 'total', 5, 8.0D, 5.3D, 4.1D, 4.4D, 3.05D, 2.55D),
    ('alexnet', 'conv1.weight', 1, 'conv1', 4, 84.0D, 8.0D, 6.3D, 1.2D, 32.6D, 20.53D),
    ('alexnet', 'conv2.weight', 2, 'conv2', 4, 38.0D, 8.0D, 5.5D, 2.3D, 14.5D, 9.43D),
    ('alexnet', 'conv3.weight', 3, 'conv3', 4, 35.0D, 8.0D, 5.1D, 2.6D, 13.1D, 8.44D),
    ('alexnet', 'conv4.weight', 4, 'conv4', 4, 37.0D, 8.0D, 5.2D, 2.5D, 14.1D, 9.11D),
    ('alexnet', 'conv5.weight', 5, 'conv5', 4, 37.0D, 8.0D, 5.6D, 2.5D, 14.0D, 9.43D),
    ('alexnet', 'fc6.weight', 6, 'fc6', 4, 9.0D, 5.0D, 3.9D, 3.2D, 3.0D, 2.39D),
    ('alexnet', 'fc7.weight', 7, 'fc7', 4, 9.0D, 5.0D, 3.6D, 3.7D, 3.0D, 2.46D),
    ('alexnet', 'fc8.weight', 8, 'fc8', 4, 25.0D, 5.0D, 4.0D, 3.2D, 7.3D, 5.85D),
    ('alexnet', 'total', 9, 'total', 4, 11.0D, 5.4D, 4.0D, 3.2D, 3.7D, 2.88D),
    ('vgg16', 'features.0.weight', 1, 'conv1_1', 5, 58.0D, 8.0D, 6.8D, 1.7D, 40.0D, 29.97D),
    ('vgg16', 'features.2.weight', 2, 'conv1_2', 5, 22.0D, 8.0D, 6.5D, 2.6D, 9.8D, 6.99D),
    ('vgg16', 'features.5.weight', 3, 'conv2_1', 5, 34.0D, 8.0D, 5.6D, 2.4D, 14.3D, 8.91D),
    ('vgg16', 'features.7.weight', 4, 'conv2_2', 5, 36.0D, 8.0D, 5.9D, 2.3D, 14.7D, 9.31D),
    ('vgg16', 'features.10.weight', 5, 'conv3_1', 5, 53.0D, 8.0D, 4.8D, 1.8D, 21.7D, 11.15D),
    ('vgg16', 'features.12.weight', 6, 'conv3_2', 5, 24.0D, 8.0D, 4.6D, 2.9D, 9.7D, 5.67D),
    ('vgg16', 'features.14.weight', 7, 'conv3_3', 5, 42.0D, 8.0D, 4.6D, 2.2D, 17.0D, 8.96D),
    ('vgg16', 'features.17.weight', 8, 'conv4_1', 5, 32.0D, 8.0D, 4.6D, 2.6D, 13.1D, 7.29D),
    ('vgg16', 'features.19.weight', 9, 'conv4_2', 5, 27.0D, 8.0D, 4.2D, 2.9D, 10.9D, 5.93D),
    ('vgg16', 'features.21.weight', 10, 'conv4_3', 5, 34.0D, 8.0D, 4.4D, 2.5D, 14.0D, 7.47D),
    ('vgg16', 'features.24.weight', 11, 'conv5_1', 5, 35.0D, 8.0D, 4.7D, 2.5D, 14.3D, 8.0D),
    ('vgg16', 'features.26.weight', 12, 'conv5_2', 5, 29.0D, 8.0D, 4.6D, 2.7D, 11.7D, 6.52D),
    ('vgg16', 'features.28.weight', 13, 'conv5_3', 5, 36.0D, 8.0D, 4.6D, 2.3D, 14.8D, 7.79D),
    ('vgg16', 'pre_logits.fc1.weight', 14, 'fc6', 5, 4.0D, 5.0D, 3.6D, 3.5D, 1.6D, 1.1D),
    ('vgg16', 'pre_logits.fc2.weight', 15, 'fc7', 5, 4.0D, 5.0D, 4.0D, 4.3D, 1.5D, 1.25D),
    ('vgg16', 'head.fc.weight', 16, 'fc8', 5, 23.0D, 5.0D, 4.0D, 3.4D, 7.1D, 5.24D),
    ('vgg16', 'total', 17, 'total', 5, 7.5D, 6.4D, 4.1D, 3.1D, 3.2D, 2.05D)
  AS (model, tensor, place, layer, index_bits, kept, bits, value_huffman, index_huffman, rate, rate_huffman)),
newest AS (
  SELECT *, row_number() OVER (PARTITION BY model, tensor, segment, weights_hash, pruning, sparsity_target, codebook, encoding
                               ORDER BY timing_runs DESC NULLS LAST, run_id DESC, key) AS age
  FROM cells WHERE verified AND setting = 'paper' AND pruning IN ('paper', 'asis')),
layers AS (
  SELECT c.model, c.weights_source, c.weights_hash, c.pruning, c.codebook, coalesce(c.tensor, 'total') AS tensor,
         sum(if(p.coder = 'packed', c.params, 0)) AS params, sum(if(p.coder = 'packed', (1 - c.sparsity) * c.params, 0)) AS kept,
         sum(if(p.coder = 'packed', c.padding_elements, 0)) AS fillers,
         sum(if(p.coder = 'packed', c.value_bytes, 0)) AS value, sum(if(p.coder = 'huffman', c.value_bytes, 0)) AS value_huffman,
         sum(if(p.coder = 'packed', c.index_bytes, 0)) AS index, sum(if(p.coder = 'huffman', c.index_bytes, 0)) AS index_huffman,
         sum(if(p.coder = 'packed', c.codebook_bytes + c.table_bytes, 0)) AS tables,
         sum(if(p.coder = 'huffman', c.codebook_bytes + c.table_bytes, 0)) AS tables_huffman
  FROM newest c
  JOIN (SELECT model, tensor, coder, concat('relative', index_bits, '/', coder) AS encoding
        FROM printed LATERAL VIEW explode(array('packed', 'huffman')) AS coder) p
    ON p.model = c.model AND p.tensor = c.tensor AND p.encoding = c.encoding
  WHERE c.age = 1
  GROUP BY c.model, c.weights_source, c.weights_hash, c.pruning, c.codebook, GROUPING SETS ((c.tensor), ()))
SELECT model, weights_source, pruning, codebook, layer, bigint(params) AS weights,
       format_string('%.1f [%.1f]', 100 * l.kept / params, p.kept) AS kept_percent,
       format_string('%.1f', 100 * fillers / (l.kept + fillers)) AS fillers_percent,
       format_string('%.1f [%.1f]', 8 * value / (l.kept + fillers), p.bits) AS weight_bits_PQ,
       format_string('%.1f [%.1f]', 8 * l.value_huffman / (l.kept + fillers), p.value_huffman) AS weight_bits_PQH,
       format_string('%.1f [%d]', 8 * index / (l.kept + fillers), p.index_bits) AS index_bits_PQ,
       format_string('%.1f [%.1f]', 8 * l.index_huffman / (l.kept + fillers), p.index_huffman) AS index_bits_PQH,
       format_string('%.2f [%.2f]', 25 * (value + index + tables) / params, p.rate) AS rate_percent_PQ,
       format_string('%.2f [%.2f]', 25 * (l.value_huffman + l.index_huffman + tables_huffman) / params, p.rate_huffman) AS rate_percent_PQH
FROM layers l JOIN printed p USING (model, tensor)
ORDER BY model, weights_hash, pruning, codebook, place;
