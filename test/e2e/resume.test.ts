import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RandomSource } from "@modelwright/engine";
import { openRegistry, type RecipeInput } from "modelwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { smallCorpus } from "./support/small-corpus.ts";
import { type TimedProgress, TrainingProcess } from "./support/training-process.ts";

/** By hand more of them, `MODELWRIGHT_KILLS=20`: each takes two trainings. */
const RUNS = Number(process.env.MODELWRIGHT_KILLS ?? 3);
const SEED = 20261124;
/** Every fourth run is killed at any moment from the start of its process to its end, the others between two updates. */
const KILL_ANYWHERE = 4;
/** This run is killed as soon as a checkpoint is half written, for chance may find none. */
const KILL_IN_CHECKPOINT = 1;
/** Every third run is killed again while it resumes. */
const KILL_AGAIN = 3;

/** Where a kill fell. `checkpoint`: while one was written, as the file it left behind shows. */
const PHASES = ["before the run", "data", "training", "checkpoint", "evaluating", "after the end"] as const;
type Phase = (typeof PHASES)[number];

let directory: string;
let recipe: RecipeInput;
let reference: TrainingProcess;
let expected: string;
const random = RandomSource.fromSeed(SEED);
const kills: Phase[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "modelwright-resume-"));
  const source = join(directory, "corpus.csv");
  await writeFile(source, smallCorpus());
  recipe = {
    name: "killed",
    task: "text-classification",
    data: { source, clean: { duplicates: "exact" } },
    model: { fineTune: "full", maxLength: 16, dropout: 0.1 },
    train: { epochs: 2, batchSize: 8, evaluationsPerEpoch: 2, checkpointSeconds: 0.2, threads: 1 },
    evaluate: { baselines: [], bootstrap: 100 },
  };
  reference = new TrainingProcess(recipe, { registry: join(directory, "reference") });
  await reference.ended;
  expectFinished(reference);
  expected = await modelDigest(join(directory, "reference"), 1);
});
afterAll(async () => rm(directory, { recursive: true, force: true }));

test.each(Array.from({ length: RUNS }, (_, i) => i + 1))(
  `run %i of ${RUNS}, killed by SIGKILL, resumes to the bits of one that was not`,
  async (run) => {
    const registry = join(directory, `run-${run}`);
    const told: string[] = [];
    const killed = async (process: TrainingProcess) => {
      await process.ended;
      const phase = await phaseOf(process.lines, registry);
      kills.push(phase);
      const step = process.lines.findLast((line) => line.step !== undefined)?.step;
      told.push(`${phase}${step === undefined ? "" : `, step ${step}`}`);
    };
    const duration = reference.answer!.at;
    const steps = reference.lines.filter(({ type }) => type === "step");
    const [from, to] = run % KILL_ANYWHERE === 0 ? [0, duration] : [steps[0]!.at, steps.at(-1)!.at];
    const moment = from + random.uniform() * (to - from);
    const secondMoment = random.uniform() * duration;

    // A moment of the reference run, found again by its last line before it, so that a busy machine does not shift it. Checkpoints
    // follow the clock: another run may have none at that step.
    const before = reference.lines.findLast(({ type, at }) => type !== "checkpoint" && at <= moment);
    const first = new TrainingProcess(recipe, { registry });
    if (run === KILL_IN_CHECKPOINT) first.killOnce(() => hasHalfWrittenCheckpoint(registry));
    else first.killAfter(before, moment - (before?.at ?? 0));
    await killed(first);
    if (run % KILL_AGAIN === 0 && first.answer === undefined) {
      const again = new TrainingProcess(recipe, resumeOptions(registry, first));
      again.killAfter(undefined, secondMoment);
      await killed(again);
    }

    const versions = await finish(registry);
    const when = run === KILL_IN_CHECKPOINT ? "" : ` at ${Math.round(moment)} of ${Math.round(duration)} ms`;
    const outcome = `seed ${SEED}, run ${run}: killed${when} (${told.join("; then ")})`;
    console.log(outcome);
    const digests = await Promise.all(versions.map((version) => modelDigest(registry, version)));
    expect(digests, outcome).toEqual([expected]);
    await rm(registry, { recursive: true });
  },
);

test("the kills above fell where they hurt: most in training, some while a checkpoint was written", () => {
  console.log(PHASES.map((phase) => `${phase}: ${kills.filter((kill) => kill === phase).length}`).join(", "));
  const inTraining = kills.filter((phase) => phase === "training" || phase === "checkpoint").length;
  expect(inTraining).toBeGreaterThanOrEqual(RUNS / 2);
  expect(kills).toContain("checkpoint");
});

/** Resumes until the run is finished; returns its versions. A run killed before it was on record starts anew. */
async function finish(registry: string): Promise<number[]> {
  const finished = await versionsOfFinishedRuns(registry);
  if (finished.length > 0) return finished;
  const resumed = new TrainingProcess(recipe, { registry, resume: true });
  await resumed.ended;
  if (resumed.answer?.code === "TRAINING_NOTHING_TO_RESUME") {
    const anew = new TrainingProcess(recipe, { registry });
    await anew.ended;
    expectFinished(anew);
  } else expectFinished(resumed);
  return versionsOfFinishedRuns(registry);
}

function expectFinished({ answer }: TrainingProcess): void {
  expect(answer, answer?.message ?? "no answer").toMatchObject({ type: "result", status: "finished" });
}

/** A process that never recorded its run has nothing to resume: its successor starts anew. */
function resumeOptions(registry: string, killed: TrainingProcess) {
  return killed.lines.some(({ type }) => type === "run") ? { registry, resume: true as const } : { registry };
}

async function versionsOfFinishedRuns(directory: string): Promise<number[]> {
  const registry = await openRegistry(directory);
  try {
    if ((await registry.listRuns({ status: "finished" })).length === 0) return [];
    return (await registry.listVersions("killed")).map(({ version }) => version);
  } finally {
    await registry.close();
  }
}

async function phaseOf(lines: readonly TimedProgress[], registry: string): Promise<Phase> {
  if (lines.some(({ type }) => type === "result")) return "after the end";
  if (!lines.some(({ type }) => type === "run")) return "before the run";
  if (hasHalfWrittenCheckpoint(registry)) return "checkpoint";
  const last = lines.findLast(({ step }) => step !== undefined);
  if (last === undefined) return "data";
  const total = lines.find(({ totalSteps }) => totalSteps !== undefined)?.totalSteps;
  const isTrained = last.type === "checkpoint" && last.step === total;
  return isTrained || lines.some(({ type }) => type === "evaluated") ? "evaluating" : "training";
}

function hasHalfWrittenCheckpoint(registry: string): boolean {
  const runs = join(registry, "runs");
  if (!existsSync(runs)) return false;
  const names = readdirSync(runs, { recursive: true, encoding: "utf8" });
  return names.some((name) => name.includes("checkpoint.safetensors.") && name.endsWith(".tmp"));
}

async function modelDigest(registry: string, version: number): Promise<string> {
  const bytes = await readFile(join(registry, "models", "killed", String(version), "onnx", "model.onnx"));
  return createHash("sha256").update(bytes).digest("hex");
}
