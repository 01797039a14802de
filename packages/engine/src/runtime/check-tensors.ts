import { choices, ModelwrightError } from "@modelwright/contracts";
import { DTYPES } from "../tensor/dtype.ts";
import { showShape } from "../tensor/shape.ts";
import { type AnyTensor, elementCount, isNumeric, type Tensor } from "../tensor/tensor.ts";
import type { AnyTensorMap, HeldTensor, TensorMap, ValueDescription } from "./runtime.ts";

type Role = "input" | "output";

function mismatch(where: string, rule: string, got: string): ModelwrightError {
  return new ModelwrightError("ENGINE_SHAPE_MISMATCH", { where, rule, got });
}

/** The description with this name, or an error that lists the legal ones. */
function describedValue(role: Role, name: string, descriptions: readonly ValueDescription[]): ValueDescription {
  const description = descriptions.find((candidate) => candidate.name === name);
  if (description !== undefined) return description;
  const names = choices(descriptions.map((candidate) => candidate.name));
  throw mismatch(`${role} "${name}"`, `the model's ${role}s are ${names}`, `"${name}"`);
}

/** Checks dtype, shape and length of one tensor against the model's description of it. */
function checkTensor(role: Role, tensor: AnyTensor, description: ValueDescription): void {
  const where = `${role} "${description.name}"`;
  checkType(where, tensor, description);
  if (isNumeric(tensor)) checkData(where, tensor);
  else checkTexts(where, tensor.data);
  checkLength(where, tensor);
}

/** Checks what is said of a tensor, apart from its data. */
function checkType(where: string, tensor: Pick<AnyTensor, "dtype" | "shape">, description: ValueDescription): void {
  if (description.dtype === "unsupported")
    throw mismatch(where, "a tensor must hold numbers, bools or texts", "another type");
  if (tensor.dtype !== description.dtype) throw mismatch(where, `dtype must be ${description.dtype}`, tensor.dtype);
  const fits =
    tensor.shape.length === description.shape.length &&
    tensor.shape.every((size, axis) => {
      const declared = description.shape[axis];
      return (
        Number.isSafeInteger(size) &&
        size >= 0 &&
        (typeof declared === "string" || declared === -1 || declared === size)
      );
    });
  if (!fits) throw mismatch(where, `shape must be ${showShape(description.shape)}`, showShape(tensor.shape));
}

/** Checks tensors that ONNX Runtime holds, as `checkFeeds` does others. */
export function checkHeldFeeds(held: Readonly<Record<string, HeldTensor>>, inputs: readonly ValueDescription[]): void {
  for (const [name, tensor] of Object.entries(held))
    checkType(`input "${name}"`, tensor, describedValue("input", name, inputs));
}

/** Checks tensors that ONNX Runtime holds, and that outputs are to be written over. */
export function checkHeldOutputs(
  held: Readonly<Record<string, HeldTensor>>,
  outputs: readonly ValueDescription[],
): void {
  for (const [name, tensor] of Object.entries(held))
    checkType(`output "${name}"`, tensor, describedValue("output", name, outputs));
}

/** Checks that the data is of the kind that the dtype says. */
function checkData(where: string, tensor: Tensor): void {
  // By name, because a typed array from another realm is an instance of another class.
  if (tensor.data[Symbol.toStringTag] !== DTYPES[tensor.dtype].array.name) {
    throw mismatch(
      where,
      `${tensor.dtype} data must be a ${DTYPES[tensor.dtype].array.name}`,
      tensor.data.constructor.name,
    );
  }
}

const HALF_A_PAIR = /\p{Surrogate}/u;

function checkTexts(where: string, data: readonly unknown[]): void {
  if (!Array.isArray(data)) throw mismatch(where, "string data must be an array", typeof data);
  const wrong = data.findIndex((text) => typeof text !== "string" || HALF_A_PAIR.test(text));
  if (wrong < 0) return;
  const rule = "string data must be texts without halves of surrogate pairs, which UTF-8 has no bytes for";
  throw mismatch(where, rule, `${JSON.stringify(data[wrong]) ?? "undefined"} at ${wrong}`);
}

/** Checks that the data still holds what the shape says; a buffer that was transferred to another thread is empty. */
export function checkLength(where: string, tensor: AnyTensor): void {
  const count = elementCount(tensor.shape);
  if (tensor.data.length !== count) {
    throw mismatch(where, `shape ${showShape(tensor.shape)} holds ${count} elements`, `${tensor.data.length} elements`);
  }
}

