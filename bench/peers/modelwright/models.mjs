// What Modelwright trains in each workload.
import { tensor } from "@modelwright/engine";
import {
  bert,
  buildLoss,
  causalLanguageModel,
  crossEntropy,
  defineModel,
  dense,
  gpt2,
  LOSS_SCALE_INPUT,
  lenet,
  lstmRegressor,
  mlp,
  resnet,
} from "@modelwright/models";
import { batchOf, firstValues, workloads } from "../../workloads/numbers.mjs";

const LABELS = { labels: { dtype: "int64", shape: ["batch"] } };
const classLoss = (c, { outputs, targets }) => crossEntropy(c, { logits: outputs.logits, labels: targets.labels });

/** Definitions by the name of the workload. */
const models = {
  bert: textClassifier(workloads.bert),
  gpt2: causalLanguageModel(gpt2(workloads.gpt2)),
  "gpt2-small": causalLanguageModel(gpt2(workloads["gpt2-small"])),
  resnet18: classifier("resnet18", workloads.resnet18, (c, x, { classes }) => resnet(c, x, { depth: 18, classes })),
  lenet: classifier("lenet", workloads.lenet, lenet),
  lstm: lstmRegressor({ ...workloads.lstm, outputs: 1 }),
  mlp: classifier("mlp", workloads.mlp, (c, x, { widths, classes }) => mlp(c, x, { hidden: widths, outputs: classes })),
};

function textClassifier({ classes, ...config }) {
  const encoder = bert({ ...config, pooling: "mean" });
  const tokens = { dtype: "int64", shape: ["batch", "sequence"] };
  return defineModel({
    name: "bert",
    inputs: { input_ids: tokens, attention_mask: tokens },
    targets: LABELS,
    forward: (c, { input_ids, attention_mask }) => {
      const text = encoder.apply(c, { inputIds: input_ids, attentionMask: attention_mask }).pooled();
      return { logits: c.scope("head", () => dense(c, text, { name: "classifier", width: classes })) };
    },
    loss: classLoss,
  });
}

function classifier(name, config, network) {
  const { image = [config.features] } = config;
  return defineModel({
    name,
    inputs: { x: { dtype: "float32", shape: ["batch", ...image] } },
    targets: LABELS,
    forward: (c, { x }) => ({ logits: network(c, x, config) }),
    loss: classLoss,
  });
}

/** The graph of a workload's loss without dropout, with the workload's first weights. */
export function lossGraph(name) {
  const source = { take: ({ name, shape }) => tensor("float32", shape, firstValues(name, shape)) };
  return buildLoss(models[name], { source, build: { trainable: () => true, training: { dropout: 0 } } });
}

/** The batch of a step, as that graph reads it. */
export function feedsOf(name, step) {
  const batch = Object.entries(batchOf(name, step)).map(([key, values]) => [key, tensorOf(values)]);
  return { ...Object.fromEntries(batch), [LOSS_SCALE_INPUT]: tensor("float32", [], Float32Array.of(1)) };
}

function tensorOf({ shape, data }) {
  if (data instanceof Float32Array) return tensor("float32", shape, data);
  return tensor("int64", shape, BigInt64Array.from(data, BigInt));
}
