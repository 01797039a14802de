import { access } from "node:fs/promises";
import { basename, join } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { z } from "zod";
import { checked } from "./family.ts";
import { readJsonFile } from "./read-json-file.ts";

const WHOLE = "model.safetensors";
const INDEX = "model.safetensors.index.json";
/** Weights in a format that can run a program when it is read. */
const PICKLED = ["pytorch_model.bin", "pytorch_model.bin.index.json", "tf_model.h5", "flax_model.msgpack"];

const MAX_SHARDS = 10_000;

const indexSchema = z.object({
  weight_map: z.record(
    z.string(),
    z.string().refine((name) => basename(name) === name && /^[\w.-]+\.safetensors$/.test(name), {
      error: "must be the name of a .safetensors file beside it",
    }),
  ),
});

/**
 * The files that hold a model's weights, in the order of their names.
 *
 * @throws {ModelwrightError} `MODEL_FOLDER_INCOMPLETE` where there are none, or only such as could run a program when they are read;
 *   `MODEL_CONFIG_INVALID` for an index that is none.
 */
export async function weightFiles(folder: string): Promise<readonly string[]> {
  if (await exists(join(folder, WHOLE))) return [join(folder, WHOLE)];
  const index = await readJsonFile(join(folder, INDEX));
  if (index !== undefined) {
    const { weight_map } = checked(indexSchema, index, join(folder, INDEX));
    const shards = [...new Set(Object.values(weight_map))].sort();
    if (shards.length > 0 && shards.length <= MAX_SHARDS) return shards.map((shard) => join(folder, shard));
    throw new ModelwrightError("MODEL_CONFIG_INVALID", {
      file: join(folder, INDEX),
      field: "weight_map",
      rule: `must name 1 to ${MAX_SHARDS} files`,
      got: `${shards.length}`,
    });
  }
  for (const name of PICKLED) {
    if (!(await exists(join(folder, name)))) continue;
    throw new ModelwrightError("MODEL_FOLDER_INCOMPLETE", {
      path: folder,
      problem: `its weights are in ${name}, a format that is not read since it may run a program; ${WHOLE} is missing`,
      instead: `Where you trust the file, write the weights anew in Python: from transformers import AutoModel; AutoModel.from_pretrained("<folder>").save_pretrained("<folder>").`,
    });
  }
  throw new ModelwrightError("MODEL_FOLDER_INCOMPLETE", {
    path: folder,
    problem: `it has no ${WHOLE}, nor an index of several`,
    instead: "Take all files of the model from where it was published; a folder of Git LFS pointers is not enough.",
  });
}

/** Whether a folder has weights that `weightFiles` finds. */
export async function hasWeights(folder: string): Promise<boolean> {
  return (await exists(join(folder, WHOLE))) || exists(join(folder, INDEX));
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
