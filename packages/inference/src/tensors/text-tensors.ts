import { type InputTensor, ModelwrightError, type RequestLimits, showHttpValue } from "@modelwright/contracts";

/** The input tensor of every task that reads texts. */
export const TEXT_INPUTS = [{ name: "text", datatype: "BYTES", shape: [-1] }];

/**
 * The texts of an inference request: one input `text`, BYTES, `[n]` or `[n, 1]`, flat or nested.
 * @throws {ModelwrightError} `SERVER_REQUEST_INVALID` naming the path.
 */
export function textsOf(inputs: readonly InputTensor[], limits: RequestLimits): string[] {
  const [input] = inputs;
  if (input === undefined || inputs.length > 1) fail("inputs", "must hold one tensor", `${inputs.length}`);
  if (input.name !== "text") fail("inputs[0].name", 'must be "text"', showHttpValue(input.name));
  if (input.datatype !== "BYTES") fail("inputs[0].datatype", 'must be "BYTES"', showHttpValue(input.datatype));
  const { shape } = input;
  const rows = shape[0];
  if (rows === undefined || shape.length > 2 || (shape.length === 2 && shape[1] !== 1)) {
    fail("inputs[0].shape", "must be [n] or [n, 1]", showHttpValue(shape));
  }
  const { maxItemsPerRequest, maxItemBytes } = limits;
  if (rows < 1 || rows > maxItemsPerRequest) {
    fail("inputs[0].shape", `must hold 1 to ${maxItemsPerRequest} texts`, `${rows}`);
  }
  const { data } = input;
  if (data.length !== rows) fail("inputs[0].data", `must hold ${rows} values as the shape says`, `${data.length}`);
  return data.map((element, i) => {
    // A nested row of [n, 1] is a list of one.
    const value = shape.length === 2 && Array.isArray(element) && element.length === 1 ? element[0] : element;
    if (typeof value !== "string") fail(`inputs[0].data[${i}]`, "must be a string", showHttpValue(value));
    const bytes = Buffer.byteLength(value);
    if (bytes > maxItemBytes) {
      fail(`inputs[0].data[${i}]`, `must be at most ${maxItemBytes} bytes of UTF-8`, `${bytes} bytes`);
    }
    return value;
  });
}

function fail(path: string, rule: string, got: string): never {
  throw new ModelwrightError("SERVER_REQUEST_INVALID", { path, rule, got });
}
