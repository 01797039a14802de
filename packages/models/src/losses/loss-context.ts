import type { LayerContext } from "../layers/layer-context.ts";

/** What a loss builds into. A loss has no parameters, so a bare graph will do: `{ b }`. */
export type LossContext = Pick<LayerContext, "b">;
