// One workload in Modelwright, through the classes that trainModel uses: node peer.mjs WORKLOAD THREADS [cpu | webgpu | cuda]
import { defaultRuntime, encodeModel, GraphBuilder, tensor } from "@modelwright/engine";
import { LOSS_OUTPUT } from "@modelwright/models";
import { TrainingSession } from "@modelwright/training";
import { workloads } from "../../workloads/numbers.mjs";
import { measurePeakGflops, servePeer } from "../protocol.mjs";
import { feedsOf, lossGraph } from "./models.mjs";

const [, , name, threads, executionProvider = "cpu"] = process.argv;
const { learningRate, weightDecay, clipNorm } = workloads.training;
const built = lossGraph(name);
const parameters = Array.from(built.parameters.values(), (parameter) => ({ ...parameter, group: "all" }));
const runtime = await defaultRuntime();
const session = await TrainingSession.create(
  { ...built, loss: LOSS_OUTPUT, parameters, buffers: [...built.buffers.values()] },
  {
    optimizer: { optimizer: "adamw", weightDecay, clipNorm },
    runtime,
    seed: 1,
    threads: Number(threads),
    executionProvider,
    ...(process.env.MODELWRIGHT_PROFILE === undefined ? {} : { profile: process.env.MODELWRIGHT_PROFILE }),
  },
);

let steps = 0;
async function step() {
  const feeds = feedsOf(name, steps++);
  const [start, processorStart] = [performance.now(), process.cpuUsage()];
  const { loss, updateMilliseconds } = await session.step([feeds], { all: learningRate });
  const milliseconds = performance.now() - start;
  const { user, system } = process.cpuUsage(processorStart);
  return { milliseconds, updateMilliseconds, processorMilliseconds: (user + system) / 1000, loss };
}

async function peakGflops() {
  const size = 2048;
  const b = new GraphBuilder({ name: "peak" });
  const a = b.input("a", "float32", [size, size]);
  b.output(b.op("MatMul", [a, b.input("b", "float32", [size, size])]), "c");
  const matmul = await runtime.createSession(encodeModel(b.build()), { threads: Number(threads) });
  const matrix = () => tensor("float32", [size, size], new Float32Array(size * size).fill(0.5));
  const bound = matmul.bind({ inputs: { a: matrix(), b: matrix() }, outputs: { c: matrix() } });
  const best = await measurePeakGflops(async () => {
    await bound.run();
  });
  bound.release();
  matmul.release();
  return best;
}

await servePeer({
  version: `on ONNX Runtime ${runtime.version()} (${runtime.name})`,
  parameters: parameters.reduce((sum, { tensor: { data } }) => sum + data.length, 0),
  threads: Number(threads),
  warmUpSteps: 3,
  step,
  peakGflops,
});
session.release();
