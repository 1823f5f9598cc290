import { App } from 'antd';
import { Fragment } from 'react';
import { numbersIn, numberText } from '../../core/people/telephone.ts';
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
  // the main number is dialled; an extension is asked for by who calls
  const dialled = /^\d{3,12}$/.test(number)
    ? [{ national: number, extension: null }]
    : numbersIn(number, () => false).numbers;
  if (!me.agent || dialled.length === 0) return <span className="figures">{spaced(number)}</span>;
  return dialled.map((one, at) => (
    <Fragment key={numberText(one)}>
      {at > 0 && '、'}
      <a
        href={`tel:${one.national}`}
        className="dial figures"
        title={view.fault ?? say('dialNumber', { number: spaced(one.national) })}
        aria-disabled={view.call !== null}
        onClick={(event) => {
          event.preventDefault();
          if (!view.call) void call(one.national);
        }}
      >
        {spaced(numberText(one))}
      </a>
    </Fragment>
  ));
}
