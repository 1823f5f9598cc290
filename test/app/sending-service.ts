/** A service that only sends, to be killed in the middle: `DATABASE=… tsx sending-service.ts`. */
import { openDeliveries } from '../../src/app/deliveries.ts';
import { finishDelivery, releaseDeliveries, takeDeliveries } from '../../src/postgres/deliveries.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { openGuard } from '../../src/webhooks/guard.ts';
import { openPost } from '../../src/webhooks/post.ts';
import { openWebhooks } from '../../src/webhooks/send.ts';

const pool = openPool(process.env['DATABASE']!);
const nothing = () => Promise.reject(new Error('no such wire'));
openDeliveries({
  take: (...asked) => takeDeliveries(pool, ...asked),
  finish: (...told) => finishDelivery(pool, ...told),
  release: (nowMs) => releaseDeliveries(pool, nowMs),
  wires: {
    screen: nothing,
    mail: nothing,
    wechat: nothing,
    webhook: openWebhooks({ post: openPost(openGuard('127.0.0.1'), 3000), now: Date.now }),
  },
  now: Date.now,
  random: Math.random,
  onFault: (cause) => console.error(cause),
  pollMs: 50,
  leaseMs: { webhook: 1000 },
}).start();
