import { join } from "node:path";
import { ModelwrightError } from "@modelwright/contracts";
import { z } from "zod";
import { checked } from "./family.ts";
import { POOLINGS, type Pooling } from "./pooling.ts";
import { readJsonFile } from "./read-json-file.ts";
import { readSentenceDense, type SentenceDense } from "./sentence-dense.ts";

/** What sentence-transformers' files say of a model. */
export interface SentenceModel {
  readonly pooling: Pooling;
  /** Whether vectors of texts have length 1. */
  readonly normalized: boolean;
  /** Affine maps behind the pooling, before the length is made 1. */
  readonly dense: readonly SentenceDense[];
  /** Tokens of the texts that it was trained on, where the files say so. */
  readonly trainedLength?: number;
}

/** What is made of a folder that says nothing of it. */
export const PLAIN: SentenceModel = { pooling: "mean", normalized: false, dense: [] };

const modulesSchema = z.array(z.object({ path: z.string(), type: z.string() }));

/** The flags of older files, and the pooling of which each speaks. */
const FLAGS = {
  pooling_mode_cls_token: "cls",
  pooling_mode_max_tokens: "max",
  pooling_mode_mean_tokens: "mean",
  pooling_mode_mean_sqrt_len_tokens: "mean_sqrt_len_tokens",
  pooling_mode_weightedmean_tokens: "weightedmean",
  pooling_mode_lasttoken: "lasttoken",
} as const;

const poolingSchema = z.object({
  pooling_mode: z.union([z.string(), z.array(z.string())]).optional(),
  ...(Object.fromEntries(Object.keys(FLAGS).map((flag) => [flag, z.boolean().optional()])) as Record<
    keyof typeof FLAGS,
    z.ZodOptional<z.ZodBoolean>
  >),
});

const transformerSchema = z.object({ max_seq_length: z.int().positive().nullish() });

/**
 * Reads `modules.json` and what it names; undefined where the folder is not sentence-transformers'.
 *
 * @throws {ModelwrightError} `MODEL_CONFIG_INVALID`, also for modules that we do not run.
 */
export async function readSentenceModel(folder: string): Promise<SentenceModel | undefined> {
  const file = join(folder, "modules.json");
  const json = await readJsonFile(file);
  if (json === undefined) return undefined;
  let model: SentenceModel = PLAIN;
  let last: ModuleName | undefined;
  for (const [at, { path, type }] of checked(modulesSchema, json, file).entries()) {
    const refuse = (rule: string, got: string): never => {
      throw new ModelwrightError("MODEL_CONFIG_INVALID", { file, field: `${at}`, rule, got });
    };
    const name = NAMES.find((each) => each === OWN_CLASS.exec(type)?.[1]);
    if (name === undefined || path.split(/[\\/]/).includes("..") || path.startsWith("/")) {
      return refuse(`must be ${NAMES.join(", ")} of sentence_transformers, inside the folder`, `${type} in "${path}"`);
    }
    const { behind, read } = MODULES[name];
    if (!behind.includes(last)) {
      const places = behind.map((each) => each ?? "nothing");
      refuse(`${name} must stand behind ${places.join(" or ")}`, last ?? "nothing before it");
    }
    model = { ...model, ...(await read(join(folder, path), model)) };
    last = name;
  }
  return model;
}

/** A class of sentence-transformers' own, where older and newer releases have it; those for sparse vectors are others. */
const OWN_CLASS =
  /^sentence_transformers\.(?:models|(?:base|sentence_transformer)\.modules(?:\.[a-z_]+)?)\.([A-Za-z]+)$/;

interface Module {
  /** What may stand right before it; undefined: it may be the first. */
  readonly behind: readonly (ModuleName | undefined)[];
  readonly read: (folder: string, before: SentenceModel) => Promise<Partial<SentenceModel>>;
}

type ModuleName = "Transformer" | "Pooling" | "Dense" | "Normalize";

/** Modules by the name of their class, in the order in which we compute them. */
const MODULES: Readonly<Record<ModuleName, Module>> = {
  Transformer: {
    behind: [undefined],
    read: async (folder) => {
      const file = join(folder, "sentence_bert_config.json");
      const json = await readJsonFile(file);
      if (json === undefined) return {};
      const { max_seq_length: trainedLength } = checked(transformerSchema, json, file);
      return typeof trainedLength === "number" ? { trainedLength } : {};
    },
  },
  Pooling: {
    behind: ["Transformer"],
    read: async (folder) => ({ pooling: await readPooling(join(folder, "config.json")) }),
  },
  Dense: {
    behind: ["Pooling", "Dense"],
    read: async (folder, { dense }) => ({ dense: [...dense, await readSentenceDense(folder)] }),
  },
  Normalize: { behind: ["Pooling", "Dense"], read: async () => ({ normalized: true }) },
};
const NAMES = Object.keys(MODULES) as readonly ModuleName[];

async function readPooling(file: string): Promise<Pooling> {
  const { pooling_mode: mode, ...flags } = checked(poolingSchema, (await readJsonFile(file)) ?? {}, file);
  const set = Object.entries(FLAGS).flatMap(([flag, pooling]) => (flags[flag as keyof typeof FLAGS] ? [pooling] : []));
  const modes = mode === undefined ? (set.length === 0 ? ["mean"] : set) : [mode].flat();
  const [pooling] = modes;
  if (modes.length === 1 && pooling !== undefined && Object.hasOwn(POOLINGS, pooling)) return pooling as Pooling;
  throw new ModelwrightError("MODEL_CONFIG_INVALID", {
    file,
    field: "pooling_mode",
    rule: `must be one of ${Object.keys(POOLINGS).join(", ")}`,
    got: modes.join(", "),
  });
}
