/** The hotline's log: one JSON object a line, for programs to read; no telephone number in it is whole. */
import { pino, type DestinationStream, type Logger } from 'pino';
import { isMobileNumber, maskText } from '../core/people/mask.ts';

const DEEPEST = 8;
/** who a call is, is not who a caller is: without it no line can be found again */
const CALL_IDS = /^(call|linked|unique|survey|offer|fact)_?id$/i;
/** a count or a time of as many digits is no telephone number */
const FIGURES = /(ms|seconds|bytes|count|at|time|pid|id|offset|segment)$/i;

export function openLog(level: string, destination: DestinationStream): Logger {
  const log = pino(
    {
      level,
      hooks: {
        // values are masked, not the bytes of the line: pino's own time and braces are not touched
        logMethod(given, method) {
          const args = [...given] as unknown[];
          if (args[0] instanceof Error) {
            const cause = args[0];
            args[0] = { err: cause };
            if (args[1] === undefined) args.splice(1, 1, cause.message);
          }
          method.apply(this, args.map((value) => maskValue(value)) as typeof given);
        },
      },
      // errors are plain by then, and masked
      serializers: { err: (err: unknown) => err },
    },
    destination,
  );
  const { child } = log;
  log.child = function (this: Logger, bindings: object, options?: object) {
    return child.call(this, maskValue(bindings) as object, options);
  } as typeof log.child;
  return log;
}

/** The same value as plain JSON, with every telephone number in it masked, in keys too. */
export function maskValue(value: unknown, key = '', depth = 0, above: readonly object[] = []): unknown {
  if (typeof value === 'string') return CALL_IDS.test(key) ? value : maskText(value);
  if (typeof value === 'number')
    return FIGURES.test(key) || !isMobileNumber(value) ? value : maskText(String(value));
  if (typeof value === 'bigint') return maskValue(String(value), key);
  if (typeof value !== 'object' || value === null) return value;
  if (above.includes(value)) return '[circular]';
  if (depth > DEEPEST) return '[deeper]';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  const inside = (child: unknown, name: string) => maskValue(child, name, depth + 1, [...above, value]);
  if (value instanceof Map) return [...value].map((entry) => inside(entry, key));
  if (Array.isArray(value) || value instanceof Set) return [...value].map((child) => inside(child, key));
  const plain: Record<string, unknown> = {};
  for (const [name, child] of value instanceof Error ? errorFields(value) : fieldsOf(value))
    plain[maskText(name)] = inside(child, name);
  return plain;
}

/** What an error says, and what it carries beside: a database's `detail` names the row. */
function errorFields(cause: Error): [string, unknown][] {
  const own = fieldsOf(cause).filter(([name]) => name !== 'message' && name !== 'stack' && name !== 'cause');
  const fields: [string, unknown][] = [
    ['type', cause.constructor.name],
    ['message', cause.message],
    ['stack', cause.stack],
    ...own,
  ];
  if (cause.cause !== undefined) fields.push(['cause', cause.cause]);
  if (cause instanceof AggregateError) fields.push(['errors', cause.errors]);
  return fields;
}

/** A getter that throws must not end the line. */
function fieldsOf(value: object): [string, unknown][] {
  return Object.keys(value).map((name) => {
    try {
      return [name, (value as Record<string, unknown>)[name]];
    } catch {
      return [name, '[unreadable]'];
    }
  });
}
