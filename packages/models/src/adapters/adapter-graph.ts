import { type Graph, GraphBuilder, tensor } from "@modelwright/engine";
import type { Parameters } from "../parameters/parameter.ts";
import { ADAPTER_PARAMETERS, adapterScale } from "./low-rank-adapters.ts";
import type { AdapterSettings } from "./peft-adapter.ts";

/**
 * What adapters added to the weights of the plain model, as a graph: without inputs, and for each weight an output of its name, the product of
 * the adapter's two matrices. What the product is multiplied by is contained in the second one.
 *
 * Undefined for DoRA, which does not add to weights alone.
 *
 * @param trained The adapters' parameters; others are passed over.
 */
export function adapterGraph(trained: Parameters, settings: AdapterSettings): Graph | undefined {
  if (settings.dora === true) return undefined;
  const scale = adapterScale(settings);
  const b = new GraphBuilder({ name: "adapter" });
  for (const names of Object.values(ADAPTER_PARAMETERS)) {
    for (const [name, { tensor: first }] of trained) {
      if (!name.endsWith(`.${names.a}`)) continue;
      const layer = name.slice(0, -names.a.length - 1);
      const second = trained.get(`${layer}.${names.b}`)!.tensor;
      const scaled = tensor(
        "float32",
        second.shape,
        second.data.map((value) => scale * value),
      );
      const output = `${layer}.weight`;
      const inputs = [b.initializer(name, first).name, b.initializer(`${layer}.${names.b}`, scaled).name];
      b.output(
        b.addNode({ name: output, opType: "MatMul", domain: "", inputs, outputs: [output], attributes: {} })[0]!,
      );
    }
  }
  return b.build();
}
