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

/** As `encoderLayers`, of any network. */
export function layersOf(built: BuiltModel): EncoderLayers {
  const layers = [...new Set(built.segments)];
  const names = [...built.parameters.keys()];
  const isInLayer = (name: string) => layers.some((layer) => name.startsWith(layer));
  const belowAll = new Set(names.slice(0, Math.max(0, names.findIndex(isInLayer))).map(scopeOf));
  return {
    count: layers.length,
    depthOf: (name) => {
      if (belowAll.has(scopeOf(name))) return layers.length;
      const layer = layers.findIndex((beginning) => name.startsWith(beginning));
      return layer < 0 ? 0 : layers.length - 1 - layer;
    },
  };
}

function scopeOf(name: string): string {
  return name.slice(0, name.lastIndexOf("."));
}
