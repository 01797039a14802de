import type { HeldTensor, Runtime, Session } from "@modelwright/engine";
import { expect, test } from "vitest";
import { CrossReader } from "./cross-rows.ts";

// Sessions that hold tensors and compute nothing: what is copied and freed is asked here, not what is written.

const PARTS = ["decoder.key", "decoder.value", "encoder.key", "encoder.value"].map((part) => `0.${part}`);
const float32 = (name: string, shape: readonly number[]) => ({ name, dtype: "float32" as const, shape: [...shape] });

class Holder {
  /** Names of tensors that are held now. */
  readonly held: string[] = [];
  /** Names of outputs of the runs of all sessions that the reader made. */
  readonly copied: string[] = [];
  /** Sessions that the reader made fail after so many runs. */
  copiesLeft = Number.POSITIVE_INFINITY;

  session(inputs: Session["inputs"], run: (hold: readonly string[]) => void = () => {}): Session {
    return {
      inputs,
      outputs: [],
      onCpu: [],
      run: () => Promise.reject(new Error("nothing is fetched")),
      bind: () => {
        throw new Error("nothing is bound");
      },
      release: () => {},
      runHeld: async (feeds, { fetches, hold }) => {
        run(hold);
        const rows = (feeds.input_ids ?? feeds.rows)!.shape[0]!;
        const logits = { dtype: "float32" as const, shape: [rows, 1, 2], data: new Float32Array(rows * 2) };
        return {
          tensors: fetches.includes("logits") ? { logits } : {},
          held: Object.fromEntries(hold.map((name) => [name, this.#tensor(name)])),
        };
      },
    };
  }

  readonly runtime: Runtime = {
    name: "onnxruntime-c",
    version: () => "",
    createSession: async () =>
      this.session([], (hold) => {
        if (this.copiesLeft-- === 0) throw new Error("out of memory");
        this.copied.push(...hold);
      }),
  };

  #tensor(name: string): HeldTensor {
    this.held.push(name);
    let isReleased = false;
    return {
      dtype: "float32",
      shape: [1, 1, 1, 1],
      release: () => {
        if (!isReleased) this.held.splice(this.held.indexOf(name), 1);
        isReleased = true;
      },
    };
  }
}

function open() {
  const holder = new Holder();
  const past = PARTS.map((part) => float32(`past_key_values.${part}`, [-1, 1, -1, 1]));
  const decoder = holder.session([...past, float32("encoder_hidden_states", [-1, -1, 1])]);
  return { holder, reader: new CrossReader({ encoder: holder.session([]), decoder, runtime: holder.runtime }) };
}

const beginning = (source: readonly number[]) => ({ tokens: [0], source });

test("beams of one source copy what they have written, and the source's keys and values once", async () => {
  const { holder, reader } = open();
  const rows = await reader.begin([beginning([1, 2, 3])]);
  for (const chosen of [
    [0, 0, 0],
    [2, 0, 0],
    [1, 1, 0],
  ]) {
    await rows.select(chosen);
    await rows.next([1, 1, 1]);
  }
  const copies = (part: string) => holder.copied.filter((name) => name.includes(part)).length;
  expect([copies("decoder.key"), copies("encoder.key")]).toEqual([3, 1]);
  await rows.select([0, 1]);
  expect([copies("decoder.key"), copies("encoder.key")]).toEqual([4, 2]);
  rows.release();
  expect(holder.held).toEqual([]);
});

test("rows of several sources take along what belongs to them", async () => {
  const { holder, reader } = open();
  const rows = await reader.begin([beginning([1]), beginning([2])]);
  await rows.select([1, 0]);
  expect(holder.copied.filter((name) => name.includes("encoder.key"))).toHaveLength(1);
  rows.release();
  expect(holder.held).toEqual([]);
});

test.each([0, 1, 2, 3])("frees everything where copying fails after %i runs", async (copiesLeft) => {
  const { holder, reader } = open();
  const rows = await reader.begin([beginning([1]), beginning([2])]);
  await rows.join(await reader.begin([beginning([3]), beginning([4])]));
  holder.copiesLeft = copiesLeft;
  await expect(rows.select([1, 3])).rejects.toThrow("out of memory");
  rows.release();
  expect(holder.held).toEqual([]);
});
