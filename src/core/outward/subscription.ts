import type { Role } from '../people/may.ts';
import { maskFor } from '../people/mask-for.ts';
import { groupOf, receiverOf, SEES_ALL, SEES_NOTHING, type Receiver as Sees } from '../people/sight.ts';
import type { Channel, Message, NewDelivery } from './delivery.ts';
import { OUTWARD_EVENTS, type OutwardEvent, type OutwardEventName } from './event.ts';
import { wechatMarkdown } from './wechat.ts';

/** Whom a rule tells. `order-unit`: the unit that the event concerns; `concerned`: the people it names. */
export type Whom =
  | { kind: 'role'; role: Role }
  | { kind: 'unit'; unitId: number }
  | { kind: 'order-unit' }
  | { kind: 'concerned' }
  | { kind: 'person'; personId: number }
  | { kind: 'receiver'; receiverId: number };

/** One rule of who is told what, and how. */
export interface Subscription {
  id: number;
  event: OutwardEventName | '*';
  channel: Channel;
  whom: Whom;
  /** only what concerns this unit; null: all */
  ofUnitId: number | null;
  /** on the screen: with a sound */
  sound: boolean;
}

/** A party outside, or a mailbox of a group. */
export interface Receiver {
  id: number;
  name: string;
  channel: Exclude<Channel, 'screen'>;
  address: string;
  /** numbers, names and addresses go to it unmasked */
  seesNumbers: boolean;
  disabled: boolean;
}

/** Somebody with an account, as far as telling them goes. */
export interface Hearer {
  id: number;
  name: string;
  role: Role;
  unitId: number | null;
  /** null: has no mail address */
  mail: string | null;
}

/** Everybody who can be told something. */
export interface Audience {
  receivers: readonly Receiver[];
  people: readonly Hearer[];
  units: readonly { id: number; name: string }[];
  /** what the hotline's own pages are called outside, `https://hotline.example.cn`; null: links are left out */
  publicUrl: string | null;
}

/** Who is told of this event, each once by each channel, whatever number of rules name them. */
export function whoIsTold(
  event: OutwardEvent,
  subscriptions: readonly Subscription[],
  audience: Audience,
): NewDelivery[] {
  const told = new Map<string, NewDelivery>();
  for (const rule of subscriptions) {
    if (rule.event !== '*' && rule.event !== event.name) continue;
    if (rule.ofUnitId !== null && rule.ofUnitId !== event.unitId) continue;
    for (const one of byRule(event, rule, audience)) {
      const key = one.once!;
      const before = told.get(key);
      // two rules for one screen: the one with a sound is heard
      if (before?.message.channel === 'screen' && one.message.channel === 'screen') {
        before.message.sound ||= one.message.sound;
      } else if (!before) told.set(key, one);
    }
  }
  return [...told.values()];
}

function* byRule(event: OutwardEvent, rule: Subscription, audience: Audience): Generator<NewDelivery> {
  const { whom } = rule;
  if (whom.kind === 'receiver') {
    const receiver = audience.receivers.find((one) => one.id === whom.receiverId);
    if (receiver && !receiver.disabled && receiver.channel === rule.channel)
      yield toReceiver(event, receiver, audience);
    return;
  }
  if (rule.channel === 'screen') {
    for (const [room, words, sees] of roomsOf(event, whom, audience)) {
      const shown = eventFor(event, sees);
      yield delivery(event, `screen:${room}`, words, null, {
        channel: 'screen',
        room,
        event: event.name,
        title: shown.title,
        text: shown.text,
        link: event.link,
        sound: rule.sound,
      });
    }
    return;
  }
  if (rule.channel !== 'mail') return; // robots and other systems are receivers
  for (const person of audience.people.filter((one) => isMeant(one, event, whom))) {
    if (person.mail === null) continue;
    yield delivery(
      event,
      `mail:${person.mail.toLowerCase()}`,
      `${person.name} <${person.mail}>`,
      null,
      mail(eventFor(event, personSees(person, event)), person.mail, audience.publicUrl),
    );
  }
}

