import { readdirSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ItemOf, ManifestOf, RecipeInputs, TaskName } from "@modelwright/contracts";

/** Data so small that a task's stages run on it in a second or two. */
export interface TinyData<Task extends TaskName = TaskName> {
  /** The recipe, with a source that is relative to the folder. */
  readonly recipe: RecipeInputs[Task];
  /** Content of files by path inside the folder; all rows differ. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** The same files with one row that says something else. */
  readonly changed: Readonly<Record<string, string | Uint8Array>>;
  /** Rows (documents) in the files. */
  readonly rows: number;
  /** Rows that are read to make them. Default: as many. */
  readonly read?: number;
  /** Rows of the same files on which a version is evaluated. Default: all. */
  readonly evaluated?: number;
  /** Names of a split's rows, in their order. */
  readonly idsOf: (split: never) => readonly string[];
  /** Texts to be answered, two at least. */
  readonly items: readonly ItemOf<Task>[];
  /** Whether its model is solved for, so that there is no curve. Default: it learns in passes. */
  readonly solves?: true;
  /** A version that answers another question than this one. Default: there is none. */
  stranger?(manifest: ManifestOf<Task>): ManifestOf<Task>;
}

const idsOf = (split: readonly { readonly id: string }[]) => split.map(({ id }) => id);

const OPENINGS = ["Where is", "I lost", "Please send", "What about", "Nobody answers about", "Today I need"];
const THINGS: Readonly<Record<string, string>> = {
  parcel: "delivery",
  package: "delivery",
  courier: "delivery",
  invoice: "payment",
  refund: "payment",
  bill: "payment",
};

/** 36 labelled rows, 18 of each label. */
const ROWS = Object.entries(THINGS).flatMap(([thing, label]) =>
  OPENINGS.map((opening) => `${opening} my ${thing},${label}`),
);
const csv = (rows: readonly string[]) => `text,label\n${rows.join("\n")}\n`;

const ITEMS = ["Where is my parcel", "Who pays this bill"];

const tickets: TinyData<"text-classification"> = {
  recipe: {
    name: "tiny",
    task: "text-classification",
    data: { source: "tickets.csv", clean: { duplicates: "exact" } },
    model: { fineTune: "frozen", maxLength: 16 },
    train: { epochs: 4, batchSize: 8, threads: 1 },
    evaluate: { bootstrap: 100 },
  },
  files: { "tickets.csv": csv(ROWS) },
  changed: { "tickets.csv": csv(ROWS.with(3, "Something else altogether,delivery")) },
  rows: ROWS.length,
  idsOf: ({ rows }: { readonly rows: readonly { readonly id: string }[] }) => idsOf(rows),
  items: ITEMS,
  stranger: (manifest) => ({ ...manifest, labels: ["delivery", "praise"] }),
};

/** The last half of the openings is urgent too. */
const LABELLED = Object.entries(THINGS).flatMap(([thing, label]) =>
  OPENINGS.map((opening, i) => `${opening} my ${thing},${label}${i < OPENINGS.length / 2 ? "" : "|urgent"}`),
);
const labelledCsv = (rows: readonly string[]) => `text,labels\n${rows.join("\n")}\n`;

const complaints: TinyData<"multi-label-classification"> = {
  recipe: {
    name: "tiny",
    task: "multi-label-classification",
    data: { source: "complaints.csv", clean: { duplicates: "exact" } },
    model: { fineTune: "frozen", maxLength: 16 },
    train: { epochs: 4, batchSize: 8, threads: 1 },
    evaluate: { bootstrap: 100 },
  },
  files: { "complaints.csv": labelledCsv(LABELLED) },
  changed: { "complaints.csv": labelledCsv(LABELLED.with(3, `${OPENINGS[3]} my parcel,delivery`)) },
  rows: LABELLED.length,
  idsOf: tickets.idsOf,
  items: ITEMS,
  stranger: (manifest) => ({ ...manifest, labels: ["praise"] }),
};

/** The words of a ticket tell its number. */
const PRICED = Object.keys(THINGS).flatMap((thing, price) =>
  OPENINGS.map((opening, tip) => `${opening} my ${thing},${price * 10 + tip / 2}`),
);
const pricedCsv = (rows: readonly string[]) => `text,target\n${rows.join("\n")}\n`;

