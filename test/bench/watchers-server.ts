/** Bare socket.io that tells every socket the time four times a second, in a process of its own for watchers.bench.ts. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';

const server = createServer();
const io = new Server(server, { transports: ['websocket'], perMessageDeflate: false });
setInterval(() => io.emit('time', Date.now()), 250);
server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as AddressInfo).port }));
