// Keeps the card of the last-seen place, and nothing else, for when there is no net.
// Before this stand ASSETS and NOTHING_KEPT, as the server has them.
const CARD = "card";
// Raised when what is kept shall go: what is being fetched then is thrown away.
let forgotten = 0;

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

// Fetched without cookies: as anyone sees it, whoever reads.
const fetched = async (address) => {
  const answer = await fetch(address, { credentials: "omit", cache: "no-store", redirect: "error" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return [address, answer];
};

// The same cards, fetched within the hour, are good enough: no page fetches them again.
const HOUR = 3600e3;
const isFresh = async (addresses) => {
  const kept = await caches.open(CARD);
  const found = await Promise.all(addresses.map((address) => kept.match(address)));
  return found.every((one) => one && Date.now() - Date.parse(one.headers.get("Date")) < HOUR);
};

const keep = async (addresses) => {
  const before = forgotten;
  if (await isFresh([...addresses, ...ASSETS])) return;
  const found = await Promise.all([...addresses, ...ASSETS].map(fetched));
  if (before !== forgotten) return;
  await caches.delete(CARD);
  const kept = await caches.open(CARD);
  for (const [address, answer] of found) await kept.put(address, answer);
  if (before !== forgotten) await caches.delete(CARD);
};

const forget = async () => {
  forgotten += 1;
  await caches.delete(CARD);
  await registration.unregister();
};

// One after the other: the place that was seen last is kept last.
let last = Promise.resolve();
addEventListener("message", (event) => {
  const { keep: addresses, forget: shall } = event.data;
  if (!shall) last = last.then(() => keep(addresses)).catch(() => {});
  event.waitUntil(shall ? forget() : last);
});

const isCard = (request) => new URL(request.url).pathname === "/card";
const track = (address) => new URL(address, location).searchParams.get("track");

// The card that was asked for, else that of the same track, else the last-seen one.
const offline = async (request) => {
  const kept = await caches.open(CARD);
  const cards = (await kept.keys()).filter(isCard);
  const card = cards.find((one) => one.url === request.url)
    || cards.find((one) => track(one.url) === track(request.url)) || cards[0];
  const page = card ? await (await kept.match(card)).text() : NOTHING_KEPT;
  return new Response(page.replace("<html ", "<html data-offline "), {
    headers: {
      "Content-Type": "text/html; charset=utf-8",
      "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'self'",
      "Cache-Control": "no-store",
    },
  });
};

const asset = async (request) => {
  const found = await caches.match(request.url, { cacheName: CARD });
  return found || Response.error();
};

// With a net, everything comes by it.
addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => offline(request)));
  } else if (new URL(request.url).pathname.startsWith("/static/")) {
    event.respondWith(fetch(request).catch(() => asset(request)));
  }
});
