/** What `npm start` runs after packages and pages are there; the first argument is how many seconds it may stand still. */
import { supervise } from '../../src/setup/supervise.mjs';

const [missedTicks, ...args] = process.argv.slice(2);
supervise(args, { missedTicks: Number(missedTicks), standByMs: 0 });
