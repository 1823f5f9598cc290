import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { PbxSite } from '../../src/setup/pbx-files.ts';

/** The switch's manager as if its clock were off: every Timestamp that it writes is moved on the way. */
export interface ShiftedFeed {
  port: number;
  /** by so much, from the next event on */
  shiftMs: number;
  close(): void;
}

export async function openShiftedFeed(site: PbxSite): Promise<ShiftedFeed> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(site.amiPort, site.address);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far);
    let rest = '';
    far.on('data', (bytes) => {
      // bytes as they are: a line may end in the next packet
      const text = rest + bytes.toString('latin1');
      const whole = text.lastIndexOf('\n') + 1;
      rest = text.slice(whole);
      near.write(text.slice(0, whole).replace(/^Timestamp: ([\d.]+)/gm, moved), 'latin1');
    });
  });
  const moved = (_: string, seconds: string) =>
    `Timestamp: ${(Number(seconds) + feed.shiftMs / 1000).toFixed(6)}`;
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const feed: ShiftedFeed = {
    port: (server.address() as AddressInfo).port,
    shiftMs: 0,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
  return feed;
}
