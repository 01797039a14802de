import {
  type InputTensor,
  ModelwrightError,
  type RequestLimits,
  showHttpValue,
  type TextItem,
} from "@modelwright/contracts";

/** The input tensor of every task that reads texts. */
export const TEXT_INPUTS = [{ name: "text", datatype: "BYTES", shape: [-1] }];

const PAIR_INPUTS = [...TEXT_INPUTS, { name: "second", datatype: "BYTES", shape: [-1] }];

/** The input tensors of a version that reads texts, or pairs of texts. */
export function textInputs({
  preprocessing,
}: {
  readonly preprocessing: { readonly pair?: unknown };
}): typeof TEXT_INPUTS {
  return preprocessing.pair === undefined ? TEXT_INPUTS : PAIR_INPUTS;
}

/**
 * The texts of an inference request, as `textsOf`, or pairs: a second input `second` of as many rows.
 * @throws {ModelwrightError} `SERVER_REQUEST_INVALID` naming the path.
 */
export function textItemsOf(inputs: readonly InputTensor[], limits: RequestLimits): TextItem[] {
  const place = inputs.findIndex(({ name }) => name === "second");
  if (place < 0 || inputs.length !== 2) return textsOf(inputs, limits);
  const other = 1 - place;
  const texts = tensorTexts(inputs[other]!, { limits, at: `inputs[${other}]`, name: "text" });
  const seconds = tensorTexts(inputs[place]!, { limits, at: `inputs[${place}]`, name: "second" });
  if (seconds.length !== texts.length) {
    fail(`inputs[${place}].shape`, `must hold ${texts.length} texts, as "text" does`, `${seconds.length}`);
  }
  return texts.map((text, i) => ({ text, second: seconds[i]! }));
}

/**
 * The texts of an inference request: one input, BYTES, `[n]` or `[n, 1]`, flat or nested.
 *
 * @param name Of the input.
 * @throws {ModelwrightError} `SERVER_REQUEST_INVALID` naming the path.
 */
export function textsOf(inputs: readonly InputTensor[], limits: RequestLimits, name = "text"): string[] {
  const [input] = inputs;
  if (input === undefined || inputs.length > 1) fail("inputs", "must hold one tensor", `${inputs.length}`);
  return tensorTexts(input, { limits, at: "inputs[0]", name });
}

/** The texts of one tensor. */
function tensorTexts(
  input: InputTensor,
  { limits, at, name }: { readonly limits: RequestLimits; readonly at: string; readonly name: string },
): string[] {
  if (input.name !== name) fail(`${at}.name`, `must be "${name}"`, showHttpValue(input.name));
  if (input.datatype !== "BYTES") fail(`${at}.datatype`, 'must be "BYTES"', showHttpValue(input.datatype));
  const { shape } = input;
  const rows = shape[0];
  if (rows === undefined || shape.length > 2 || (shape.length === 2 && shape[1] !== 1)) {
    fail(`${at}.shape`, "must be [n] or [n, 1]", showHttpValue(shape));
  }
  const { maxItemsPerRequest, maxItemBytes } = limits;
  if (rows < 1 || rows > maxItemsPerRequest) {
    fail(`${at}.shape`, `must hold 1 to ${maxItemsPerRequest} texts`, `${rows}`);
  }
  const { data } = input;
  if (data.length !== rows) fail(`${at}.data`, `must hold ${rows} values as the shape says`, `${data.length}`);
  return data.map((element, i) => {
    // A nested row of [n, 1] is a list of one.
    const value = shape.length === 2 && Array.isArray(element) && element.length === 1 ? element[0] : element;
    if (typeof value !== "string") fail(`${at}.data[${i}]`, "must be a string", showHttpValue(value));
    const bytes = Buffer.byteLength(value);
    if (bytes > maxItemBytes) {
      fail(`${at}.data[${i}]`, `must be at most ${maxItemBytes} bytes of UTF-8`, `${bytes} bytes`);
    }
    return value;
  });
}

function fail(path: string, rule: string, got: string): never {
  throw new ModelwrightError("SERVER_REQUEST_INVALID", { path, rule, got });
}
