import { join } from "node:path";
import type { ItemOf, TaskName } from "@modelwright/contracts";
import type { VersionRecord } from "@modelwright/registry";
import { versionExamples } from "./version-examples.ts";
import { versionWriting } from "./version-writing.ts";

const REPORT = "report.html";

/** What the folder of a version says, beside what its manifest does. */
export interface VersionFacts {
  /** Where its files lie. */
  readonly directory: string;
  /** Items to try it with. */
  readonly examples: readonly ItemOf<TaskName>[];
  /** Path of its report, where it has one. */
  readonly report?: string;
  /** What it writes; absent where its task is none of writing. */
  readonly writes?: "text" | "conversation";
}

export async function versionFacts(
  directory: string,
  { manifest }: VersionRecord,
  { writes }: { readonly writes?: boolean | undefined },
): Promise<VersionFacts> {
  return {
    directory,
    examples: await versionExamples(directory, manifest.task),
    ...(manifest.files.some(({ path }) => path === REPORT) ? { report: join(directory, REPORT) } : {}),
    ...(writes ? { writes: await versionWriting(directory) } : {}),
  };
}
