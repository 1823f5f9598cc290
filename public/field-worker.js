// The field worker's page opens without network: what was fetched last is kept. Nothing of /api is ever kept here.
const KEPT = 'field-1';

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin || url.pathname.startsWith('/api/')) return;
  if (url.pathname.startsWith('/socket.io/')) return;
  const asset = url.pathname.startsWith('/assets/');
  event.respondWith(
    (async () => {
      const cache = await caches.open(KEPT);
      const key = request.mode === 'navigate' ? '/field' : request;
      const known = await cache.match(key);
      // an asset's name tells its content
      if (known && asset) return known;
      try {
        const fresh = await fetch(request);
        if (fresh.ok) await cache.put(key, fresh.clone());
        return fresh;
      } catch (fault) {
        if (known) return known;
        throw fault;
      }
    })(),
  );
});
