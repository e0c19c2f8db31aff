// A small API on D1: notes, and a health check that says what the specification asks for.

interface Env {
  DB: D1Database;
}

async function health(env: Env): Promise<Response> {
  const started = Date.now();
  let status = "healthy";
  let details = "the database answers";
  try {
    await env.DB.prepare("SELECT 1").first();
  } catch {
    status = "unhealthy";
    details = "the database does not answer";
  }
  return Response.json(
    {
      check_type: "database",
      status,
      timestamp: new Date().toISOString(),
      details,
      response_time: Date.now() - started,
    },
    { status: status === "healthy" ? 200 : 503 },
  );
}

async function addNote(request: Request, env: Env): Promise<Response> {
  const { title } = (await request.json()) as { title?: unknown };
  if (typeof title !== "string" || title === "") {
    return Response.json({ error: "title is missing" }, { status: 422 });
  }
  const note = await env.DB.prepare("INSERT INTO notes (title) VALUES (?) RETURNING id, title")
    .bind(title)
    .first();
  return Response.json(note, { status: 201 });
}

async function listNotes(env: Env): Promise<Response> {
  const { results } = await env.DB.prepare("SELECT id, title FROM notes ORDER BY id").all();
  return Response.json({ notes: results });
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/api/health") return health(env);
    if (pathname === "/api/notes" && request.method === "GET") return listNotes(env);
    if (pathname === "/api/notes" && request.method === "POST") return addNote(request, env);
    return Response.json({ error: "there is nothing here" }, { status: 404 });
  },
};
