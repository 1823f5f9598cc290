import { DISTRICTS, HEIGHT, WIDTH } from './districts.ts';
import './map.css';

/** What the map shows of one district. */
export interface DistrictMark {
  level: 'quiet' | 'amber' | 'red';
  /** written under the district's name; the shape before it says the level to who sees no colours */
  words: string;
}

/** 兴庆 for 兴庆区: the old town's three districts lie close */
const short = (name: string) => name.slice(0, 2);
const SHAPES = { quiet: '', amber: '▲ ', red: '■ ' };

/** The districts of the town as a map, each with its mark; `choose` is told of a click or the Enter key on one. */
export function DistrictMap({
  marks,
  chosen = [],
  choose,
  label,
}: {
  /** by the rule book's names, 永宁 */
  marks: Record<string, DistrictMark>;
  chosen?: readonly string[];
  choose?: (district: string) => void;
  /** what the map shows, for who does not see it */
  label: string;
}) {
  return (
    <svg
      className="district-map"
      viewBox={`-10 -10 ${WIDTH + 20} ${HEIGHT + 20}`}
      role="group"
      aria-label={label}
    >
      {DISTRICTS.map(({ name, path }) => (
        <path
          key={name}
          d={path}
          className={marks[name]?.level ?? 'quiet'}
          data-chosen={chosen.includes(name)}
          role="img"
          aria-label={`${name} ${marks[name]?.words ?? ''}`}
          {...(choose && {
            ...{ role: 'button', tabIndex: 0, 'aria-pressed': chosen.includes(name) },
            onClick: () => choose(name),
            onKeyDown: (event: React.KeyboardEvent) => {
              if (event.key !== 'Enter' && event.key !== ' ') return;
              event.preventDefault();
              choose(name);
            },
          })}
        />
      ))}
      {DISTRICTS.map(({ name, x, y }) => {
        const mark = marks[name];
        return (
          <g key={name} aria-hidden="true">
            <text x={x} y={y}>
              {chosen.includes(name) && '✓ '}
              {short(name)}
            </text>
            {mark && mark.words !== '' && (
              <text className="words" x={x} y={y} dy="1.1em">
                {SHAPES[mark.level]}
                {mark.words}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}
