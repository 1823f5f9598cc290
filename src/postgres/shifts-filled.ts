/** What a handover is filled with: read from calls, orders, outside cases and callbacks. */
import { shortMinuteText } from '../core/zone.ts';
import type pg from 'pg';
import { CHANNELS, type Channel } from '../core/office/cases.ts';
import type { OrderState } from '../core/orders/order.ts';
import { STATE_WORDS } from '../core/orders/words.ts';
import { FLOOD_QUESTIONS, floodRecorded, OUTSIDE_NEAR_MS, type Filled } from '../core/shifts/handover.ts';
import { OUTAGE_STATES, outageState, placeOf, timeWords } from '../core/outages/outage.ts';
import { countCalls } from './call-lists.ts';
import { countMissed, MISSED_KEPT_MS } from './missed.ts';
import { ORDER_UNANSWERED } from './order-conditions.ts';
import { openOutages, pastOutages } from './outages.ts';
import { clockText } from '../core/shifts/shift.ts';
import { shareText } from '../core/figures.ts';
import { measuresOfCounts } from '../core/office/call-lists.ts';
import { countReceiptList } from './receipts.ts';
import { sumTalks } from './talks.ts';
import { cellText } from '../core/office/written.ts';
import type { Figure, HandoverRow } from './shifts.ts';
import { instant, ms } from './instants.ts';

/** a page that nobody can read is read by nobody: so many of each kind, and how many more there are */
const MOST = 30;
/** of the key lines each is to be read by itself */
const MOST_KEY = 200;
const shortened = (text: string, most: number) => (text.length > most ? `${text.slice(0, most)}…` : text);

type Span = Pick<HandoverRow, 'fromMs' | 'untilMs'>;

/**
 * The lines of this shift as things stand now; after its end what belongs to the next one is left out. What stands on
 * the page already (`listed`) comes first: a line is never taken for settled because newer ones came.
 */
export async function filledLines(
  pool: pg.Pool,
  span: Span,
  atMs: number,
  listed: readonly { source: string | null; settled: boolean }[],
): Promise<Filled[]> {
  const flood = floodRecorded(span);
  const nowMs = Math.min(atMs, span.untilMs);
  const known = listed.flatMap(({ source, settled }) => (source === null || settled ? [] : [source]));
  const parts = await Promise.all([
    keyOrders(pool, span, known),
    openOrders(pool, span, nowMs, known),
    nearCases(pool, nowMs, known),
    dueCallbacks(pool, nowMs),
    outageLines(pool, span, nowMs),
    equipment(pool, span),
    flood ? floodLines(pool, span) : [],
  ]);
  return parts.flat();
}

interface OrderLine {
  orderNo: string;
  state: OrderState;
  urgent: boolean;
  supervised: boolean;
  urged: number;
  category: string;
  address: string;
  content: string;
  unit: string | null;
  result: string;
  dueAtMs: number | null;
  total: number;
}
const ORDER = `o.order_no as "orderNo", o.state, o.urgent, o.supervised, o.urged_count as urged, o.category, o.address,
  o.content, o.unit, o.result, ${ms('o.due_at')} as "dueAtMs", count(*) over ()::int as total`;

function orderText(one: OrderLine): string {
  const marks = [one.urgent && '紧急', one.supervised && '督办', one.urged > 0 && `催办${one.urged}次`];
  const said = marks.filter(Boolean).join('、');
  const place = one.address ? `${one.address}，` : '';
  const head = `${one.category}${said ? `（${said}）` : ''}：${place}${shortened(one.content, 60)}`;
  const reply = one.result ? `；回复：${shortened(one.result, 60)}` : '；未回复';
  return `${head}｜${one.unit ?? '未派单'}，${STATE_WORDS[one.state]}${reply}`;
}

/** Urgent, supervised or urged: those still open, and those answered in this shift. */
async function keyOrders(pool: pg.Pool, { fromMs, untilMs }: Span, known: string[]): Promise<Filled[]> {
  const { rows } = await pool.query<OrderLine>(
    `select ${ORDER} from orders o
      where (o.urgent or o.supervised or o.urged_count > 0) and o.state <> 'cancelled'
        and (${ORDER_UNANSWERED} or (o.created_at >= ${instant('$1')} or o.fed_back_at >= ${instant('$1')}))
        and o.created_at < ${instant('$2')} and o.created_at >= ${instant('$1')} - interval '30 days'
      order by 'order:' || o.order_no || ':key' = any($3::text[]) desc, o.created_at desc, o.id desc
      limit greatest(${MOST_KEY}, (select count(*) from unnest($3::text[]) s where s like 'order:%:key'))`,
    [fromMs, untilMs, known],
  );
  const lines = rows.map((one): Filled => ({
    ...{ section: 'key', source: `order:${one.orderNo}:key`, key: true },
    ...{ text: orderText(one), link: `/orders/${one.orderNo}` },
  }));
  return [...lines, ...moreOrders('key', rows)];
}