const prices: TinyData<"text-regression"> = {
  recipe: {
    name: "tiny",
    task: "text-regression",
    data: { source: "prices.csv", clean: { duplicates: "exact" } },
    model: { fineTune: "frozen", maxLength: 16 },
    train: { epochs: 4, batchSize: 8, threads: 1 },
    evaluate: { bootstrap: 100 },
  },
  files: { "prices.csv": pricedCsv(PRICED) },
  changed: { "prices.csv": pricedCsv(PRICED.with(3, `${PRICED[3]}5`)) },
  rows: PRICED.length,
  idsOf,
  items: ITEMS,
  stranger: (manifest) => ({ ...manifest, target: { ...manifest.target, column: "age" } }),
};

/** Each sentence names a thing; the openings differ. */
const MARKED = Object.entries(THINGS).flatMap(([thing, label]) =>
  OPENINGS.map((opening) => {
    const lines = [...opening.split(" "), "my"].map((word) => `${word}\tO`);
    return [...lines, `${thing}\tB-${label}`].join("\n");
  }),
);
const tagged = (sentences: readonly string[]) => `${sentences.join("\n\n")}\n`;

const names: TinyData<"token-classification"> = {
  recipe: {
    name: "tiny",
    task: "token-classification",
    data: { source: "names.conll" },
    model: { embeddingWidth: 8, width: 8, minFrequency: 1 },
    train: { epochs: 4, batchSize: 8, learningRate: 2e-2, threads: 1 },
    evaluate: { bootstrap: 100 },
  },
  files: { "names.conll": tagged(MARKED) },
  changed: { "names.conll": tagged(MARKED.with(3, "Something\tO\nelse\tO\naltogether\tO")) },
  rows: MARKED.length,
  idsOf: tickets.idsOf,
  items: ITEMS,
  stranger: (manifest) => ({ ...manifest, labels: ["praise"] }),
};

/** Each question has its answer, which names the thing. */
const ASKED = Object.entries(THINGS).flatMap(([thing, label]) =>
  OPENINGS.map((opening, i) => `${opening} my ${thing},The ${thing} has to do with ${label} number ${i}`),
);
const asked = (rows: readonly string[]) => `text,positive\n${rows.join("\n")}\n`;

const questions: TinyData<"embedding"> = {
  recipe: {
    name: "tiny",
    task: "embedding",
    data: { source: "questions.csv", clean: { duplicates: "exact" } },
    model: { base: "none", fineTune: "full", maxLength: 16 },
    train: { epochs: 2, batchSize: 8, threads: 1 },
    evaluate: { bootstrap: 100 },
  },
  files: { "questions.csv": asked(ASKED) },
  changed: { "questions.csv": asked(ASKED.with(3, "Something else altogether,It is another matter")) },
  rows: ASKED.length,
  idsOf: tickets.idsOf,
  items: ITEMS,
  stranger: (manifest) => ({ ...manifest, examples: "scores" }),
};

const COUNTING = "one two three four five six seven eight nine ten".split(" ");
const DOCUMENTS = 20;

/** Documents that go on counting, each from another number. */
const texts = Object.fromEntries(
  Array.from({ length: DOCUMENTS }, (_, i) => {
    const words = Array.from({ length: 64 }, (_, at) => COUNTING[(i + at) % COUNTING.length]);
    const sentences = Array.from({ length: 8 }, (_, at) => `${words.slice(at * 8, at * 8 + 8).join(" ")}.`);
    // A capital begins each sentence, so that they are told apart.
    const text = sentences.map((sentence) => sentence[0]!.toUpperCase() + sentence.slice(1)).join(" ");
    return [`texts/d${i}.txt`, `${text} Document ${i}.`];
  }),
);

const fixtures = fileURLToPath(new URL("../../../../../test/parity/fixtures", import.meta.url));
/** The files of a small random model (test/parity/fixtures/make-*-fixtures.py), in a folder of this name. */
const filesOf = (path: string, folder: string) =>
  Object.fromEntries(
    readdirSync(join(fixtures, path))
      .filter((name) => !["expected.safetensors", "generated.json"].includes(name))
      .map((name) => [`${folder}/${name}`, readFileSync(join(fixtures, path, name))]),
  );
const decoderFiles = filesOf("decoders/qwen2", "decoder");
const encoderFiles = filesOf("encoders/roberta", "encoder");

