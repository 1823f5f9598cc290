import type { SwitchEvent } from '../../../src/core/floor/event.ts';
import { AGENTS, legOf, type Actor, type Channel, type SimulatedSwitch } from './simulated-switch.ts';

const NUMBER = '13912345678';
type Offered = { agent: string; leg: Channel };

function offer(
  kind: 'agent-called' | 'agent-answered',
  caller: Channel,
  one: Offered,
  queue: string,
): SwitchEvent {
  const { agent, leg } = one;
  return {
    kind,
    atMs: 0,
    leg: legOf(caller),
    agentLeg: legOf(leg),
    queue,
    agent,
    name: agent,
    number: NUMBER,
  };
}

/** One caller in a queue until somebody answers them; null: nobody did, and the channel may still live. */
function* queued(
  pbx: SimulatedSwitch,
  caller: Channel,
  queue: string,
): Generator<SwitchEvent[], Offered | null, void> {
  const leg = legOf(caller);
  const left: SwitchEvent = { kind: 'queue-left', atMs: 0, leg, queue };
  yield [{ kind: 'queue-joined', atMs: 0, leg, queue, position: 1, number: NUMBER, exten: 's' }];
  for (let round = 0; round < 4; round += 1) {
    const rung = AGENTS.filter(() => pbx.chance(0.45)).map((agent) => {
      const { channel, event } = pbx.born(agent, caller.linkedId);
      return {
        agent,
        leg: channel,
        events: [event, offer('agent-called', caller, { agent, leg: channel }, queue)],
      };
    });
    if (rung.length > 1) pbx.reach('ringall');
    for (const one of rung) yield one.events;
    for (const one of rung) yield [pbx.rings(one.leg)];
    const way = rung.length === 0 ? 0.5 : pbx.random();
    const first = rung[0]!;
    const others = rung.slice(1);
    if (way < 0.45) {
      let talker = first.leg;
      let picked: Channel | null = null;
      if (pbx.chance(0.15) && rung.length < AGENTS.length) {
        pbx.reach('picked up by a colleague');
        const colleague = AGENTS.find((agent) => !rung.some((one) => one.agent === agent))!;
        const { channel, event } = pbx.born(colleague, null, { incoming: true });
        yield [event];
        picked = channel;
        yield pbx.moves(picked, talker);
      }
      yield [pbx.up(talker)];
      for (const one of others) yield [pbx.ends(one.leg, 26)];
      yield [left, offer('agent-answered', caller, { agent: first.agent, leg: talker }, queue)];
      return { agent: first.agent, leg: talker };
    }
    if (way < 0.55 && rung.length > 0) {
      pbx.reach('taken up and put down before the caller was joined');
      yield [pbx.up(first.leg)];
      for (const one of others) yield [pbx.ends(one.leg, 26)];
      yield [pbx.asksToEnd(first.leg), pbx.ends(first.leg)];
      continue;
    }
    if (way < 0.7) {
      for (const one of rung) {
        const refused = pbx.chance(0.4);
        if (refused) yield [pbx.asksToEnd(one.leg, 17, 486)];
        const answer: SwitchEvent = {
          kind: 'agent-did-not-answer',
          atMs: 0,
          leg,
          agentLeg: legOf(one.leg),
          queue,
          agent: one.agent,
          ringMs: 1,
        };
        const ended = pbx.ends(one.leg, refused ? 17 : 0, refused ? 486 : 0);
        if (pbx.chance(0.5)) yield [answer, ended];
        else {
          pbx.reach('the phone ended before the queue took the offer back');
          yield [ended];
          yield [answer];
        }
      }
      continue;
    }
    if (way < 0.85) {
      pbx.reach('gave up while it rang');
      yield [pbx.asksToEnd(caller, 16)];
      yield [left];
      for (const one of rung) yield [pbx.ends(one.leg, 0)];
      return null;
    }
    pbx.reach('left the queue by a key while it rang');
    for (const one of rung) yield [pbx.ends(one.leg, 0)];
    break;
  }
  yield [left];
  return null;
}

/** The legs end one after the other, in any order. */
function* allEnd(pbx: SimulatedSwitch, ...channels: Channel[]): Actor {
  const left = channels.filter((channel) => pbx.live.has(channel.uniqueId));
  while (left.length > 0) {
    const [channel] = left.splice(Math.floor(pbx.random() * left.length), 1);
    yield [pbx.ends(channel!)];
  }
}

