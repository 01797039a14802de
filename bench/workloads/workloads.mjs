// What is measured: one row per workload. Its sizes stand in workloads.json, its batches in numbers.mjs, its arithmetic in flops.mjs and what
// each peer makes of it in the peers' models.

/** Titles by name, in the order in which they run. */
export const titles = {
  bert: "BERT-shaped, 6 × 384, 16 × 128 tokens",
  gpt2: "GPT-2-shaped, 6 × 384, 8 × 256 tokens",
  resnet18: "ResNet-18, 16 × 3 × 96 × 96",
  lenet: "LeNet, 28 × 28, batch 128",
  lstm: "LSTM 2 × 256, 32 × 128 steps",
  mlp: "dense network on 100 features, batch 256",
};

/** Titles of workloads for a GPU alone: `npm run bench` leaves them out, a step takes the CPU's two cores many seconds. */
export const gpuTitles = {
  "gpt2-small": "GPT-2-shaped, 12 × 768, 16 × 128 tokens",
};
