import { Link } from 'react-router';
import { serverNow } from '../clock.tsx';
import { useDeskWords } from '../desk/words.ts';
import { spaced, waited } from '../view.ts';
import { useLeftBehind } from './words.ts';

/** At the desk: messages that nobody has heard, a leak first, and how many wait to be called back. */
export function Words() {
  const say = useDeskWords();
  const { data } = useLeftBehind();
  const open = data?.words.filter((one) => one.takenAtMs === null) ?? [];
  const places = data?.places.length ?? 0;
  if (open.length === 0 && places === 0) return null;
  return (
    <section className="missed words">
      <h2>
        <Link to="/words">{say('words')}</Link> <span className="figures">{open.length || ''}</span>
      </h2>
      {places > 0 && <p className="quiet">{say('placesKept', { count: places })}</p>}
      <ul>
        {open.slice(0, 3).map((one) => (
          <li key={one.callId}>
            <span className="who">
              <Link to="/words" className="figures">
                {spaced(one.number)}
              </Link>
              <small>{one.about === 'leak' ? '漏水' : (one.name ?? '')}</small>
            </span>
            <span className="figures since">{waited(serverNow() - one.atMs)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
