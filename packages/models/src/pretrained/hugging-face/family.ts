import { ModelwrightError } from "@modelwright/contracts";
import type { z } from "zod";
import type { Encoder } from "../../architectures/encoder.ts";
import type { MaskedHeadModules } from "./masked-head.ts";
import type { NameTable } from "./parameter-names.ts";

/** A kind of models by the `model_type` of their `config.json`. */
export interface Family {
  /** In front of its tensors' names in files that were saved with a head. */
  readonly prefix: string;
  readonly names: NameTable;
  /** The head that predicts masked tokens in files that have one. */
  readonly maskedHead: MaskedHeadModules;
  /**
   * The encoder that a `config.json` describes.
   *
   * @throws {ModelwrightError} `MODEL_CONFIG_INVALID` naming the field.
   */
  encoder(config: object, file: string): Encoder;
}

export interface FamilyDefinition<Schema extends z.ZodType> {
  readonly prefix: string;
  readonly names: NameTable;
  readonly maskedHead: MaskedHeadModules;
  /** What its classes are called: `Bert` of `BertModel`. */
  readonly className: string;
  /** The fields that decide the arithmetic; others are passed over. Defaults are those of transformers. */
  readonly schema: Schema;
  readonly encoder: (config: z.output<Schema>) => Encoder;
}

export function defineFamily<Schema extends z.ZodType>(definition: FamilyDefinition<Schema>): Family {
  const { prefix, names, maskedHead, className, schema, encoder } = definition;
  return {
    prefix,
    names,
    maskedHead,
    encoder: (config, file) => {
      const own = encoder(checked(schema, config, file));
      const { activation } = maskedHead;
      return {
        ...own,
        className,
        modelType: (config as { readonly model_type: string }).model_type,
        config: withoutHead(config),
        ...(own.maskedHead === undefined || activation === undefined
          ? {}
          : { maskedHead: { ...own.maskedHead, activation } }),
      };
    },
  };
}

/** What of a published configuration speaks of a head that is not kept, of files, or of how weights are drawn. */
const HEAD_FIELDS = [
  "architectures",
  "id2label",
  "label2id",
  "num_labels",
  "problem_type",
  "_name_or_path",
  "dtype",
  "torch_dtype",
  // 2.0 in ModernBERT's: JSON of ours would say 2, which transformers refuses.
  "initializer_cutoff_factor",
];

/** A published configuration without what is not the model's. */
export function withoutHead(config: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(config).filter(([field]) => !HEAD_FIELDS.includes(field)));
}

/**
 * Checks what stands in a JSON file of a model.
 *
 * @throws {ModelwrightError} `MODEL_CONFIG_INVALID` naming file and field.
 */
export function checked<Schema extends z.ZodType>(schema: Schema, value: unknown, file: string): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  const got = path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);
  throw new ModelwrightError("MODEL_CONFIG_INVALID", {
    file,
    field: path.length === 0 ? "the file" : path.join("."),
    rule: message,
    got: got === undefined ? "nothing" : shortened(JSON.stringify(got)),
  });
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
