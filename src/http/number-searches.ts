/**
 * Looking for a number that one may not see: a whole one can be asked for, now and then. A part of one can't: who tries
 * the hidden digits one after the other would read it from what is found.
 */
import type { RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import { readNumbers } from '../core/people/number.ts';
import { refuse } from './door.ts';
import { receiverOfRequest } from './masks.ts';

/** what lists are searched by, in their addresses and in the filter of a file */
const SOUGHT = ['words', 'number', 'phone'] as const;
/** searches for whole numbers in an hour, by somebody who sees none: 10,000 tries for one take two weeks */
export const MOST_SEARCHES = 30;
const HOUR_MS = 3_600_000;
const ORDER_NUMBER = /HL\d{8,}/gi;
/** a building or a flat has one or two, a year four */
const PART = /\p{Nd}{3,}/u;

/** Does this search hold digits of a telephone number; and are they the whole of one? */
export function numberSought(asked: Record<string, unknown>): 'none' | 'part' | 'whole' {
  const texts = SOUGHT.map((name) => asked[name]).filter((text): text is string => typeof text === 'string');
  const words = texts.map((text) => text.replace(ORDER_NUMBER, ' ')).filter((text) => PART.test(text));
  if (words.length === 0) return 'none';
  const whole = words.every((text) => {
    const { numbers, refused } = readNumbers(text);
    return refused === null && numbers.length > 0 && numbers.every(({ e164 }) => e164 !== null);
  });
  return whole ? 'whole' : 'part';
}

/** Stands before every list: refuses parts of numbers, and too many whole ones, for who sees no numbers. */
export function numberSearches(): RequestHandler {
  const seldom = rateLimit({
    windowMs: HOUR_MS,
    limit: MOST_SEARCHES,
    keyGenerator: (request) => `person:${request.session.person!.id}`,
    standardHeaders: false,
    legacyHeaders: false,
    handler: (_request, response) =>
      refuse(response, 429, 'too-many', '您的账号看不到号码，按号码查找每小时有次数限制，请稍后再试。'),
  });
  return (request, response, next) => {
    if (!request.session.person || receiverOfRequest(request).number !== 'masked') return next();
    const { filter } = (request.body ?? {}) as { filter?: Record<string, unknown> };
    const sought = [request.query, filter ?? {}].map(numberSought);
    if (sought.includes('part'))
      return refuse(
        response,
        400,
        'whole-number',
        '您的账号看不到号码，不能按号码的一部分查找。请填完整的电话号码，或按姓名、工单号查找。',
      );
    if (sought.includes('whole')) return void seldom(request, response, next);
    next();
  };
}