function documents<Task extends "causal-language-modeling" | "masked-language-modeling">(task: Task) {
  return {
    recipe: {
      name: "tiny",
      task,
      data: { source: "texts", split: { test: 0.2, validation: 0.1 } },
      model: { vocabularySize: 300, layers: 1, width: 16, heads: 2, sequenceLength: 24, dropout: 0 },
      train: { epochs: 2, batchSize: 8, learningRate: 5e-3, threads: 1 },
      evaluate: { bootstrap: 100 },
    },
    files: texts as Readonly<Record<string, string | Uint8Array>>,
    changed: { ...decoderFiles, ...texts, "texts/d3.txt": "Something else altogether stands here. It is short." },
    rows: DOCUMENTS,
    idsOf,
  };
}

/** 24 questions, each with an answer of its own. */
const QUESTIONS = Array.from({ length: 24 }, (_, i) => ({
  prompt: `What is ${i} and 1?`,
  completion: `It is ${i + 1}.`,
}));
const jsonLines = (rows: readonly object[]) => `${rows.map((row) => JSON.stringify(row)).join("\n")}\n`;

const chats: TinyData<"instruction-tuning"> = {
  recipe: {
    name: "tiny",
    task: "instruction-tuning",
    data: { source: "chats.jsonl", split: { test: 0.2, validation: 0.1 } },
    model: { base: "decoder", maxLength: 96 },
    train: { epochs: 2, batchSize: 4, learningRate: 5e-3, threads: 1 },
    evaluate: { bootstrap: 100 },
  },
  files: { ...decoderFiles, "chats.jsonl": jsonLines(QUESTIONS) },
  changed: { ...decoderFiles, "chats.jsonl": jsonLines(QUESTIONS.with(3, { prompt: "Hi", completion: "Hello." })) },
  rows: QUESTIONS.length,
  idsOf,
  items: ["What is 3 and 1?", "Hi"],
};

/** 24 sums, each with its own result in words. */
const SUMS = Array.from({ length: 24 }, (_, i) => `${i} and 1,${i + 1} it is`);
const sums = (rows: readonly string[]) => `source,target\n${rows.join("\n")}\n`;

const rewritten: TinyData<"sequence-to-sequence"> = {
  recipe: {
    name: "tiny",
    task: "sequence-to-sequence",
    data: { source: "sums.csv", clean: { duplicates: "exact" } },
    model: { layers: 1, width: 16, heads: 2, vocabularySize: 300, maxTargetLength: 8, dropout: 0 },
    train: { epochs: 2, batchSize: 8, learningRate: 5e-3, threads: 1 },
    evaluate: { bootstrap: 100 },
  },
  files: { "sums.csv": sums(SUMS) },
  changed: { "sums.csv": sums(SUMS.with(3, "3 and 1,something else")) },
  rows: SUMS.length,
  idsOf,
  items: ["3 and 1", "Hi"],
};

/** A small random T5 (test/parity/fixtures/make-encoder-decoder-fixtures.py). */
const t5Files = filesOf("encoder-decoders/t5", "t5");

/** Tasks that start from nothing or from a published model, with one. */
export const CONTINUED_DATA = {
  "causal-language-modeling": {
    ...documents("causal-language-modeling"),
    recipe: {
      ...documents("causal-language-modeling").recipe,
      model: { base: "decoder", fineTune: "lora", sequenceLength: 24 },
    },
    files: { ...decoderFiles, ...texts },
    items: ["One two three", "Seven eight"],
  },
  "masked-language-modeling": {
    ...documents("masked-language-modeling"),
    recipe: {
      ...documents("masked-language-modeling").recipe,
      model: { base: "encoder", fineTune: "lora", sequenceLength: 24 },
    },
    files: { ...encoderFiles, ...texts },
    changed: { ...encoderFiles, ...texts, "texts/d3.txt": "Something else altogether stands here. It is short." },
    items: ["One [MASK] three", "Seven [MASK] nine [MASK]"],
  },
  "sequence-to-sequence": {
    ...rewritten,
    recipe: {
      ...rewritten.recipe,
      model: { base: "t5", fineTune: "lora", prefix: "add: ", maxTargetLength: 8 },
    },
    files: { ...t5Files, ...rewritten.files },
    changed: { ...t5Files, ...rewritten.changed },
  },
} satisfies { readonly [Task in TaskName]?: TinyData<Task> };

