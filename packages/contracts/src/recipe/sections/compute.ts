import { z } from "zod";

/** Marks values that say where a recipe is computed, not what: they are no part of the recipe's digest. */
export const OF_THE_MACHINE = { ofTheMachine: true } as const;

/** Where a run computes. These values belong to the machine, so that a run may go on elsewhere. */
export const computeFields = {
  threads: z
    .int()
    .positive()
    .optional()
    .describe("Threads of ONNX Runtime; default: the machine's cores")
    .meta(OF_THE_MACHINE),
  executionProvider: z
    .enum(["cpu", "webgpu", "cuda", "auto"])
    .default("cpu")
    .describe(
      "Where the model runs while it is trained and evaluated; auto: the first of cuda, webgpu and cpu that this machine has",
    )
    .meta(OF_THE_MACHINE),
  cpuFallback: z
    .enum(["warn", "refuse"])
    .default("warn")
    .describe(
      "Operators that the execution provider cannot run: warn runs them on the CPU, with copies; refuse names them and stops",
    )
    .meta(OF_THE_MACHINE),
};

/** Of what reads texts by an encoder that is not trained. */
export const vectorCacheField = {
  vectorCache: z
    .boolean()
    .default(true)
    .describe("Keeps the vectors of a frozen encoder in the registry's folder, for later runs that read the same texts")
    .meta(OF_THE_MACHINE),
};

/** Paths (`train.threads`) of the values of a schema that belong to the machine. */
export function machinePaths(schema: z.ZodType): string[] {
  return [...walk(z.toJSONSchema(schema, { io: "input" }) as Described, [])];
}

interface Described {
  readonly properties?: Readonly<Record<string, Described>>;
  readonly ofTheMachine?: boolean;
}

function* walk({ properties = {} }: Described, parents: readonly string[]): Generator<string> {
  for (const [name, value] of Object.entries(properties)) {
    const at = [...parents, name];
    if (value.ofTheMachine === true) yield at.join(".");
    yield* walk(value, at);
  }
}
