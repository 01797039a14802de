import type { NamedGraph } from "../../layers/imported-graph/named-graph.ts";
import type { HeadPlace } from "./head-place.ts";

/** What is known of an imported graph beyond its encoder. */
export interface ImportedGraph {
  readonly file: string;
  /** What the files beside it call the model's family. Absent: they do not. */
  readonly modelType?: string;
  /** As the file has it. */
  readonly opset: number;
  readonly head: HeadPlace;
  /** Whether the recipe said where the head stands. */
  readonly isHeadGiven: boolean;
  /** Further places at which a head may stand, the last of the graph first. */
  readonly places: readonly string[];
  readonly layers: number;
  readonly layersBy: NamedGraph["layersBy"];
  /** Float tensors that stay as they are. */
  readonly constants: readonly string[];
  /** What is computed otherwise than in the file, in words. */
  readonly notes: readonly string[];
}
