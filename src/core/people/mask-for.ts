/**
 * The layer that whatever leaves the service passes: a value as its receiver may see it. What stands under a private name
 * is masked by its kind; every other text is searched for telephone numbers, and for the names and addresses that the same
 * value names. A route that is added tomorrow is masked without knowing of it.
 */
import { isMobileNumber, maskAddress, maskDoors, maskName, maskNamed, maskNumber, maskText } from './mask.ts';
import { seesAll, type PrivateKind, type Receiver } from './sight.ts';

/** What a field holds, by its name; `beside`: only where one of these stands in the same object (a colleague has a `name`, too). */
interface PrivateField {
  kind: PrivateKind;
  beside?: readonly string[];
}
const OF_A_CUSTOMER = ['phone', 'phones', 'number', 'ani', 'account', 'written', 'askedAtMs'];
export const PRIVATE_FIELDS: Readonly<Record<string, PrivateField>> = {
  phone: { kind: 'number' },
  phones: { kind: 'number' },
  number: { kind: 'number' },
  ani: { kind: 'number' },
  dnis: { kind: 'number' },
  written: { kind: 'number' },
  caller: { kind: 'name' },
  customer: { kind: 'name' },
  name: { kind: 'name', beside: OF_A_CUSTOMER },
  person: { kind: 'name', beside: ['phone', 'outsideNo'] },
  address: { kind: 'address' },
};
/** What programs read: an id, a place in a list, an address of a page. A mobile number is masked here, too. */
const FOR_PROGRAMS =
  /^(?:id|.*Id|ref|key|next|after|list|below|link|account|outsideNo|orderNo|sha256|peaks|seed|period|queue|agent|about)$/;
const MOBILE = /(?<![\dA-Za-z])1[3-9]\d{9}(?![\dA-Za-z])/g;
/** a code, not a text: it is not searched for names */
const CODE = /^[\x21-\x7e]*$/;
/** What is said in public of an outage: its doors and names are meant to be read. */
const FOR_EVERYBODY = /^(?:notice|place|cause|streets|communities|districts?)$/;
const SHORTEST_NAME = 2;
const DEEPEST = 40;

/** The value as this receiver may see it; the same one where there is nothing that they may not see. */
export function maskFor<T>(value: T, receiver: Receiver): T {
  if (seesAll(receiver) || value === undefined || value === null) return value;
  return masked(value, '', groundOf(value, { receiver, known: null }), 0) as T;
}

/** One cell of a list that is taken along: `kind` null is a text like any other. */
export function maskRow<C>(
  row: readonly C[],
  kinds: readonly (PrivateKind | 'code' | null)[],
  receiver: Receiver,
): C[] {
  if (seesAll(receiver)) return [...row];
  const known = new Map<string, string>();
  row.forEach((cell, at) => {
    const kind = kinds[at];
    if (typeof cell === 'string' && kind && kind !== 'code') learn(known, kind, cell, receiver);
  });
  const ground = { receiver, known: searchOf(known) };
  return row.map((cell, at) => {
    if (typeof cell !== 'string') return cell;
    const kind = kinds[at] ?? null;
    if (kind === 'code') return cell.replace(MOBILE, maskNumber) as C;
    return (kind === null ? maskWords(cell, ground) : maskKind(cell, kind, receiver)) as C;
  });
}

interface Ground {
  receiver: Receiver;
  /** names and addresses that the value tells, and what stands in their place; null: none */
  known: { pattern: RegExp; shown: ReadonlyMap<string, string> } | null;
}

function masked(value: unknown, key: string, ground: Ground, depth: number): unknown {
  if (typeof value === 'string') return maskField(value, key, null, ground);
  if (typeof value === 'number')
    return isMobileNumber(value) && !/(?:ms|bytes|id)$/i.test(key) && ground.receiver.number !== 'whole'
      ? maskNumber(String(value))
      : value;
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEEPEST) throw new Error('an answer is nested too deeply to be masked');
  if (Array.isArray(value)) {
    // what one row of a list names is searched for in that row
    const items = value.map((item: unknown) => masked(item, key, groundOf(item, ground), depth + 1));
    return items.some((item, at) => item !== value[at]) ? items : value;
  }
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') {
    const plain = (value as { toJSON: () => unknown }).toJSON();
    return plain === value ? value : masked(plain, key, ground, depth + 1);
  }
  if (isOwnOrder(value, ground.receiver)) return value;
  const fields = Object.entries(value).map(([name, child]): [string, unknown] => [
    maskKey(name, ground),
    typeof child === 'string'
      ? maskField(child, name, value, ground)
      : Array.isArray(child) && privateKind(name, value) !== null
        ? child.map((item: unknown) =>
            typeof item === 'string'
              ? maskField(item, name, value, ground)
              : masked(item, name, groundOf(item, ground), depth + 1),
          )
        : masked(child, name, ground, depth + 1),
  ]);
  const entries = Object.entries(value);
  const same = fields.every(([name, child], at) => name === entries[at]![0] && child === entries[at]![1]);
  return same ? value : Object.fromEntries(fields);
}

