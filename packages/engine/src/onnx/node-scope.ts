import type { Message } from "./schema.ts";

/** Where PyTorch's newer exporter keeps the modules around a node, the inner ones behind the outer ones. */
const KEY = "pkg.torch.onnx.name_scopes";
/** Far beyond what the names of modules take. */
const LONGEST = 2000;

/** The module that a node comes from, as names of nodes say it elsewhere: `/encoder/layer.0/dense/linear`. */
export function nodeScope({ metadataProps = [] }: Message<"NodeProto">): string | undefined {
  const text = metadataProps.find(({ key }) => key === KEY)?.value ?? "";
  if (text === "" || text.length > LONGEST) return undefined;
  const scopes = Array.from(text.matchAll(/'([^']*)'/g), ([, scope = ""]) => scope);
  const module = scopes.at(-2) ?? "";
  return module === "" ? undefined : `/${module}/${scopes.at(-1)}`;
}
