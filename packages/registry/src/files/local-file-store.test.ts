import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describeFileStoreContract } from "../testing/file-store-contract.ts";
import { LocalFileStore } from "./local-file-store.ts";

describeFileStoreContract("a local folder", async (directory) => {
  await mkdir(directory);
  const change = async (path: string, bytes: Uint8Array | undefined) => {
    if (bytes === undefined) return rm(path, { recursive: true });
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  };
  return {
    store: new LocalFileStore(directory),
    again: () => new LocalFileStore(directory),
    tamper: ({ name, version }, path, bytes) => change(join(directory, "models", name, `${version}`, path), bytes),
    tamperArtifact: (sha256, bytes) =>
      change(join(directory, "artifacts", "sha256", sha256.slice(0, 2), sha256.slice(2)), bytes),
    close: async () => {},
  };
});
