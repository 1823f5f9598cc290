/** Shifts put together: each shift's handover, filled and signed, and told of when it is not. */
import { Gauge } from 'prom-client';
import { lockedWords } from '../core/people/lockout.ts';
import { may } from '../core/people/may.ts';
import { floodRecorded, UNSIGNED_AFTER_MS } from '../core/shifts/handover.ts';
import { shiftAt, shiftBefore } from '../core/shifts/shift.ts';
import { handoverRoutes } from '../http/shifts.ts';
import { passwordFits } from '../http/sign-in.ts';
import { beginTry, forgetFailures } from '../postgres/accounts.ts';
import { writeAudit } from '../postgres/audit.ts';
import { findPersonByLogin } from '../postgres/people.ts';
import { inTransaction } from '../postgres/pool.ts';
import { shiftPlans } from '../postgres/shift-plans.ts';
import { filledLines, shiftFigures } from '../postgres/shifts-filled.ts';
import {
  addItem,
  changeItem,
  countUnsigned,
  fillHandover,
  findHandover,
  giveHandover,
  handoverItems,
  listHandovers,
  openHandover,
  reopenHandover,
  takeHandover,
  tellUnsigned,
  tickItems,
  type HandoverAnswer,
} from '../postgres/shifts.ts';
import type { OpenWing } from './wings.ts';

const LOOK_EVERY_MS = 30_000;

/** What became of a change to a handover, as it is answered. */
function said(answer: HandoverAnswer) {
  if (answer.ok) return answer;
  const no = (status: number, code: string, words: string) => ({ ok: false as const, status, code, words });
  switch (answer.why) {
    case 'no-such-handover':
      return no(404, answer.why, '没有这份交接班记录，请从列表打开。');
    case 'no-such-line':
      return no(404, answer.why, '没有这一条，请刷新页面。');
    case 'closed':
      return no(
        409,
        answer.why,
        '交班人已经签字，不能再改；接班人可以“退回补充”后再改。双方都签过的记录不能改。',
      );
    case 'changed-meanwhile':
      return no(
        409,
        answer.why,
        `${answer.by}刚改了这一条，现在是：“${answer.text}”。您写的还在框里，请合并后再保存。`,
      );
    case 'refused':
      return no(409, 'not-now', answer.words);
  }
}

export const openShifts: OpenWing = (ground) => {
  const { pool, now, log, live, registry } = ground;
  const onFault = (cause: unknown) => log.error({ err: cause }, 'shifts');
  let looking: NodeJS.Timeout | undefined;
  new Gauge({
    ...{
      name: 'hotline_handovers_unsigned',
      help: 'Shifts that are over and whose handover is not signed by both',
    },
    registers: [registry],
    async collect() {
      this.set(await countUnsigned(pool, now()).catch(() => 0));
    },
  });
  const moved = (id: number) => live.tell('handovers', 'handoverMoved', id);

  async function fill(id: number): Promise<void> {
    const handover = await findHandover(pool, id);
    if (handover?.state !== 'open') return;
    const atMs = now();
    const listed = await handoverItems(pool, id);
    const [lines, figures] = await Promise.all([
      filledLines(pool, handover, atMs, listed),
      shiftFigures(pool, handover),
    ]);
    const changed = await inTransaction(pool, (client) => fillHandover(client, id, lines, figures, atMs));
    if (changed) moved(id);
  }
  async function look(): Promise<void> {
    await openHandover(pool, shiftAt(now(), await shiftPlans(pool)));
    for (const one of await listHandovers(pool, '', now() + 1, 2)) await fill(one.id);
    await tellUnsigned(pool, now() - UNSIGNED_AFTER_MS);
  }
  const changing = async (id: number, work: Promise<HandoverAnswer>) => {
    const answer = await work;
    if (answer.ok) moved(id);
    return said(answer);
  };

  return {
    routers: [
      handoverRoutes({
        now,
        async current() {
          const plans = await shiftPlans(pool);
          const shift = shiftAt(now(), plans);
          const id = await openHandover(pool, shift);
          const before = shiftBefore(shift, plans);
          const late = (await listHandovers(pool, '', shift.fromMs, 1)).find(
            (one) => one.shiftKey === before.key && one.state !== 'signed',
          );
          return { id, unsignedBefore: late?.id ?? null };
        },
        list: (words, untilMs, most) => listHandovers(pool, words, untilMs, most),
        async view(id) {
          await fill(id);
          const [handover, items] = await Promise.all([findHandover(pool, id), handoverItems(pool, id)]);
          return handover && { ...handover, items, flood: floodRecorded(handover) };
        },
        add: (id, wish, by) =>
          changing(
            id,
            inTransaction(pool, (client) => addItem(client, id, wish, by.id, now())),
          ),
        change: (id, itemId, { version, ...wish }, by) =>
          changing(
            id,
            inTransaction(pool, (client) => changeItem(client, id, itemId, version, wish, by.id, now())),
          ),
        tick: (id, ticks, read, by) =>
          changing(
            id,
            inTransaction(pool, (client) => tickItems(client, id, ticks, read, by.id, now())),
          ),
        async sign(id, as, { login, password, address }) {
          const no = (status: number, code: string, words: string) =>
            ({ ok: false, status, code, words }) as const;
          const key = `${login.toLowerCase()} ${address ?? ''}`;
          const wait = await beginTry(pool, key);
          if (wait) return no(429, 'locked', lockedWords(wait.waitMs, '密码'));
          const person = await findPersonByLogin(pool, login);
          const right = await passwordFits(person?.passwordHash, password);
          if (!person || !right || person.disabled) {
            await writeAudit(pool, { personId: null, what: 'sign-in-refused', about: login, address });
            return no(403, 'wrong-password', '工号或密码不对，没有签上，请重新输入。');
          }
          await forgetFailures(pool, key);
          if (person.mustChange) return no(403, 'must-change-password', '请先登录并修改初始密码，再来签字。');
          if (!may(person.role, 'keep-handovers'))
            return no(403, 'not-allowed', '交接班由受理员和班长签字，这个工号不能签。');
          if (as === 'giver') await fill(id);
          const answer = await inTransaction(pool, async (client) => {
            const done = await (as === 'giver' ? giveHandover : takeHandover)(client, id, person.id, now());
            if (done.ok) {
              const what = as === 'giver' ? 'handover-given' : 'handover-taken';
              await writeAudit(client, { personId: person.id, what, about: String(id), address });
            }
            return done;
          });
          if (answer.ok) moved(id);
          return said(answer);
        },
        async reopen(id, by) {
          const done = await changing(
            id,
            inTransaction(pool, (client) => reopenHandover(client, id)),
          );
          if (done.ok) await ground.audit(by.id, 'handover-reopened', String(id));
          return done;
        },
      }),
    ],
    line(line) {
      if (may(line.person.role, 'see-handovers')) line.join('handovers');
    },
    start() {
      looking = setInterval(() => void look().catch(onFault), LOOK_EVERY_MS);
      return look().catch(onFault);
    },
    close: () => clearInterval(looking),
  };
};
