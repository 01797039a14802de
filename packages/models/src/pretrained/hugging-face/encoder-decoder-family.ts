import type { z } from "zod";
import type { EncoderDecoder } from "../../architectures/encoder-decoder.ts";
import { checked, withoutHead } from "./family.ts";
import { type NameTable, type ParameterNames, parameterNames } from "./parameter-names.ts";

/** What of a folder's files beside `config.json` decides what the model computes. */
export interface WeightsSeen {
  /** Whether the files hold an output layer that is not the table of the embedding. */
  readonly hasOutputLayer: boolean;
}

/** A kind of models that write a text from another one, by the `model_type` of their `config.json`. */
export interface EncoderDecoderFamily {
  readonly names: ParameterNames;
  /**
   * The model that a `config.json` describes, by what its weights are.
   *
   * @throws {ModelwrightError} `MODEL_CONFIG_INVALID` naming the field.
   */
  describe(config: object, file: string): (seen: WeightsSeen) => EncoderDecoder;
}

export interface EncoderDecoderFamilyDefinition<Schema extends z.ZodType> {
  /** Its class with an output layer: `T5ForConditionalGeneration`. */
  readonly className: string;
  /** The fields that decide the arithmetic; others are passed over. Defaults are those of transformers. */
  readonly schema: Schema;
  readonly names: NameTable;
  readonly model: (config: z.output<Schema>, seen: WeightsSeen) => EncoderDecoder;
}

export function defineEncoderDecoderFamily<Schema extends z.ZodType>(
  definition: EncoderDecoderFamilyDefinition<Schema>,
): EncoderDecoderFamily {
  const { className, schema, names, model } = definition;
  return {
    names: parameterNames(names, { prefix: "", scope: "" }),
    describe: (json, file) => {
      const config = checked(schema, json, file);
      return (seen) => ({
        ...model(config, seen),
        className,
        modelType: (json as { readonly model_type: string }).model_type,
        config: withoutFirstValues(withoutHead(json)),
      });
    },
  };
}

/** How weights are drawn. Of 1.0 JavaScript writes 1, which transformers does not take for this number. */
function withoutFirstValues({
  initializer_factor: _,
  ...config
}: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return config;
}
