import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { crc32 } from "node:zlib";
import { type ErrorDetails, ModelwrightError } from "@modelwright/contracts";
import type { Tensor, TensorLayout } from "@modelwright/engine";
import { readSafetensors, type Safetensors, writeSafetensors } from "@modelwright/models";
import type { FitState } from "../trainer/fit-state.ts";
import type { TrainingSession } from "../trainer/training-session.ts";
import { writeFileAtomically } from "./atomic-write.ts";

const FORMAT = "modelwright-checkpoint/3";

/**
 * One run's checkpoint: a single safetensors file with the weights, the optimiser's state and the best weights so far, each under
 * `<kind>/<parameter>`, the buffers with those of the best weights, and the progress as JSON in the metadata. One file, so that its parts can never be of two moments.
 */
export class CheckpointStore {
  readonly path: string;
  readonly #fingerprint: string;

  /**
   * @param path The file, for example `<run>/checkpoint.safetensors`.
   * @param fingerprint Digest of the recipe and the data: a checkpoint of another run is refused.
   */
  constructor(path: string, fingerprint: string) {
    this.path = path;
    this.#fingerprint = fingerprint;
  }

  /** Writes the checkpoint and returns its path. */
  async save(session: TrainingSession, best: Float32Array, state: FitState): Promise<string> {
    const tensors = new Map<string, Tensor>();
    for (const { kind, data, layout } of memoriesOf(session, best)) {
      for (const name of layout.names) tensors.set(`${kind}/${name}`, layout.view(data, name));
    }
    const progress = JSON.stringify(state);
    const checksum = String(checksumOf(progress, session, best));
    const threads = String(session.threads);
    const { executionProvider } = session;
    const machine = { threads, executionProvider };
    const metadata = { format: FORMAT, fingerprint: this.#fingerprint, ...machine, state: progress, checksum };
    await mkdir(dirname(this.path), { recursive: true });
    await writeFileAtomically(this.path, writeSafetensors(tensors, metadata));
    return this.path;
  }

  /**
   * Fills the session and `best` from the checkpoint; `undefined` when there is none.
   *
   * @throws {ModelwrightError} `TRAINING_CHECKPOINT_MISMATCH` when it belongs to another recipe or other data,
   * `TRAINING_CHECKPOINT_THREADS` when the session has another number of threads,
   * `TRAINING_CHECKPOINT_PROVIDER` when it runs on another execution provider,
   * `TRAINING_CHECKPOINT_DAMAGED` when the file is not as it was written; the session must not be used then.
   */
  async restore(session: TrainingSession, best: Float32Array): Promise<FitState | undefined> {
    await this.#removeLeftovers();
    let bytes: Uint8Array;
    try {
      bytes = await readFile(this.path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
    const { tensors, metadata } = this.#parse(bytes);
    if (metadata.format !== FORMAT || metadata.fingerprint !== this.#fingerprint) {
      throw new ModelwrightError("TRAINING_CHECKPOINT_MISMATCH", { path: this.path });
    }
    if (Number(metadata.threads) !== session.threads) {
      const details = { path: this.path, written: Number(metadata.threads), now: session.threads };
      throw new ModelwrightError("TRAINING_CHECKPOINT_THREADS", details);
    }
    const { executionProvider: written = "none" } = metadata;
    if (written !== session.executionProvider) {
      const details = { path: this.path, written, now: session.executionProvider };
      throw new ModelwrightError("TRAINING_CHECKPOINT_PROVIDER", details);
    }
    for (const { kind, data, layout } of memoriesOf(session, best)) {
      for (const name of layout.names) {
        const stored = tensors.get(`${kind}/${name}`);
        const target = layout.view(data, name);
        if (stored?.dtype !== "float32" || stored.data.length !== target.data.length) {
          const problem = `it holds no float32 tensor "${kind}/${name}" of ${target.data.length} elements`;
          throw new ModelwrightError("TRAINING_CHECKPOINT_DAMAGED", { path: this.path, problem });
        }
        target.data.set(stored.data as Float32Array);
      }
    }
    const { state = "", checksum } = metadata;
    if (checksum !== String(checksumOf(state, session, best))) {
      throw new ModelwrightError("TRAINING_CHECKPOINT_DAMAGED", { path: this.path, problem: "its checksum differs" });
    }
    return JSON.parse(state) as FitState;
  }

  #parse(bytes: Uint8Array): Safetensors {
    try {
      return readSafetensors(bytes, this.path);
    } catch (cause) {
      if (!(cause instanceof ModelwrightError && cause.code === "MODEL_WEIGHTS_INVALID")) throw cause;
      const { problem } = cause.details as ErrorDetails<"MODEL_WEIGHTS_INVALID">;
      throw new ModelwrightError("TRAINING_CHECKPOINT_DAMAGED", { path: this.path, problem }, { cause });
    }
  }

  /** Temporary files of a process that was killed while it wrote. */
  async #removeLeftovers(): Promise<void> {
    const directory = dirname(this.path);
    const names = await readdir(directory).catch(() => []);
    const leftovers = names.filter((name) => name.startsWith(`.${basename(this.path)}.`) && name.endsWith(".tmp"));
    await Promise.all(leftovers.map((name) => rm(join(directory, name), { force: true })));
  }
}

/** A flat array with what tells its tensors apart. */
interface Memory {
  readonly kind: string;
  readonly data: Float32Array;
  readonly layout: TensorLayout;
}

function memoriesOf(session: TrainingSession, best: Float32Array): Memory[] {
  const { arena, optimizer, buffers, lookAhead, average } = session;
  const memories: Memory[] = [
    { kind: "weights", data: arena.weights, layout: arena.layout },
    { kind: "best", data: best, layout: arena.layout },
    ...Array.from(optimizer.slots, ([kind, slot]) => ({ kind, ...slot })),
    ...(lookAhead === undefined ? [] : [{ kind: "slow", data: lookAhead.values, layout: arena.layout }]),
    ...(average === undefined ? [] : [{ kind: "average", data: average.values, layout: arena.layout }]),
    { kind: "buffers", data: buffers.values, layout: buffers.layout },
    { kind: "best-buffers", data: buffers.best, layout: buffers.layout },
  ];
  // Node's crc32 of no bytes is 0, whatever the checksum before.
  return memories.filter(({ data }) => data.length > 0);
}

/** CRC-32 of the progress and every tensor: a changed bit would otherwise become a slightly other model. */
function checksumOf(progress: string, session: TrainingSession, best: Float32Array): number {
  return memoriesOf(session, best).reduce(
    (checksum, { data: { buffer, byteOffset, byteLength } }) =>
      crc32(new Uint8Array(buffer, byteOffset, byteLength), checksum),
    crc32(progress),
  );
}
