/**
 * How the modules of a published model are called here; `#` stands for a layer's number, and a module with a number of its own for itself
 * alone. Tensors keep the last part of their name, `weight` or `bias`.
 */
export interface NameTable {
  /** Affine maps: PyTorch keeps their weights `[outputs, inputs]`, we `[inputs, outputs]`. */
  readonly dense: Readonly<Record<string, string>>;
  /** Affine maps that stand outside the prefix of the others: the output layer of a decoder. Default: none. */
  readonly outside?: Readonly<Record<string, string>>;
  /** Tables and norms, which lie alike. */
  readonly kept: Readonly<Record<string, string>>;
  /** Modules that files may hold and nothing reads: copies of others. Default: none. */
  readonly unread?: readonly string[];
}

/** A tensor under its name on the other side. */
export interface RenamedTensor {
  readonly name: string;
  /** Whether its two axes change places on the way. */
  readonly turned: boolean;
}

/** Names in both directions. */
export interface ParameterNames {
  /** Undefined for a tensor that is none of the model's parameters. */
  toOurs(published: string): RenamedTensor | undefined;
  /** Undefined for a parameter that is not the model's. */
  toPublished(ours: string): RenamedTensor | undefined;
  /** Whether a tensor is none of the model's, but may lie in its files. Default: none may. */
  isUnread?(published: string): boolean;
}

/** Names from TensorFlow's days, which old files have. */
const OLD_LEAVES: Readonly<Record<string, string>> = { gamma: "weight", beta: "bias" };

export interface NamingOptions {
  /** Stands before published names in files that were saved with a head: `bert.`. */
  readonly prefix: string;
  /** In which our parameters stand. Default `encoder.`. */
  readonly scope?: string;
  /** Whether published names are written with the prefix. Default false. */
  readonly keepsPrefix?: boolean;
}

export function parameterNames(
  { dense, outside = {}, kept, unread = [] }: NameTable,
  options: NamingOptions,
): ParameterNames {
  const { prefix, scope = "encoder.", keepsPrefix = false } = options;
  const all = [...Object.entries(dense), ...Object.entries(outside), ...Object.entries(kept)];
  const forwards = new Map(all);
  const backwards = new Map(all.map(([published, ours]) => [ours, published]));
  const affine = [dense, outside];
  const densely = new Set(affine.flatMap((table) => [...Object.keys(table), ...Object.values(table)]));
  const renamed = (name: string, table: ReadonlyMap<string, string>): RenamedTensor | undefined => {
    const dot = name.lastIndexOf(".");
    const leaf = OLD_LEAVES[name.slice(dot + 1)] ?? name.slice(dot + 1);
    const [number] = NUMBER.exec(name) ?? [];
    const module = name.slice(0, dot);
    const pattern = table.has(module) ? module : module.replace(NUMBER, "#");
    const other = table.get(pattern);
    if (other === undefined) return undefined;
    return { name: `${other.replace("#", number ?? "#")}.${leaf}`, turned: leaf === "weight" && densely.has(pattern) };
  };
  const hasPrefix = (name: string) => keepsPrefix && !Object.hasOwn(outside, name.slice(0, name.lastIndexOf(".")));
  return {
    toOurs: (published) => {
      const found = renamed(published.startsWith(prefix) ? published.slice(prefix.length) : published, forwards);
      return found && { ...found, name: scope + found.name };
    },
    toPublished: (ours) => {
      const found = ours.startsWith(scope) ? renamed(ours.slice(scope.length), backwards) : undefined;
      return found && hasPrefix(found.name) ? { ...found, name: prefix + found.name } : found;
    },
    isUnread: (published) => unread.includes(published.slice(0, published.lastIndexOf("."))),
  };
}

/** The number of a layer: the first in a name. */
const NUMBER = /\d+/;
