import { availableParallelism, cpus, freemem, release, totalmem } from "node:os";
import { bytes, counted } from "../../wording/quantities.ts";
import type { Finding } from "./finding.ts";

const LEAST_NODE = [20, 19] as const;
/** What full fine-tuning of the built-in encoder takes, with a margin. */
const ENOUGH_MEMORY = 2 * 2 ** 30;

export function checkNode(): Finding {
  const { node } = process.versions;
  const [major = 0, minor = 0] = node.split(".").map(Number);
  const recent = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
  return {
    check: "Node.js",
    verdict: recent ? "ok" : "problem",
    detail: node,
    ...(recent ? {} : { remedy: `Install Node.js ${LEAST_NODE.join(".")} or later.` }),
    facts: { version: node },
  };
}

export function checkPlatform(): Finding {
  const model = cpus()[0]?.model.trim() ?? "unknown processor";
  const threads = availableParallelism();
  return {
    check: "machine",
    verdict: "ok",
    detail: `${process.platform} ${process.arch} ${release()}, ${model}, ${counted(threads, "thread")}`,
    facts: { platform: process.platform, arch: process.arch, release: release(), cpu: model, threads },
  };
}

export function checkMemory(): Finding {
  // A container may be allowed less than the machine has; 0 or a huge number stands for no limit.
  const limit = process.constrainedMemory();
  const total = limit > 0 && limit < totalmem() ? limit : totalmem();
  const free = Math.min(process.availableMemory?.() ?? freemem(), total);
  const enough = free >= ENOUGH_MEMORY;
  return {
    check: "memory",
    verdict: enough ? "ok" : "note",
    detail: `${bytes(free)} free of ${bytes(total)}`,
    ...(enough
      ? {}
      : { remedy: "Close other programs, or train with model.fineTune: frozen or a smaller train.batchSize." }),
    facts: { freeBytes: free, totalBytes: total },
  };
}
