import { expect } from 'chai';
import fc from 'fast-check';
import { measuresOf, noSums } from '../../../src/core/floor/measures.ts';
import { alarmSentence, isQuiet, mayRepeat, speaksAt } from '../../../src/core/walls/alarms.ts';
import {
  figureOf,
  floorFor,
  officeFor,
  type WallFloor,
  type WallOffice,
} from '../../../src/core/walls/figures.ts';
import { COLUMNS, layOut, ROWS } from '../../../src/core/walls/layout.ts';
import {
  firstTiles,
  kindOf,
  levelOf,
  newTile,
  SIZES,
  TILE_KINDS,
  wallFault,
  type Tile,
  type TileKind,
  type TileSize,
} from '../../../src/core/walls/tiles.ts';

const at = (text: string) => Date.parse(`2026-12-02T${text}:00+08:00`);
const NOW = at('10:00');
const sums = (some: object) => ({ ...noSums(), ...some });
const floor: WallFloor & { hours: number[] } = {
  queues: [
    { queue: 'hotline', waiting: 2, longestSinceMs: NOW - 25_000 },
    { queue: 'meters', waiting: 1, longestSinceMs: NOW - 40_000 },
  ],
  queuesToday: [
    { queue: 'hotline', sums: sums({ offered: 10, answered: 8, rang: 8, withinThreeRings: 6 }) },
    { queue: 'meters', sums: sums({ offered: 2, answered: 2, rang: 2, withinThreeRings: 2 }) },
  ],
  agents: [
    {
      ...{ agent: 'PJSIP/1001', name: '马晓燕', state: 'ready', sinceMs: NOW, reason: null },
      ...{ queues: ['hotline'], callId: 'a.1' },
    },
    {
      ...{ agent: 'PJSIP/1002', name: '丁芳', state: 'paused', sinceMs: NOW, reason: '喝水' },
      ...{ queues: ['meters'], callId: null },
    },
  ],
  waiting: 3,
  longestSinceMs: NOW - 40_000,
  today: measuresOf(sums({ offered: 13, answered: 10, rang: 10, withinThreeRings: 8 })),
  rolling24h: measuresOf(sums({ offered: 20, answered: 19 })),
  hours: [1, 2, 3],
};
const office: WallOffice = {
  ...{ atMs: NOW, open: 9, near: 3, overdue: 2, urgent: 1 },
  districts: [{ district: '兴庆区', open: 9, near: 3, overdue: 2 }],
  nextDue: [{ orderNo: 'GD1', item: '漏水', unit: '管网', dueAtMs: NOW + 42 * 60_000 }],
  outages: [
    {
      ...{ id: 1, kind: 'sudden', place: '兴庆区丽景园', cause: '抢修' },
      ...{ beginAtMs: NOW - 1000, expectedAtMs: NOW + 9_000_000 },
    },
    {
      ...{ id: 2, kind: 'planned', place: '金凤区', cause: '施工' },
      ...{ beginAtMs: NOW + 1000, expectedAtMs: NOW + 9_000_000 },
    },
  ],
  incidents: [{ id: 1, place: '贺兰', count: 8, usual: 0.5, windowMs: 600_000 }],
  ivr: { placesWaiting: 2, servedAlone: 5, ratingsGiven: 8, content: 6 },
};
const figure = (kind: TileKind, queues: string[] = []) => figureOf({ kind, queues }, floor, office, NOW);
const tile = (kind: TileKind, some: Partial<Tile> = {}): Tile => ({ ...newTile(kind), ...some });
const plan = (tiles: Tile[]) => ({ name: '大厅', tiles, quiet: null });

