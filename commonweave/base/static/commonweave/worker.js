"use strict";

// Only on phones whose owner asked for it. Kept is one page without anything personal, and the files it is made of:
// never a page that was visited, a form, a receipt or an answer.

const NAME = "offline";
const PAGE = new URL(self.location).searchParams.get("page");
const DAY = 24 * 60 * 60 * 1000;

const fill = async () => {
  const answer = await fetch(PAGE, { cache: "reload" });
  if (!answer.ok) throw new Error("not there");
  const text = await answer.clone().text();
  const files = [...text.matchAll(/"(\/(?:static|look)\/[^"]+)"/g)].map((found) => found[1]);
  const cache = await caches.open(NAME);
  await cache.addAll([...new Set(files)]);
  await cache.put(PAGE, answer);
  const wanted = new Set([PAGE, ...files].map((path) => new URL(path, self.location).href));
  for (const request of await cache.keys()) if (!wanted.has(request.url)) await cache.delete(request);
};

const refresh = async () => {
  const old = await caches.match(PAGE);
  const age = old ? Date.now() - Date.parse(old.headers.get("Date")) : DAY;
  if (!(age < DAY)) await fill();
};

self.addEventListener("install", (event) => event.waitUntil(fill().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    event.respondWith(
      fetch(request).then(
        (answer) => {
          event.waitUntil(refresh().catch(() => undefined)); // numbers to call may have changed
          return answer;
        },
        async () => (await caches.match(PAGE)) || Response.error(),
      ),
    );
  } else if (/^\/(static|look)\//.test(new URL(request.url).pathname)) {
    event.respondWith(caches.match(request).then((kept) => kept || fetch(request)));
  }
});
