import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { ModelwrightError } from "@modelwright/contracts";
import { decodeModel, type Graph, modelFolder } from "@modelwright/engine";
import { hubStore } from "../hub/hub-cache.ts";
import { digestOf } from "../hugging-face/read-weights.ts";
import { invalidWeights, refusePointer } from "../invalid-weights.ts";

/** A graph as it was read. */
export interface ReadGraph {
  readonly graph: Graph;
  /** SHA-256 of the file, or of it and the files in which its weights lie. */
  readonly sha256: string;
  /** Bytes of its tensors by dtype. */
  readonly stored: Readonly<Record<string, number>>;
}

/** Dtypes by the names that safetensors has for them. */
const STORED_NAMES: Readonly<Record<string, string>> = {
  float32: "F32",
  float64: "F64",
  float16: "F16",
  int8: "I8",
  uint8: "U8",
};

/**
 * Reads an ONNX file with the data that lies beside it.
 *
 * @throws {ModelwrightError} `MODEL_WEIGHTS_INVALID` for a file that cannot be read; then as `decodeModel`.
 */
export async function readGraph(file: string): Promise<ReadGraph> {
  const bytes = await readFile(file).catch((cause: unknown) => invalidWeights(file, "it cannot be read", cause));
  refusePointer(bytes, file);
  const folder = modelFolder(file, { store: hubStore(file) });
  const beside = new Set<string>();
  const graph = decodeModel(bytes, {
    file,
    folder: folder && {
      find: (data, where) => {
        const found = folder.find(data, where);
        beside.add(found.path);
        return found;
      },
      read: (found) => folder.read(found),
    },
  });
  const sha256 =
    beside.size === 0
      ? createHash("sha256").update(bytes).digest("hex")
      : await digestOf([file, ...[...beside].sort()]);
  return { graph, sha256, stored: storedIn(graph) };
}

function storedIn({ initializers }: Graph): Record<string, number> {
  const stored: Record<string, number> = {};
  for (const { dtype, data } of initializers.values()) {
    const name = STORED_NAMES[dtype];
    if (name === undefined || !ArrayBuffer.isView(data)) continue;
    stored[name] = (stored[name] ?? 0) + data.byteLength;
  }
  return stored;
}

/** Refuses a value that a graph does not have. */
export function refuseValue(file: string, name: string, known: readonly string[]): never {
  throw new ModelwrightError("MODEL_TENSOR_UNKNOWN", { file, name, known });
}
