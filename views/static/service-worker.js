// Keeps the card of the last-seen place, and nothing else, for when there is no net.
// Before this stand ASSETS and NOTHING_KEPT, as the server has them.
const CARD = "card";
// Raised when what is kept shall go: what is being fetched then is thrown away.
let forgotten = 0;

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

const LONGEST = 60e3;
// Fetched without cookies: as anyone sees it, whoever reads.
const fetched = async (address) => {
  const answer = await fetch(address, { credentials: "omit", cache: "no-store", redirect: "error", signal: AbortSignal.timeout(LONGEST) });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return [address, answer];
};

// To open what is not there would make it: where all is forgotten nothing is left.
const opened = async () => await caches.has(CARD) ? caches.open(CARD) : undefined;

// The same cards, fetched within the hour, are good enough: no page fetches them again.
const HOUR = 3600e3;
const isFresh = async (addresses) => {
  const kept = await opened();
  if (!kept) return false;
  const found = await Promise.all(addresses.map((address) => kept.match(address)));
  return found.every((one) => one && Date.now() - Date.parse(one.headers.get("Date")) < HOUR);
};

const keep = async (addresses, before) => {
  if (before !== forgotten || await isFresh([...addresses, ...ASSETS])) return;
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
  // As it was when asked: what is forgotten before its turn comes is not kept.
  const before = forgotten;
  if (!shall) last = last.then(() => keep(addresses, before)).catch(() => {});
  event.waitUntil(shall ? forget() : last);
});

const isCard = (request) => new URL(request.url).pathname === "/card";
const asked = (address, name) => new URL(address, location).searchParams.get(name);

// The card that was asked for, else that of the same track, else the last-seen one.
const keptCard = async (request) => {
  const cards = (await (await opened())?.keys() ?? []).filter(isCard);
  return cards.find((one) => isSame(one, request))
    || cards.find((one) => asked(one.url, "track") === asked(request.url, "track"))
    || cards[0];
};
const isSame = (card, request) => isCard(request)
  && ["place", "track"].every((name) => asked(card.url, name) === asked(request.url, name));

const withoutNet = async (request) => {
  const card = await keptCard(request);
  const page = card ? await (await caches.match(card, { cacheName: CARD })).text() : NOTHING_KEPT;
  const other = !card || isSame(card, request) ? "" : "data-other ";
  return new Response(page.replace("<html ", `<html data-offline ${other}`), {
    headers: {
      "Content-Type": "text/html; charset=utf-8",
      "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'self'",
      "Referrer-Policy": "same-origin",
      "Cache-Control": "no-store",
    },
  });
};

// A net that does not answer is as none: the card comes instead. Whoever asks again from
// there waits for as long as it takes.
const PATIENCE = 4000;
const fromNet = async (request) => {
  const answer = fetch(request);
  let patience;
  const slow = new Promise((then) => { patience = setTimeout(then, PATIENCE); }).then(async () => (
    request.referrer !== request.url && await keptCard(request) ? withoutNet(request) : answer
  ));
  try {
    return await Promise.race([answer, slow]);
  } catch {
    return withoutNet(request);
  } finally {
    clearTimeout(patience);
  }
};

// The name of an asset holds its content: what is kept is what the net has.
const asset = async (request) => (
  await caches.match(request.url, { cacheName: CARD }) || fetch(request)
);

addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    event.respondWith(fromNet(request));
  } else if (new URL(request.url).pathname.startsWith("/static/")) {
    event.respondWith(asset(request));
  }
});
