import { type ModelManifest, ModelwrightError } from "@modelwright/contracts";
import {
  type CheckedArguments,
  type PredictionArguments,
  type PredictionSource,
  usage,
} from "./prediction-arguments.ts";
import { rowSource } from "./row-source.ts";
import { seriesSource } from "./series-source.ts";
import { textSource } from "./text-source.ts";
import { userSource } from "./user-source.ts";

/** In the place of an item or a file: what is piped in. */
const PIPE = "-";

/**
 * Where the items come from: the command line, a file, or a pipe, which `-` stands for too.
 *
 * @throws {ModelwrightError} `CLI_INPUT_MISSING` without any of them, `CLI_COLUMN_MISSING`, `CLI_USAGE` for
 *   two of them, and what `openArgument` throws.
 */
export async function predictionSource(options: PredictionArguments): Promise<PredictionSource> {
  const { items, file, ...others } = options;
  const { model, manifest, column } = others;
  const isPiped = file === PIPE || (items.length === 1 && items[0] === PIPE);
  if (!isPiped && items.includes(PIPE)) throw usage(`"${PIPE}" stands for a pipe, and goes with nothing beside it`);
  if (file === undefined && column !== undefined) throw usage("--column goes with --file");
  if (items.length > 0 && file !== undefined)
    throw usage("what is to be predicted and --file cannot be given together");
  const { input } = manifest.signature;
  const { open } = INPUTS[input];
  const [first, ...rest] = isPiped ? [] : items;
  if (first !== undefined) return open({ ...others, items: [first, ...rest] });
  if (file !== undefined && !isPiped) return open({ ...others, file });
  if (process.stdin.isTTY) throw missingInput(model, input);
  return open({ ...others, piped: true });
}

type Open = (options: CheckedArguments) => Promise<PredictionSource>;

/** What a model reads, how one is given, and what opens several. */
const INPUTS: Readonly<
  Record<ModelManifest["signature"]["input"], { readonly what: string; readonly given: string; readonly open: Open }>
> = {
  text: { what: "text", given: '"a text"', open: textSource },
  "text-pair": { what: "pair of texts", given: '"a text" --second "another"', open: textSource },
  row: { what: "row", given: "age=31 plan=basic", open: rowSource },
  series: { what: "history of a series", given: "--file history.csv", open: seriesSource },
  user: { what: "user", given: "u1", open: userSource },
};

export function missingInput(model: string, input: ModelManifest["signature"]["input"]): ModelwrightError {
  const { what, given } = INPUTS[input];
  return new ModelwrightError("CLI_INPUT_MISSING", { what, example: `modelwright predict ${model} ${given}` });
}
