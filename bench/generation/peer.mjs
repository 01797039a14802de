import { createInterface } from "node:readline";

/** Token ids of prompts that differ, by a little arithmetic. */
export function promptsOf(sequences, length, vocabulary) {
  return Array.from({ length: sequences }, (_, row) =>
    Array.from({ length }, (_, place) => 1 + ((row * 7919 + place * 104729 + 13) % (vocabulary - 2))),
  );
}

/**
 * Answers one request a line: how long writing took, what was written, and the process's peak memory in MiB.
 *
 * @param write From `{ sequences, prompt, tokens }` to the ids that were written, per sequence.
 */
export async function serve(write) {
  const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);
  say({ ready: true });
  for await (const line of createInterface({ input: process.stdin })) {
    const start = performance.now();
    const texts = await write(JSON.parse(line));
    const seconds = (performance.now() - start) / 1000;
    say({ seconds, texts, memory: Math.round(process.resourceUsage().maxRSS / 1024) });
  }
  process.exit();
}
