import { type BuiltModel, buildTextEncoder, type LoadedPretrained } from "@modelwright/models";

/** An encoder as a stack of layers. */
export interface EncoderLayers {
  /** 0 where the architecture does not tell its layers apart. */
  readonly count: number;
  /**
   * How far a parameter of the encoder lies below its top: 0 in the last layer and above it, `count` below the first layer, in the embeddings.
   */
  readonly depthOf: (name: string) => number;
}

/** Tells the layers of an encoder apart, by the segments of its architecture and the order in which it asks for its parameters. */
export function encoderLayers({ encoder, parameters }: LoadedPretrained): EncoderLayers {
  return layersOf(buildTextEncoder({ architecture: encoder, parameters }));
}

/**
 * As `encoderLayers`, of any network. What an encoder has between its layers and those of its decoder lies as deep as the layer before it.
 */
export function layersOf(built: BuiltModel): EncoderLayers {
  const layers = [...new Set(built.segments)];
  const layerOf = (name: string) => layers.findIndex((beginning) => name.startsWith(beginning));
  const depths = new Map<string, number>();
  let depth = layers.length;
  for (const name of built.parameters.keys()) {
    const layer = layerOf(name);
    if (layer >= 0) depth = layers.length - 1 - layer;
    const scope = scopeOf(name);
    if (!depths.has(scope)) depths.set(scope, depth);
  }
  return {
    count: layers.length,
    depthOf: (name) => {
      const layer = layerOf(name);
      return depths.get(scopeOf(name)) ?? (layer < 0 ? 0 : layers.length - 1 - layer);
    },
  };
}

function scopeOf(name: string): string {
  return name.slice(0, name.lastIndexOf("."));
}
