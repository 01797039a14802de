// transformers.js in a process of its own: node transformers-peer.mjs FOLDER THREADS [still]
import { basename, dirname } from "node:path";
import { AutoModelForCausalLM, env, Tensor } from "@huggingface/transformers";
import { VOCABULARY } from "./model.mjs";
import { promptsOf, serve } from "./peer.mjs";

const [, , folder, threads, still] = process.argv;
env.allowRemoteModels = false;
env.localModelPath = `${dirname(folder)}/`;
const model = await AutoModelForCausalLM.from_pretrained(basename(folder), {
  dtype: "fp32",
  device: "cpu",
  session_options: {
    intraOpNumThreads: Number(threads),
    ...(still === undefined ? {} : { extra: { session: { intra_op: { allow_spinning: "0" } } } }),
  },
});
/** What the other peer puts in front of a prompt. */
const END = VOCABULARY - 1;

await serve(async ({ sequences, prompt, tokens }) => {
  const rows = promptsOf(sequences, prompt - 1, VOCABULARY).map((ids) => [END, ...ids]);
  const shape = [sequences, prompt];
  const output = await model.generate({
    inputs: new Tensor("int64", BigInt64Array.from(rows.flat(), BigInt), shape),
    attention_mask: new Tensor("int64", new BigInt64Array(sequences * prompt).fill(1n), shape),
    max_new_tokens: tokens,
    do_sample: false,
  });
  return output.tolist().map((row) => row.slice(prompt).map(Number));
});
