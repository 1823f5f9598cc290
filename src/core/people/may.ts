/** Who may do what: one table. A page, a route and a socket event each ask it. */
export type Role = 'agent' | 'supervisor' | 'dispatcher' | 'field-worker' | 'manager' | 'administrator';
export type Deed =
  | 'take-calls'
  | 'watch-wall'
  | 'see-full-number'
  | 'edit-people'
  | 'read-reports'
  | 'list-calls'
  | 'give-phones'
  | 'edit-outward'
  | 'see-deliveries'
  | 'export-lists'
  | 'export-customers'
  | 'keep-records'
  | 'watch-agents'
  | 'direct-agents'
  | 'see-orders'
  | 'make-orders'
  | 'step-orders'
  | 'supervise-orders'
  | 'edit-order-rules'
  | 'work-for-unit'
  | 'read-audit'
  | 'edit-settings'
  | 'call-back'
  | 'read-callbacks'
  | 'run-callbacks'
  | 'see-cases'
  | 'keep-cases'
  | 'see-handovers'
  | 'keep-handovers'
  | 'send-reports'
  | 'name-reports'
  | 'see-customers'
  | 'edit-customers'
  | 'merge-customers'
  | 'reveal-numbers'
  | 'give-field-links'
  | 'work-in-field'
  | 'see-outages'
  | 'keep-outages'
  | 'decide-incidents'
  | 'hear-recordings'
  | 'hear-all-recordings'
  | 'keep-recordings'
  | 'watch-console'
  | 'supervise-calls'
  | 'see-roster'
  | 'keep-roster'
  | 'see-conduct'
  | 'see-all-conduct'
  | 'judge-conduct'
  | 'see-words'
  | 'run-ivr'
  | 'see-quality'
  | 'see-all-quality'
  | 'score-calls'
  | 'edit-quality-forms'
  | 'decide-appeals'
  | 'keep-walls'
  | 'keep-personal-data';

const MAY: Record<Deed, readonly Role[]> = {
  'take-calls': ['agent', 'supervisor'],
  'watch-wall': ['agent', 'supervisor', 'dispatcher', 'field-worker', 'manager', 'administrator'],
  'see-full-number': ['agent', 'supervisor', 'administrator'],
  'edit-people': ['administrator'],
  'read-reports': ['supervisor', 'manager', 'administrator'],
  'list-calls': ['supervisor', 'manager', 'administrator'],
  'give-phones': ['administrator'],
  'edit-outward': ['administrator'],
  'see-deliveries': ['supervisor', 'manager', 'administrator'],
  'keep-records': ['agent', 'supervisor'],
  'watch-agents': ['supervisor', 'manager', 'administrator'],
  'direct-agents': ['supervisor', 'administrator'],
  'export-lists': ['supervisor', 'manager', 'administrator'],
  'see-orders': ['agent', 'supervisor', 'dispatcher', 'field-worker', 'manager', 'administrator'],
  'make-orders': ['agent', 'supervisor'],
  'step-orders': ['agent', 'supervisor', 'dispatcher', 'field-worker'],
  'supervise-orders': ['supervisor'],
  'edit-order-rules': ['administrator'],
  'work-for-unit': ['dispatcher'],
  'read-audit': ['supervisor', 'administrator'],
  'edit-settings': ['supervisor', 'administrator'],
  'call-back': ['agent', 'supervisor'],
  'read-callbacks': ['agent', 'supervisor', 'manager', 'administrator'],
  'run-callbacks': ['supervisor', 'administrator'],
  'export-customers': ['supervisor', 'administrator'],
  'see-cases': ['agent', 'supervisor', 'manager', 'administrator'],
  'keep-cases': ['agent', 'supervisor'],
  'see-handovers': ['agent', 'supervisor', 'manager', 'administrator'],
  'keep-handovers': ['agent', 'supervisor'],
  'send-reports': ['supervisor', 'administrator'],
  'name-reports': ['supervisor', 'manager', 'administrator'],
  'see-customers': ['agent', 'supervisor', 'manager', 'administrator'],
  'edit-customers': ['agent', 'supervisor', 'administrator'],
  // also: taking a list from the billing system
  'merge-customers': ['supervisor', 'administrator'],
  'reveal-numbers': ['manager'],
  'give-field-links': ['dispatcher', 'administrator'],
  'work-in-field': ['field-worker'],
  'see-outages': ['agent', 'supervisor', 'dispatcher', 'manager', 'administrator'],
  'keep-outages': ['agent', 'supervisor'],
  'decide-incidents': ['supervisor'],
  // an agent: their own
  'hear-recordings': ['agent', 'supervisor', 'manager'],
  'hear-all-recordings': ['supervisor', 'manager'],
  'keep-recordings': ['supervisor'],
  'watch-console': ['supervisor', 'administrator'],
  'supervise-calls': ['supervisor'],
  'see-roster': ['agent', 'supervisor', 'manager', 'administrator'],
  'keep-roster': ['supervisor', 'administrator'],
  'see-conduct': ['agent', 'supervisor', 'manager'],
  'see-all-conduct': ['supervisor', 'manager'],
  'judge-conduct': ['supervisor'],
  'see-words': ['agent', 'supervisor'],
  'run-ivr': ['supervisor', 'administrator'],
  // an agent: their own
  'see-quality': ['agent', 'supervisor', 'manager'],
  'see-all-quality': ['supervisor', 'manager'],
  'score-calls': ['supervisor'],
  'edit-quality-forms': ['supervisor'],
  // never the one who scored: a hotline with one leader needs the manager
  'decide-appeals': ['supervisor', 'manager'],
  // also: the links of televisions
  'keep-walls': ['supervisor', 'administrator'],
  // finding, handing over and erasing all that is kept of one caller
  'keep-personal-data': ['supervisor', 'administrator'],
};

export const ROLES: readonly Role[] = MAY['watch-wall'];
export const DEEDS = Object.keys(MAY) as Deed[];

export function may(role: Role, deed: Deed): boolean {
  return MAY[deed].includes(role);
}
