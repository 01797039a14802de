// One workload in Modelwright, through the classes that trainModel uses: node modelwright.mjs WORKLOAD THREADS
import { defaultRuntime, tensor } from "@modelwright/engine";
import { buildLoss, LOSS_OUTPUT, LOSS_SCALE_INPUT } from "@modelwright/models";
import { TrainingSession } from "@modelwright/training";
import { servePeer } from "../peers/protocol.mjs";
import { firstValues, workloads } from "./hashed.mjs";
import { models } from "./models.mjs";

const [, , name, threads] = process.argv;
const { definition, batch } = models[name];
const { learningRate, weightDecay, clipNorm } = workloads.training;
const source = {
  take: (request) => {
    const size = request.shape.reduce((product, length) => product * length, 1);
    return tensor("float32", request.shape, firstValues(request.name, size));
  },
};
const built = buildLoss(definition, { source, build: { trainable: () => true, training: { dropout: 0 } } });
const parameters = Array.from(built.parameters.values(), (parameter) => ({ ...parameter, group: "all" }));
const runtime = await defaultRuntime();
const session = await TrainingSession.create(
  { ...built, loss: LOSS_OUTPUT, parameters, buffers: [...built.buffers.values()] },
  {
    optimizer: { optimizer: "adamw", weightDecay, clipNorm },
    runtime,
    seed: 1,
    threads: Number(threads),
    ...(process.env.MODELWRIGHT_PROFILE === undefined ? {} : { profile: process.env.MODELWRIGHT_PROFILE }),
  },
);

let steps = 0;
await servePeer({
  version: `Modelwright on ONNX Runtime ${runtime.version()} (${runtime.name})`,
  parameters: parameters.reduce((sum, { tensor: { data } }) => sum + data.length, 0),
  threads: Number(threads),
  warmUpSteps: 3,
  step: async () => {
    const feeds = { ...batch(steps++), [LOSS_SCALE_INPUT]: tensor("float32", [], Float32Array.of(1)) };
    const start = performance.now();
    const { loss, updateMilliseconds } = await session.step([feeds], { all: learningRate });
    return { milliseconds: performance.now() - start, updateMilliseconds, loss };
  },
});
session.release();
