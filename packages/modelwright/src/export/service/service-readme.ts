import type { ServiceFacts } from "./service-facts.ts";

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

| here                    | what it is                                                                        |
| ----------------------- | --------------------------------------------------------------------------------- |
| \`registry/\`             | the version, with the digests of its files, and the keys' SHA-256; only read      |
| \`secrets/\`              | the keys themselves and passwords, made for this folder alone: never commit them  |
| \`Dockerfile\`            | an image of Node.js, the model and nothing else; not root, its files are not written |
| \`compose.yaml\`          | the same on PostgreSQL, with Prometheus and Grafana                               |
| \`monitoring/\`           | their settings: alert rules and a dashboard                                       |
| \`chart/\`                | a Helm chart                                                                      |

## Keys

\`secrets/client.key\` may ask for predictions, \`secrets/prometheus.key\` may read metrics. More of them, before the
image is built: \`npx modelwright keys create NAME --role predict --registry registry\`.

## As a container

\`\`\`bash
docker build --tag ${host}-service:${version} .
docker run --rm --read-only --tmpfs /tmp --publish 127.0.0.1:8000:8000 ${host}-service:${version}
\`\`\`

## With PostgreSQL, Prometheus and Grafana

\`\`\`bash
docker compose up --build --detach
docker compose run --rm model models list
\`\`\`

The model answers at http://127.0.0.1:8000, Grafana at http://127.0.0.1:3000 (admin, \`secrets/grafana.password\`),
Prometheus at http://127.0.0.1:9090. At its first start the database gets the version of this folder; from then on
what is promoted there is served. Another version, exported by \`modelwright backup\` or trained in a container of the
service (\`docker compose run --rm --volume "$PWD/data:/data" model train /data/recipe.yaml\`), is followed within a
second.

## On Kubernetes

\`\`\`bash
docker tag ${host}-service:${version} REGISTRY/${host}-service:${version} && docker push REGISTRY/${host}-service:${version}
kubectl create secret generic ${host}-keys --from-file=secrets/prometheus.key
helm install ${host} chart --set image.repository=REGISTRY/${host}-service
\`\`\`

\`chart/values.yaml\` says what can be set: replicas, memory, who may ask, and whether Prometheus' operator finds it
(\`monitoring.serviceMonitor.enabled=true\`, \`monitoring.prometheusRule.enabled=true\`). A new version is a new image;
with \`registry.url\` the pods follow a registry on PostgreSQL instead.
`;
}
