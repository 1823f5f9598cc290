/** The agents' phones put together: given to the switch, reached by the browsers through /sip, worked by the call bar. */
import { randomBytes, randomInt } from 'node:crypto';
import { Counter, Gauge } from 'prom-client';
import { openPhoneCalls } from '../app/phone-calls.ts';
import { openPhoneBans } from '../app/phone-bans.ts';
import { extensionOf, openPhones, type KeptPhone } from '../app/phones.ts';
import { openPulse } from '../app/pulse.ts';
import { openCalls } from '../asterisk/calls.ts';
import { digestOf, openPhones as openSwitchPhones } from '../asterisk/phones.ts';
import { ownLeg } from '../core/floor/phone-call.ts';
import { agentView } from '../core/floor/views.ts';
import { callerNumber } from '../core/people/number.ts';
import { reachedCap } from '../core/telephone/caps.ts';
import { telephoneLimits } from '../core/telephone/settings.ts';
import { phoneRoutes } from '../http/phone.ts';
import { openSip, type SipEdge } from '../http/sip.ts';
import {
  beginPhoneSession,
  endPhoneSessions,
  findPhone,
  listDirectory,
  listPhones,
  setDeskDigest,
  setGivenExtension,
  setPhoneKind,
  setUnitPhone,
} from '../postgres/phones.ts';
import { ban, isBanned } from '../postgres/bans.ts';
import { agentCallCaps } from '../postgres/telephone.ts';
import type { OpenWing } from './wings.ts';

/** Letters and digits that nobody confuses on a desk phone's keys. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';

/** what the dialplan reads as: the agent's phone died and may come back (extensions.conf, agent-left) */
const COMES_BACK = 38;