/** How many stand on no line of their own. */
function moreOrders(section: 'key' | 'unanswered', rows: readonly OrderLine[]): Filled[] {
  const more = (rows[0]?.total ?? 0) - rows.length;
  if (more <= 0) return [];
  const what = section === 'key' ? '紧急、督办或催办' : '未回复';
  const source = section === 'key' ? 'orders:more-key' : 'orders:more';
  const text = `另有 ${more} 件${what}的工单，请在“工单”里查看。`;
  return [{ section, source, key: true, link: '/orders', text }];
}

/** Not answered yet: what is overdue first (key), then what this shift took. */
async function openOrders(
  pool: pg.Pool,
  { fromMs, untilMs }: Span,
  nowMs: number,
  known: string[],
): Promise<Filled[]> {
  const { rows } = await pool.query<OrderLine & { overdue: boolean }>(
    `select ${ORDER}, coalesce(o.due_at <= ${instant('$3')}, false) as overdue from orders o
      where ${ORDER_UNANSWERED} and not (o.urgent or o.supervised or o.urged_count > 0) and o.created_at < ${instant('$2')}
        and (o.created_at >= ${instant('$1')}
             or (o.due_at <= ${instant('$3')} and o.created_at >= ${instant('$1')} - interval '30 days'))
      order by 'order:' || o.order_no || ':open' = any($4::text[]) desc, overdue desc, o.created_at desc, o.id desc
      limit greatest(${MOST}, (select count(*) from unnest($4::text[]) s where s like 'order:%:open'))`,
    [fromMs, untilMs, nowMs, known],
  );
  const lines = rows.map((one): Filled => {
    const late = one.overdue ? `【超时】` : '';
    return {
      ...{ section: 'unanswered', source: `order:${one.orderNo}:open`, key: one.overdue },
      ...{ text: late + orderText(one), link: `/orders/${one.orderNo}` },
    };
  });
  return [...lines, ...moreOrders('unanswered', rows)];
}

async function nearCases(pool: pg.Pool, nowMs: number, known: string[]): Promise<Filled[]> {
  const { rows } = await pool.query<{
    id: number;
    channel: Channel;
    outsideNo: string;
    content: string;
    dueAtMs: number;
    late: boolean;
  }>(
    `select id::float8 as id, channel, outside_no as "outsideNo", content, ${ms('due_at')} as "dueAtMs",
            due_at < ${instant('$2')} as late
       from outside_cases where state in ('new', 'signed') and due_at <= ${instant('$1')} and received_at <= ${instant('$2')}
      order by 'case:' || id = any($3::text[]) desc, due_at, id
      limit greatest(${MOST}, (select count(*) from unnest($3::text[]) s where s like 'case:%'))`,
    [nowMs + OUTSIDE_NEAR_MS, nowMs, known],
  );
  return rows.map((one) => ({
    ...{ section: 'outside' as const, source: `case:${one.id}`, key: true, link: `/cases/${one.id}` },
    text: `${CHANNELS[one.channel].zh} ${one.outsideNo || '（无编号）'}，时限 ${stamp(one.dueAtMs)}${one.late ? '（已超）' : ''}：${shortened(one.content, 60)}`,
  }));
}

async function dueCallbacks(pool: pg.Pool, nowMs: number): Promise<Filled[]> {
  const [missed, { rows }] = await Promise.all([
    countMissed(pool, nowMs - MISSED_KEPT_MS, nowMs),
    pool.query<{ people: number }>(
      `select count(*)::int as people from survey_items where state = 'people'
          and (due_at is null or due_at <= ${instant('$1')} + interval '8 hours')`,
      [nowMs],
    ),
  ]);
  const { people } = rows[0]!;
  const lines: Filled[] = [];
  if (missed > 0)
    lines.push({
      ...{ section: 'callbacks', source: 'callbacks:missed', key: true, link: '/desk' },
      text: `未接通来电还有 ${missed} 个号码没有回电，在受理台“待回电”里。`,
    });
  if (people > 0)
    lines.push({
      ...{ section: 'callbacks', source: 'callbacks:people', key: false, link: '/callbacks/people' },
      text: `人工回访到时 ${people} 件。`,
    });
  return lines;
}

