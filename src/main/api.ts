/** REST for other systems, and the page of their tokens. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type pg from 'pg';
import { Counter } from 'prom-client';
import { tokenRoutes } from '../http/api-tokens.ts';
import { callOperations } from '../http/v1/calls.ts';
import { customerOperations } from '../http/v1/customers.ts';
import { apiRouter } from '../http/v1/router.ts';
import {
  addToken,
  answerOnce,
  findSystem,
  forgetAnswers,
  listTokens,
  revokeToken,
  rotateToken,
  touchToken,
} from '../postgres/api-tokens.ts';
import { findOutwardCall, listOutwardCalls } from '../postgres/outward-calls.ts';
import { listOutwardCustomers } from '../postgres/outward-customers.ts';
import { inTransaction, openPool } from '../postgres/pool.ts';
import { listUnits } from '../postgres/units.ts';
import type { Operation } from '../http/v1/operation.ts';
import type { Ground, Wing } from './wings.ts';

const DAY_MS = 86_400_000;

export function openApi(
  { pool, databaseUrl, registry, log, audit, accounts }: Ground,
  offered: (own: pg.Pool) => Operation[],
): Wing {
  const onFault = (cause: unknown) => log.error({ err: cause }, 'api');
  // connections of their own: another system that asks too much waits, the desks do not
  const own = openPool(databaseUrl, { most: 4, onBreak: onFault });
  const file = join(resolve(import.meta.dirname, '../..'), 'package.json');
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
  const requests = new Counter({
    name: 'hotline_api_requests_total',
    help: 'Requests of other systems, by system and status',
    labelNames: ['system', 'status'],
    registers: [registry],
  });
  const forgetting = setInterval(() => void forgetAnswers(own).catch(onFault), DAY_MS);

  return {
    open: [
      apiRouter({
        operations: [
          ...callOperations({
            listCalls: (asked, most) => listOutwardCalls(own, asked, most),
            findCall: (callId) => findOutwardCall(own, callId),
          }),
          ...customerOperations({ listCustomers: (asked, most) => listOutwardCustomers(own, asked, most) }),
          ...offered(own),
        ],
        version,
        findSystem: (token) => findSystem(own, token),
        isKnownToken: (hash) => accounts.isKnownToken(hash),
        tokenStands: (tokenId) => accounts.tokenStands(tokenId),
        touch: (tokenId) => touchToken(own, tokenId),
        inTransaction: (work) => inTransaction(own, (client) => work(client as never)),
        answerOnce: (client, ...asked) => answerOnce(client as pg.ClientBase, ...asked),
        onAnswered: (system, status) => requests.inc({ system, status: String(status) }),
        onFault,
      }),
    ],
    routers: [
      tokenRoutes({
        list: () => listTokens(pool),
        units: () => listUnits(pool),
        add: (wanted, token, personId) => addToken(pool, wanted, token, personId),
        rotate: (...asked) => rotateToken(pool, ...asked),
        async revoke(id, personId) {
          const system = await revokeToken(pool, id, personId);
          await accounts.refresh();
          return system;
        },
        audit,
      }),
    ],
    start: () => forgetAnswers(own),
    async close() {
      clearInterval(forgetting);
      await own.end();
    },
  };
}