/** Checks a bound output against what the model made. */
export function checkOutputShape(name: string, bound: Tensor, made: Tensor): void {
  if (bound.shape.length === made.shape.length && bound.shape.every((size, axis) => size === made.shape[axis])) return;
  throw mismatch(
    `output "${name}"`,
    `the model makes shape ${showShape(made.shape)}`,
    `a buffer of ${showShape(bound.shape)}`,
  );
}

/** Checks names and tensors of all that is fed; `bound` are inputs that are given already. */
export function checkFeeds(feeds: AnyTensorMap, inputs: readonly ValueDescription[], bound: object = {}): void {
  for (const name of Object.keys(feeds)) {
    const description = describedValue("input", name, inputs);
    if (Object.hasOwn(bound, name))
      throw mismatch(`input "${name}"`, "it must be given once", "a bound buffer and a feed");
    checkTensor("input", feeds[name]!, description);
  }
  for (const { name } of inputs) {
    if (!Object.hasOwn(feeds, name) && !Object.hasOwn(bound, name)) {
      throw mismatch(`input "${name}"`, "every input of the model must be given", "none");
    }
  }
}

/** Checks that each fetch is an output that the caller takes and a tensor can hold, named once. */
export function checkFetches(
  fetches: readonly string[],
  outputs: readonly ValueDescription[],
  { bound = {}, strings = false }: { readonly bound?: TensorMap; readonly strings?: boolean } = {},
): void {
  const seen = new Set(Object.keys(bound));
  for (const name of fetches) {
    const { dtype } = describedValue("output", name, outputs);
    if (dtype === "string" && !strings) {
      const rule =
        "an output must hold numbers or bools; fetch the others, or ask for texts by the option strings: true";
      throw mismatch(`output "${name}"`, rule, "texts");
    }
    if (dtype === "unsupported") {
      throw mismatch(
        `output "${name}"`,
        "an output must be a tensor of numbers, bools or texts; fetch the others",
        "another type",
      );
    }
    if (seen.has(name)) throw mismatch(`output "${name}"`, "an output must be fetched or bound once", "twice");
    seen.add(name);
  }
}

/** Checks a binding: each tensor by itself, and that an output shares memory with nothing but, whole, an input. */
export function checkBinding(
  binding: { readonly inputs: TensorMap; readonly outputs: TensorMap },
  session: { readonly inputs: readonly ValueDescription[]; readonly outputs: readonly ValueDescription[] },
): void {
  const tensors: AnyTensorMap = { ...binding.inputs, ...binding.outputs };
  for (const [name, { dtype }] of Object.entries(tensors)) {
    if (dtype === "string") throw mismatch(`binding "${name}"`, "a buffer must hold numbers or bools", "texts");
  }
  for (const [name, tensor] of Object.entries(binding.inputs)) {
    checkTensor("input", tensor, describedValue("input", name, session.inputs));
  }
  for (const [name, tensor] of Object.entries(binding.outputs)) {
    checkTensor("output", tensor, describedValue("output", name, session.outputs));
  }
  const ranges = [
    ...Object.entries(binding.inputs).map(([name, { data }]) => ({ role: "input" as const, name, data })),
    ...Object.entries(binding.outputs).map(([name, { data }]) => ({ role: "output" as const, name, data })),
  ].filter(({ data }) => data.byteLength > 0);
  const byBuffer = new Map<ArrayBufferLike, typeof ranges>();
  for (const range of ranges) {
    const group = byBuffer.get(range.data.buffer);
    if (group === undefined) byBuffer.set(range.data.buffer, [range]);
    else group.push(range);
  }
  for (const group of byBuffer.values()) {
    group.sort((a, b) => a.data.byteOffset - b.data.byteOffset);
    for (const [index, a] of group.entries()) {
      for (const b of group.slice(index + 1)) {
        if (b.data.byteOffset >= a.data.byteOffset + a.data.byteLength) break;
        if (a.role === "input" && b.role === "input") continue;
        const same = a.data.byteOffset === b.data.byteOffset && a.data.byteLength === b.data.byteLength;
        if (same && a.role !== b.role) continue;
        throw mismatch(
          `${b.role} "${b.name}"`,
          "the buffer of an output must be its own or the whole buffer of an input",
          `an overlap with ${a.role} "${a.name}"`,
        );
      }
    }
  }
}
