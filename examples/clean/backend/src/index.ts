interface Env {
  DB: D1Database;
  ENVIRONMENT: string;
}

export default {
  async fetch(_request: Request, env: Env): Promise<Response> {
    const started = Date.now();
    await env.DB.prepare("SELECT 1").first();
    return Response.json({
      check_type: "database",
      status: "healthy",
      timestamp: new Date().toISOString(),
      details: env.ENVIRONMENT,
      response_time: Date.now() - started,
    });
  },
};
