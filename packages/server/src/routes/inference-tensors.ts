import { type InferRequest, ModelwrightError, showHttpValue, type TextLimits } from "@modelwright/contracts";

/**
 * The texts of an inference request: one input `text`, BYTES, `[n]` or `[n, 1]`, flat or nested.
 * @throws {ModelwrightError} `SERVER_REQUEST_INVALID` naming the path.
 */
export function inferenceTexts({ inputs }: InferRequest, limits: TextLimits): string[] {
  const [input] = inputs;
  if (input === undefined || inputs.length > 1) fail("inputs", "must hold one tensor", `${inputs.length}`);
  if (input.name !== "text") fail("inputs[0].name", 'must be "text"', showHttpValue(input.name));
  if (input.datatype !== "BYTES") fail("inputs[0].datatype", 'must be "BYTES"', showHttpValue(input.datatype));
  const { shape } = input;
  const rows = shape[0];
  if (rows === undefined || shape.length > 2 || (shape.length === 2 && shape[1] !== 1)) {
    fail("inputs[0].shape", "must be [n] or [n, 1]", showHttpValue(shape));
  }
  const { maxTextsPerRequest, maxTextBytes } = limits;
  if (rows < 1 || rows > maxTextsPerRequest) {
    fail("inputs[0].shape", `must hold 1 to ${maxTextsPerRequest} texts`, `${rows}`);
  }
  const { data } = input;
  if (data.length !== rows) fail("inputs[0].data", `must hold ${rows} values as the shape says`, `${data.length}`);
  return data.map((element, i) => {
    // A nested row of [n, 1] is a list of one.
    const value = shape.length === 2 && Array.isArray(element) && element.length === 1 ? element[0] : element;
    if (typeof value !== "string") fail(`inputs[0].data[${i}]`, "must be a string", showHttpValue(value));
    const bytes = Buffer.byteLength(value);
    if (bytes > maxTextBytes) {
      fail(`inputs[0].data[${i}]`, `must be at most ${maxTextBytes} bytes of UTF-8`, `${bytes} bytes`);
    }
    return value;
  });
}

/** Names of the outputs to answer with: those asked for, in their order, otherwise all. */
export function wantedOutputs({ outputs }: InferRequest, known: readonly string[]): readonly string[] {
  if (outputs === undefined || outputs.length === 0) return known;
  return outputs.map(({ name }, i) => {
    if (!known.includes(name)) fail(`outputs[${i}].name`, `must be one of ${known.join(", ")}`, showHttpValue(name));
    if (outputs.findIndex((output) => output.name === name) !== i) {
      fail(`outputs[${i}].name`, "must be named once", showHttpValue(name));
    }
    return name;
  });
}

function fail(path: string, rule: string, got: string): never {
  throw new ModelwrightError("SERVER_REQUEST_INVALID", { path, rule, got });
}
