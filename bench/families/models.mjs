// What Modelwright trains in each workload: the definition and the batch of a step. A new workload is a row here and in pytorch.py.
import {
  causalLanguageModel,
  crossEntropy,
  defineModel,
  gpt2,
  lenet,
  lstmRegressor,
  mlp,
  resnet,
} from "@modelwright/models";
import { integers, units, workloads } from "./hashed.mjs";

const float32 = (shape, data) => ({ dtype: "float32", shape, data });
const int64 = (shape, data) => ({ dtype: "int64", shape, data });

/** @type {Record<string, { definition: object, batch: (step: number) => Record<string, object> }>} */
export const models = {
  gpt2: textModel(workloads.gpt2),
  lstm: sequenceModel(workloads.lstm),
  mlp: classifier("mlp", workloads.mlp, (c, x, { widths, classes }) => mlp(c, x, { hidden: widths, outputs: classes })),
  lenet: classifier("lenet", workloads.lenet, lenet),
  resnet18: classifier("resnet18", workloads.resnet18, (c, x, { classes }) => resnet(c, x, { depth: 18, classes })),
};

function textModel(config) {
  const { batchSize, positions, vocabularySize } = config;
  const shape = [batchSize, positions];
  const pieces = (stream) => int64(shape, integers(batchSize * positions, stream, vocabularySize));
  return {
    definition: causalLanguageModel(gpt2(config)),
    batch: (step) => ({ input_ids: pieces(`ids${step}`), labels: pieces(`labels${step}`) }),
  };
}

function sequenceModel({ features, width, layers, length, batchSize }) {
  return {
    definition: lstmRegressor({ features, width, layers, outputs: 1 }),
    batch: (step) => ({
      sequences: float32([batchSize, length, features], units(batchSize * length * features, `x${step}`)),
      values: float32([batchSize, 1], units(batchSize, `y${step}`)),
    }),
  };
}

function classifier(name, config, network) {
  const { batchSize, classes, picture = [config.features] } = config;
  const size = picture.reduce((product, length) => product * length, batchSize);
  return {
    definition: defineModel({
      name,
      inputs: { x: { dtype: "float32", shape: ["batch", ...picture] } },
      targets: { labels: { dtype: "int64", shape: ["batch"] } },
      forward: (c, { x }) => ({ logits: network(c, x, config) }),
      loss: (c, { outputs, targets }) => crossEntropy(c, { logits: outputs.logits, labels: targets.labels }),
    }),
    batch: (step) => ({
      x: float32([batchSize, ...picture], units(size, `x${step}`)),
      labels: int64([batchSize], integers(batchSize, `labels${step}`, classes)),
    }),
  };
}
