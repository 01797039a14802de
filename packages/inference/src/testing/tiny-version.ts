import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { AnswerOf, ItemOf, ManifestOf, ModelDescription, OptionsOf, TaskName } from "@modelwright/contracts";

/** A version so small that a test can work out its answers. */
export interface TinyVersion<Task extends TaskName> {
  /** By path inside the version's folder; without `modelwright.json`. */
  readonly files: Readonly<Record<string, Uint8Array | string>>;
  /** What the manifest says of this task. */
  readonly manifest: Omit<ManifestOf<Task>, keyof CommonManifest>;
  /** Sections of its recipe beside `data`, where the task has some without defaults. */
  readonly recipe?: Readonly<Record<string, unknown>>;
  /** Items with their answers, worked out without the model: three at least, with answers that differ. */
  readonly examples: readonly TinyExample<Task>[];
  /** Items that a client might send by mistake or on purpose: empty, very long, of odd characters. */
  readonly oddItems: readonly ItemOf<Task>[];
  /** Options that ask for something else than the defaults do. */
  readonly otherOptions: OptionsOf<Task>;
}

export interface TinyExample<Task extends TaskName> {
  readonly item: ItemOf<Task>;
  readonly options: OptionsOf<Task>;
  readonly answer: AnswerOf<Task>;
}

/** What versions of every task say of themselves. */
type CommonManifest = Pick<
  ManifestOf<TaskName>,
  "format" | "name" | "version" | "createdAt" | "runId" | "metrics" | "lineage" | "files"
>;

/** The description of a tiny version under a name. */
export function describeTiny<Task extends TaskName>(
  { manifest }: Pick<TinyVersion<Task>, "manifest">,
  named: { readonly name: string; readonly version: number; readonly runId: string },
): ModelDescription<ManifestOf<Task>> {
  const common: Omit<CommonManifest, "files"> = {
    format: 1,
    ...named,
    createdAt: "2026-11-24T12:15:30.000Z",
    metrics: {},
    lineage: {
      recipeSha256: "a".repeat(64),
      dataSha256: "b".repeat(64),
      trainRows: 7,
      validationRows: 1,
      testRows: 2,
      seed: 7,
    },
  };
  return { ...common, ...manifest } as unknown as ModelDescription<ManifestOf<Task>>;
}

/** Writes the files of a tiny version into a folder, as a run stages them: without a manifest. */
export async function writeTinyFiles(
  directory: string,
  { files }: Pick<TinyVersion<TaskName>, "files">,
): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
  }
}

/** Writes a whole tiny version, manifest included, into a folder. */
export async function writeTinyVersion<Task extends TaskName>(
  directory: string,
  tiny: Pick<TinyVersion<Task>, "files" | "manifest">,
): Promise<void> {
  await writeTinyFiles(directory, tiny);
  const description = describeTiny(tiny, { name: "tiny", version: 1, runId: "tiny" });
  await writeFile(join(directory, "modelwright.json"), JSON.stringify({ ...description, files: [] }));
}
