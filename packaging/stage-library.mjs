import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { libraryPackage, ONNX_RUNTIME, ONNX_RUNTIME_VERSION, PLATFORMS } from "./platforms.mjs";

const NOTICES = new URL("./onnxruntime/", import.meta.url);

/** Lays out the package that holds ONNX Runtime's library for one platform, with its licence and notices. */
export async function stageLibrary(platform, folder) {
  const [os, cpu] = platform.split("-");
  const { files, libc } = PLATFORMS[platform];
  const name = libraryPackage(platform);
  await mkdir(join(folder, "lib"), { recursive: true });
  for (const file of files) {
    await copyFile(join(dirname(ONNX_RUNTIME), "bin/napi-v6", os, cpu, file), join(folder, "lib", file));
  }
  for (const file of ["LICENSE", "ThirdPartyNotices.txt"]) await copyFile(new URL(file, NOTICES), join(folder, file));
  const manifest = {
    name,
    version: ONNX_RUNTIME_VERSION,
    description: `ONNX Runtime's shared library for ${platform}, as Modelwright loads it`,
    license: "MIT",
    os: [os],
    cpu: [cpu],
    ...(libc === undefined ? {} : { libc: [libc] }),
    files: ["lib", "ThirdPartyNotices.txt"],
  };
  await writeFile(join(folder, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
  await writeFile(join(folder, "README.md"), readme(name, platform, files));
  return folder;
}

function readme(name, platform, files) {
  return `# ${name}

ONNX Runtime ${ONNX_RUNTIME_VERSION} for ${platform}: ${files.map((file) => `\`${file}\``).join(", ")}, unchanged from
\`onnxruntime-node@${ONNX_RUNTIME_VERSION}\`. \`modelwright\` loads it; nothing runs at installation. ONNX Runtime is
Microsoft's, under the MIT licence (\`LICENSE\`); \`ThirdPartyNotices.txt\` names what is built into it.
`;
}