describe('the kinds of tiles of a wall', () => {
  for (const kind of TILE_KINDS)
    it(`${kind} has a name in both languages, begins as a tile that can be kept, and has a figure if it has thresholds`, () => {
      const { zh, en, unit, worse } = kindOf(kind);
      expect(zh).to.match(/[\u4e00-\u9fff]/);
      expect(en).to.match(/^[A-Z]/);
      expect(wallFault(plan([newTile(kind)]))).to.equal(null);
      if (worse !== null) expect(unit).to.not.equal('');
    });

  it('each figure is that of the floor or the office, of the chosen queues where a queue is chosen', () => {
    expect(figure('waiting')).to.equal(3);
    expect(figure('waiting', ['meters'])).to.equal(1);
    expect(figure('longest-wait')).to.equal(40);
    expect(figure('longest-wait', ['hotline'])).to.equal(25);
    expect(figure('three-ring')).to.equal(80);
    expect(figure('three-ring', ['hotline'])).to.equal(75);
    expect(figure('three-ring', ['meters', 'hotline'])).to.equal(80);
    expect(figure('connect-24h')).to.equal(95);
    expect(figure('offered')).to.equal(13);
    expect(figure('ready-agents')).to.equal(1);
    expect(figure('ready-agents', ['meters'])).to.equal(0);
    expect(figure('orders-overdue')).to.equal(2);
    expect(figure('district-map')).to.equal(2);
    expect(figure('next-due')).to.equal(42);
    expect(figure('outages'), 'one is only coming').to.equal(1);
    expect(figure('incidents')).to.equal(1);
    expect(figure('kept-places')).to.equal(2);
    expect(figure('served-alone')).to.equal(5);
    expect(figure('content'), '6 of 8').to.equal(75);
    expect(figureOf({ kind: 'waiting', queues: [] }, null, null, NOW)).to.equal(null);
  });

  it('is red at its red line, amber at its amber one, and nothing without a figure', () => {
    const rate = tile('three-ring');
    expect([96, 95, 94.9, 90, 89.9].map((one) => levelOf(rate, one))).to.deep.equal([
      ...['calm', 'calm', 'amber', 'amber', 'red'],
    ]);
    const wait = tile('longest-wait');
    expect([4.9, 5, 14.9, 15].map((one) => levelOf(wait, one))).to.deep.equal([
      ...['calm', 'amber', 'amber', 'red'],
    ]);
    expect(levelOf(wait, null)).to.equal('none');
    expect(levelOf(tile('offered'), 5)).to.equal('none');
  });

  it('a wall that can’t stand is refused in Chinese, naming the tile', () => {
    const fault = (some: Partial<Tile>, kind: TileKind = 'waiting') => wallFault(plan([tile(kind, some)]));
    expect(wallFault({ ...plan([]), name: ' ' })).to.equal('请写大屏的名称。');
    expect(wallFault(plan([]))).to.include('没有磁贴');
    expect(fault({ amber: 5, red: 3 }))
      .to.include('第 1 个磁贴“正在等待”')
      .and.include('黄线不能高于红线');
    expect(fault({ amber: 80, red: 90 }, 'three-ring')).to.include('黄线不能低于红线');
    expect(fault({ red: 101 }, 'three-ring')).to.include('0 到 100');
    expect(fault({ amber: Number.NaN })).to.include('之间');
    expect(fault({ voice: 'red', red: null })).to.include('请先设红线');
    expect(fault({ queues: ['hotline'] }, 'orders-open')).to.include('不能按队列');
    expect(fault({ size: 's' }, 'district-map')).to.include('看不清');
    expect(fault({ amber: 1 }, 'agents')).to.include('没有数字');
    expect(wallFault(plan([...new Array<Tile>(4).fill(tile('clock', { size: 'xl' }))]))).to.include('放不下');
    expect(wallFault({ ...plan([tile('clock')]), quiet: { fromMinute: 5, untilMinute: 5 } })).to.include(
      '不能相同',
    );
    expect(wallFault(plan(firstTiles()))).to.equal(null);
  });

  it('whatever is composed, no two tiles lie on each other, none is smaller than chosen, none leaves the wall', () => {
    const size = fc.constantFrom(...(Object.keys(SIZES) as TileSize[]));
    fc.assert(
      fc.property(fc.array(size, { maxLength: 40 }), (sizes) => {
        const laid = layOut(sizes.map((one) => ({ size: one })));
        if (!laid) return;
        const cells = new Set<string>();
        for (const [index, { column, row, width, height }] of laid.places.entries()) {
          expect(width).to.be.least(SIZES[sizes[index]!].width);
          expect(height).to.be.least(SIZES[sizes[index]!].height);
          expect(column + width).to.be.most(COLUMNS);
          expect(row + height).to.be.most(Math.min(ROWS, laid.rows));
          for (let y = row; y < row + height; y += 1)
            for (let x = column; x < column + width; x += 1) {
              expect(cells.has(`${x} ${y}`)).to.equal(false);
              cells.add(`${x} ${y}`);
            }
        }
      }),
    );
  });
});

describe('a wall’s voice', () => {
  it('speaks from the level that was set, at most once a minute, and not in the quiet hours', () => {
    expect(speaksAt({ voice: 'red' }, 'amber')).to.equal(false);
    expect(speaksAt({ voice: 'red' }, 'red')).to.equal(true);
    expect(speaksAt({ voice: 'amber' }, 'amber')).to.equal(true);
    expect(speaksAt({ voice: 'off' }, 'red')).to.equal(false);
    expect(mayRepeat(undefined, NOW)).to.equal(true);
    expect(mayRepeat(NOW - 59_999, NOW)).to.equal(false);
    expect(mayRepeat(NOW - 60_000, NOW)).to.equal(true);
    const night = { fromMinute: 22 * 60, untilMinute: 7 * 60 };
    const when = (quiet: typeof night | null) =>
      ['21:59', '22:00', '03:00', '06:59', '07:00'].map((one) => isQuiet(quiet, at(one)));
    expect(when(night)).to.deep.equal([false, true, true, true, false]);
    expect(when({ fromMinute: 180, untilMinute: 200 })).to.deep.equal([false, false, true, false, false]);
    expect(when(null)).to.deep.equal([false, false, false, false, false]);
  });

  it('says what is wrong in one Chinese sentence, a rate as it is written', () => {
    expect(alarmSentence(tile('longest-wait'), 'red', 25.9)).to.equal('警报：最长等待 25 秒');
    expect(alarmSentence(tile('three-ring'), 'amber', 94.97)).to.equal('注意：三声接听率 百分之 95.0');
    expect(alarmSentence(tile('next-due'), 'red', 14.5)).to.equal('警报：下一个时限 还有 14 分钟');
  });
});

describe('a television', () => {
  it('is told what the tiles of its wall show, and nothing else', () => {
    const waiting = floorFor([tile('waiting')], floor);
    expect(waiting.queues).to.have.length(2);
    expect(waiting.agents).to.deep.equal([]);
    expect(waiting.hours).to.deep.equal([]);
    expect(waiting.today.offered).to.equal(0);
    const counted = floorFor([tile('agents')], floor);
    expect(JSON.stringify(counted)).to.not.match(/马晓燕|PJSIP|喝水|a\.1/);
    expect(counted.agents.map((one) => one.state)).to.deep.equal(['ready', 'paused']);
    expect(floorFor([tile('agent-names')], floor).agents[0]!.name).to.equal('马晓燕');
    const rates = floorFor([tile('three-ring', { queues: ['meters'] })], floor);
    expect(rates.queuesToday.map((one) => one.queue)).to.deep.equal(['meters']);
    const none = officeFor([tile('clock')], office);
    expect(none).to.deep.include({ open: 0, districts: [], nextDue: [], outages: [], incidents: [] });
    expect(officeFor([tile('outages')], office).outages).to.have.length(2);
  });
});
