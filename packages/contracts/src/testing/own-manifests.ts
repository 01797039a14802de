import type { OwnManifestOf, TaskName } from "../tasks/tasks.ts";

const input = { name: "input_ids", dtype: "int64", shape: [-1, -1] };

/** What the smallest manifest of each task says beside the common part: a task without one does not compile. */
export const OWN_MANIFESTS: { readonly [Task in TaskName]: OwnManifestOf<Task> } = {
  "text-classification": {
    labels: ["ham", "spam"],
    signature: {
      input: "text",
      output: "label-probabilities",
      tensors: { inputs: [input], outputs: [{ name: "logits", dtype: "float32", shape: [-1, 2] }] },
    },
    preprocessing: { tokenizer: "tokenizer.json", maxLength: 128, truncation: "end", padId: 0 },
    model: { kind: "encoder", base: "use-lite-en", fineTune: "full", parameters: 7_000_000 },
    candidates: {
      metric: "f1Macro",
      kept: "full",
      tried: [{ name: "full", value: 0.9, logLoss: 0.3, seconds: 60, epochs: 4 }],
      passedOver: [{ name: "frozen", reason: "over the budget" }],
    },
    distillation: {
      teacher: "mail-triage:2",
      parameters: 22_700_000,
      temperature: 2,
      weight: 0.5,
      validation: {
        rows: 120,
        teacher: { accuracy: 0.95, f1Macro: 0.94 },
        student: { accuracy: 0.93, f1Macro: 0.92 },
      },
    },
    calibration: {
      method: "temperature",
      temperature: 1.7,
      rows: 120,
      before: { ece: 0.08, logLoss: 0.41 },
      after: { ece: 0.03, logLoss: 0.37 },
    },
    reject: { below: 0.6, precision: 0.95, validation: { rows: 120, coverage: 0.8, precision: 0.96 } },
  },
  "multi-label-classification": {
    labels: ["urgent"],
    thresholds: [0.4],
    signature: {
      input: "text",
      output: "labels",
      tensors: { inputs: [input], outputs: [{ name: "logits", dtype: "float32", shape: [-1, 1] }] },
    },
    preprocessing: { tokenizer: "tokenizer.json", maxLength: 128, truncation: "end", padId: 0 },
    model: { base: "use-lite-en", fineTune: "frozen", parameters: 7_000_000 },
    calibration: {
      method: "temperature",
      temperature: 1.7,
      rows: 120,
      before: { ece: 0.08, logLoss: 0.41 },
      after: { ece: 0.03, logLoss: 0.37 },
    },
  },
  "text-regression": {
    signature: {
      input: "text",
      output: "number",
      tensors: { inputs: [input], outputs: [{ name: "value", dtype: "float32", shape: [-1, 1] }] },
    },
    preprocessing: { tokenizer: "tokenizer.json", maxLength: 128, truncation: "middle", bagLength: 512, padId: 0 },
    target: { column: "stars", minimum: 1, maximum: 5, mean: 3.6 },
    model: { base: "use-lite-en", fineTune: "full", parameters: 7_000_000 },
  },
  "token-classification": {
    labels: ["LOC", "PER"],
    signature: {
      input: "text",
      output: "entities",
      tensors: { inputs: [input], outputs: [{ name: "tags", dtype: "int64", shape: [-1, -1] }] },
    },
    preprocessing: { tokenizer: "tokenizer.json", units: "characters", maxLength: 256, padId: 0 },
    model: { architecture: "bilstm-crf", base: "none", parameters: 300_000 },
  },
  "tabular-classification": {
    labels: ["no", "yes"],
    signature: {
      input: "row",
      output: "label-probabilities",
      tensors: {
        inputs: [{ name: "column.tenure", dtype: "float32", shape: [-1, 1] }],
        outputs: [{ name: "logits", dtype: "float32", shape: [-1, 2] }],
      },
    },
    preprocessing: {
      columns: [
        { name: "tenure", kind: "number", feed: "column.tenure", spelling: "1.234,5", unit: "months" },
        { name: "plan", kind: "category", feed: "column.plan", categories: ["basic", "pro"], unknown: "refuse" },
      ],
    },
    target: { column: "churn" },
    model: {
      parts: [
        { kind: "boosted-trees", weight: 0.75, features: 2, parameters: 310, trees: 10 },
        { kind: "linear", weight: 0.25, features: 3, parameters: 8 },
      ],
    },
    candidates: {
      metric: "logLoss",
      kept: "boosted-trees",
      tried: [{ name: "boosted-trees", value: 0.4, seconds: 3 }],
      passedOver: [],
    },
    calibration: {
      method: "temperature",
      temperature: 1.1,
      rows: 120,
      before: { ece: 0.08, logLoss: 0.41 },
      after: { ece: 0.03, logLoss: 0.37 },
    },
  },
  "tabular-regression": {
    signature: {
      input: "row",
      output: "number",
      tensors: {
        inputs: [{ name: "column.area", dtype: "float32", shape: [-1, 1] }],
        outputs: ["value", "low", "high"].map((name) => ({ name, dtype: "float32", shape: [-1, 1] })),
      },
    },
    preprocessing: { columns: [{ name: "area", kind: "number", feed: "column.area" }] },
    target: { column: "price", minimum: 1, maximum: 9, mean: 4 },
    model: { parts: [{ kind: "linear", weight: 1, features: 1, parameters: 2 }] },
    interval: { coverage: 0.9, rows: 120 },
    candidates: {
      metric: "rmse",
      kept: "linear",
      tried: [{ name: "linear", value: 0.4, seconds: 3 }],
      passedOver: [{ name: "boosted-trees", reason: "over the budget" }],
    },
  },
  "time-series-forecasting": {
    signature: {
      input: "series",
      output: "forecast",
      tensors: {
        inputs: [{ name: "history", dtype: "float32", shape: [-1, 28] }],
        outputs: ["value", "low", "high"].map((name) => ({ name, dtype: "float32", shape: [-1, 14] })),
      },
    },
    preprocessing: {
      time: { column: "date", spelling: "2026-01-31" },
      target: { column: "sold" },
      naming: ["store"],
      series: [{ name: "store", kind: "category", feed: "series.store", categories: ["Harbour", "North"] }],
      known: [{ name: "price", kind: "number", feed: "known.price" }],
      past: [],
      frequency: "day",
      context: 28,
      times: "error",
      gaps: "missing",
      leastValues: 7,
    },
    horizon: 14,
    season: 7,
    target: { minimum: 0, maximum: 90, mean: 31 },
    learnt: { series: 2, until: "2026-03-03" },
    windows: { count: 4, step: 14 },
    model: { parts: [{ kind: "trees", weight: 1, parameters: 310, trees: 10 }] },
    interval: { coverage: 0.9, windows: 40 },
    candidates: {
      metric: "mase",
      kept: "trees",
      tried: [{ name: "trees", value: 0.8, seconds: 3 }],
      passedOver: [],
    },
  },
  recommendation: {
    signature: {
      input: "user",
      output: "items",
      tensors: {
        inputs: [{ name: "user", dtype: "string", shape: [-1, 1] }],
        outputs: [{ name: "items", dtype: "string", shape: [-1, -1] }],
      },
    },
    preprocessing: { columns: { user: "member", item: "film", rating: "stars" } },
    feedback: "explicit",
    relevant: 4,
    ratings: { minimum: 0.5, maximum: 5, mean: 3.5 },
    catalogue: {
      items: 900,
      users: 120,
      events: 4000,
      withoutEvents: 3,
      titles: true,
      columns: [{ name: "year", kind: "number" }],
    },
    model: { ranker: "two-towers", settings: "vectors of 64 numbers", parameters: 90_000 },
    candidates: {
      metric: "ndcg10",
      kept: "two-towers",
      tried: [{ name: "two-towers", value: 0.2, seconds: 3, epochs: 4 }],
      passedOver: [],
    },
  },
  "anomaly-detection": {
    signature: {
      input: "row",
      output: "oddness",
      tensors: {
        inputs: [{ name: "column.load", dtype: "float32", shape: [-1, 1] }],
        outputs: [{ name: "oddness", dtype: "float32", shape: [-1, 1] }],
      },
    },
    preprocessing: { columns: [{ name: "load", kind: "number", feed: "column.load" }] },
    typical: [
      { column: "load", number: 0.4 },
      { column: "tool", text: "drill" },
    ],
    label: { column: "fault", anomalous: ["yes"] },
    model: {
      parts: [
        { kind: "isolation-forest", weight: 0.5, features: 1, parameters: 900, trees: 10 },
        { kind: "nearest-neighbours", weight: 0.5, features: 1, parameters: 512 },
      ],
    },
    threshold: { by: "f1", oddness: 3.2, share: 0.04, known: { rows: 12, precision: 0.8, recall: 0.7 } },
    candidates: {
      metric: "averagePrecision",
      kept: "isolation-forest",
      tried: [{ name: "isolation-forest", value: 0.4, seconds: 3 }],
      passedOver: [],
    },
  },
  embedding: {
    signature: {
      input: "text",
      output: "embedding",
      tensors: { inputs: [input], outputs: [{ name: "sentence_embedding", dtype: "float32", shape: [-1, 384] }] },
    },
    preprocessing: { tokenizer: "tokenizer.json", maxLength: 128, truncation: "end", padId: 0 },
    embedding: { width: 384, normalized: true },
    examples: "pairs",
    model: { kind: "encoder", base: "./all-MiniLM-L6-v2", fineTune: "full", parameters: 22_700_000 },
  },
  "causal-language-modeling": {
    signature: {
      input: "text",
      output: "continuation",
      tensors: { inputs: [input], outputs: [{ name: "logits", dtype: "float32", shape: [-1, -1, 300] }] },
    },
    preprocessing: { tokenizer: "tokenizer.json", maxLength: 24, endOfTextId: 0 },
    model: { architecture: "gpt2", parameters: 10_000 },
  },
  "masked-language-modeling": {
    signature: {
      input: "text",
      output: "masked-pieces",
      tensors: { inputs: [input], outputs: [{ name: "logits", dtype: "float32", shape: [-1, -1, 300] }] },
    },
    preprocessing: {
      tokenizer: "tokenizer.json",
      maxLength: 24,
      padId: 0,
      unknownId: 1,
      clsId: 2,
      sepId: 3,
      maskId: 4,
    },
    model: { architecture: "bert", parameters: 10_000 },
  },
  "instruction-tuning": {
    signature: {
      input: "text",
      output: "answer",
      tensors: { inputs: [input], outputs: [{ name: "logits", dtype: "float32", shape: [-1, -1, 300] }] },
    },
    preprocessing: {
      tokenizer: "tokenizer.json",
      tokenizerConfig: "tokenizer_config.json",
      maxLength: 24,
      endIds: [0],
    },
    model: {
      architecture: "llama",
      base: "./decoder",
      fineTune: "lora",
      parameters: 10_000,
      trained: 300,
      adapter: { kind: "lora", rank: 8, alpha: 16 },
    },
  },
  "sequence-to-sequence": {
    signature: {
      input: "text",
      output: "text",
      tensors: { inputs: [input], outputs: [{ name: "last_hidden_state", dtype: "float32", shape: [-1, -1, 16] }] },
      decoder: {
        inputs: [{ name: "input_ids", dtype: "int64", shape: [-1, -1] }],
        outputs: [{ name: "logits", dtype: "float32", shape: [-1, -1, 300] }],
      },
    },
    preprocessing: {
      tokenizer: "tokenizer.json",
      prefix: "summarize: ",
      maxSourceLength: 24,
      maxTargetLength: 12,
      startId: 0,
      endIds: [1],
      padId: 0,
    },
    model: { architecture: "t5", base: "none", fineTune: "full", parameters: 10_000, trained: 10_000 },
  },
};
