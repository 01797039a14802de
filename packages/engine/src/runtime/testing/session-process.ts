import { buffer } from "node:stream/consumers";
import { elementCount, tensorFrom } from "../../tensor/tensor.ts";
import { createCApiRuntime } from "../c-api/c-api-runtime.ts";

/** A process of its own for a model that may end it: reads the model from standard input, runs it on 0, 1, 2 …, and prints the first output. */
const runtime = await createCApiRuntime();
const session = await runtime.createSession(await buffer(process.stdin), { threads: 1 });
const feeds = session.inputs.map(({ name, shape }) => {
  const sizes = shape.map((size) => (typeof size === "number" && size > 0 ? size : 1));
  return [name, tensorFrom("float32", sizes, [...Array(elementCount(sizes)).keys()])] as const;
});
const outputs = await session.run(Object.fromEntries(feeds));
process.stdout.write(JSON.stringify(Array.from(outputs[session.outputs[0]!.name]!.data, Number)));
session.release();
