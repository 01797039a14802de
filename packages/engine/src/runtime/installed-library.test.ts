import { join } from "node:path";
import { expect, test } from "vitest";
import { BINDING_PACKAGE, installedLibrary } from "./installed-library.ts";

const own = `@modelwright/onnxruntime-${process.platform}-${process.arch}`;
const inOwn = join("/own", "lib");
const inBinding = join("/binding", "bin", "napi-v6", process.platform, process.arch);

function found(versions: { own?: string; binding?: string }) {
  return installedLibrary((name) => {
    const [folder, version] =
      name === own ? ["/own", versions.own] : name === BINDING_PACKAGE ? ["/binding", versions.binding] : [];
    return version === undefined ? undefined : { path: join(folder!, "package.json"), version };
  });
}

test("takes the platform's own package where there is no other", () => {
  expect(found({ own: "1.30.0" })).toEqual({ directory: inOwn, version: "1.30.0" });
});

test("takes onnxruntime-node of the same version, beside which files for CUDA can lie", () => {
  expect(found({ own: "1.30.0", binding: "1.30.0" })).toEqual({ directory: inBinding, version: "1.30.0" });
});

test("leaves another version of onnxruntime-node to whoever installed it", () => {
  expect(found({ own: "1.30.0", binding: "1.21.0" })).toEqual({ directory: inOwn, version: "1.30.0" });
});

test("takes onnxruntime-node where the platform has no package", () => {
  expect(found({ binding: "1.30.0" })).toEqual({ directory: inBinding, version: "1.30.0" });
});

test("names both packages when neither is installed", () => {
  expect(() => found({})).toThrow(`neither ${own} nor onnxruntime-node is installed`);
});
