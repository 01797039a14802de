import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ManifestOf, modelManifestSchema, parseRecipe, type Recipe, type TaskName } from "@modelwright/contracts";
import type { SourceVersion } from "@modelwright/data";
import { chooseProvider, defaultRuntime } from "@modelwright/engine";
import { type LoadedModelOf, loadVersion } from "@modelwright/inference";
import type { AnyTask, FitContext, LearningPart, PreparedData, VersionParts } from "../task.ts";
import { contentsOf } from "../version-files.ts";
import { type TinyData, writeFiles } from "./tiny-data.ts";

/** The stages of a task on its tiny data, up to the evaluated version: the contract looks at these. */
export class TinyRun {
  readonly name: TaskName;
  readonly task: AnyTask;
  readonly tiny: TinyData;
  readonly recipe: Recipe;
  /** Where the data lies. */
  source!: string;
  data!: PreparedData<unknown>;
  /** The test split, opened. */
  test!: unknown;
  fitted!: unknown;
  parts!: VersionParts<TaskName>;
  manifest!: ManifestOf<TaskName>;
  model!: LoadedModelOf<TaskName>;
  outcome!: unknown;
  /** Of the version. */
  folder!: string;
  /** Which rows the sources had, as the first preparation told. */
  readonly versions: SourceVersion[] = [];
  readonly #folders: string[] = [];

  constructor(name: TaskName, task: AnyTask, tiny: TinyData) {
    this.name = name;
    this.task = task;
    this.tiny = tiny;
    this.recipe = parseRecipe(tiny.recipe);
  }

  async start(): Promise<void> {
    const { task, recipe, tiny } = this;
    this.source = await this.folderOf(tiny.files);
    const context = { baseDir: this.source, onProgress: () => {} };
    this.data = await task.prepare(recipe, { ...context, onVersion: (version) => this.versions.push(version) });
    this.fitted = await this.fit(this.data.learning);
    this.parts = task.version(this.fitted, recipe);
    const { manifest, model, folder } = await this.load(this.parts);
    this.manifest = manifest;
    this.model = model;
    this.folder = folder;
    this.test = this.data.test.open();
    this.outcome = await task.outcome(model, this.test, { seed: 7 });
  }

  async end(): Promise<void> {
    this.model?.release();
    for (const folder of this.#folders) await rm(folder, { recursive: true, force: true });
  }

  /** A temporary folder with files. */
  async folderOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "modelwright-task-"));
    this.#folders.push(folder);
    await writeFiles(folder, files);
    return folder;
  }

  /** @param changed Values of `train` that differ from the recipe's. */
  prepare(baseDir: string, changed: Partial<Recipe["train"]> = {}): Promise<PreparedData<unknown>> {
    const recipe = { ...this.recipe, train: { ...this.recipe.train, ...changed } } as Recipe;
    return this.task.prepare(recipe, { baseDir, onProgress: () => {} });
  }

  async fit(learning: LearningPart<unknown>, heard: Partial<FitContext> = {}): Promise<unknown> {
    const provider = await chooseProvider(await defaultRuntime(), "cpu");
    return this.task.fit(this.recipe, learning, {
      provider,
      baseDir: this.source,
      onProgress: () => {},
      onModel: () => {},
      onTraining: () => {},
      shouldStop: () => false,
      ...heard,
    });
  }

  /** Writes a version into a folder and loads it from there, whatever its task is. */
  async load(version: VersionParts<TaskName>) {
    const files = Object.entries(contentsOf(version.files)).map(([path, content]) => ({
      path,
      sizeBytes: Buffer.byteLength(content),
      sha256: createHash("sha256").update(content).digest("hex"),
    }));
    const manifest = modelManifestSchema.parse({
      format: 1,
      name: "tiny",
      version: 1,
      task: this.name,
      createdAt: "2026-11-24T12:15:30.000Z",
      runId: "run",
      ...version.manifest,
      metrics: {},
      lineage: { recipeSha256: "a", dataSha256: "b", trainRows: 1, validationRows: 1, testRows: 1, seed: 7 },
      files,
    });
    const folder = await this.folderOf({ ...contentsOf(version.files), "modelwright.json": JSON.stringify(manifest) });
    return { manifest, folder, model: await loadVersion(folder, { threads: 1 }) };
  }

  /** Names of a split's rows, in their order. */
  idsOf(split: unknown): readonly string[] {
    return this.tiny.idsOf(split as never);
  }
}
