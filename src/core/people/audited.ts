/**
 * What of the house goes into the audit log: one line for each way of changing something, and for each look that is one.
 * The door (http/audit-door.ts) writes the line when the deed was done and wrote nothing more exact itself; a test holds
 * this table against every route.
 */

export type Audited =
  /** a code (web/people/words.ts); `of`: fields of what was sent that say to whom or what, beside the address's own */
  | { code: string; of?: readonly string[] }
  /** nothing is written, because */
  | { not: string };

const PHONE = '本人话机的按键，通话本身记在通话明细里';
const DESK = '本人的坐席状态，记在坐席状态明细里';
const PREVIEW = '只是预览，什么也不改';

/** Everything that changes something, by method and route. */
export const AUDITED: Record<string, Audited> = {
  // in and out
  'POST /sign-in': { code: 'signed-in' },
  'POST /sign-out': { code: 'signed-out' },
  'POST /sign-out-everywhere': { code: 'signed-out-everywhere' },
  'POST /my-password': { code: 'password-changed' },
  'POST /field/enter': { code: 'signed-in' },
  // people, units, settings
  'POST /people': { code: 'person-added' },
  'PUT /people/:id': { code: 'person-changed' },
  'POST /people/:id/password': { code: 'password-reset' },
  'POST /people/:id/sign-out': { code: 'person-signed-out' },
  'POST /units': { code: 'unit-added' },
  'PUT /units/:id': { code: 'unit-changed' },
  'POST /districts': { code: 'district-added' },
  'PUT /settings/:name': { code: 'settings-changed' },
  'POST /field-links/:personId': { code: 'field-link-given' },
  'DELETE /field-links/:personId': { code: 'field-link-withdrawn' },
  'POST /api-tokens': { code: 'token-made', of: ['system'] },
  'POST /api-tokens/:id/rotate': { code: 'token-rotated' },
  'POST /api-tokens/:id/revoke': { code: 'token-revoked' },
  'POST /audit/verify': { code: 'audit-verified' },
  'POST /telephone/lift-ban': { code: 'ban-lifted' },
  // customers
  'POST /customers': { code: 'customer-added' },
  'PUT /customers/:id': { code: 'customer-changed' },
  'POST /customers/:id/merge': { code: 'customers-merged' },
  'POST /customers/:id/reveal': { code: 'number-revealed' },
  'POST /customer-imports': { code: 'customer-list-uploaded' },
  'POST /customer-imports/:id/check': { not: PREVIEW },
  'POST /customer-imports/:id/take': { code: 'customer-import-begun' },
  // orders and cases
  'POST /orders': { code: 'order-created' },
  'POST /orders/:orderNo/steps': { code: 'order-stepped', of: ['kind'] },
  'POST /orders/:orderNo/files': { code: 'order-file-added' },
  'POST /orders-settings': { code: 'order-settings-changed' },
  'POST /decision-table': { code: 'decision-table-changed' },
  'POST /decision-table/check': { not: PREVIEW },
  'POST /decision-table/decide': { not: PREVIEW },
  'POST /cases': { code: 'case-added' },
  'PUT /cases/:id': { code: 'case-changed' },
  'POST /cases/:id/steps': { code: 'case-stepped', of: ['kind'] },
  'POST /cases/:id/join': { code: 'case-joined', of: ['orderNo'] },
  'POST /cases/:id/files': { code: 'case-file-added' },
  'POST /cases/looks': { code: 'portal-looked', of: ['channel'] },
  'POST /cases/read': { not: PREVIEW },
  'POST /case-imports': { not: '只是上传来件表格，登记时才写' },
  'POST /case-imports/check': { not: PREVIEW },
  'POST /case-imports/take': { code: 'cases-imported' },
  'PUT /column-words/cases': { code: 'column-words-changed' },
  'PUT /column-words/customers': { code: 'column-words-changed' },
  // callbacks
  'POST /callbacks/campaigns': { code: 'campaign-made', of: ['name'] },
  'POST /callbacks/campaigns/:id/again': { code: 'campaign-again' },
  'POST /callbacks/campaigns/:id/state': { code: 'campaign-state', of: ['state'] },
  'PUT /callbacks/settings': { code: 'callback-settings-changed' },
  'POST /callbacks/items/:id/answer': { code: 'callback-answered' },
  'POST /callbacks/items/:id/later': { code: 'callback-put-off' },
  'POST /callbacks/redo/:id': { code: 'redo-decided' },
  'POST /callbacks/do-not-call': { code: 'do-not-call-added', of: ['number'] },
  'DELETE /callbacks/do-not-call/:number': { code: 'do-not-call-removed' },
  // shifts
  'POST /handovers/:id/items': { code: 'handover-line-added', of: ['section'] },
  'PUT /handovers/:id/items/:item': { code: 'handover-line-changed' },
  'POST /handovers/:id/ticks': { code: 'handover-read' },
  'POST /handovers/:id/signatures': { code: 'handover-signed' },
  'POST /handovers/:id/reopen': { code: 'handover-reopened' },
  'POST /roster/pattern': { code: 'roster-pattern' },
  'POST /roster/shifts': { code: 'shift-times' },
  'POST /roster/fill': { code: 'roster-filled' },
  'POST /roster/cell': { code: 'roster-changed' },
  'POST /roster/swaps': { code: 'roster-swap-asked' },
  'POST /roster/swaps/answer': { code: 'roster-swap-answered', of: ['id', 'agrees'] },
  'POST /conduct': { code: 'conduct-entered' },
  'POST /conduct/decide': { code: 'conduct-decided', of: ['id'] },
  'POST /conduct/answer': { code: 'conduct-answered', of: ['id'] },
  // the switch, the console, phones
  'POST /console/listen': { code: 'call-listen', of: ['mode', 'agent'] },
  'POST /console/stop': { code: 'call-listen-ended' },
  'POST /console/first': { code: 'call-first', of: ['callId'] },
  'POST /console/take-over': { code: 'call-taken-over', of: ['callId', 'agent'] },
  'POST /console/pick': { code: 'call-picked', of: ['callId'] },
  'POST /console/move': { code: 'call-moved', of: ['callId', 'queue'] },
  'POST /console/close-queue': { code: 'queue-closed', of: ['queue'] },
  'POST /console/hang-up': { code: 'call-ended', of: ['callId'] },
  'POST /console/pause': { code: 'agent-pause', of: ['agent', 'reason'] },
  'POST /console/answer-help': { code: 'help-answered' },
  'POST /console/broadcast': { code: 'broadcast', of: ['text'] },
  'POST /console/help': { not: '坐席向班长求助，记在求助表里' },
  'POST /presences/end-wrap-up': { code: 'agent-end-wrap-up', of: ['agent', 'reason'] },
  'POST /presences/ready': { code: 'agent-ready', of: ['agent', 'reason'] },
  'POST /presences/sign-out': { code: 'agent-sign-out', of: ['agent', 'reason'] },
  'POST /presence/done': { not: DESK },
  'POST /presence/extend': { not: DESK },
  'POST /presence/leg-lost': { not: DESK },
  'POST /presence/pause': { not: DESK },
  'POST /presence/ready': { not: DESK },
  'POST /presence/sign-in': { not: DESK },
  'POST /presence/sign-out': { not: DESK },
  'POST /phone/session': { not: '网页话机开通本人的分机' },
  'PUT /phone/kind': { code: 'own-phone-kind', of: ['kind'] },
  'POST /phone/place': { not: PHONE },
  'POST /phone/pass-on': { not: PHONE },
  'POST /phone/consult': { not: PHONE },
  'POST /phone/digit': { not: PHONE },
  'POST /phone/hang-up': { not: PHONE },
  'POST /phone/back': { not: PHONE },
  'POST /phone/join': { not: PHONE },
  'POST /phone/together': { not: PHONE },
  'POST /phones/:personId/desk-password': { code: 'desk-password-renewed' },
  'PUT /phones/units/:unitId': { code: 'unit-phone-changed' },
  'PUT /queues/:queue': { code: 'queue-people' },
  'POST /missed/claim': { code: 'missed-claimed', of: ['party'] },
  'POST /missed/release': { code: 'missed-released', of: ['party'] },
  'POST /missed/dismiss': { code: 'missed-dismissed', of: ['party'] },
  'POST /missed/dismiss-flood': { code: 'missed-flood-dismissed' },
  'POST /recordings/mute': { code: 'recording-paused' },
  'PUT /recordings/:callId/hold': { code: 'recording-held' },
  'POST /ivr/words/:callId/take': { code: 'word-taken' },
  'PUT /ivr/prompts/:name/text': { code: 'prompt-changed' },
  'PUT /ivr/prompts/:name/sound': { code: 'prompt-recorded' },
  'POST /ivr/flow': { code: 'ivr-flow-saved' },
  'POST /ivr/flow/:version/put': { code: 'ivr-flow-put' },
  'POST /ivr/flow/:version/try': { code: 'ivr-flow-tried' },
  'POST /ivr/flow/terms/:id/take-back': { code: 'ivr-flow-taken-back' },
  // outages
  'POST /outages': { code: 'outage-entered' },
  'PUT /outages/:id': { code: 'outage-changed' },
  'POST /outages/:id/publish': { code: 'outage-published' },
  'POST /outages/:id/end': { code: 'outage-ended' },
  'POST /outages/:id/askers': { code: 'outage-asker-added', of: ['number'] },
  'POST /outages/:id/askers/told': { code: 'outage-askers-told' },
  'POST /outages/touched': { not: PREVIEW },
  'POST /incidents/:id/confirm': { code: 'incident-confirmed' },
  'POST /incidents/:id/dismiss': { code: 'incident-dismissed' },
  // out of the house
  'POST /outward/receivers': { code: 'receiver-added', of: ['name'] },
  'PATCH /outward/receivers/:id': { code: 'receiver-changed' },
  'POST /outward/receivers/:id/test': { code: 'receiver-tested' },
  'POST /outward/subscriptions': { code: 'subscription-added' },
  'DELETE /outward/subscriptions/:id': { code: 'subscription-removed' },
  'PUT /outward/mail-addresses/:id': { code: 'mail-address-changed' },
  'POST /outward/deliveries/:id/resend': { code: 'delivery-resent' },
  'POST /outward/deliveries/:id/cancel': { code: 'delivery-cancelled' },
  'POST /outward/stuck/:id/retry': { code: 'outbox-retried' },
  'POST /outward/stuck/:id/drop': { code: 'outbox-dropped' },
  'POST /exports': { code: 'export-asked' },
  'POST /report-previews/:report': { not: PREVIEW },
  'POST /report-previews/:id/send': { code: 'report-sent' },
  'POST /report-versions/:id/resend': { code: 'report-resent' },
  'PUT /report-passages/:report/:part': { code: 'report-passage-changed' },
  'PUT /report-schedules/:report': { code: 'report-schedule' },
  'POST /named-reports': { code: 'named-report-saved' },
  'PUT /named-reports/:id': { code: 'named-report-saved' },
  'DELETE /named-reports/:id': { code: 'named-report-removed' },
  // quality, walls
  'POST /quality/draw': { code: 'quality-drawn' },
  'POST /quality/scores': { code: 'quality-score-given' },
  'POST /quality/scores/see': { code: 'quality-score-seen', of: ['id'] },
  'POST /quality/scores/answer': { code: 'quality-score-answered', of: ['id'] },
  'POST /quality/scores/appeal': { code: 'quality-appealed' },
  'POST /quality/scores/decide': { code: 'quality-decided' },
  'POST /quality/forms': { code: 'quality-form-saved' },
  'POST /quality/forms/in-force': { code: 'quality-form-in-force' },
  'POST /quality/calibrations': { code: 'quality-calibration-opened' },
  'POST /quality/calibrations/close': { code: 'quality-calibration-closed' },
  'POST /walls': { code: 'wall-made' },
  'PUT /walls/:id': { code: 'wall-changed' },
  'DELETE /walls/:id': { code: 'wall-removed' },
  'POST /walls/:id/televisions': { code: 'television-given' },
  'DELETE /televisions/:id': { code: 'television-withdrawn' },
};

