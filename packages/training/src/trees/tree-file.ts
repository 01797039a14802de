import { crc32 } from "node:zlib";
import { type ErrorDetails, ModelwrightError } from "@modelwright/contracts";
import { type Tensor, tensor } from "@modelwright/engine";
import { readSafetensors, writeSafetensors } from "@modelwright/models";
import type { Tree, TreeEnsemble } from "./tree-ensemble.ts";

const FORMAT = "modelwright-trees/1";
/** The arrays of a tree, an element per node; sets stand beside them. */
const NODE_ARRAYS = ["column", "threshold", "set", "missingLeft", "left", "value", "gain", "rows"] as const;
type NodeArray = (typeof NODE_ARRAYS)[number];

/** Trees as one safetensors file, in pieces: the arrays of all trees behind one another, and the rest as JSON in the metadata. */
export function encodeTrees(ensemble: TreeEnsemble): readonly Uint8Array[] {
  const { trees, ...rest } = ensemble;
  const tensors = new Map<string, Tensor>([
    ["nodes", int32(trees.map(({ column }) => column.length))],
    ["set-words", int32(trees.map(({ sets }) => sets.length))],
    ["sets", int32(trees.flatMap(({ sets }) => [...new Int32Array(sets.slice().buffer)]))],
  ]);
  for (const name of NODE_ARRAYS) {
    const all = trees.flatMap((tree) => [...tree[name]]);
    const [first] = trees;
    tensors.set(
      name,
      first?.[name] instanceof Float32Array ? tensor("float32", [all.length], Float32Array.from(all)) : int32(all),
    );
  }
  const json = JSON.stringify(rest);
  return writeSafetensors(tensors, { format: FORMAT, ensemble: json, checksum: String(checksumOf(json, tensors)) });
}

/**
 * Reads what `encodeTrees` wrote.
 *
 * @param path The file's, for messages.
 * @throws {ModelwrightError} `TRAINING_CHECKPOINT_DAMAGED` for a file that is not as it was written.
 */
export function decodeTrees(bytes: Uint8Array, path: string): TreeEnsemble {
  const { tensors, metadata } = parse(bytes, path);
  const { format, ensemble = "", checksum } = metadata;
  if (format !== FORMAT) throw damaged(path, `it is no file of trees: its format is ${format ?? "not told"}`);
  if (checksum !== String(checksumOf(ensemble, tensors))) throw damaged(path, "its checksum differs");
  const rest = JSON.parse(ensemble) as Omit<TreeEnsemble, "trees">;
  const dataOf = (name: string) => tensors.get(name)!.data as Int32Array | Float32Array;
  const words = dataOf("set-words");
  let [node, word] = [0, 0];
  const trees = Array.from(dataOf("nodes"), (count, i): Tree => {
    const part = (name: NodeArray) => dataOf(name).slice(node, node + count);
    const tree = {
      column: part("column") as Int32Array,
      threshold: part("threshold") as Float32Array,
      set: part("set") as Int32Array,
      missingLeft: Uint8Array.from(part("missingLeft")),
      left: part("left") as Int32Array,
      value: part("value") as Float32Array,
      gain: part("gain") as Float32Array,
      rows: part("rows") as Int32Array,
      sets: Uint32Array.from(dataOf("sets").subarray(word, word + words[i]!)),
    };
    node += count;
    word += words[i]!;
    return tree;
  });
  return { ...rest, trees };
}

const int32 = (values: readonly number[]) => tensor("int32", [values.length], Int32Array.from(values));

function parse(bytes: Uint8Array, path: string) {
  try {
    return readSafetensors(bytes, path);
  } catch (cause) {
    if (!(cause instanceof ModelwrightError && cause.code === "MODEL_WEIGHTS_INVALID")) throw cause;
    throw damaged(path, (cause.details as ErrorDetails<"MODEL_WEIGHTS_INVALID">).problem);
  }
}

function damaged(path: string, problem: string): ModelwrightError {
  return new ModelwrightError("TRAINING_CHECKPOINT_DAMAGED", { path, problem });
}

/** CRC-32 of everything in the file, in the order of names. */
function checksumOf(json: string, tensors: ReadonlyMap<string, Tensor>): number {
  return [...tensors.keys()].toSorted().reduce((checksum, name) => {
    const { buffer, byteOffset, byteLength } = tensors.get(name)!.data;
    // Node's crc32 of no bytes is 0, whatever the checksum before.
    return byteLength === 0 ? checksum : crc32(new Uint8Array(buffer, byteOffset, byteLength), checksum);
  }, crc32(json));
}
