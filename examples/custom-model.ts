// An architecture and a loss of your own, learning which of three rings a point lies in. Run: npm run build && npx jiti examples/custom-model.ts
import { defineModel, tensorFrom, trainModel } from "modelwright";
import { crossEntropy, dense, normal, weightedSum } from "modelwright/layers";

const rings = defineModel({
  name: "rings",
  inputs: { point: { dtype: "float32", shape: ["batch", 2] } },
  targets: { ring: { dtype: "int64", shape: ["batch"] } },
  // Radial basis functions: how near the point is to each of 24 learned centres.
  forward: (c, { point }) => {
    const { b } = c;
    const centers = c.parameter("centers", [24, 2], { initializer: normal(1.5), decay: false });
    const offsets = b.op("Sub", [b.op("Unsqueeze", [point, b.ints([1])]), centers]); // [batch, 24, 2]
    const distances = b.op("ReduceSumSquare", [offsets, b.ints([2])], { keepdims: 0 }); // [batch, 24]
    return { logits: dense(c, b.op("Exp", [b.op("Neg", [distances])]), { name: "output", width: 3 }) };
  },
  // Cross-entropy that also asks the model not to be too sure of itself (Pereyra et al. 2017, arXiv:1701.06548).
  loss: (c, { outputs: { logits }, targets: { ring } }) => {
    const { b } = c;
    const logProbs = b.op("LogSoftmax", [logits], { axis: -1 });
    const terms = b.op("Mul", [b.op("Exp", [logProbs]), logProbs]); // [batch, 3]: their mean is minus a third of the entropy
    const certainty = { loss: b.op("ReduceMean", [terms], { keepdims: 0 }), weight: 0.06 };
    return weightedSum(c, [{ loss: crossEntropy(c, { logits, labels: ring }), weight: 1 }, certainty]);
  },
});

const points = Array.from({ length: 600 }, (_, i) => ({ radius: 3 * Math.sqrt((i + 0.5) / 600), angle: 2.4 * i }));
const point = tensorFrom(
  "float32",
  [600, 2],
  points.flatMap(({ radius, angle }) => [radius * Math.cos(angle), radius * Math.sin(angle)]),
);
const ring = points.map(({ radius }) => Math.floor(radius));
const data = { tensors: { point, ring: tensorFrom("int64", [600], ring) } };
const trained = await trainModel(rings, { data, learningRate: 0.02, epochs: 60 });
const { logits } = await trained.predict({ point });
const best = ring.map((_, i) =>
  [0, 1, 2].reduce((a, b) => (logits.data[3 * i + a]! < logits.data[3 * i + b]! ? b : a)),
);
console.log(`right: ${best.filter((label, i) => label === ring[i]).length} of 600`);
await trained.save("rings");
trained.release();
