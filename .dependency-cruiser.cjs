/** Which package may import which: the arrows of ARCHITECTURE.md. */
const arrows = {
  contracts: [],
  engine: ["contracts"],
  pages: ["contracts"],
  models: ["contracts", "engine"],
  data: ["contracts", "engine"],
  evaluation: ["contracts", "engine", "pages"],
  training: ["contracts", "engine", "models", "data", "evaluation"],
  registry: ["contracts"],
  inference: ["contracts", "engine", "data"],
  server: ["contracts", "engine", "inference", "pages", "registry"],
  modelwright: [
    "contracts",
    "engine",
    "pages",
    "models",
    "data",
    "evaluation",
    "training",
    "registry",
    "inference",
    "server",
  ],
};

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    ...Object.entries(arrows).map(([name, allowed]) => ({
      name: `arrows-of-${name}`,
      severity: "error",
      comment: `${name} may import ${allowed.length === 0 ? "no package of ours" : allowed.join(", ")}`,
      from: { path: `^packages/${name}/src` },
      to: { path: "^packages/([^/]+)/", pathNot: `^packages/(${[name, ...allowed].join("|")})/` },
    })),
    {
      name: "one-door",
      severity: "error",
      comment: "a package is entered through its exports, never through its folders",
      from: { path: "^packages/([^/]+)/src" },
      to: { path: "^packages/[^/]+/src", pathNot: "^packages/$1/src" },
    },
    {
      name: "one-door-to-onnx-runtime",
      severity: "error",
      comment: "only engine/src/runtime knows ONNX Runtime's packages",
      from: { path: "^packages", pathNot: "^packages/engine/src/runtime/|\\.test\\.ts$" },
      to: { path: "node_modules/(onnxruntime-node|koffi)" },
    },
    {
      name: "no-cycles",
      severity: "error",
      comment: "modules do not import each other, not for types either: what both need is a module of its own",
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules|/dist/" },
    tsPreCompilationDeps: "specify",
    tsConfig: { fileName: "tsconfig.base.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "default"],
      extensions: [".ts", ".js", ".d.ts"],
    },
    exclude: { path: "\\.test\\.ts$" },
  },
};
