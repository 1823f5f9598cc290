import { numbersIn } from '../../core/people/telephone.ts';
import { usePhoneWords } from './words.ts';
import './phone.css';

/**
 * Beside a field for a telephone number: what of it is not one whole number. It is kept as it was written, but nobody is
 * found by it. While it is being typed nothing is said (phone.css).
 */
export function NumberHint({ written }: { written: string }) {
  const say = usePhoneWords();
  // whether a foreign number is a real one the server says
  const { refused, none } = numbersIn(written, (digits) => digits.length >= 8);
  if (refused === null || none) return null;
  return (
    <small className="number-hint" role="status" title={refused}>
      {say('numberUnclear', { why: refused })}
    </small>
  );
}
