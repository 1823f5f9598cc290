/** The plain path, as one would write it in an afternoon: asterisk-manager, knex, socket.io. For pop.bench.ts. */
import { createServer } from 'node:http';
import createManager from 'asterisk-manager';
import knex from 'knex';
import { Server } from 'socket.io';

const [url, amiPort] = process.argv.slice(2);
const database = knex({ client: 'pg', connection: url!, pool: { min: 2, max: 10 } });
const server = createServer();
const io = new Server(server, { transports: ['websocket'] });
io.on('connection', (socket) => void socket.join(`PJSIP/${String(socket.handshake.query['extension'])}`));

interface Told {
  event: string;
  interface: string;
  calleridnum: string;
  linkedid: string;
  destuniqueid: string;
}
const manager = createManager(null, '127.0.0.1', 'u', 'p', true);
manager.on('managerevent', (event: Told) => {
  if (event.event === 'AgentCalled') void pop(event);
  else if (event.event === 'Hangup') void keep(event);
});
manager.connect(Number(amiPort), '127.0.0.1', () => manager.login());

async function pop(event: Told): Promise<void> {
  const number = event.calleridnum;
  const customers = await database('customers')
    .join('customer_phones', 'customers.id', 'customer_phones.customer_id')
    .where('customer_phones.number', number)
    .select('customers.id', 'name', 'address', 'district', 'account', 'meter_kind');
  const calls = await database('calls')
    .where({ party: number })
    .whereNotNull('outcome')
    .orderBy('arrived_at', 'desc')
    .limit(10);
  const [counted] = await database('calls').where({ party: number }).whereNotNull('outcome').count();
  const orders = await database('orders').where({ phone: number }).orderBy('created_at', 'desc').limit(10);
  io.to(event.interface).emit('pop', {
    offer: { callId: event.linkedid, offerId: event.destuniqueid },
    history: { customers, calls, callCount: counted, orders },
  });
}

/** the plain service keeps its calls, too */
async function keep(event: Told): Promise<void> {
  if (event.linkedid === undefined) return;
  await database('anomalies')
    .insert({
      id: `${event.linkedid}:${Math.random()}`,
      at: new Date(),
      name: 'plain-hangup',
      call_id: event.linkedid,
      detail: '',
    })
    .catch(() => undefined);
}

server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as { port: number }).port }));