/** Customers of two plans; who calls often leaves. */
const CUSTOMERS = Array.from({ length: 60 }, (_, i) => {
  const calls = (i * 7) % 11;
  const plan = i % 9 === 0 ? "" : ["basic", "pro"][i % 2];
  return `C${i},${plan},${calls},2026-0${1 + (i % 6)}-${10 + (i % 15)},${calls + (i % 2) > 5 ? "left" : "stayed"}`;
});
const customersCsv = (rows: readonly string[]) => `id,plan,calls,since,label\n${rows.join("\n")}\n`;
/** Few trees are quick, and enough to learn so little. */
const FEW_TREES = { rounds: 20, trees: 5, bags: 2, minRowsPerLeaf: 3, threads: 1 };

const customers: TinyData<"tabular-classification"> = {
  recipe: {
    name: "tiny",
    task: "tabular-classification",
    data: { source: "customers.csv", columns: { id: "id" } },
    train: FEW_TREES,
    evaluate: { bootstrap: 100 },
  },
  files: { "customers.csv": customersCsv(CUSTOMERS) },
  changed: { "customers.csv": customersCsv(CUSTOMERS.with(3, "C3,pro,1,2026-01-12,stayed")) },
  rows: CUSTOMERS.length,
  idsOf: ({ rows }: { readonly rows: readonly { readonly id: string }[] }) => idsOf(rows),
  items: [
    { plan: "pro", calls: 9, since: "2026-02-01" },
    { plan: null, calls: 1, since: null },
  ],
  stranger: (manifest) => ({ ...manifest, labels: ["left", "returned"] }),
};

const FLATS = Array.from({ length: 60 }, (_, i) => {
  const area = 20 + ((i * 37) % 45) / 2;
  return `${["north", "south"][i % 2]},${area},${area * (i % 2 === 0 ? 10 : 14) + ((i * 13) % 40)}`;
});
const flatsCsv = (rows: readonly string[]) => `district,area,target\n${rows.join("\n")}\n`;

const flats: TinyData<"tabular-regression"> = {
  recipe: {
    name: "tiny",
    task: "tabular-regression",
    data: { source: "flats.csv" },
    train: FEW_TREES,
    evaluate: { bootstrap: 100 },
  },
  files: { "flats.csv": flatsCsv(FLATS) },
  changed: { "flats.csv": flatsCsv(FLATS.with(3, "north,33,700")) },
  rows: FLATS.length,
  idsOf: customers.idsOf,
  items: [
    { district: "north", area: 40 },
    { district: "east", area: null },
  ],
  stranger: (manifest) => ({ ...manifest, target: { ...manifest.target, column: "rent" } }),
};

/** Sales of two stores on 40 days, with a price that is known ahead. */
const SALES = ["north", "south"].flatMap((store, s) =>
  Array.from({ length: 40 }, (_, day) => {
    const date = new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10);
    const price = (day + s) % 5 === 0 ? 2 : 3;
    return `${date},${store},${price},${20 + 5 * s + (day % 7) * 3 + (price === 2 ? 6 : 0) + ((day * 13) % 5)}`;
  }),
);
const salesCsv = (rows: readonly string[]) => `time,store,price,target\n${rows.join("\n")}\n`;

const sales: TinyData<"time-series-forecasting"> = {
  recipe: {
    name: "tiny",
    task: "time-series-forecasting",
    data: {
      source: "sales.csv",
      columns: { series: "store" },
      known: ["price"],
      horizon: 3,
      split: { test: 2, validation: 6 },
    },
    model: { kind: "trees", season: 7 },
    train: { rounds: 10, minRowsPerLeaf: 3, threads: 1 },
    evaluate: { bootstrap: 100 },
  },
  files: { "sales.csv": salesCsv(SALES) },
  changed: { "sales.csv": salesCsv(SALES.with(3, "2026-01-04,north,2,99")) },
  read: SALES.length,
  rows: 58,
  evaluated: 4,
  idsOf: ({ windows }: { readonly windows: readonly { readonly series: number; readonly origin: number }[] }) =>
    windows.map(({ series, origin }) => `${series} ${origin}`),
  items: [
    {
      history: SALES.slice(0, 12).map((row) => {
        const [time, store, price, target] = row.split(",");
        return { time: time!, store: store!, price: Number(price), target: Number(target) };
      }),
      future: [{ price: 2 }, { price: 3 }, { price: null }],
    },
    {
      history: Array.from({ length: 9 }, (_, day) => ({ time: `2026-03-0${day + 1}`, target: day })),
      future: [{ price: 2 }, { price: 2 }, { price: 2 }],
      series: "west",
    },
  ],
  stranger: (manifest) => ({ ...manifest, horizon: 5 }),
};

