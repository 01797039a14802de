import { describeFileStoreContract } from "./file-store-contract.ts";
import { MemoryFileStore } from "./memory-file-store.ts";

describeFileStoreContract("memory", async () => {
  const store = await MemoryFileStore.create();
  return {
    store,
    again: () => store,
    tamper: async (key, path, bytes) => store.tamper(key, path, bytes),
    tamperArtifact: async (sha256, bytes) => store.tamperArtifact(sha256, bytes),
    close: () => store.close(),
  };
});
