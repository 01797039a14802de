import { copyFile, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Registry, VersionRecord } from "@modelwright/registry";
import { writeFiles } from "../write-folder.ts";
import { onnxFiles } from "./onnx-files.ts";
import { onnxReadme, outputFiles } from "./onnx-readme.ts";

/** Writes what another runtime needs to run a version. Its files must have been compared with their digests. */
export async function writeOnnx(
  folder: string,
  { record, opened }: { readonly record: VersionRecord; readonly opened: Registry },
): Promise<void> {
  const directory = await opened.materialise(record);
  const files = onnxFiles(record.manifest);
  for (const path of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await copyFile(join(directory, path), join(folder, path));
  }
  const more = outputFiles(record);
  await writeFiles(folder, { ...more, "README.md": onnxReadme(record, files) });
}