/** 12 readers of two tastes, each with 8 of 12 books; each pair once. */
const LOANS = Array.from({ length: 96 }, (_, i) => {
  const [reader, loan] = [i % 12, Math.floor(i / 12)];
  const isOwn = loan < 5;
  const book = (isOwn ? reader % 2 : 1 - (reader % 2)) * 6 + ((loan + reader) % 6);
  return `r${reader},b${book},${isOwn ? 4 + (i % 2) : 1 + (i % 3)},2026-0${1 + (loan % 6)}-${10 + reader}`;
});
const loansCsv = (rows: readonly string[]) => `user,item,rating,time\n${rows.join("\n")}\n`;

const loans: TinyData<"recommendation"> = {
  recipe: {
    name: "tiny",
    task: "recommendation",
    data: { source: "loans.csv", columns: { rating: "rating" } },
    model: { factors: 4, ratingFactors: 2 },
    train: { iterations: 3, threads: 1 },
    evaluate: { bootstrap: 100 },
  },
  files: { "loans.csv": loansCsv(LOANS) },
  changed: { "loans.csv": loansCsv(LOANS.with(3, "r3,b99,5,2026-01-13")) },
  rows: LOANS.length,
  idsOf: customers.idsOf,
  items: ["r1", { items: ["b1", { item: "b2", rating: 5 }] }],
  solves: true,
  stranger: (manifest) => ({ ...manifest, relevant: 1 }),
};

/** Machines of which every tenth is hot without a load. */
const MACHINES = Array.from({ length: 80 }, (_, i) => {
  const [load, isOdd] = [(i * 37) % 50, i % 10 === 4];
  return `M${i},${["drill", "saw"][i % 2]},${load},${isOdd ? 95 + (i % 3) : 30 + load / 2 + (i % 7)},${isOdd ? "yes" : "no"}`;
});
const machinesCsv = (rows: readonly string[]) => `id,tool,load,heat,fault\n${rows.join("\n")}\n`;

const machines: TinyData<"anomaly-detection"> = {
  recipe: {
    name: "tiny",
    task: "anomaly-detection",
    data: { source: "machines.csv", columns: { id: "id", label: "fault" } },
    train: { trees: 20, epochs: 5, threads: 1 },
    evaluate: { bootstrap: 100 },
  },
  files: { "machines.csv": machinesCsv(MACHINES) },
  changed: { "machines.csv": machinesCsv(MACHINES.with(3, "M3,saw,9,33,no")) },
  rows: MACHINES.length,
  idsOf: customers.idsOf,
  items: [
    { tool: "drill", load: 20, heat: 45 },
    { tool: "crane", load: null, heat: 180 },
  ],
  stranger: (manifest) => ({ ...manifest, label: { column: "state", anomalous: ["worn"] } }),
};

/** Data for every task: a task without it does not compile. */
export const TINY_DATA: { readonly [Task in TaskName]: TinyData<Task> } = {
  "text-classification": tickets,
  "multi-label-classification": complaints,
  "text-regression": prices,
  "token-classification": names,
  "tabular-classification": customers,
  "tabular-regression": flats,
  "time-series-forecasting": sales,
  recommendation: loans,
  "anomaly-detection": machines,
  embedding: questions,
  "instruction-tuning": chats,
  "sequence-to-sequence": rewritten,
  "causal-language-modeling": {
    ...documents("causal-language-modeling"),
    items: ["One two three", "Seven eight"],
  },
  "masked-language-modeling": {
    ...documents("masked-language-modeling"),
    items: ["One [MASK] three", "Seven [MASK] nine [MASK]"],
    stranger: (manifest) => ({
      ...manifest,
      files: manifest.files.map((file) => ({ ...file, sha256: "0".repeat(64) })),
    }),
  },
};

/** Writes files into a folder. */
export async function writeFiles(
  directory: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
  }
}
