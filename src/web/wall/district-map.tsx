import type { WallOffice } from '../../core/walls/figures.ts';
import { levelOf, type Tile } from '../../core/walls/tiles.ts';
import { DISTRICTS, HEIGHT, shortDistrict as short, WIDTH } from '../map/districts.ts';
import { LEVELS, useWallWords } from './words.ts';

/** Yinchuan by district: how many orders are open and overdue in each; what is bad has a shape and stripes, too. */
export function DistrictMap({ tile, office }: { tile: Tile; office: WallOffice }) {
  const say = useWallWords();
  const rows = DISTRICTS.map((one) => {
    const told = office.districts.find(({ district }) => short(district) === one.name);
    const { open, overdue } = told ?? { open: 0, overdue: 0 };
    return { ...one, open, overdue, level: levelOf(tile, overdue) };
  });
  const elsewhere = office.districts
    .filter((one) => !DISTRICTS.some(({ name }) => name === short(one.district)))
    .reduce((sum, one) => sum + one.open, 0);
  return (
    <div className="map">
      <svg viewBox={`-10 -10 ${WIDTH + 20} ${HEIGHT + 20}`} role="img" aria-label={say('districts')}>
        <defs>
          <pattern
            id="stripes"
            width="40"
            height="40"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <rect width="40" height="40" className="red" />
            <rect width="16" height="40" className="stripe" />
          </pattern>
        </defs>
        {rows.map(({ name, path, level }) => (
          <path key={name} d={path} data-level={level} />
        ))}
        {rows.map(({ name, x, y, level }) => (
          <text key={name} x={x} y={y + 24} textAnchor="middle">
            {LEVELS[level === 'calm' ? 'none' : level].shape}
            {name.slice(0, 2)}
          </text>
        ))}
      </svg>
      <ul>
        <li className="head">
          <span />
          <small>{say('overdue')}</small>
          <small>{say('openOrders')}</small>
        </li>
        {rows.map(({ name, level, open, overdue }) => (
          <li key={name} data-level={level}>
            <span>
              <i>{LEVELS[level].shape}</i>
              {name}
            </span>
            <b className="figures">{overdue}</b>
            <b className="figures">{open}</b>
          </li>
        ))}
        {elsewhere > 0 && (
          <li>
            <span>
              <i />
              {say('others')}
            </span>
            <b />
            <b className="figures">{elsewhere}</b>
          </li>
        )}
      </ul>
    </div>
  );
}
