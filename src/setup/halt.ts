/** Ends an embedded switch and database that a service left running, for a Ctrl-C between two of its lives (supervise.mjs). */
import { existsSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readConfig } from '../config.ts';
import { databaseAccount, databaseFolder } from './postgres-files.ts';
import { stopLeftPostgres } from './postgres.ts';
import { stopLeftPbx } from './pbx.ts';

const varDir = resolve(readConfig(process.env).VAR_DIR);
await stopLeftPbx(join(varDir, 'pbx'));
const data = join(databaseFolder(varDir, databaseAccount()), 'data');
if (existsSync(data)) await stopLeftPostgres(realpathSync(data));
