import { describe, expect, test } from "vitest";
import { GraphBuilder } from "../graph/builder.ts";
import type { Graph, Node, Value } from "../graph/graph.ts";
import { differentiate, gradientName } from "./differentiate.ts";

const NODE = { domain: "com.example", attributes: {} } as const;

/** loss = mean((prepare(x) · w)²), where `prepare` is of an operator that the table does not have. */
function graphWith(node: Pick<Node, "inputs" | "outputs">, declared: readonly Value[] = []): Graph {
  const b = new GraphBuilder({ name: "foreign" });
  b.input("x", "float32", ["batch", 2]);
  const w = b.input("w", "float32", [2, 3]);
  const made = b.input("prepared", "float32", ["batch", 2]);
  const y = b.op("MatMul", [made, w]);
  b.output(b.op("ReduceMean", [b.op("Mul", [y, y])], { keepdims: 0 }), "loss");
  const graph = b.build();
  const inputs = graph.inputs.filter(({ name }) => name !== "prepared");
  const foreign: Node = { ...NODE, ...node, name: "prepare", opType: "Prepare" };
  const undeclared = [...graph.values].filter(([name]) => name !== "prepared");
  const values = new Map([...undeclared, ...declared.map((value): [string, Value] => [value.name, value])]);
  return { ...graph, inputs, nodes: [foreign, ...graph.nodes], values };
}

const prepared: Value = { name: "prepared", dtype: "float32", shape: ["batch", 2] };

describe("a node of an operator that the table does not have", () => {
  test("stays as it is where no parameter reaches it", () => {
    const graph = graphWith({ inputs: ["x"], outputs: ["prepared"] }, [prepared]);
    const full = differentiate(graph, { loss: "loss", parameters: ["w"] });
    expect(full.nodes[0]).toEqual(graph.nodes[0]);
    expect(full.values.get(gradientName("w"))?.shape).toEqual([2, 3]);
  });

  test("is refused by name where a gradient would pass it, also without a known type", () => {
    for (const declared of [[prepared], []]) {
      const graph = graphWith({ inputs: ["w"], outputs: ["prepared"] }, declared);
      expect(() => differentiate(graph, { loss: "loss", parameters: ["w"] })).toThrow(
        expect.objectContaining({ code: "ENGINE_OPERATOR_UNKNOWN", message: expect.stringContaining('"prepare"') }),
      );
    }
  });

  test("is refused by name where its output has no type that a gradient could be made of", () => {
    const graph = graphWith({ inputs: ["x"], outputs: ["prepared"] });
    expect(() => differentiate(graph, { loss: "loss", parameters: ["w"] })).toThrow(
      expect.objectContaining({ code: "ENGINE_OPERATOR_UNKNOWN" }),
    );
  });
});

test("a form that its rule refuses stays as it is where no parameter reaches it, and is refused elsewhere", () => {
  const resized: Node = {
    name: "resize",
    opType: "Resize",
    domain: "",
    inputs: ["image", "", "scales"],
    outputs: ["prepared"],
    attributes: { mode: { type: "string", value: "cubic" } },
  };
  const graph = graphWith({ inputs: ["x"], outputs: ["prepared"] }, [prepared]);
  const of = (image: string): Graph => ({
    ...graph,
    nodes: [{ ...resized, inputs: [image, "", "w"] }, ...graph.nodes.slice(1)],
  });
  expect(differentiate(of("x"), { loss: "loss", parameters: ["x"].slice(1) }).nodes[0]?.name).toBe("resize");
  expect(() => differentiate(of("w"), { loss: "loss", parameters: ["w"] })).toThrow(/mode is nearest or linear/);
});
