// Writes the tarballs that a user installs: npm run pack -- --out DIR. Run after a build.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs, promisify } from "node:util";
import { PLATFORMS } from "./platforms.mjs";
import { stageLibrary } from "./stage-library.mjs";
import { stageProduct } from "./stage-product.mjs";

const run = promisify(execFile);

const { values } = parseArgs({ options: { out: { type: "string" }, platform: { type: "string", multiple: true } } });
if (values.out === undefined) {
  process.stderr.write("usage: npm run pack -- --out DIR [--platform linux-x64 …]\n");
  process.exit(2);
}
const unknown = values.platform?.find((name) => !Object.hasOwn(PLATFORMS, name));
if (unknown !== undefined) {
  process.stderr.write(`pack: no platform ${unknown}; there are ${Object.keys(PLATFORMS).join(", ")}\n`);
  process.exit(2);
}

const out = resolve(values.out);
const staging = await mkdtemp(join(tmpdir(), "modelwright-pack-"));
try {
  await mkdir(out, { recursive: true });
  const folders = [await stageProduct(join(staging, "modelwright"))];
  for (const platform of values.platform ?? Object.keys(PLATFORMS)) {
    folders.push(await stageLibrary(platform, join(staging, platform)));
  }
  for (const folder of folders) {
    const { stdout } = await run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", out], {
      cwd: folder,
      maxBuffer: 2 ** 26,
      shell: process.platform === "win32",
    });
    const [{ filename, size, unpackedSize }] = Object.values(JSON.parse(stdout));
    console.log(`${join(out, filename)}  ${megabytes(size)}, ${megabytes(unpackedSize)} unpacked`);
  }
} finally {
  await rm(staging, { recursive: true, force: true });
}

function megabytes(size) {
  return `${(size / 1e6).toFixed(1)} MB`;
}