function maskField(text: string, key: string, within: object | null, ground: Ground): string {
  const kind = privateKind(key, within);
  if (kind !== null) return maskKind(text, kind, ground.receiver);
  if (FOR_PROGRAMS.test(key))
    return ground.receiver.number === 'whole' ? text : text.replace(MOBILE, maskNumber);
  if (FOR_EVERYBODY.test(key)) return ground.receiver.number === 'whole' ? text : maskText(text);
  return maskWords(text, ground);
}

function maskKey(key: string, { receiver }: Ground): string {
  return receiver.number === 'whole' || !/\d{7}/.test(key) ? key : maskText(key);
}

/** A text that people wrote. */
function maskWords(text: string, { receiver, known }: Ground): string {
  if (CODE.test(text)) return receiver.number === 'whole' ? text : maskText(text);
  let shown = known === null ? text : text.replace(known.pattern, (found) => known.shown.get(found) ?? found);
  if (receiver.address !== 'whole') shown = maskDoors(shown);
  if (receiver.name !== 'whole') shown = maskNamed(shown);
  return receiver.number === 'whole' ? shown : maskText(shown);
}

function maskKind(text: string, kind: PrivateKind, receiver: Receiver): string {
  if (receiver[kind] === 'whole') return text;
  switch (kind) {
    case 'number':
      // what has no more than a short code's digits is an extension, or a service that everybody knows
      return (text.match(/\d/g)?.length ?? 0) < 7 ? maskText(text) : maskWhole(text);
    case 'name':
      return maskName(text);
    case 'address':
      return maskAddress(text);
  }
}

/** A field that holds a number, however it was written in it. */
function maskWhole(text: string): string {
  const found = maskText(text);
  return found === text && /^[\d\s+-]{7,}$/.test(text) ? maskNumber(text) : found;
}

function privateKind(key: string, within: object | null): PrivateKind | null {
  const field = Object.hasOwn(PRIVATE_FIELDS, key) ? PRIVATE_FIELDS[key]! : null;
  if (field === null) return null;
  return !field.beside || (within !== null && field.beside.some((name) => name in within))
    ? field.kind
    : null;
}

/** An order of the own unit, led or helped with, is whole for who sees `own`. */
function isOwnOrder(value: object, receiver: Receiver): boolean {
  const { unitId } = receiver;
  if (unitId === null || !('orderNo' in value)) return false;
  const order = value as { unitId?: unknown; assistIds?: unknown };
  const concerned =
    order.unitId === unitId || (Array.isArray(order.assistIds) && order.assistIds.includes(unitId));
  return concerned && receiver.number === 'own';
}

/** What is known above, and what this value itself tells. */
function groundOf(value: unknown, above: Ground): Ground {
  const known = new Map<string, string>();
  collect(value, above.receiver, known, 0);
  if (known.size === 0) return above;
  return { ...above, known: searchOf(new Map([...(above.known?.shown ?? []), ...known])) };
}

/** Every name and address that the value tells by a private field, lists below it left out, and how it is shown. */
function collect(value: unknown, receiver: Receiver, known: Map<string, string>, depth: number): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || depth > DEEPEST) return;
  if (isOwnOrder(value, receiver)) return;
  for (const [key, child] of Object.entries(value)) {
    const kind = privateKind(key, value);
    if (kind !== null)
      for (const text of Array.isArray(child) ? child : [child])
        if (typeof text === 'string') learn(known, kind, text, receiver);
    collect(child, receiver, known, depth + 1);
  }
}

function learn(known: Map<string, string>, kind: PrivateKind, text: string, receiver: Receiver): void {
  const written = text.trim();
  if (kind === 'number' || written.length < SHORTEST_NAME || receiver[kind] === 'whole') return;
  const shown = maskKind(written, kind, receiver);
  if (shown !== written) known.set(written, shown);
}

function searchOf(known: Map<string, string>): Ground['known'] {
  if (known.size === 0) return null;
  const longestFirst = [...known.keys()].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(
    longestFirst.map((text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'),
    'g',
  );
  return { pattern, shown: known };
}
