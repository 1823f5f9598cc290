import { io, type Socket } from 'socket.io-client';
import type { WallView } from '../../../src/protocol.ts';
import { signedIn } from '../../support/sign-in.ts';

/** A person's signed-in browser without the pages: the same doors, the same line, its beats answered. */
export interface Seat {
  get<T>(path: string): Promise<T>;
  /** a refusal is thrown, in its own words */
  post(path: string, body: unknown): Promise<void>;
  /** what a wall is shown at this moment */
  wall(): Promise<WallView>;
  leave(): void;
}

export async function sitAt(url: string, login: string, password: string): Promise<Seat> {
  const cookie = await signedIn(url, login, password);
  const headers = { 'content-type': 'application/json', cookie };
  const line: Socket = io(url, {
    ...{ transports: ['websocket'], forceNew: true, extraHeaders: { cookie } },
  });
  line.on('beat', () => void line.emit('beat'));
  const ask = async (path: string, body?: unknown): Promise<Response> => {
    const answer = await fetch(`${url}/api/${path}`, {
      ...(body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  return {
    get: async <T>(path: string) => (await (await ask(path)).json()) as T,
    post: async (path, body) => void (await ask(path, body)),
    wall: async () => (await line.timeout(5000).emitWithAck('watchWall')) as WallView,
    leave: () => void line.close(),
  };
}
