import type { Tensor, Value } from "@modelwright/engine";
import type { ModelDefinition, TensorSpecs } from "@modelwright/models";

/** What `forward` gives, by name. */
export type Outputs = Readonly<Record<string, Value>>;

/** A tensor for each output. */
export type TensorsOf<Out extends Outputs> = { readonly [Name in keyof Out]: Tensor };

/** A definition whose outputs are known by name. */
export type DefinitionOf<Out extends Outputs> = ModelDefinition<TensorSpecs, TensorSpecs, Out>;
