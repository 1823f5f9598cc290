/**
 * The one place where a connection becomes a line (WebSocket): it is made safe, its target is read, and who has claimed
 * the path gets it. What nobody claimed is answered and closed; nobody else listens for `upgrade`.
 */
import { STATUS_CODES, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import proxyAddress from 'proxy-addr';

/** Takes the connection over; a number is the HTTP status with which it is turned away. */
export type TakeUpgrade = (
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  url: URL,
) => void | number | Promise<void | number>;

export interface Upgrades {
  /** this path, with or without a stroke at its end, is this line's; nothing below it is */
  claim(path: string, take: TakeUpgrade): void;
  /** where a line's request comes from, through so many proxies as are trusted */
  addressOf(request: IncomingMessage): string;
}

/** so long it may take until a line stands; a connection that says nothing more is closed */
const HANDSHAKE_MS = 15_000;
/** so long who is turned away has to read why */
const LINGER_MS = 2000;

export function openUpgrades(server: Server, onFault: (fault: unknown) => void, trustProxy = 0): Upgrades {
  const lines = new Map<string, TakeUpgrade>();

  server.on('upgrade', (request, socket, head) => {
    // first of all: a reset that nobody listens to would end the process
    socket.on('error', () => socket.destroy());
    if (!wantsWebSocket(request)) return goOnWithoutUpgrade(server, request, socket, head);
    // ws takes the time limit off when the line stands
    (socket as Socket).setTimeout(HANDSHAKE_MS, () => socket.destroy());
    const url = targetOf(request.url ?? '');
    if (!url) return turnAway(socket, 400);
    const take = lines.get(withoutLastStroke(url.pathname));
    if (!take) return turnAway(socket, 404);
    void hand(take, request, socket, head, url);
  });

  async function hand(take: TakeUpgrade, ...line: Parameters<TakeUpgrade>): Promise<void> {
    const [, socket] = line;
    try {
      const status = await take(...line);
      if (typeof status === 'number') turnAway(socket, status);
    } catch (fault) {
      onFault(fault);
      turnAway(socket, 503);
    }
  }

  return {
    claim: (path, take) => void lines.set(withoutLastStroke(path), take),
    addressOf: (request) => proxyAddress(request, (_address, hop) => hop < trustProxy),
  };
}

function withoutLastStroke(path: string): string {
  return path.replace(/\/$/, '');
}

/** A path, or the absolute form, of which the path counts (RFC 9112, 3.2); null: it can't be read. */
function targetOf(target: string): URL | null {
  try {
    if (target.startsWith('/')) return new URL(`http://localhost${target}`);
    return /^https?:\/\//i.test(target) ? new URL(target) : null;
  } catch {
    return null;
  }
}

function wantsWebSocket(request: IncomingMessage): boolean {
  const wanted = request.headers.upgrade ?? '';
  return wanted.split(',').some((protocol) => protocol.trim().toLowerCase() === 'websocket');
}

/**
 * Another protocol is offered (Java and curl offer HTTP/2, `h2c`) that is not spoken here: the request is answered as if
 * nothing had been offered (RFC 9110, 7.8). Node has let go of the connection by then, and gets it back from the start.
 */
function goOnWithoutUpgrade(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const names = request.rawHeaders.filter((_, at) => at % 2 === 0);
  const headers = names.flatMap((name, nth) =>
    /^upgrade$/i.test(name) ? [] : [`${name}: ${request.rawHeaders[nth * 2 + 1]}`],
  );
  const start = `${request.method} ${request.url} HTTP/${request.httpVersion}`;
  socket.unshift(Buffer.concat([Buffer.from([start, ...headers, '', ''].join('\r\n'), 'latin1'), head]));
  server.emit('connection', socket);
}

function turnAway(socket: Duplex, status: number): void {
  if (!socket.writable) return void socket.destroy();
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  // what is still sent is read and forgotten, so that the answer arrives; but not for ever
  socket.resume();
  const closing = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(closing));
}
