import type { z } from "zod";
import type { Decoder } from "../../architectures/decoder.ts";
import { checked, withoutHead } from "./family.ts";
import { type NameTable, type ParameterNames, parameterNames } from "./parameter-names.ts";

/** A kind of decoders by the `model_type` of their `config.json`. */
export interface DecoderFamily {
  /** In front of its tensors' names in files, which models without an output layer leave out. */
  readonly prefix: string;
  readonly names: NameTable;
  /** Whether its linear maps lie `[inputs, outputs]` as ours do: PEFT's `fan_in_fan_out`. */
  readonly liesAsOurs: boolean;
  /**
   * The decoder that a `config.json` describes.
   *
   * @throws {ModelwrightError} `MODEL_CONFIG_INVALID` naming the field.
   */
  decoder(config: object, file: string): Decoder;
}

export interface DecoderFamilyDefinition<Schema extends z.ZodType> {
  readonly prefix: string;
  readonly names: NameTable;
  /** Its class with an output layer: `LlamaForCausalLM`. */
  readonly className: string;
  /** Default false. */
  readonly liesAsOurs?: boolean;
  /** The fields that decide the arithmetic; others are passed over. Defaults are those of transformers. */
  readonly schema: Schema;
  readonly decoder: (config: z.output<Schema>) => Decoder;
}

export function defineDecoderFamily<Schema extends z.ZodType>(
  definition: DecoderFamilyDefinition<Schema>,
): DecoderFamily {
  const { prefix, names, className, liesAsOurs = false, schema, decoder } = definition;
  return {
    prefix,
    names,
    liesAsOurs,
    decoder: (config, file) => ({
      ...decoder(checked(schema, config, file)),
      className,
      modelType: (config as { readonly model_type: string }).model_type,
      config: withoutHead(config),
    }),
  };
}

/** Names of a family's parameters, published ones as a model with its output layer has them. */
export function decoderNames({ names, prefix }: DecoderFamily): ParameterNames {
  return parameterNames(names, { prefix, scope: "decoder.", keepsPrefix: true });
}

/** Tables of positions beyond these would take more memory than what is read is worth: a longer context is cut to them. */
const MOST_POSITIONS = 32_768;

export function readPositions(positions: number): number {
  return Math.min(positions, MOST_POSITIONS);
}
