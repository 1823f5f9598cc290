/** The lists of the house that read their address, and words that no list should take for its own language. */
export const LISTS = [
  '/api/orders?words=x&state=open&page=1',
  '/api/customers?q=1390000',
  '/api/cases?words=x',
  '/api/audit?words=x&what=signed-in',
  '/api/recordings?fromMs=0&untilMs=4000000000000&number=139&words=x',
  '/api/handovers?words=x',
  '/api/deliveries?state=dead&words=x',
  '/api/callbacks/people?words=x',
  '/api/records/near?address=x',
  '/api/reports/receipts?words=x&from=2026-01-01&until=2026-12-31',
  '/api/reports/calls?from=2026-01-01&until=2026-12-31&number=139',
];

export const INJECTIONS = [
  ...[
    "'",
    '"',
    "' or '1'='1",
    "1' or 1=1--",
    "';select pg_sleep(9)--",
    '1;drop table people',
    '$$',
    '\\',
    '%',
    '_',
  ],
  ...["')) union select login,password_hash from people--", "x' and 1=cast((select version()) as int)--"],
  ...[
    '{{7*7}}',
    '${7*7}',
    '<script>alert(1)</script>',
    '../../../../etc/passwd',
    '%00',
    '\u0000',
    '|id',
    '-f/etc/passwd',
  ],
  ...['9'.repeat(400), '-1', '1e309', 'NaN', '[]', '{}', '__proto__'],
];

/** What an answer says of its insides only where an input became part of a program. */
export const INSIDES =
  /syntax error at|pg_sleep|unterminated|PostgreSQL \d|at .*\.ts:\d|node_modules|root:x:0|\$argon2|invalid input syntax/i;

/** Ways out of a folder, for places that take a name. */
export const WAYS_OUT = [
  '..%2f..%2f..%2fetc%2fpasswd',
  '%2e%2e%2f%2e%2e%2fsession-secret',
  '....//....//session-secret',
  '..%5c..%5csession-secret',
  '%252e%252e%252fsession-secret',
  '%00',
  '/etc/passwd',
  'session-secret',
];
export const PLACES = [
  '/api/cases/1/files/',
  '/api/orders/files/',
  '/api/exports/',
  '/api/recordings/',
  '/api/ivr/prompts/',
  '/assets/',
  '/',
  '/api/v1/docs/',
];
