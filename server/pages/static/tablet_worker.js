// Lets the tablet's page open without a network. It keeps the page and what it is drawn with, which say nothing of anybody;
// names and answers go past it.
"use strict";
const CACHE = "halte-tablet";

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("message", (event) => {
  const { page, assets } = event.data;
  event.waitUntil(page ? keep(page, assets) : caches.delete(CACHE));
});
addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/assets/")) event.respondWith(drawn(request));
  else if (request.mode === "navigate" && url.pathname.includes("/o/")) event.respondWith(screen(request, url.pathname));
});

async function keep(page, assets) {
  const cache = await caches.open(CACHE), wanted = new Set([page, ...assets]);
  for (const asset of assets) if (!(await cache.match(asset))) await cache.add(asset);
  const reply = await fetch(page, { credentials: "same-origin", cache: "no-store" });
  if (reply.ok) await cache.put(page, reply);
  // What an earlier version was drawn with goes last: until here that one still opens.
  for (const each of await cache.keys()) if (!wanted.has(new URL(each.url).pathname)) await cache.delete(each);
}

async function drawn(request) {
  return (await caches.match(request)) || fetch(request);
}

async function screen(request, path) {
  let reply;
  try { reply = await fetch(request); } catch { reply = null; }
  // Unpaired meanwhile: it must not open again.
  if (reply && (reply.status === 403 || reply.status === 404)) await caches.delete(CACHE);
  if (reply && reply.status < 502) return reply;
  return (await caches.match(path)) || reply || Response.error();
}
