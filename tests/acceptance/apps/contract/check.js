// Asks a server as the original's dashboard does and holds every answer against schemas of zod, the
// validator its client uses: `node check.js`. The address comes from SERVER_URL, the session's
// cookie from COOKIE, the project from PROJECT.
// Prints one line a route; exits with 1 if an answer breaks a schema.
import { z } from "zod";

const { SERVER_URL, COOKIE, PROJECT } = process.env;

const date = z.iso.datetime();
const uuid = z.uuid();
const int = z.int();
const user = z.object({ id: z.int().positive(), email: z.email(), is_admin: z.boolean() });
const project = z.object({
  id: int,
  name: z.string(),
  slug: z.string(),
  sentry_key: uuid,
  dsn: z.string(),
  stored_event_count: int,
  digested_event_count: int,
  created_at: date,
  updated_at: date,
});
const issue = z.object({
  id: uuid,
  project_id: int,
  short_id: z.string(),
  title: z.string(),
  value: z.string(),
  first_seen: date,
  last_seen: date,
  event_count: int,
  level: z.string().nullable(),
  platform: z.string().nullable(),
  is_resolved: z.boolean(),
  is_muted: z.boolean(),
});
const event = z.object({
  id: uuid,
  event_id: uuid,
  issue_id: uuid,
  title: z.string(),
  timestamp: date,
  level: z.string(),
  platform: z.string(),
  release: z.string(),
  environment: z.string(),
});
const eventDetail = event.extend({
  ingested_at: date,
  server_name: z.string(),
  sdk_name: z.string(),
  sdk_version: z.string(),
  data: z.record(z.string(), z.unknown()),
});
const token = z.object({
  id: int,
  token_prefix: z.string(),
  description: z.string().nullable(),
  created_at: date,
  last_used_at: date.nullable(),
});
const newToken = z.object({
  id: int,
  token: z.string(),
  description: z.string().nullable(),
  created_at: date,
});
const numbered = (item) =>
  z.object({
    items: z.array(item),
    total_count: int,
    page: int,
    per_page: int,
    total_pages: int,
  });
const byCursor = (item) =>
  z.object({
    items: z.array(item),
    next_cursor: z.string().optional(),
    has_more: z.boolean(),
  });

let broken = 0;

async function ask(method, path, schema, status = 200, body = undefined) {
  const response = await fetch(SERVER_URL + path, {
    method,
    headers: { "Content-Type": "application/json", Cookie: `rustrak_session=${COOKIE}` },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  const json = text === "" ? undefined : JSON.parse(text);
  const result = schema.safeParse(json);
  const fits = result.success && response.status === status;
  if (!fits) broken += 1;
  const why = result.success ? "" : JSON.stringify(result.error.issues);
  console.log(`${fits ? "fits" : "BREAKS"} ${method} ${path} ${response.status} ${why}`);
  return json;
}

const nothing = z.undefined();
const here = `/api/projects/${PROJECT}`;
await ask("GET", "/auth/me", user);
await ask("GET", "/api/projects?page=1&per_page=20", numbered(project));
const made = await ask("POST", "/api/projects", project, 201, { name: "Made by a client" });
await ask("GET", `/api/projects/${made.id}`, project);
await ask("PATCH", `/api/projects/${made.id}`, project, 200, { name: "Renamed" });
await ask("DELETE", `/api/projects/${made.id}`, nothing, 204);
for (const filter of ["open", "resolved", "muted", "all"]) {
  const query = `page=1&per_page=20&sort=last_seen&order=desc&filter=${filter}`;
  await ask("GET", `${here}/issues?${query}`, numbered(issue));
}
const { items: issues } = await ask("GET", `${here}/issues?filter=all`, numbered(issue));
for (const { id } of issues) {
  const path = `${here}/issues/${id}`;
  await ask("GET", path, issue);
  for (const change of [{ is_muted: true }, { is_resolved: true }, { is_resolved: false }, {}]) {
    await ask("PATCH", path, issue, 200, change);
  }
  for (const order of ["desc", "asc"]) {
    const page = await ask("GET", `${path}/events?order=${order}`, byCursor(event));
    await ask("GET", `${path}/events/${page.items[0].id}`, eventDetail);
    if (page.has_more) {
      const next = `${path}/events?order=${order}&cursor=${page.next_cursor}`;
      await ask("GET", next, byCursor(event));
    }
  }
  await ask("DELETE", path, nothing, 204);
}
const secret = await ask("POST", "/api/tokens", newToken, 201, {});
await ask("GET", "/api/tokens", z.array(token));
await ask("GET", `/api/tokens/${secret.id}`, token);
await ask("DELETE", `/api/tokens/${secret.id}`, nothing, 204);
await ask("POST", "/auth/logout", nothing, 204);
console.log(`issues seen: ${issues.length}`);
process.exit(broken === 0 && issues.length > 0 ? 0 : 1);
