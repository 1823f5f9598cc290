import { z } from 'zod';
import type { SuperviseMode } from '../core/floor/console.ts';
import type { ConsoleView, Supervision } from '../protocol/console.ts';
import { allow, deedsOn, personOf, type Done } from './door.ts';
import type { SignedIn } from './sessions.ts';
import { declareRoutes, type Routes } from './routes.ts';

export interface ConsolePorts {
  view: () => ConsoleView;
  listen: (agent: string, mode: SuperviseMode, token: string, person: SignedIn) => Done;
  stop: (person: SignedIn) => Done;
  first: (callId: string, person: SignedIn) => Done;
  pause: (agent: string, reason: string, person: SignedIn) => Done;
  /** the caller goes on with the leader, the agent is let go */
  takeOver: (callId: string, person: SignedIn) => Done;
  /** a caller who waits is answered by the leader */
  pick: (callId: string, person: SignedIn) => Done;
  move: (callId: string, queue: string, person: SignedIn) => Done;
  closeQueue: (queue: string, closed: boolean, person: SignedIn) => Done;
  hangUp: (callId: string, person: SignedIn) => Done;
  broadcast: (text: string, person: SignedIn) => Promise<void>;
  help: (person: SignedIn) => Done;
  answerHelp: (id: number, person: SignedIn) => Done;
  heardMe: (person: SignedIn) => Promise<Supervision[]>;
}

const agent = z.string().regex(/^PJSIP\/\d{3,6}$/, '没有这个坐席');
const queue = z.string().regex(/^[a-z][-a-z0-9]{0,39}$/, '没有这个队列');
const callId = z.string().min(1).max(100);

/** The shift leader's console, and what an agent asks of them. */
export function consoleRoutes(ports: ConsolePorts): Routes {
  const router = declareRoutes();
  const watch = allow('watch-console');
  const act = allow('supervise-calls');

  router.get('/console', watch, (_request, response) => void response.json(ports.view()));
  const deed = deedsOn(router);
  const mode = z.enum(['listen', 'whisper', 'barge']);
  deed('/console/listen', act, z.object({ agent, mode, token: z.uuid() }), (told, person) =>
    ports.listen(told.agent, told.mode, told.token, person),
  );
  deed('/console/stop', act, z.object({}), (_told, person) => ports.stop(person));
  deed('/console/first', act, z.object({ callId }), (told, person) => ports.first(told.callId, person));
  deed('/console/take-over', act, z.object({ callId }), (told, person) =>
    ports.takeOver(told.callId, person),
  );
  deed('/console/pick', act, z.object({ callId }), (told, person) => ports.pick(told.callId, person));
  deed('/console/move', act, z.object({ callId, queue }), (told, person) =>
    ports.move(told.callId, told.queue, person),
  );
  deed('/console/close-queue', act, z.object({ queue, closed: z.boolean() }), (told, person) =>
    ports.closeQueue(told.queue, told.closed, person),
  );
  deed('/console/hang-up', act, z.object({ callId }), (told, person) => ports.hangUp(told.callId, person));
  deed(
    '/console/pause',
    act,
    z.object({ agent, reason: z.string().trim().min(1, '请写原因').max(40, '原因最多 40 个字') }),
    (told, person) => ports.pause(told.agent, told.reason, person),
  );
  deed('/console/answer-help', act, z.object({ id: z.number().int().positive() }), (told, person) =>
    ports.answerHelp(told.id, person),
  );
  deed(
    '/console/broadcast',
    act,
    z.object({ text: z.string().trim().min(1, '请写要说的话').max(200, '最多 200 个字') }),
    async (told, person) => {
      await ports.broadcast(told.text, person);
      return null;
    },
  );
  deed('/console/help', allow('take-calls'), z.object({}), (_told, person) => ports.help(person));
  router.get('/console/heard-me', allow('take-calls'), async (request, response) => {
    response.json(await ports.heardMe(personOf(request)));
  });
  return router;
}
