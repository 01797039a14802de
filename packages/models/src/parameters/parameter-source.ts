import { ModelwrightError } from "@modelwright/contracts";
import { type RandomSource, type Tensor, tensor } from "@modelwright/engine";
import type { Initializer } from "./initializers.ts";

/** What a layer asks for. */
export interface ParameterRequest {
  readonly name: string;
  readonly shape: readonly number[];
  readonly initializer: Initializer;
}

/** Where an architecture's parameters come from. */
export interface ParameterSource {
  take(request: ParameterRequest): Tensor<"float32">;
}

/** Any map of named tensors: `Parameters`, or the tensors of a weights file. */
export type NamedTensors = ReadonlyMap<string, Tensor | { readonly tensor: Tensor }>;

/**
 * Parameters that exist already. Their data is not copied.
 *
 * @param file Where they were read from, for messages.
 * @throws {ModelwrightError} `MODEL_WEIGHTS_INVALID`, when asked, for a parameter that is missing or of another shape or dtype.
 */
export function givenParameters(tensors: NamedTensors, file: string): ParameterSource {
  return {
    take: ({ name, shape }) => {
      const given = tensors.get(name);
      const value = given !== undefined && "tensor" in given ? given.tensor : given;
      const fits =
        value?.dtype === "float32" &&
        value.shape.length === shape.length &&
        value.shape.every((size, axis) => size === shape[axis]);
      if (fits) return value as Tensor<"float32">;
      const found = value === undefined ? "it is not there" : `it is ${value.dtype} [${value.shape.join(", ")}]`;
      throw new ModelwrightError("MODEL_WEIGHTS_INVALID", {
        file,
        problem: `the architecture needs "${name}", float32 [${shape.join(", ")}]; ${found}`,
      });
    },
  };
}

/** Fresh parameters. Each draws from a stream of its own name, so that one more layer changes no other layer's values. */
export function drawnParameters(random: RandomSource): ParameterSource {
  return {
    take: ({ name, shape, initializer }) => tensor("float32", shape, initializer(shape, random.stream(name))),
  };
}

/** Takes from `tensors` what is there and from `otherwise` the rest: a pretrained encoder under a fresh head. */
export function givenOr(tensors: NamedTensors, file: string, otherwise: ParameterSource): ParameterSource {
  const given = givenParameters(tensors, file);
  return { take: (request) => (tensors.has(request.name) ? given : otherwise).take(request) };
}