/** Looks that are written down: hearing somebody, and taking something out of the house. */
export const AUDITED_LOOKS: Record<string, { code: string; of?: readonly string[] }> = {
  'GET /recordings/:callId/sound': { code: 'recording-heard' },
  'GET /recordings/:callId/file': { code: 'recording-downloaded' },
  'GET /callbacks/items/:id/recording': { code: 'recording-heard' },
  'GET /ivr/words/:callId/sound': { code: 'word-heard' },
  'GET /exports/:id/file': { code: 'export-fetched' },
  'GET /callbacks/annex2.xlsx': { code: 'file-fetched' },
  'GET /reports/:report/file': { code: 'file-fetched', of: ['period', 'kind'] },
  'GET /report-previews/:id/file': { code: 'file-fetched' },
  'GET /report-versions/:id/file': { code: 'file-fetched' },
  'GET /roster/file': { code: 'file-fetched' },
  'GET /conduct/file': { code: 'file-fetched' },
  'GET /quality/file': { code: 'quality-exported' },
  'GET /customer-imports/:id/bad.csv': { code: 'file-fetched' },
  'GET /cases/:id/files/:file': { code: 'file-fetched' },
  'GET /orders/:orderNo/files/:id': { code: 'file-fetched' },
};

/** Lists in which one can look for a person; it is written down when words or a number are asked for. */
export const AUDITED_SEARCHES = [
  'GET /customers',
  'GET /orders',
  'GET /cases',
  'GET /recordings',
  'GET /calls',
  'GET /receipts',
  'GET /callbacks/list',
  'GET /callbacks/today/:number',
] as const;
/** what of the question names a person */
export const SEARCH_FIELDS = ['words', 'number', 'account', 'phone'] as const;

/** How a deed of this route is written down; null: it is not. */
export function auditedAs(
  route: string,
  asked: Record<string, unknown>,
): { code: string; of: readonly string[] } | null {
  const known = AUDITED[route];
  if (known) return 'not' in known ? null : { code: known.code, of: known.of ?? [] };
  const look = AUDITED_LOOKS[route];
  if (look) return { code: look.code, of: look.of ?? [] };
  if (route.startsWith('GET ')) {
    const searches = (AUDITED_SEARCHES as readonly string[]).includes(route);
    const named = SEARCH_FIELDS.some((field) => typeof asked[field] === 'string' && asked[field] !== '');
    return searches && (named || route.includes(':number'))
      ? { code: 'person-searched', of: SEARCH_FIELDS }
      : null;
  }
  // a route that nobody put into the table is written down all the same
  return { code: 'changed-otherwise', of: [] };
}
