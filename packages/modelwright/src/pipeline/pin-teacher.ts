import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { ModelwrightError, type Recipe } from "@modelwright/contracts";
import type { Registry, RunRecord } from "@modelwright/registry";
import type { PinnedRecipe } from "./pin-base.ts";
import { isVersionReference } from "./pinned-version.ts";

/** What a run notes of its teacher: to which version a reference led when the run began, or which answers lay in the file. */
interface NotedTeacher {
  readonly reference: string;
  readonly pinned?: string;
  readonly sha256?: string;
}

/**
 * Puts the number of the version that teaches into the recipe, and its files on this machine; the run keeps the number, so that it is the
 * same when it goes on. Of a file with answers the run keeps a digest, and does not go on with others.
 *
 * @throws {ModelwrightError} `REGISTRY_…` for a version that there is not; `TRAINING_TEACHER_UNFIT` for one of another task;
 *   `TRAINING_NOTHING_TO_RESUME` where the file has changed.
 */
export async function pinTeacher(
  pinned: PinnedRecipe,
  { registry, run, baseDir }: { readonly registry: Registry; readonly run: RunRecord; readonly baseDir: string },
): Promise<PinnedRecipe> {
  const { recipe, folders } = pinned;
  if (!("teacher" in recipe.train) || recipe.train.teacher === undefined) return pinned;
  const { teacher } = recipe.train;
  const noted = run.summary?.["teacher"] as NotedTeacher | undefined;
  const known = noted?.reference === teacher ? noted : undefined;
  const note = async (found: Omit<NotedTeacher, "reference">) => {
    const { summary } = await registry.getRun(run.id);
    await registry.updateRun(run.id, { summary: { ...summary, teacher: { reference: teacher, ...found } } });
  };
  if (!isVersionReference(teacher)) {
    const bytes = await readFile(resolve(baseDir, teacher)).catch(() => undefined);
    // What is wrong with the file is told where it is read.
    if (bytes === undefined) return pinned;
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    if (known?.sha256 !== undefined && known.sha256 !== sha256) {
      const why = `the teacher's answers in ${teacher} have changed since it began`;
      throw new ModelwrightError("TRAINING_NOTHING_TO_RESUME", { run: run.id, why, unfinished: [] });
    }
    await note({ sha256 });
    return pinned;
  }
  const version = await registry.resolve(known?.pinned ?? teacher);
  if (version.manifest.task !== recipe.task) {
    throw new ModelwrightError("TRAINING_TEACHER_UNFIT", {
      teacher,
      rule: `must be a version of ${recipe.task}`,
      got: `one of ${version.manifest.task}`,
      instead: "Name a version of the same task; modelwright models lists them.",
    });
  }
  const reference = `${version.name}:${version.version}`;
  await note({ pinned: reference });
  return {
    recipe: { ...recipe, train: { ...recipe.train, teacher: reference } } as Recipe,
    folders: { ...folders, [reference]: await registry.materialise(version) },
  };
}
