import type { Alarm } from '../protocol.ts';

/** What is wrong now: shown on every screen, in the metrics and at /readyz. */
export interface Health {
  raise(code: Alarm['code']): void;
  clear(code: Alarm['code']): void;
  alarms(): Alarm[];
  onChange(listener: (alarms: Alarm[]) => void): void;
}

const NAMES: Record<Alarm['code'], Alarm['name']> = {
  'pbx-not-configured': 'pbx',
  'pbx-disconnected': 'pbx',
  'pbx-refused': 'pbx',
  'pbx-no-timestamps': 'pbx',
  'pbx-clock-off': 'pbx',
  'database-away': 'database',
  'journal-disk-full': 'journal',
  'unforeseen-fault': 'service',
  'subject-not-begun': 'service',
  'facts-lost': 'journal',
  'messages-stuck': 'messages',
  'number-flood': 'telephone',
  'budget-near': 'telephone',
  'budget-reached': 'telephone',
  'switch-attacked': 'telephone',
  'recordings-stuck': 'recordings',
  'audit-changeable': 'audit',
  'audit-broken': 'audit',
  'security-updates-out': 'service',
  'security-updates-unknown': 'service',
};

/** What a person has to look at while every call is served as ever: it takes nobody's readiness away. */
const SERVES_ON: ReadonlySet<Alarm['code']> = new Set<Alarm['code']>([
  ...([
    'unforeseen-fault',
    'messages-stuck',
    'recordings-stuck',
    'audit-changeable',
    'audit-broken',
  ] as const),
  ...(['number-flood', 'budget-near', 'budget-reached', 'switch-attacked'] as const),
  ...(['security-updates-out', 'security-updates-unknown'] as const),
]);

/** Why the service is not ready (/readyz); empty: it is. */
export function notReady(health: Health): Alarm['code'][] {
  return health
    .alarms()
    .map(({ code }) => code)
    .filter((code) => !SERVES_ON.has(code));
}

export function openHealth(now: () => number): Health {
  const raised = new Map<Alarm['code'], number>();
  const listeners: ((alarms: Alarm[]) => void)[] = [];
  const alarms = () => [...raised].map(([code, sinceMs]) => ({ name: NAMES[code], code, sinceMs }));
  const tell = () => listeners.forEach((listener) => listener(alarms()));
  return {
    raise(code) {
      if (raised.has(code)) return;
      raised.set(code, now());
      tell();
    },
    clear(code) {
      if (raised.delete(code)) tell();
    },
    alarms,
    onChange: (listener) => void listeners.push(listener),
  };
}
