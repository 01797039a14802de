import type { FastifyInstance } from "fastify";

/** Sends a JSON body to an application that does not listen. */
export async function post(app: FastifyInstance, url: string, body: unknown) {
  const response = await app.inject({
    method: "POST",
    url,
    headers: { "content-type": "application/json" },
    payload: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.statusCode, headers: response.headers, body: response.json() };
}

export async function get(app: FastifyInstance, url: string) {
  const response = await app.inject({ method: "GET", url });
  return { status: response.statusCode, headers: response.headers, body: response.json() };
}
