// What each optimisation pass gains in the training step of the BERT-shaped workload: forward and backward, without the update.
//
//     node bench/passes.mjs [--steps 6] [--threads 1] [--pass shareGelu]
//
// For each pass two graphs alternate, one made by all passes and one by all but this. The least processor time of the steps is printed, which a
// busy machine disturbs least.
import { parseArgs } from "node:util";
import { defaultRuntime, differentiate, encodeModel, optimize, PASSES } from "@modelwright/engine";
import { LOSS_OUTPUT } from "@modelwright/models";
import { feedsOf, lossGraph } from "./peers/modelwright/models.mjs";

const { values: flags } = parseArgs({
  options: {
    steps: { type: "string", default: "6" },
    threads: { type: "string", default: "1" },
    pass: { type: "string" },
  },
});
const { graph, parameters } = lossGraph("bert");
const training = differentiate(graph, { loss: LOSS_OUTPUT, parameters: [...parameters.keys()], byRows: true });
const weights = Array.from(parameters, ([name, parameter]) => [name, parameter.tensor]);
const feeds = { ...Object.fromEntries(weights), ...feedsOf("bert", 0) };
const runtime = await defaultRuntime();

async function measured(passes) {
  const optimized = optimize(training, { passes });
  const session = await runtime.createSession(encodeModel(optimized), { threads: Number(flags.threads) });
  const outputs = optimized.outputs.map(({ name }) => name);
  const milliseconds = [];
  const step = async () => {
    const before = process.cpuUsage();
    const { [LOSS_OUTPUT]: loss } = await session.run(feeds, outputs);
    const { user, system } = process.cpuUsage(before);
    milliseconds.push((user + system) / 1000);
    return loss.data[0];
  };
  await step();
  milliseconds.length = 0;
  return { nodes: optimized.nodes.length, milliseconds, step, release: () => session.release() };
}

console.log(
  `${runtime.name} ${runtime.version()}, ${flags.threads} thread, ${training.nodes.length} nodes before any pass\n`,
);
console.log("left out                        nodes      with   without     ratio");
const all = await measured(PASSES);
for (const pass of PASSES.filter(({ name }) => flags.pass === undefined || name === flags.pass)) {
  const without = await measured(PASSES.filter((other) => other !== pass));
  all.milliseconds.length = 0;
  for (let i = 0; i < Number(flags.steps); i++) {
    const [loss, other] = [await all.step(), await without.step()];
    if (Math.abs(loss - other) > 1e-5 * Math.abs(loss))
      throw new Error(`${pass.name} changes the loss: ${loss}, ${other}`);
  }
  const [fast, slow] = [Math.min(...all.milliseconds), Math.min(...without.milliseconds)];
  const cells = [
    `${all.nodes}/${without.nodes}`,
    `${fast.toFixed(0)} ms`,
    `${slow.toFixed(0)} ms`,
    (slow / fast).toFixed(3),
  ];
  console.log(pass.name.padEnd(30) + cells.map((cell) => cell.padStart(10)).join(""));
  without.release();
}
all.release();
