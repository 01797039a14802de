/**
 * How the modules of a published model are called here; `#` stands for a layer's number. Tensors keep the last part of their name, `weight`
 * or `bias`.
 */
export interface NameTable {
  /** Affine maps: PyTorch keeps their weights `[outputs, inputs]`, we `[inputs, outputs]`. */
  readonly dense: Readonly<Record<string, string>>;
  /** Tables and norms, which lie alike. */
  readonly kept: Readonly<Record<string, string>>;
}

/** A tensor under its name on the other side. */
export interface RenamedTensor {
  readonly name: string;
  /** Whether its two axes change places on the way. */
  readonly turned: boolean;
}

/** Names in both directions. */
export interface ParameterNames {
  /** Undefined for a tensor that is none of the encoder's parameters. */
  toOurs(published: string): RenamedTensor | undefined;
  /** Undefined for a parameter that is not the encoder's. */
  toPublished(ours: string): RenamedTensor | undefined;
}

/** Our encoders' parameters stand in this scope. */
const SCOPE = "encoder.";

/** Names from TensorFlow's days, which old files have. */
const OLD_LEAVES: Readonly<Record<string, string>> = { gamma: "weight", beta: "bias" };

/**
 * @param prefix Stands before published names in files that were saved with a head: `bert.`.
 */
export function parameterNames({ dense, kept }: NameTable, prefix: string): ParameterNames {
  const all = [...Object.entries(dense), ...Object.entries(kept)];
  const forwards = new Map(all);
  const backwards = new Map(all.map(([published, ours]) => [ours, published]));
  const densely = new Set([...Object.keys(dense), ...Object.values(dense)]);
  const renamed = (name: string, table: ReadonlyMap<string, string>): RenamedTensor | undefined => {
    const dot = name.lastIndexOf(".");
    const leaf = OLD_LEAVES[name.slice(dot + 1)] ?? name.slice(dot + 1);
    const [number] = NUMBER.exec(name) ?? [];
    const pattern = number === undefined ? name.slice(0, dot) : name.slice(0, dot).replace(NUMBER, "#");
    const other = table.get(pattern);
    if (other === undefined) return undefined;
    return { name: `${other.replace("#", number ?? "#")}.${leaf}`, turned: leaf === "weight" && densely.has(pattern) };
  };
  return {
    toOurs: (published) => {
      const found = renamed(published.startsWith(prefix) ? published.slice(prefix.length) : published, forwards);
      return found && { ...found, name: SCOPE + found.name };
    },
    toPublished: (ours) => (ours.startsWith(SCOPE) ? renamed(ours.slice(SCOPE.length), backwards) : undefined),
  };
}

/** The number of a layer: the first in a name. */
const NUMBER = /\d+/;
