import { ModelwrightError } from "@modelwright/contracts";

/** ONNX Runtime names the operator that failed. */
const FAILED_NODE = /while running (\S+) node\. Name:'([^']*)' Status Message: /;
const WRONG_OUTPUT =
  /provided for output '(.*?)' of node .* has shape (\S*) but the computed output shape for this run is (\S*)\./;
/** Where in its own source it noticed. */
const SOURCE_POSITION = /(?:[A-Za-z]:)?[\\/]\S*\.(?:cc|cpp|h):\d+ /g;

/** Turns ONNX Runtime's message into an error that says where it happened. */
export function runtimeFailure(where: string, message: string, options?: { cause?: unknown }): ModelwrightError {
  const output = WRONG_OUTPUT.exec(message);
  if (output !== null) {
    const [, name, bound, made] = output;
    const show = (shape: string | undefined) => shape!.replace("{", "[").replace("}", "]").replaceAll(",", ", ");
    const rule = `the model makes shape ${show(made)}`;
    const details = { where: `output "${name}"`, rule, got: `a buffer of ${show(bound)}` };
    return new ModelwrightError("ENGINE_SHAPE_MISMATCH", details, options);
  }
  const node = FAILED_NODE.exec(message);
  const reason = node === null ? message : message.slice(node.index + node[0].length);
  const problem = reason.replaceAll(SOURCE_POSITION, "").replace(/[\s.]+$/, "");
  const details = { where: node === null ? where : `node "${node[2]}" (${node[1]})`, problem };
  return new ModelwrightError("ENGINE_RUNTIME_FAILED", details, options);
}

export function releasedFailure(what: "session" | "binding" | "held tensor"): ModelwrightError {
  return new ModelwrightError("ENGINE_RUNTIME_FAILED", { where: what, problem: `used after the ${what} was released` });
}
