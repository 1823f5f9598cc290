import { App } from 'antd';
import { spaced } from '../view.ts';
import { usePhone } from './call-bar.tsx';
import { phone } from './phone.ts';
import { usePhoneWords } from './words.ts';
import { useMe } from '../shell/me.tsx';

/**
 * A number that a click calls, for any page: `<Dial number={order.phone} />`. Who has no phone, or sees the number masked,
 * sees it as text. What the switch answers stands in the call bar; where there is none, it is said over the page.
 */
export function Dial({ number }: { number: string | null }) {
  const me = useMe();
  const view = usePhone();
  const say = usePhoneWords();
  const { message } = App.useApp();
  async function call(to: string): Promise<void> {
    await phone.place(to);
    if (document.querySelector('.call-bar')) return;
    const { fault } = phone.view();
    if (fault !== null) void message.warning(fault, 8);
    else void message.info(say('dialled', { number: spaced(to) }), 8);
  }
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
        if (!view.call) void call(number);
      }}
    >
      {words}
    </a>
  );
}