function* consulted(
  pbx: SimulatedSwitch,
  caller: Channel,
  talker: Offered,
): Generator<SwitchEvent[], Channel[], void> {
  yield [{ kind: 'held', atMs: 0, leg: legOf(talker.leg) }];
  const other = pbx.pick(AGENTS.filter((agent) => agent !== talker.agent));
  if (pbx.chance(0.5)) {
    // the phone dials by itself: a call of its own until the two become one
    const second = pbx.born(talker.agent, null, { incoming: true });
    yield [second.event, pbx.up(second.channel)];
    let far: Channel | null;
    if (pbx.chance(0.5)) {
      pbx.reach('attended transfer into a queue');
      far = (yield* queued(pbx, second.channel, 'repair'))?.leg ?? null;
    } else {
      const called = pbx.born(other, second.channel.uniqueId);
      yield [called.event, pbx.rings(called.channel)];
      yield [pbx.up(called.channel)];
      far = called.channel;
    }
    if (far === null || pbx.chance(0.2)) {
      pbx.reach('a consultation that came to nothing');
      yield* allEnd(pbx, second.channel, ...(far ? [far] : []));
      return [talker.leg];
    }
    pbx.reach('two calls became one');
    far.linkedId = caller.linkedId;
    yield [
      {
        kind: 'transferred-attended',
        atMs: 0,
        leg: legOf(talker.leg),
        second: legOf(second.channel),
        caller: legOf(caller),
        target: legOf(far),
      },
    ];
    yield [pbx.ends(talker.leg)];
    yield [pbx.ends(second.channel)];
    return [far];
  }
  // the switch dials for it, by plumbing of the same call
  const one = pbx.born(`Local/${other.slice(6)}@phones-${pbx.live.size};1`, caller.linkedId);
  const two = pbx.born(`Local/${other.slice(6)}@phones-${pbx.live.size};2`, caller.linkedId);
  yield [one.event, two.event];
  if (pbx.chance(0.5)) {
    pbx.reach('plumbing in a queue');
    const far = yield* queued(pbx, two.channel, 'repair');
    yield* allEnd(pbx, one.channel, two.channel);
    if (far) yield* allEnd(pbx, far.leg);
    return [talker.leg];
  }
  const far = pbx.born(other, caller.linkedId);
  yield [
    far.event,
    {
      kind: 'dial-began',
      atMs: 0,
      leg: legOf(far.channel),
      dialled: other.slice(6),
      from: two.channel.channel,
    },
  ];
  yield [pbx.up(far.channel)];
  yield [
    {
      kind: 'transferred-attended',
      atMs: 0,
      leg: legOf(talker.leg),
      second: legOf(talker.leg),
      caller: legOf(caller),
      target: legOf(one.channel),
    },
  ];
  yield* allEnd(pbx, talker.leg, one.channel, two.channel);
  return [far.channel];
}

export function* caller(pbx: SimulatedSwitch): Actor {
  const { channel, event } = pbx.born('PJSIP/trunk', null, { incoming: true });
  yield [event];
  yield [pbx.up(channel)];
  let talker = yield* queued(pbx, channel, 'hotline');
  for (let round = 0; talker !== null && round < 3; round += 1) {
    const way = pbx.random();
    if (way < 0.35) break;
    if (way < 0.6) {
      const legs = yield* consulted(pbx, channel, talker);
      yield* allEnd(pbx, channel, ...legs);
      return;
    }
    if (way < 0.8) {
      const to = pbx.pick(AGENTS);
      yield [
        {
          kind: 'transferred-blind',
          atMs: 0,
          leg: legOf(talker.leg),
          caller: legOf(channel),
          to: to.slice(6),
        },
      ];
      yield [pbx.ends(talker.leg)];
      const next = pbx.born(to, channel.linkedId);
      yield [next.event];
      if (pbx.chance(0.5)) {
        pbx.reach('blind transfer to a phone that is busy, back to the queue');
        yield [pbx.asksToEnd(next.channel, 17, 486), pbx.ends(next.channel, 17, 486)];
        talker = yield* queued(pbx, channel, 'hotline');
        continue;
      }
      yield [pbx.up(next.channel)];
      yield* allEnd(pbx, channel, next.channel);
      return;
    }
    if (way < 0.9) {
      pbx.reach('redirected into another queue');
      yield [pbx.ends(talker.leg)];
      talker = yield* queued(pbx, channel, 'repair');
      continue;
    }
    pbx.reach('the line was moved to a channel that stands in');
    const inner = pbx.born(`AsyncGoto/${channel.channel}`, channel.linkedId);
    inner.channel.channel = `AsyncGoto/${channel.channel}`;
    inner.channel.speaks = true;
    yield [{ ...inner.event, leg: legOf(inner.channel) } as SwitchEvent];
    yield pbx.moves(channel, inner.channel);
    yield* allEnd(pbx, talker.leg, inner.channel);
    return;
  }
  if (pbx.chance(0.5)) yield [pbx.asksToEnd(channel)];
  yield* allEnd(pbx, channel, ...(talker ? [talker.leg] : []));
}

