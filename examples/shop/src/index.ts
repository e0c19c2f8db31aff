interface Env {
  DB: D1Database;
}

export default {
  async fetch(_request, env) {
    const orders = await env.DB.prepare("SELECT id, total FROM orders ORDER BY id DESC LIMIT 20").all();
    return Response.json(orders.results);
  },
} satisfies ExportedHandler<Env>;
