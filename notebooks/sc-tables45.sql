-- "Succinct Compression", Tables 4 and 5: parameters, multiply-accumulates (MACs) for one input and their ratio FPr for the layers of a network, and
-- the kind of sequence that the ratio chooses: block-wise above 2 (--fpr-threshold). macs counts products of weights; the paper's figures count
-- normalisation and biases as well. Of its printed ratios 54213 for layer4.conv of ResNet-50 and 783898 for conv9 and conv10 of VGG-16 are a
-- thousand times what its own columns give, 54.2 and 783.9: decimal points that were lost. Results:
-- bin/sweep --config sc-tables45 --out results/sc-tables45.
WITH tensors AS (
  SELECT DISTINCT model, tensor, segment, params, macs FROM cells WHERE macs IS NOT NULL),
layers AS (
  SELECT model, if(model LIKE 'resnet%', coalesce(nullif(regexp_extract(tensor, '^(layer[0-9]+|conv1|fc)', 1), ''), tensor), tensor) AS layers,
         sum(params) AS params, sum(macs) AS macs
  FROM (SELECT model, tensor, sum(params) AS params, max(macs) AS macs FROM tensors GROUP BY model, tensor)
  GROUP BY 1, 2),
printed AS (SELECT * FROM VALUES
  ('resnet50', 'conv1', 1, 'conv1', '12541'), ('resnet50', 'layer1', 2, 'layer1.conv', '3153'), ('resnet50', 'layer2', 3, 'layer2.conv', '852'),
  ('resnet50', 'layer3', 4, 'layer3.conv', '207'), ('resnet50', 'layer4', 5, 'layer4.conv', '54213'), ('resnet50', 'fc', 6, 'fc', '1'),
  ('vgg16', 'features.0.weight', 1, 'conv1', '50179'), ('vgg16', 'features.2.weight', 2, 'conv2', '50095'), ('vgg16', 'features.5.weight', 3, 'conv3', '12543'),
  ('vgg16', 'features.7.weight', 4, 'conv4', '12536'), ('vgg16', 'features.10.weight', 5, 'conv5', '3136'), ('vgg16', 'features.12.weight', 6, 'conv6', '3135'),
  ('vgg16', 'features.14.weight', 7, 'conv7', '3135'), ('vgg16', 'features.17.weight', 8, 'conv8', '784'), ('vgg16', 'features.19.weight', 9, 'conv9', '783898'),
  ('vgg16', 'features.21.weight', 10, 'conv10', '783898'), ('vgg16', 'features.24.weight', 11, 'conv11', '196'), ('vgg16', 'features.26.weight', 12, 'conv12', '196'),
  ('vgg16', 'features.28.weight', 13, 'conv13', '196'), ('vgg16', 'pre_logits.fc1.weight', 14, 'fc1', '1'), ('vgg16', 'pre_logits.fc2.weight', 15, 'fc2', '1'),
  ('vgg16', 'head.fc.weight', 16, 'fc3', '1')
  AS t(model, layers, place, paper_layer, paper_fpr))
SELECT model, layers, paper_layer, params, macs, round(macs / params, 1) AS fpr, paper_fpr,
       if(abs(CAST(paper_fpr AS DOUBLE) * params / macs - 1) > 0.1, 'misprint', '') AS note,
       if(macs > 2 * params, 'block-wise', 'element-wise') AS sequence
FROM layers LEFT JOIN printed USING (model, layers)
ORDER BY model, place NULLS LAST, layers;

-- The same of whole networks.
SELECT model, sum(params) AS params, sum(macs) AS macs, round(sum(macs) / sum(params), 1) AS fpr
FROM (SELECT model, tensor, sum(params) AS params, max(macs) AS macs
      FROM (SELECT DISTINCT model, tensor, segment, params, macs FROM cells WHERE macs IS NOT NULL) GROUP BY model, tensor)
GROUP BY model ORDER BY model;
