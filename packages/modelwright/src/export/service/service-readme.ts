import { TLS, TLS_FLAGS, USER_ID } from "./container.ts";
import type { ServiceFacts } from "./service-facts.ts";

const tlsFlags = Object.entries(TLS_FLAGS).flat().join(" ");

/** What somebody needs who gets the folder and has never heard of Modelwright. */
export function serviceReadme({ model, version, task, host, product }: ServiceFacts): string {
  return `# ${model}, version ${version}, as a service

A model (${task}) that answers over HTTP, exported by Modelwright ${product}. Node.js ≥ 20.19 is all that it needs.

\`\`\`bash
npm install      # writes package-lock.json: keep it, the image is built from it
npm start        # http://127.0.0.1:8000
curl http://127.0.0.1:8000/v1/models -H "authorization: Bearer $(cat secrets/client.key)"
\`\`\`

Every route is in \`/openapi.json\`. If \`npm install\` does not find modelwright ${product}: copy the tarballs that
\`npm run pack\` writes in its repository into this folder, and run \`npm install ./*.tgz\` instead.

| here                          | what it is                                                                       |
| ----------------------------- | -------------------------------------------------------------------------------- |
| \`registry/\`                   | the version, with the digests of its files, and the keys' SHA-256; only read     |
| \`secrets/\`                    | the keys themselves and passwords, made for this folder alone: never commit them |
| \`Dockerfile\`, \`ready.mjs\`     | an image of Node.js, the model and nothing else; not root, its files are not written, with its health check |
| \`compose.yaml\`                | the same by Compose, and Prometheus and Grafana                                  |
| \`compose.team.yaml\`           | beside it: a registry on PostgreSQL and S3, a queue on Redis and its worker      |
| \`compose.tls.yaml\`            | beside them: HTTPS                                                               |
| \`.env.example\`                | which of them are started, and with what                                         |
| \`monitoring/\`                 | settings of Prometheus and Grafana: alert rules and a dashboard                  |
| \`chart/\`                      | a Helm chart                                                                     |

## Keys

\`secrets/client.key\` may ask for predictions, \`secrets/prometheus.key\` may read metrics. More of them, before the
image is built: \`npx modelwright keys create NAME --role predict --registry registry\`.

## As a container

\`\`\`bash
docker build --tag ${host}-service:${version} .
docker run --rm --read-only --tmpfs /tmp --publish 127.0.0.1:8000:8000 ${host}-service:${version}
\`\`\`

With HTTPS, by a certificate and its key that user ${USER_ID} can read:

\`\`\`bash
docker run --rm --read-only --tmpfs /tmp --publish 443:8000 --volume "$PWD/tls:${TLS}:ro" ${host}-service:${version} \\
  serve ${model} --registry registry --host 0.0.0.0 --log ${tlsFlags}
\`\`\`

## With Compose

\`\`\`bash
docker compose up --build --detach                        # the model alone
docker compose --profile monitoring up --build --detach   # and Prometheus and Grafana
\`\`\`

The model answers at http://127.0.0.1:8000, Grafana at http://127.0.0.1:3000 (admin, \`secrets/grafana.password\`),
Prometheus at http://127.0.0.1:9090. \`package-lock.json\` must be there (\`npm install\`).

**For a team.** Copy \`.env.example\` to \`.env\` and take the \`#\` away before
\`COMPOSE_FILE=compose.yaml:compose.team.yaml\`; every command of \`docker compose\` then has both files:

\`\`\`bash
docker compose up --build --detach
docker compose run --rm model models list
\`\`\`

At their first start PostgreSQL and the store get the version of this folder; from then on what is promoted there is
served within a second. \`docker compose run --rm --volume "$PWD/data:/data" model train /data/recipe.yaml\` trains
another one.

The worker answers jobs that programs put on Redis, at \`redis://:PASSWORD@127.0.0.1:6379\` with
\`secrets/queue.password\`, queue \`predictions\`; \`docker compose up --detach --scale worker=3\` starts more of them.

**HTTPS.** Put \`tls.crt\` and \`tls.key\` into a folder \`tls\`, readable by user ${USER_ID}, and add \`:compose.tls.yaml\`
to \`COMPOSE_FILE\`. Certificates that are renewed there are taken within seconds. \`LISTEN=0.0.0.0:443\` lets other
machines in; without it the port is open to this machine alone.

## On Kubernetes

\`\`\`bash
docker tag ${host}-service:${version} REGISTRY/${host}-service:${version} && docker push REGISTRY/${host}-service:${version}
kubectl create secret generic ${host}-keys --from-file=secrets/prometheus.key
helm install ${host} chart --set image.repository=REGISTRY/${host}-service
\`\`\`

\`chart/values.yaml\` says what can be set: replicas, memory, who may ask, and whether Prometheus' operator finds it
(\`monitoring.serviceMonitor.enabled=true\`, \`monitoring.prometheusRule.enabled=true\`). A new version is a new image;
with \`registry.url\` the pods follow a registry on PostgreSQL instead, its files in a claim or on S3. \`tls.secretName\`
makes it answer by HTTPS, \`worker.enabled\` adds pods that answer a queue:

\`\`\`bash
kubectl create secret generic ${host}-redis --from-literal=url=rediss://:PASSWORD@redis.example:6379
helm upgrade ${host} chart --reuse-values --set worker.enabled=true,worker.redisSecret=${host}-redis
\`\`\`
`;
}
