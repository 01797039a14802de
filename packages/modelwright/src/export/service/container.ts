import type { ServiceFacts } from "./service-facts.ts";

/** What the Compose files and the chart need beside Modelwright, in the ranges that it takes as its peers. */
export const PEERS = { "@aws-sdk/client-s3": "^3.900.0", bullmq: "^6.7.0", ioredis: "^6.0.0", pg: "^8.16.0" } as const;

/** A user without a name or a home, who owns nothing in the image. */
export const USER_ID = 1000;

/** Where a container finds files of a registry on PostgreSQL, if they lie in a folder. */
export const FILES = "/files";
/** Where a container keeps copies of what lies on S3, and runs what they work on. */
export const CACHE = "/cache";
/** Where a container finds `tls.crt` and `tls.key`, as Kubernetes names them. */
export const TLS = "/tls";
export const TLS_FLAGS = { "--tls-certificate": `${TLS}/tls.crt`, "--tls-key": `${TLS}/tls.key` } as const;

export const SERVER_PORT = 8000;
export const WORKER_PORT = 9100;
export const READY_PATH = "/v2/health/ready";

export function packageJson({ host, model, product }: ServiceFacts): string {
  const manifest = {
    name: `${host}-service`,
    private: true,
    type: "module",
    engines: { node: ">=20.19" },
    scripts: { start: `modelwright serve ${model} --registry registry` },
    dependencies: { modelwright: product, ...PEERS },
  };
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

/** Two stages: what npm needs to install stays out of the image that runs. */
export function dockerfile({ node, model }: ServiceFacts): string {
  const image = `node:${node}-bookworm-slim`;
  return `# The Node.js with which this folder was exported.
FROM ${image} AS packages
WORKDIR /app
# Tarballs, where Modelwright is installed from some: *.tgz may match nothing.
COPY package.json package-lock.json *.tgz ./
RUN npm ci --omit=dev --ignore-scripts

FROM ${image}
# For a registry on PostgreSQL alone; the one in the image is never written.
RUN install -d -o ${USER_ID} -g ${USER_ID} ${FILES} ${CACHE}
ENV NODE_ENV=production MODELWRIGHT_HOME=/tmp/modelwright
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY package.json ready.mjs ./
COPY registry registry
USER ${USER_ID}:${USER_ID}
EXPOSE ${SERVER_PORT}
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s CMD ["node", "ready.mjs"]
ENTRYPOINT ["node_modules/.bin/modelwright"]
CMD ["serve", "${model}", "--registry", "registry", "--host", "0.0.0.0", "--log"]
`;
}

/** The image's health check: a server answers by HTTP or by HTTPS, a worker at an address of its own. */
export const READY = `// Ends with 0 where one of the addresses answers 200. They are this container's own: certificates are not checked.
import http from "node:http";
import https from "node:https";

const server = ["http", "https"].map((scheme) => \`\${scheme}://127.0.0.1:${SERVER_PORT}${READY_PATH}\`);
const addresses = process.argv.length > 2 ? process.argv.slice(2) : server;

function ask(address) {
  const { get } = address.startsWith("https:") ? https : http;
  return new Promise((resolve, reject) => {
    const request = get(address, { rejectUnauthorized: false }, ({ statusCode }) =>
      statusCode === 200 ? resolve() : reject(new Error(\`\${address} answers \${statusCode}\`)),
    );
    request.on("error", reject);
  });
}

Promise.any(addresses.map(ask)).then(
  () => process.exit(0),
  ({ errors }) => {
    console.error(errors.map(({ message }) => message).join("\\n"));
    process.exit(1);
  },
);
`;

/** Only what the Dockerfile copies: secrets must not get into an image. */
export const DOCKER_IGNORE = `*
!package.json
!package-lock.json
!ready.mjs
!*.tgz
!registry
`;

export const GIT_IGNORE = `node_modules/
secrets/
tls/
.env
`;
