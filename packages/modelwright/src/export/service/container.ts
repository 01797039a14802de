import type { ServiceFacts } from "./service-facts.ts";

/** The range of `pg` that the registry takes as its peer: the Compose file keeps versions in PostgreSQL. */
export const PG_RANGE = "^8.16.0";

/** A user without a name or a home, who owns nothing in the image. */
export const USER_ID = 1000;

/** Where a container keeps files of a registry on PostgreSQL. */
export const FILES = "/files";

export function packageJson({ host, model, product }: ServiceFacts): string {
  const manifest = {
    name: `${host}-service`,
    private: true,
    type: "module",
    engines: { node: ">=20.19" },
    scripts: { start: `modelwright serve ${model} --registry registry` },
    dependencies: { modelwright: product, pg: PG_RANGE },
  };
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

/** Two stages: what npm needs to install stays out of the image that runs. */
export function dockerfile({ node, model }: ServiceFacts): string {
  const image = `node:${node}-bookworm-slim`;
  const ready =
    "fetch('http://127.0.0.1:8000/v2/health/ready').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))";
  return `# The Node.js with which this folder was exported.
FROM ${image} AS packages
WORKDIR /app
# Tarballs, where Modelwright is installed from some: *.tgz may match nothing.
COPY package.json package-lock.json *.tgz ./
RUN npm ci --omit=dev --ignore-scripts

FROM ${image}
# For a registry on PostgreSQL alone; the one in the image is never written.
RUN install -d -o ${USER_ID} -g ${USER_ID} ${FILES}
ENV NODE_ENV=production MODELWRIGHT_HOME=/tmp/modelwright
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY package.json ./
COPY registry registry
USER ${USER_ID}:${USER_ID}
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s CMD ["node", "-e", "${ready}"]
ENTRYPOINT ["node_modules/.bin/modelwright"]
CMD ["serve", "${model}", "--registry", "registry", "--host", "0.0.0.0", "--log"]
`;
}

/** Only what the Dockerfile copies: secrets must not get into an image. */
export const DOCKER_IGNORE = `*
!package.json
!package-lock.json
!*.tgz
!registry
`;

export const GIT_IGNORE = `node_modules/
secrets/
`;
