/**
 * How a measure is written, once for screen, Word, Excel, CSV and speech. Half is rounded away from zero, by the decimal
 * figures that a number has and not by its binary noise (1.005 is 1.01, 23 of 40 is 57.5 %). A share that is not 0 or
 * 100 % is never written as one: it stays a tenth away (MEASURES, "Written"). Prometheus gets the raw ratio.
 */

/** The point moved by some places, without the noise that multiplying brings: 0.57 by 2 is 57. */
function shifted(value: number, places: number): number {
  const [figures, exponent = '0'] = String(value).split('e');
  return Number(`${figures}e${Number(exponent) + places}`);
}

/** Rounded to some decimals, half away from zero. */
export function rounded(value: number, decimals = 0): number {
  if (!Number.isFinite(value)) return value;
  const whole = Math.round(shifted(Math.abs(value), decimals));
  return whole === 0 ? 0 : Math.sign(value) * shifted(whole, -decimals);
}

/** Part of a whole; with nothing below the line null, shown as “—”. */
export function ratio(above: number, below: number): number | null {
  return below === 0 ? null : above / below;
}

/** A ratio in percent, exact: what thresholds are held against. */
export function percentOf(share: number): number {
  return shifted(share, 2);
}

/** A percentage as it is written: to a tenth, and never 0 or 100 where it is not. */
export function writtenPercent(percent: number): number {
  const nearest = rounded(percent, 1);
  const edge = nearest === 0 || Math.abs(nearest) === 100;
  if (!edge || nearest === percent) return nearest;
  return rounded(nearest + (percent > nearest ? 0.1 : -0.1), 1);
}

/** A part of a whole in thousandths, rounded as it is written: 23 of 40 is 575. */
export function thousandthsOf(above: number, below: number): number {
  return below === 0 ? 0 : rounded(shifted(writtenPercent(percentOf(above / below)), 1));
}

/** `57.5%`; null is “—”. */
export function shareText(share: number | null): string {
  return share === null ? '—' : `${writtenPercent(percentOf(share)).toFixed(1)}%`;
}

/** With so many decimals: `4.5`; null is “—”. */
export function decimalText(value: number | null, decimals = 1): string {
  return value === null ? '—' : rounded(value, decimals).toFixed(decimals);
}

/** A measured length of time, to a tenth of a second under a minute: `14.6秒`, `1:02`, `1:02:03`. */
export function lengthText(ms: number): string {
  const seconds = rounded(ms / 1000, 1);
  if (Math.abs(seconds) < 60) return `${seconds.toFixed(1)}秒`;
  const whole = rounded(Math.abs(ms) / 1000);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const two = (number: number) => String(number).padStart(2, '0');
  const sign = ms < 0 ? '-' : '';
  return hours > 0
    ? `${sign}${hours}:${two(minutes)}:${two(whole % 60)}`
    : `${sign}${minutes}:${two(whole % 60)}`;
}
