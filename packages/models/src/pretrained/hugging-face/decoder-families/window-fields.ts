import { z } from "zod";
import { LAYERS, sizeField } from "../config-fields.ts";

/** No published window comes near to it. */
export const LONGEST_WINDOW = 16_777_216;

/** Which layers of a Qwen see a window only, and how wide it is. */
export const windowFields = {
  use_sliding_window: z.boolean().default(false),
  sliding_window: sizeField(LONGEST_WINDOW).nullish(),
  max_window_layers: z.int().min(0).max(LAYERS).default(28),
  layer_types: z.array(z.enum(["full_attention", "sliding_attention"])).nullish(),
};

type WindowFields = z.output<z.ZodObject<typeof windowFields>> & { readonly num_hidden_layers: number };

/** What `llama` is told by these fields: without `layer_types`, the first `max_window_layers` see everything. */
export function windowsOf(config: WindowFields): (number | undefined)[] {
  const { use_sliding_window, sliding_window, max_window_layers, layer_types, num_hidden_layers: layers } = config;
  const window = use_sliding_window ? (sliding_window === undefined ? 4096 : (sliding_window ?? undefined)) : undefined;
  return Array.from({ length: layers }, (_, layer) => {
    const isWindowed = layer_types ? layer_types[layer] === "sliding_attention" : layer >= max_window_layers;
    return isWindowed ? window : undefined;
  });
}

export function checkWindows(config: WindowFields, context: z.core.$RefinementCtx<WindowFields>): void {
  const { layer_types, num_hidden_layers } = config;
  if (!layer_types || layer_types.length === num_hidden_layers) return;
  const message = `must name as many layers as num_hidden_layers: ${num_hidden_layers}`;
  context.addIssue({ code: "custom", path: ["layer_types"], message });
}