/** The queue's member is a Local: its phone is rung by the dialplan behind it, and the Local may be taken out of the line. */
export function* behindLocal(pbx: SimulatedSwitch): Actor {
  pbx.reach("a member's phone behind a Local");
  const line = pbx.born('PJSIP/trunk', null, { incoming: true });
  yield [line.event];
  const leg = legOf(line.channel);
  yield [{ kind: 'queue-joined', atMs: 0, leg, queue: 'hotline', position: 1, number: NUMBER, exten: 's' }];
  const at = line.channel.uniqueId.slice(-2);
  const one = pbx.born(`Local/2001@agents-000000${at};1`, line.channel.uniqueId);
  const two = pbx.born(`Local/2001@agents-000000${at};2`, line.channel.uniqueId);
  const member = { agent: 'Local/2001@agents', leg: one.channel };
  yield [one.event, two.event, offer('agent-called', line.channel, member, 'hotline')];
  const phones = AGENTS.slice(0, 2).map((agent) => pbx.born(agent, line.channel.uniqueId));
  for (const { channel, event } of phones)
    yield [
      event,
      { kind: 'dial-began', atMs: 0, leg: legOf(channel), dialled: '2001', from: two.channel.channel },
    ];
  yield [pbx.up(phones[0]!.channel)];
  yield [pbx.ends(phones[1]!.channel, 26)];
  yield [pbx.up(two.channel), pbx.up(one.channel)];
  yield [
    { kind: 'queue-left', atMs: 0, leg, queue: 'hotline' },
    offer('agent-answered', line.channel, member, 'hotline'),
  ];
  if (pbx.chance(0.7)) yield* allEnd(pbx, one.channel, two.channel);
  yield* allEnd(pbx, line.channel, phones[0]!.channel, one.channel, two.channel);
}

/** One agent has two callers, and joins them. */
export function* joined(pbx: SimulatedSwitch): Actor {
  const agent = pbx.pick(AGENTS);
  const sides: { line: Channel; phone: Channel }[] = [];
  for (const queue of ['hotline', 'repair']) {
    const line = pbx.born('PJSIP/trunk', null, { incoming: true });
    yield [line.event];
    const leg = legOf(line.channel);
    yield [{ kind: 'queue-joined', atMs: 0, leg, queue, position: 1, number: NUMBER, exten: 's' }];
    const phone = pbx.born(agent, line.channel.uniqueId);
    const one = { agent, leg: phone.channel };
    yield [phone.event, offer('agent-called', line.channel, one, queue)];
    yield [
      pbx.up(phone.channel),
      { kind: 'queue-left', atMs: 0, leg, queue },
      offer('agent-answered', line.channel, one, queue),
    ];
    sides.push({ line: line.channel, phone: phone.channel });
  }
  pbx.reach('two callers joined');
  const [first, second] = sides as [(typeof sides)[0], (typeof sides)[0]];
  second.line.linkedId = first.line.linkedId;
  yield [
    {
      kind: 'transferred-attended',
      atMs: 0,
      leg: legOf(first.phone),
      second: legOf(second.phone),
      caller: legOf(first.line),
      target: legOf(second.line),
    },
  ];
  yield* allEnd(pbx, first.phone, second.phone);
  yield* allEnd(pbx, first.line, second.line);
}

