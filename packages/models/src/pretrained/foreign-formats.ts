import { readdir } from "node:fs/promises";
import { basename } from "node:path";
import { isGraphFile } from "./onnx-file/onnx-place.ts";

/** What something is that cannot be read as a model, and what to do with it. */
export interface ForeignModel {
  /** Behind "it is" or "it holds". */
  readonly what: string;
  readonly instead: string;
}

const IN_PYTHON = `Where you trust it, write the model anew in Python and name that folder: from transformers import AutoModel, AutoTokenizer; [kind.from_pretrained("<where it is>").save_pretrained("folder") for kind in (AutoModel, AutoTokenizer)].`;
const TO_ONNX = (option: string) =>
  `Make an ONNX file of it in Python, and name that: python -m tf2onnx.convert ${option} <file> --output model.onnx.`;
const KERAS: ForeignModel = { what: "a model of Keras", instead: TO_ONNX("--keras") };
const PICKLED: ForeignModel = {
  what: "a file of PyTorch, which is not read since reading it can run a program",
  instead: IN_PYTHON,
};
const ARCHIVE: ForeignModel = { what: "an archive", instead: "Unpack it, and name the folder that comes of it." };

/** By the ending of a file's name. */
const FOREIGN: Readonly<Record<string, ForeignModel>> = {
  bin: PICKLED,
  ckpt: PICKLED,
  pkl: PICKLED,
  pt: PICKLED,
  pth: PICKLED,
  gguf: {
    what: "a GGUF file of llama.cpp, whose weights are rounded for prediction alone",
    instead: "Take the model from which it was made, with config.json and model.safetensors; its page names it.",
  },
  h5: KERAS,
  keras: KERAS,
  pb: { what: "a SavedModel of TensorFlow", instead: TO_ONNX("--saved-model") },
  tflite: { what: "a model of TensorFlow Lite", instead: TO_ONNX("--tflite") },
  mlmodel: { what: "a model of Core ML", instead: IN_PYTHON },
  msgpack: { what: "weights of Flax", instead: IN_PYTHON },
  safetensors: {
    what: "weights alone, without what says of which model they are",
    instead: "Name the folder in which they lie beside config.json and tokenizer.json.",
  },
  zip: ARCHIVE,
  tar: ARCHIVE,
  gz: ARCHIVE,
  tgz: ARCHIVE,
  "7z": ARCHIVE,
};

/** What a file is, by its name; undefined where it does not tell. */
export function foreignModel(path: string): ForeignModel | undefined {
  const ending = /\.(\w+)$/.exec(basename(path))?.[1]?.toLowerCase() ?? "";
  return Object.hasOwn(FOREIGN, ending) ? FOREIGN[ending] : undefined;
}

const NAME_FOLDER = "Name the folder that holds config.json, model.safetensors and tokenizer.json.";

/** Why a folder without a `config.json` is no model that can be read, and what to do. */
export async function foreignFolder(folder: string): Promise<{ readonly problem: string; readonly instead: string }> {
  const names = (await readdir(folder)).sort();
  if (names.length === 0) return { problem: "it is empty", instead: NAME_FOLDER };
  const graphs = names.filter(isGraphFile);
  if (graphs.length > 0) {
    const problem = `it has no config.json, and no ONNX file of a name that is taken by itself, such as model.onnx; there is ${graphs.join(", ")}`;
    return { problem, instead: `Name one: ${folder}/${graphs[0]}, or in a recipe model.file: ${graphs[0]}.` };
  }
  for (const name of names) {
    const found = foreignModel(name);
    if (found === undefined) continue;
    return { problem: `it has no config.json; it holds ${name}, ${found.what}`, instead: found.instead };
  }
  return { problem: "it has no config.json", instead: NAME_FOLDER };
}