export const openPhonesWing: OpenWing = (ground) => {
  const { pool, floor, log } = ground;
  const onFault = (fault: unknown) => log.error({ err: fault }, 'phones');
  let sip: SipEdge | null = null;
  const away = () => Promise.reject(new Error('no switch is configured'));
  const onSwitch = ground.switchHttp ? openSwitchPhones(ground.switchHttp) : { give: away, take: away };
  const isTalking = (extension: string) => ownLeg(floor, `PJSIP/${extension}`)?.leg.up === true;
  const phones = openPhones({
    list: () => listPhones(pool),
    find: (personId) => findPhone(pool, personId),
    setKind: (personId, kind) => setPhoneKind(pool, personId, kind),
    setGiven: (personId, extension) => setGivenExtension(pool, personId, extension),
    setDeskDigest: (personId, digest) => setDeskDigest(pool, personId, digest),
    beginSession: (personId, session) => beginPhoneSession(pool, personId, session),
    endSessions: () => endPhoneSessions(pool),
    give: onSwitch.give,
    take: onSwitch.take,
    digestOf,
    newSecret: () => randomBytes(24).toString('base64url'),
    newPassword: () => Array.from({ length: 14 }, () => LETTERS[randomInt(LETTERS.length)]).join(''),
    cut: (personId) => sip?.cut(personId),
    release: (personId) => sip?.release(personId),
    isTalking,
    onFault,
  });
  const calls = openPhoneCalls({
    floor,
    // a database that is away keeps nobody from calling: the dialplan has its own caps
    capReached: (number) =>
      agentCallCaps(pool, callerNumber(number) ?? number, ground.now(), telephoneLimits()).then(
        (caps) => reachedCap(caps) !== null,
        (fault: unknown) => (onFault(fault), false),
      ),
    now: ground.now,
    calls() {
      const commands = ground.commands();
      return commands && { ...openCalls(commands.act), hangUp: (channel) => commands.hangUp(channel) };
    },
    tell: (agent, call, ended) => ground.live.tell(`phone:${agent}`, 'phoneCall', call, ended),
  });
  const died = new Counter({
    name: 'hotline_phones_died_total',
    help: 'Desk phones that died while they talked or rang: the caller was led on',
    labelNames: ['doing'],
    registers: [ground.registry],
  });
  for (const doing of ['talking', 'ringing']) died.inc({ doing }, 0);
  const pulse = openPulse({
    floor,
    now: ground.now,
    async packets(channel) {
      const commands = ground.commands();
      const answer = commands && (await openCalls(commands.act).packets(channel));
      return answer?.ok && /^\d+$/.test(answer.value ?? '') ? Number(answer.value) : null;
    },
    registration: (agent) => ground.registrationOf(extensionOf(agent) ?? ''),
    async endLeg({ leg }, callerChannel, silentMs) {
      log.warn({ channel: leg.channel, silentMs }, 'the phone died in mid-call');
      died.inc({ doing: 'talking' });
      if (callerChannel !== null)
        await ground.commands()?.tellChannel(callerChannel, 'LEG_SILENT_MS', String(silentMs));
      await ground.commands()?.hangUp(leg.channel, COMES_BACK);
    },
    async endRing(channel) {
      died.inc({ doing: 'ringing' });
      await ground.commands()?.hangUp(channel);
    },
    onFault,
  });
  /** a password that whoever knows one phone's can reckon: it holds until an administrator makes a new one */
  const hasSharedPassword = (row: KeptPhone): boolean => {
    const extension = extensionOf(row.agent);
    const secret = ground.switchHttp?.sharedPhoneSecret ?? null;
    if (extension === null || secret === null || row.deskDigest === null) return false;
    return row.deskDigest === digestOf(extension, secret + extension);
  };
  new Gauge({
    name: 'hotline_browser_phones',
    help: 'Browsers that are connected as phones',
    registers: [ground.registry],
    collect() {
      this.set(sip?.count() ?? 0);
    },
  });

  const bans = openPhoneBans({
    now: ground.now,
    limits: telephoneLimits,
    cut: (extension) => sip?.cutExtension(extension),
    ban: (one) => ban(pool, one),
    onFault,
  });

  return {
    routers: [
      phoneRoutes({
        phones,
        calls,
        isOpen: (personId) => sip?.isOpen(personId) ?? false,
        async isRegistered(agent) {
          const commands = ground.commands();
          const answer = commands && (await openCalls(commands.act).deviceState(agent));
          if (!answer?.ok || answer.value === undefined) return null;
          return !['UNAVAILABLE', 'INVALID', 'UNKNOWN'].includes(answer.value);
        },
        async directory() {
          const { agents, units } = await listDirectory(pool);
          return {
            agents: agents.map((one) => ({ ...one, state: agentView(floor, one.agent)?.state ?? 'offline' })),
            units,
          };
        },
        hasSharedPassword,
        audit: ground.audit,
        setUnitPhone: (unitId, phone) => setUnitPhone(pool, unitId, phone),
      }),
    ],
    line(line) {
      const { agent } = line.person;
      if (!agent) return;
      line.join(`phone:${agent}`);
      line.onGone(calls.watch(agent));
      line.emit('phoneCall', calls.now(agent), null);
    },
    hear(facts) {
      // the feed was away: the switch may be another one, or have lost what it was given
      if (facts.some((fact) => fact.kind === 'feed-gap')) phones.forget();
      pulse.hear(facts);
    },
    serve(upgrades, session) {
      sip = openSip(upgrades, {
        session,
        switchUrl: ground.switchHttp ? `${ground.switchHttp.url.replace(/^http/, 'ws')}/ws` : null,
        holder: phones.holder,
        isBanned: (extension) => isBanned(pool, `phone:${extension}`, ground.now()),
        stands: ground.accounts.stands,
        isTalking,
        onRefused(extension, refusal) {
          log.warn({ extension, refusal }, 'sip refused');
          bans.refused(extension, refusal);
        },
        onFault,
      });
    },
    rightsMoved: () => sip?.recheck(),
    isBrowserPhone: (personId) => sip?.isOpen(personId) ?? false,
    peopleAdded: () => phones.sync(),
    async start() {
      await phones.start();
      const shared = (await listPhones(pool)).filter(hasSharedPassword).map((row) => extensionOf(row.agent)!);
      if (shared.length === 0) return;
      log.warn({ extensions: shared }, 'desk phones with a password of an earlier version');
      process.stdout.write(
        `· 座机 ${shared.join('、')} 仍在用旧版按分机推算的密码，请在“管理 · 话机”里逐部生成新密码。\n`,
      );
    },
    close() {
      phones.close();
      pulse.close();
      calls.close();
      sip?.close();
    },
  };
};
