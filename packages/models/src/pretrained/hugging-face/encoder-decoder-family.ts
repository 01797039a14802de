import type { z } from "zod";
import type { EncoderDecoder } from "../../architectures/encoder-decoder.ts";
import { checked, withoutHead } from "./family.ts";
import { type NameTable, type ParameterNames, parameterNames } from "./parameter-names.ts";

/** What of a folder's files beside `config.json` decides what the model computes. */
export interface WeightsSeen {
  /** Whether the files hold an output layer that is not the table of the embedding. */
  readonly hasOutputLayer: boolean;
}

/** What a `config.json` describes. */
export interface DescribedEncoderDecoder {
  readonly names: ParameterNames;
  model(seen: WeightsSeen): EncoderDecoder;
}

/** A kind of models that write a text from another one, by the `model_type` of their `config.json`. */
export interface EncoderDecoderFamily {
  /** @throws {ModelwrightError} `MODEL_CONFIG_INVALID` naming the field. */
  describe(config: object, file: string): DescribedEncoderDecoder;
}

export interface EncoderDecoderFamilyDefinition<Schema extends z.ZodType> {
  /** Its class with an output layer: `T5ForConditionalGeneration`. */
  readonly className: string;
  /** The fields that decide the arithmetic; others are passed over. Defaults are those of transformers. */
  readonly schema: Schema;
  readonly names: (config: z.output<Schema>) => NameTable;
  readonly model: (config: z.output<Schema>, seen: WeightsSeen) => EncoderDecoder;
}

export function defineEncoderDecoderFamily<Schema extends z.ZodType>(
  definition: EncoderDecoderFamilyDefinition<Schema>,
): EncoderDecoderFamily {
  const { className, schema, names, model } = definition;
  return {
    describe: (json, file) => {
      const config = checked(schema, json, file);
      return {
        names: parameterNames(names(config), { prefix: "", scope: "" }),
        model: (seen) => ({
          ...model(config, seen),
          className,
          modelType: (json as { readonly model_type: string }).model_type,
          config: withoutHead(json),
        }),
      };
    },
  };
}