/** Gaps of the line between switch and service in this shift; none is said, too. */
async function equipment(pool: pg.Pool, { fromMs, untilMs }: Span): Promise<Filled[]> {
  const { rows } = await pool.query<{ fromMs: number; untilMs: number }>(
    `select ${ms('from_at')} as "fromMs", ${ms('until_at')} as "untilMs" from gaps
      where until_at > ${instant('$1')} and from_at < ${instant('$2')} order by from_at`,
    [fromMs, untilMs],
  );
  const spans = rows.slice(0, 5).map((one) => `${clockText(one.fromMs)}—${clockText(one.untilMs)}`);
  const text =
    rows.length === 0
      ? '电话交换机：本班没有中断。'
      : `电话交换机：本班与系统中断 ${rows.length} 次（${spans.join('、')}${rows.length > 5 ? ' 等' : ''}）。`;
  return [{ section: 'equipment', source: 'equipment:switch', key: rows.length > 0, text, link: null }];
}

/** Where there is no water or will be none, why and until when (Article 26); and what came back in this shift. */
async function outageLines(pool: pg.Pool, { fromMs }: Span, nowMs: number): Promise<Filled[]> {
  const past = (await pastOutages(pool, MOST)).filter((one) => one.endedAtMs! >= fromMs);
  return [...(await openOutages(pool)), ...past].map((one) => {
    const state = outageState(one, nowMs);
    const told = one.publishedAtMs === null ? '未发布通知' : '已发布通知';
    return {
      ...{
        section: 'outages',
        source: `outage:${one.id}`,
        key: state !== 'over',
        link: `/outages/${one.id}`,
      },
      text: `${OUTAGE_STATES[state]}：${placeOf(one)}，${one.cause}，${timeWords(one.beginAtMs)}—${timeWords(one.endedAtMs ?? one.expectedAtMs)}，${told}`,
    };
  });
}

/** The questions stand empty until somebody answers them; the calls about it count themselves. */
async function floodLines(pool: pg.Pool, { fromMs, untilMs }: Span): Promise<Filled[]> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::int as count from records
      where created_at >= ${instant('$1')} and created_at < ${instant('$2')} and conclusion <> 'void'
        and content ~ '积水|内涝|防汛|雨水|倒灌|淹'`,
    [fromMs, untilMs],
  );
  const questions = Object.keys(FLOOD_QUESTIONS).map((question): Filled => ({
    ...{ section: 'flood', source: `flood:${question}`, key: true, text: '', link: null },
  }));
  const text = `本班有关积水、防汛的来电 ${rows[0]!.count} 个。`;
  return [...questions, { section: 'flood', source: 'flood:calls', key: false, text, link: null }];
}

/** The shift in numbers: its calls and receipts as every report counts them, and what became of orders within it. */
export async function shiftFigures(pool: pg.Pool, span: Span): Promise<Figure[]> {
  const within = (column: string) => `${column} >= ${instant('$1')} and ${column} < ${instant('$2')}`;
  const [calls, talks, taken, { rows }] = await Promise.all([
    countCalls(pool, span),
    sumTalks(pool, span),
    countReceiptList(pool, span, { side: 'hotline' }),
    pool.query<{ made: number; dispatched: number; fedBack: number }>(
      `select count(*) filter (where ${within('created_at')})::int as made,
              count(*) filter (where ${within('dispatched_at')})::int as dispatched,
              count(*) filter (where ${within('fed_back_at')})::int as "fedBack"
         from orders where created_at >= ${instant('$1')} - interval '60 days'`,
      [span.fromMs, span.untilMs],
    ),
  ]);
  const { made, dispatched, fedBack } = rows[0]!;
  return [
    { zh: '来电', value: String(calls.offered) },
    { zh: '接听', value: String(calls.answered) },
    { zh: '放弃', value: String(calls.abandoned) },
    { zh: '三声接听率', value: shareText(measuresOfCounts(calls).threeRingRatio) },
    { zh: '坐席通话时长', value: cellText(talks.talkMs, 'ms') },
    { zh: '热线受理', value: String(taken) },
    { zh: '新建工单', value: String(made) },
    { zh: '派单', value: String(dispatched) },
    { zh: '已回复', value: String(fedBack) },
  ];
}

function stamp(atMs: number): string {
  return shortMinuteText(atMs);
}
