/** The telephone report's tables of the IVR: what callers did there, and how they rated their calls. */
import { pressed, RATING_KEYS, type IvrSums, type Rating, type RatingKey } from '../ivr/figures.ts';
import type { Cell, Column, Row, Table } from './document.ts';
import { ratio } from '../figures.ts';
import { callList, matterWords, type CallWhere, type IvrList } from './call-lists.ts';
import type { Period } from './period.ts';

const KEYS = Object.keys(RATING_KEYS) as RatingKey[];
const SUMS: [key: IvrList, zh: string, below?: IvrList][] = [
  ['callers', '进入语音导航的来电'],
  ['menu', '进入自助服务', 'callers'],
  ['area', '听到停水播报', 'callers'],
  ['servedAlone', '听完自行挂机（未占用坐席）', 'callers'],
  ['placesKept', '保留位置、要求回拨', 'callers'],
  ['placesReached', '其中回拨接通', 'placesKept'],
  ['words', '留言', 'callers'],
  ['ratingsAsked', '请来电人评价', 'callers'],
  ['ratingsGiven', '其中已评价', 'ratingsAsked'],
];

/** What callers did before, while and after they waited, each as a share of those who could. */
export function ivrTable(period: Period, sums: IvrSums): Table {
  const list = (one: IvrList) => callList(period, one);
  const line = (key: string, measure: string, value: Cell, share: Cell): Row => ({
    key,
    cells: { measure: { value: measure }, value, share },
  });
  return {
    key: 'ivr',
    zh: '语音导航',
    columns: [
      { key: 'measure', zh: '指标', unit: 'text' },
      { key: 'value', zh: '数值', unit: 'count' },
      { key: 'share', zh: '占比', unit: 'ratio' },
    ],
    rows: [
      ...SUMS.map(([key, zh, below]) =>
        line(
          key,
          zh,
          { value: sums[key], list: list(key) },
          {
            value: below === undefined ? null : ratio(sums[key], sums[below]),
            ...{ list: list(key), below: list(below ?? 'callers') },
          },
        ),
      ),
      line(
        'addedMs',
        '排队前用时（中位）',
        { value: sums.addedMs, unit: 'ms', list: list('callers') },
        { value: null, list: list('callers') },
      ),
    ],
    total: null,
    note: '“其中”各行的占比以上一行为分母，其余以进入语音导航的来电为分母。当天的走向和每通来电的按键见“语音导航”。',
  };
}

/** How callers rated their calls, line by line: by agent, or by what the call was about. */
function ratingsTable(
  period: Period,
  { key, zh, first, by }: { key: string; zh: string; first: string; by: 'agent' | 'matter' },
  ratings: readonly Rating[],
): Table {
  const narrowedBy = by === 'agent' ? 'lastAgent' : by;
  const keyOf = (one: Rating) => (by === 'agent' ? one.agent : one.category);
  const words = (one: Rating) =>
    by === 'agent' ? (one.name ?? (one.agent || '没有看到是谁')) : matterWords(one.category);
  const keys = [...new Set(ratings.map(keyOf))];
  const row = (key: string, name: string, those: readonly Rating[], where: CallWhere): Row => ({
    key,
    cells: {
      name: { value: name },
      ...Object.fromEntries(
        KEYS.map((one) => [
          `key${one}`,
          { value: pressed(those, one), list: callList(period, `rated${one}`, where) },
        ]),
      ),
      given: { value: pressed(those), list: callList(period, 'ratingsGiven', where) },
      content: {
        value: ratio(pressed(those, '1'), pressed(those)),
        list: callList(period, 'rated1', where),
        below: callList(period, 'ratingsGiven', where),
      },
    },
  });
  return {
    key,
    zh,
    columns: [
      { key: 'name', zh: first, unit: 'text' },
      ...KEYS.map((one): Column => ({ key: `key${one}`, zh: RATING_KEYS[one], unit: 'count', adds: true })),
      { key: 'given', zh: '已评价', unit: 'count', adds: true },
      { key: 'content', zh: '满意率', unit: 'ratio' },
    ],
    rows: keys.map((one) => {
      const those = ratings.filter((rating) => keyOf(rating) === one);
      return row(one, words(those[0]!), those, { [narrowedBy]: one });
    }),
    total: row('total', '合计', ratings, {}),
  };
}

/** Ratings by the agent who had the caller last, and by what the call was about. */
export function ratingTables(period: Period, ratings: readonly Rating[]): Table[] {
  const agents = { key: 'ratedAgents', zh: '来电人评价：按坐席', first: '坐席', by: 'agent' } as const;
  const matters = { key: 'ratedMatters', zh: '来电人评价：按类别', first: '类别', by: 'matter' } as const;
  return [agents, matters].map((which) => ratingsTable(period, which, ratings));
}
