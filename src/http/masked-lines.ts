/** The lines' part of the layer that masks: what is told to a browser is masked for who sits there, when it is sent. */
import type { Server, Socket } from 'socket.io';
import { maskFor } from '../core/people/mask-for.ts';
import { receiverOf, type Receiver } from '../core/people/sight.ts';
import type { SignedIn } from './sessions.ts';

interface Named {
  data: { person: Pick<SignedIn, 'role' | 'unitId'> };
}
const receiverAt = (socket: Named): Receiver => receiverOf(socket.data.person);

/** What this socket is told by itself, from now on. */
export function maskEmits(socket: Pick<Socket, 'emit'> & Named): void {
  const emit = socket.emit.bind(socket);
  socket.emit = (event, ...values: unknown[]) => emit(event, ...maskAll(values, receiverAt(socket)));
}

/** The answer to what this socket asked. */
export function maskedAnswer(socket: Named, answer: (value: unknown) => void): (value: unknown) => void {
  return (value) => answer(maskFor(value, receiverAt(socket)));
}

/** To a room whose people may see different things: told once for each right that stands in it. */
export function tellRoom(
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- any events
  live: Server<any, any, any, any>,
  room: string,
  event: string,
  values: unknown[],
): void {
  const byRight = new Map<string, { receiver: Receiver; ids: string[] }>();
  for (const id of live.sockets.adapter.rooms.get(room) ?? []) {
    const socket = live.sockets.sockets.get(id) as Named | undefined;
    if (!socket) continue;
    const receiver = receiverAt(socket);
    const right = JSON.stringify(receiver);
    const group = byRight.get(right);
    if (group) group.ids.push(id);
    else byRight.set(right, { receiver, ids: [id] });
  }
  const told = [...byRight.values()].map(({ receiver, ids }) => ({ ids, shown: maskAll(values, receiver) }));
  const [first] = told;
  if (first === undefined) return;
  const alike = told.every(({ shown }) => shown.every((value, at) => value === first.shown[at]));
  if (alike) live.to(room).emit(event, ...first.shown);
  // each socket is a room of its own
  else for (const { ids, shown } of told) live.to(ids).emit(event, ...shown);
}

function maskAll(values: unknown[], receiver: Receiver): unknown[] {
  return values.map((value) => (typeof value === 'function' ? value : maskFor(value, receiver)));
}