function isMeant(person: Hearer, event: OutwardEvent, whom: Whom): boolean {
  switch (whom.kind) {
    case 'role':
      return person.role === whom.role;
    case 'unit':
      return person.unitId === whom.unitId;
    case 'order-unit':
      return event.unitId !== null && person.unitId === event.unitId && person.role === 'dispatcher';
    case 'concerned':
      return event.personIds.includes(person.id);
    case 'person':
      return person.id === whom.personId;
    case 'receiver':
      return false;
  }
}

function roomsOf(
  event: OutwardEvent,
  whom: Whom,
  audience: Audience,
): [room: string, words: string, sees: Sees][] {
  const named = (id: number): [string, string, Sees] => {
    const person = audience.people.find((one) => one.id === id);
    return [`person:${id}`, person?.name ?? `${id}`, person ? personSees(person, event) : SEES_NOTHING];
  };
  // whoever of the unit sits there: the line masks for each (http/masked-lines.ts)
  const unit = (id: number): [string, string, Sees] => [
    `told:unit:${id}`,
    audience.units.find((one) => one.id === id)?.name ?? `${id}`,
    id === event.unitId ? SEES_ALL : SEES_NOTHING,
  ];
  switch (whom.kind) {
    case 'role':
      return [[`told:role:${whom.role}`, whom.role, receiverOf({ role: whom.role, unitId: null })]];
    case 'unit':
      return [unit(whom.unitId)];
    case 'order-unit':
      return event.unitId === null ? [] : [unit(event.unitId)];
    case 'concerned':
      return event.personIds.map(named);
    case 'person':
      return [named(whom.personId)];
    case 'receiver':
      return [];
  }
}

function toReceiver(event: OutwardEvent, receiver: Receiver, audience: Audience): NewDelivery {
  const { id, name, channel, address } = receiver;
  const shown = eventFor(event, groupOf(receiver));
  switch (channel) {
    case 'mail':
      return delivery(
        event,
        `mail:${address.toLowerCase()}`,
        `${name} <${address}>`,
        id,
        mail(shown, address, audience.publicUrl),
      );
    case 'wechat': {
      const content = wechatMarkdown(shown.title, shown.text, linkOf(event, audience.publicUrl));
      return delivery(event, `wechat:${id}`, name, id, {
        channel,
        robot: address,
        format: 'markdown',
        content,
      });
    }
    case 'webhook':
      return delivery(event, `webhook:${id}`, name, id, {
        channel,
        url: address,
        event: event.name,
        data: shown.data,
      });
  }
}

function delivery(
  event: OutwardEvent,
  key: string,
  recipient: string,
  receiverId: number | null,
  message: Message,
): NewDelivery {
  return {
    once: `${event.id}>${key}`,
    kind: event.name,
    about: event.about,
    recipient,
    // a screen that nobody looks at keeps nothing waiting behind it
    stream: message.channel === 'screen' ? null : event.about,
    receiverId,
    message,
    shaped: true,
  };
}

function mail(event: OutwardEvent, to: string, publicUrl: string | null): Message {
  const { title, text } = event;
  const link = linkOf(event, publicUrl);
  return {
    channel: 'mail',
    to: [to],
    // a subject is one line
    subject: `【96666】${OUTWARD_EVENTS[event.name]}：${title.replace(/\s+/g, ' ')}`,
    text: link ? `${title}\n\n${text}\n\n${link}\n` : `${title}\n\n${text}\n`,
  };
}

function linkOf(event: OutwardEvent, publicUrl: string | null): string | null {
  return publicUrl !== null && event.link !== null ? publicUrl + event.link : null;
}

/** The event as whoever receives it may see it; an outage is told to everybody, its doors are public. */
function eventFor(event: OutwardEvent, sees: Sees): OutwardEvent {
  const receiver: Sees = event.name === 'outage-published' ? { ...SEES_ALL, number: sees.number } : sees;
  const { title, text, data } = maskFor({ title: event.title, text: event.text, data: event.data }, receiver);
  return { ...event, title, text, data };
}

/** A person sees whole what concerns their own unit, if their work is there. */
function personSees(person: Pick<Hearer, 'role' | 'unitId'>, event: OutwardEvent): Sees {
  const sees = receiverOf(person);
  return sees.number === 'own' && person.unitId !== null && person.unitId === event.unitId ? SEES_ALL : sees;
}
