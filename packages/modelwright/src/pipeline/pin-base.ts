import { ModelwrightError, type Recipe } from "@modelwright/contracts";
import { isLocal, localDigest, pinReference } from "@modelwright/models";
import type { Registry, RunRecord } from "@modelwright/registry";
import { isVersionReference } from "./pinned-version.ts";
import type { RunHooks, RunRequest } from "./run-request.ts";

/** What a run notes of a pretrained model: to which commit of the hub a reference led when the run began, or which weights lay on this machine. */
interface NotedBase {
  readonly reference: string;
  readonly pinned?: string;
  readonly sha256?: string;
}

/** A recipe whose pretrained model is settled. */
export interface PinnedRecipe {
  readonly recipe: Recipe;
  /** Folders of the registry's versions that it names, by reference. */
  readonly folders: Readonly<Record<string, string>>;
}

/** How often a download looks whether the run is to stop. */
const LOOK_MS = 100;

/**
 * Fetches the pretrained model of a recipe that names one on the hub, and puts the commit to which the name
 * leads into the recipe: every later stage, the version and whoever trains from its recipe use the same
 * files. The run keeps it, so that it is the same when it goes on.
 *
 * Of a version of the registry it is the number to which the alias leads.
 *
 * Of a folder or an ONNX file the run keeps a digest of the weights, and does not go on with others.
 *
 * Undefined when the run was stopped meanwhile; what came is kept.
 *
 * @throws {ModelwrightError} `HUB_…`; `TRAINING_NOTHING_TO_RESUME` where these weights have changed.
 */
export async function pinBase(
  { recipe, baseDir }: RunRequest,
  parts: { readonly registry: Registry; readonly run: RunRecord; readonly hooks: RunHooks },
): Promise<PinnedRecipe | undefined> {
  const { run, hooks } = parts;
  const base = baseOf(recipe);
  const asItIs = { recipe, folders: {} };
  if (base === undefined) return asItIs;
  const noted = notedBase(run);
  if (isVersionReference(base) && !(await isLocal(base, baseDir))) return pinVersion(recipe, { base, noted, ...parts });
  const file = fileOf(recipe);
  const sha256 = await localDigest(base, baseDir, file);
  if (sha256 !== undefined) {
    requireSameWeights(run, { base, sha256, noted });
    await note(parts, { reference: base, sha256 });
    return asItIs;
  }
  const stop = new AbortController();
  const look = setInterval(() => hooks.shouldStop() && stop.abort(), LOOK_MS);
  try {
    const pinned = await pinReference(noted?.reference === base ? (noted.pinned ?? base) : base, {
      baseDir,
      file,
      signal: stop.signal,
      onDownload: (progress) => hooks.onEvent({ type: "download", ...progress }),
    });
    if (pinned === undefined) return asItIs;
    const { reference, commit, bytes, fetched, unasked } = pinned;
    await note(parts, { reference: base, pinned: reference });
    hooks.onEvent({ type: "pinned", base, commit, bytes, fetched, ...(unasked === undefined ? {} : { unasked }) });
    return { recipe: withBase(recipe, reference), folders: {} };
  } catch (error) {
    if (stop.signal.aborted) return undefined;
    throw error;
  } finally {
    clearInterval(look);
  }
}

/** @throws {ModelwrightError} `REGISTRY_…` for a version that there is not. */
async function pinVersion(
  recipe: Recipe,
  {
    base,
    noted,
    registry,
    run,
  }: {
    readonly base: string;
    readonly noted: NotedBase | undefined;
    readonly registry: Registry;
    readonly run: RunRecord;
  },
): Promise<PinnedRecipe> {
  const version = await registry.resolve(noted?.reference === base ? (noted.pinned ?? base) : base);
  const reference = `${version.name}:${version.version}`;
  await note({ registry, run }, { reference: base, pinned: reference });
  return { recipe: withBase(recipe, reference), folders: { [reference]: await registry.materialise(version) } };
}

async function note(
  { registry, run }: { readonly registry: Registry; readonly run: RunRecord },
  base: NotedBase,
): Promise<void> {
  await registry.updateRun(run.id, { summary: { ...run.summary, base: { ...base } } });
}

/** Checkpoints of a run belong to the weights from which it began: frozen ones are read from the folder again. */
function requireSameWeights(
  { id }: RunRecord,
  { base, sha256, noted }: { readonly base: string; readonly sha256: string; readonly noted: NotedBase | undefined },
): void {
  if (noted?.sha256 === undefined || noted.reference !== base || noted.sha256 === sha256) return;
  const [before, now] = [noted.sha256, sha256].map((digest) => digest.slice(0, 12));
  const why = `the weights in ${base} have changed since it began (sha256 ${before}… then, ${now}… now)`;
  throw new ModelwrightError("TRAINING_NOTHING_TO_RESUME", { run: id, why, unfinished: [] });
}

/** The pretrained model that a recipe names, where its task starts from one. */
function baseOf({ model }: Recipe): string | undefined {
  return "base" in model ? model.base : undefined;
}

/** The ONNX file of the base that a recipe names. */
function fileOf({ model }: Recipe): string | undefined {
  return "file" in model ? model.file : undefined;
}

function withBase(recipe: Recipe, base: string): Recipe {
  return { ...recipe, model: { ...recipe.model, base } } as Recipe;
}

function notedBase({ summary }: RunRecord): NotedBase | undefined {
  const noted = summary?.["base"];
  return typeof noted === "object" && noted !== null && "reference" in noted
    ? (noted as unknown as NotedBase)
    : undefined;
}