/** A call that some program places: ours, another's, a call file. */
export function* placed(pbx: SimulatedSwitch, name: string): Actor {
  const uniqueId = pbx.chance(0.5) ? name : undefined;
  const { channel, event } = pbx.born('PJSIP/trunk', null, uniqueId === undefined ? {} : { uniqueId });
  yield [event, { kind: 'dial-began', atMs: 0, leg: legOf(channel), dialled: NUMBER, from: '' }];
  const ok = pbx.chance(0.5);
  const response: SwitchEvent = {
    kind: 'originate-answered',
    atMs: 0,
    uniqueId: pbx.pick([channel.uniqueId, '<unknown>', '<null>', '']),
    ok,
    reason: 0,
    dialled: NUMBER,
  };
  const isSaid = pbx.chance(0.7);
  if (!isSaid) pbx.reach('a call file: nobody says how the originate went');
  if (isSaid && response.uniqueId !== channel.uniqueId) pbx.reach('an originate that names no channel');
  if (ok) {
    yield [pbx.up(channel), ...(isSaid ? [response] : [])];
    const talker = pbx.chance(0.3) ? yield* queued(pbx, channel, 'hotline') : null;
    if (talker) pbx.reach('who was called asks for a person');
    yield* allEnd(pbx, channel, ...(talker ? [talker.leg] : []));
    return;
  }
  if (pbx.chance(0.5)) yield [pbx.rings(channel)];
  if (pbx.chance(0.6)) yield [pbx.asksToEnd(channel, 17, 486)];
  const responds = isSaid ? [response] : [];
  if (pbx.chance(0.3) && isSaid) {
    pbx.reach('the originate failed before the channel ended');
    yield responds;
    yield [pbx.ends(channel, 17, 486)];
  } else yield [pbx.ends(channel, 17, 486), ...responds];
}

/** One of our phones calls out, by a click; the customer may be passed on. */
export function* clicked(pbx: SimulatedSwitch, name: string): Actor {
  const agent = pbx.pick(AGENTS);
  const own = pbx.born(agent, null, { uniqueId: name });
  yield [own.event];
  yield [pbx.up(own.channel)];
  const line = pbx.born('PJSIP/trunk', name);
  yield [
    line.event,
    { kind: 'dial-began', atMs: 0, leg: legOf(line.channel), dialled: NUMBER, from: own.channel.channel },
  ];
  if (pbx.chance(0.3)) {
    yield [pbx.asksToEnd(line.channel, 17, 486), pbx.ends(line.channel, 17, 486)];
    yield [pbx.ends(own.channel, 17)];
    return;
  }
  yield [pbx.up(line.channel)];
  if (pbx.chance(0.4)) {
    pbx.reach('the customer whom we called is passed on');
    const to = pbx.pick(AGENTS);
    yield [
      {
        kind: 'transferred-blind',
        atMs: 0,
        leg: legOf(own.channel),
        caller: legOf(line.channel),
        to: to.slice(6),
      },
    ];
    yield [pbx.ends(own.channel)];
    const next = pbx.born(to, name);
    yield [next.event, pbx.up(next.channel)];
    yield* allEnd(pbx, line.channel, next.channel);
    return;
  }
  yield* allEnd(pbx, own.channel, line.channel);
}

/** What is no line and no phone: it counts nowhere, whatever it is linked to. */
export function* furniture(pbx: SimulatedSwitch): Actor {
  const base = pbx.pick([
    'Snoop/pbx-1.1',
    'UnicastRTP/127.0.0.1:9999',
    'AudioSocket/127.0.0.1:9092',
    'WebSocket/media',
    'Message/ast_msg_queue',
    'MulticastRTP/239.0.0.1',
    'CBAnn/100',
    'ConfBridgeRecorder/conf',
    'OutgoingSpoolFailed',
  ]);
  const linked = pbx.chance(0.3) ? (pbx.pick([...pbx.live.keys()]) ?? null) : null;
  if (linked !== null) pbx.reach('furniture that is linked to a call');
  const { channel, event } = pbx.born(base, linked);
  yield [event];
  yield [pbx.up(channel)];
  yield [pbx.ends(channel)];
}
