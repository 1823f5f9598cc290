import { spaced } from '../view.ts';
import { usePhone } from './call-bar.tsx';
import { phone } from './phone.ts';
import { usePhoneWords } from './words.ts';
import { useMe } from '../shell/me.tsx';

/**
 * A number that a click calls, for any page: `<Dial number={order.phone} />`. Who has no phone, or sees the number masked,
 * sees it as text. What the switch answers stands in the call bar; where there is none, in the title.
 */
export function Dial({ number }: { number: string | null }) {
  const me = useMe();
  const view = usePhone();
  const say = usePhoneWords();
  if (!number) return <span>{say('withheld')}</span>;
  const words = spaced(number);
  if (!me.agent || !/^\d{3,12}$/.test(number)) return <span className="figures">{words}</span>;
  return (
    <a
      href={`tel:${number}`}
      className="dial figures"
      title={view.fault ?? say('dialNumber', { number: words })}
      aria-disabled={view.call !== null}
      onClick={(event) => {
        event.preventDefault();
        if (!view.call) void phone.place(number);
      }}
    >
      {words}
    </a>
  );
}
