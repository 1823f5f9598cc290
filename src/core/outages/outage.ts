/** Outages: whom they touch, what is said of them, and when what was said is no longer true. */
import { zoneOffsetMs } from '../zone.ts';
import { dateAt } from '../office/period.ts';

export const OUTAGE_KINDS = { planned: '计划停水', sudden: '突发停水' } as const;
export type OutageKind = keyof typeof OUTAGE_KINDS;

export interface OutageFields {
  kind: OutageKind;
  districts: string[];
  /** with `streets` empty, too: the whole of the districts */
  communities: string[];
  streets: string[];
  /** building units (单元) without water; more than one asks for a notice (Article 26) */
  buildings: number;
  cause: string;
  unitId: number | null;
  beginAtMs: number;
  /** when water is expected back */
  expectedAtMs: number;
  notice: string;
}
export interface Outage extends OutageFields {
  id: number;
  unit: string | null;
  endedAtMs: number | null;
  publishedAtMs: number | null;
  version: number;
}

export type OutageState = 'coming' | 'running' | 'overrun' | 'over';
export const OUTAGE_STATES: Record<OutageState, string> = {
  coming: '将停水',
  running: '停水中',
  overrun: '超过预计时间，正在更新',
  over: '已恢复',
};

/** What an outage is now; past its expected end nothing that was announced is true any more until somebody says more. */
export function outageState(
  outage: Pick<Outage, 'beginAtMs' | 'expectedAtMs' | 'endedAtMs'>,
  nowMs: number,
): OutageState {
  if (outage.endedAtMs !== null) return 'over';
  if (nowMs >= outage.expectedAtMs) return 'overrun';
  return nowMs >= outage.beginAtMs ? 'running' : 'coming';
}

/** Does somebody at this address sit without water? By district, and by community or street where the outage names any. */
export function touches(
  outage: Pick<Outage, 'districts' | 'communities' | 'streets'>,
  place: { district: string; community: string; address: string },
): boolean {
  const inDistrict = outage.districts.some(
    (district) => district === place.district || (place.district === '' && place.address.includes(district)),
  );
  if (!inDistrict) return false;
  const named = [...outage.communities, ...outage.streets];
  return named.length === 0 || named.some((name) => name === place.community || place.address.includes(name));
}

/** Article 26: more than one building unit without water, and nobody has been told yet. */
export function asksForNotice(outage: Pick<Outage, 'buildings' | 'publishedAtMs' | 'endedAtMs'>): boolean {
  return outage.buildings > 1 && outage.publishedAtMs === null && outage.endedAtMs === null;
}

/** Where, in one line: `兴庆区解放东街、丽景园`. */
export function placeOf(outage: Pick<OutageFields, 'districts' | 'streets' | 'communities'>): string {
  return outage.districts.join('、') + [...outage.streets, ...outage.communities].join('、');
}

/** The notice as the utility writes it; people change it as they like. */
export function noticeText(
  outage: Pick<
    OutageFields,
    'kind' | 'districts' | 'communities' | 'streets' | 'cause' | 'beginAtMs' | 'expectedAtMs'
  >,
): string {
  const where = placeOf(outage);
  const why = outage.cause.trim() || (outage.kind === 'planned' ? '管网施工' : '管网抢修');
  return `因${why}，${where}将于${timeWords(outage.beginAtMs)}至${timeWords(outage.expectedAtMs)}停水，请提前储水。给您带来不便，敬请谅解。咨询请拨打供水热线 96666。`;
}

/** `11月25日14:30` */
export function timeWords(atMs: number): string {
  const { month, day } = dateAt(atMs);
  const minutes = Math.floor((atMs + zoneOffsetMs()) / 60_000) % 1440;
  return `${month}月${day}日${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
}

/** What is said of it now: past the end that was promised, that end is said no more. */
export function announcement(outage: Outage, nowMs: number): string {
  if (outageState(outage, nowMs) !== 'overrun') return outage.notice;
  return `${placeOf(outage)}停水（${outage.cause}），原定恢复时间已过，正在核实新的恢复时间。`;
}

/** The public page: plain, small, for a caller's phone. Everything that people wrote is text there. */
export function noticePage(outages: readonly Outage[], nowMs: number): string {
  const items = outages.map((outage) => {
    const state = outageState(outage, nowMs);
    const until =
      state === 'overrun'
        ? '原定恢复时间已过，正在核实，请稍后再看'
        : `预计 ${timeWords(outage.expectedAtMs)} 恢复`;
    const where = plain(placeOf(outage));
    return `<article class="${state}"><h2>${OUTAGE_STATES[state]}　${where}</h2><p>${plain(announcement(outage, nowMs))}</p><p class="t">${until}</p></article>`;
  });
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>停水通知 · 供水热线 96666</title><style>body{margin:0;background:#f3f7f9;color:#12303f;font:17px/1.6 "PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}header{background:#0b3d59;color:#fff;padding:14px 16px}h1{margin:0;font-size:20px}main{max-width:640px;margin:0 auto;padding:12px}article{background:#fff;border-left:6px solid #0b7f9e;border-radius:8px;margin:12px 0;padding:12px 14px}article.overrun{border-color:#b26a00}h2{margin:0 0 6px;font-size:17px}p{margin:0 0 6px;white-space:pre-wrap;overflow-wrap:anywhere}.t{color:#5b7382}footer{padding:12px;text-align:center;color:#5b7382;font-size:14px}a{color:#0a6f8b}</style></head><body><header><h1>停水通知</h1></header><main>${items.join('') || '<article><p>目前没有停水通知。家中无水请拨打供水热线 <a href="tel:96666">96666</a>。</p></article>'}</main><footer>银川中铁水务　供水热线 <a href="tel:96666">96666</a></footer></body></html>`;
}

function plain(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
