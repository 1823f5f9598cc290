import type { OutwardEvent } from './event.ts';

/** A shift is over, the next has begun, and nobody has signed the handover. */
export function unsignedEvent(ref: string, atMs: number, body: Record<string, unknown>): OutwardEvent {
  const day = typeof body['day'] === 'string' ? body['day'] : '';
  const shift = typeof body['shift'] === 'string' ? body['shift'] : '';
  const given = body['state'] === 'given';
  return {
    id: `handover-unsigned:${ref}`,
    ...{ name: 'handover-unsigned', atMs, about: null, unitId: null, personIds: [] },
    title: `${day} ${shift}交接班记录还没有签完`,
    text: given
      ? `${shift}结束已经 15 分钟，交班人已签，接班人还没有签字，请督促接班人核对后签字。`
      : `${shift}结束已经 15 分钟，交班人和接班人都没有签字，请督促双方完成交接。`,
    link: `/handovers/${ref}`,
    data: { day, shift, state: body['state'] },
  };
}
