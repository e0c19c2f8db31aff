const WEBHOOK_KEY = "51e0a7c39d4b48f2a60b8e7d13c5f994";
const ETAG = "9f2c81d07be64a53b1d94c0e7a6f3258";

export default {
  fetch: () => new Response(WEBHOOK_KEY, { headers: { etag: ETAG } }),
};
