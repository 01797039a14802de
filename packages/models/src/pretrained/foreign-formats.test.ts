import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { resolvePretrained } from "./resolve-pretrained.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "foreign-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** What is said of a reference beside which these files lie. */
async function refusal(reference: string, files: readonly string[]) {
  for (const file of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), "…");
  }
  const error = await resolvePretrained(reference, { baseDir: folder }).then(
    (model) => model.load(),
    (cause) => cause,
  );
  expect(error.code).toBe("MODEL_FOLDER_INCOMPLETE");
  return error.details;
}

test.each([
  ["a.gguf", /^it is a GGUF file/, /config\.json and model\.safetensors/],
  ["pytorch_model.bin", /^it is a file of PyTorch, .*run a program/, /save_pretrained/],
  ["model.pt", /^it is a file of PyTorch/, /save_pretrained/],
  ["model.h5", /^it is a model of Keras/, /tf2onnx\.convert --keras/],
  ["model.TFLITE", /^it is a model of TensorFlow Lite/, /tf2onnx\.convert --tflite/],
  ["model.zip", /^it is an archive/, /^Unpack it/],
  ["model.safetensors", /^it is weights alone/, /^Name the folder/],
  ["./rows.csv", /^it is a file, and no model that is read$/, /^Name a folder or an \.onnx file/],
])("a file %s is told for what it is", async (name, problem, instead) => {
  const told = await refusal(name, [name]);
  expect(told.problem).toMatch(problem);
  expect(told.instead).toMatch(instead);
});

test.each([
  ["gguf", ["gguf/q4.gguf"], /it holds q4\.gguf, a GGUF file/, /its page names it/],
  ["tensors", ["tensors/model.safetensors"], /it holds model\.safetensors, weights alone/, /config\.json/],
  [
    "graphs",
    ["graphs/b.onnx", "graphs/a.onnx"],
    /of a name that is taken by itself.*a\.onnx, b\.onnx/,
    /model\.file: a\.onnx/,
  ],
  ["other", ["other/notes.txt"], /^it has no config\.json$/, /^Name the folder/],
])("a folder %s is told by what it holds", async (name, files, problem, instead) => {
  const told = await refusal(`./${name}`, files);
  expect(told.problem).toMatch(problem);
  expect(told.instead).toMatch(instead);
});

test("an empty folder is told to be empty, and a path to nothing to lead nowhere", async () => {
  await mkdir(join(folder, "empty"));
  expect((await refusal("./empty", [])).problem).toBe("it is empty");
  expect((await refusal("./nothing", [])).problem).toMatch(/^there is no folder/);
});

test.each(["model.onnx", "model.safetensors"])(
  "a pointer of Git LFS in the place of %s is told as such",
  async (name) => {
    const place = join(folder, `lfs-${name}`);
    await cp(fileURLToPath(new URL("../../../../test/parity/fixtures/encoders/bert", import.meta.url)), place, {
      recursive: true,
    });
    await rm(join(place, "model.safetensors"));
    await writeFile(join(place, name), "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n");
    const read = resolvePretrained(place, { baseDir: folder }).then((model) => model.load());
    await expect(read).rejects.toThrow(/it is a pointer of Git LFS instead of the file, which git lfs pull fetches/);
  },
);
