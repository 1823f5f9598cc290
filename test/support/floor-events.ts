import type { Leg, SwitchEvent } from '../../src/core/floor/event.ts';

/** One caller and one agent's phone, as the switch tells of them; instants are Unix ms. */
export const CALLER: Leg = { uniqueId: 'pbx-1.0', linkedId: 'pbx-1.0', channel: 'PJSIP/trunk-in-00000000' };
export const PHONE: Leg = { uniqueId: 'pbx-1.1', linkedId: 'pbx-1.0', channel: 'PJSIP/1001-00000001' };
export const AGENT = 'PJSIP/1001';
export const NUMBER = '13912345678';
export const FLOOR_SETTINGS = { ringCadenceMs: 5000, threeRingsMs: 15_000, trunkPattern: '^trunk' };

export function arrives(atMs: number): SwitchEvent[] {
  return [
    {
      kind: 'channel-created',
      atMs,
      leg: CALLER,
      incoming: true,
      number: NUMBER,
      exten: '96666',
      context: 'from-trunk',
    },
    { kind: 'queue-joined', atMs, leg: CALLER, queue: 'hotline', position: 1, number: NUMBER, exten: 's' },
  ];
}

const offer = { leg: CALLER, agentLeg: PHONE, queue: 'hotline', agent: AGENT, name: '1001', number: NUMBER };
export const rings = (atMs: number): SwitchEvent[] => [
  { kind: 'agent-called', atMs, ...offer },
  { kind: 'leg-rings', atMs, leg: PHONE },
];
export const answers = (atMs: number): SwitchEvent[] => [
  { kind: 'agent-answered', atMs, ...offer },
  { kind: 'leg-up', atMs, leg: PHONE },
];
export const hangsUp = (atMs: number): SwitchEvent[] => [
  { kind: 'hangup-requested', atMs, leg: CALLER, cause: 16, sipStatus: 0 },
  { kind: 'hung-up', atMs, leg: PHONE, cause: 16, sipStatus: 0 },
  { kind: 'hung-up', atMs, leg: CALLER, cause: 16, sipStatus: 0 },
];
export const member = (atMs: number, paused: boolean, reason: string | null): SwitchEvent => ({
  kind: 'member',
  atMs,
  queue: 'hotline',
  agent: AGENT,
  member: { name: '1001', device: 1, paused, reason, lastCallMs: 0, wrapUpMs: 0 },
});
