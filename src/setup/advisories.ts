/**
 * `npm run advisories -- FILE…`: holds the lock file against published faults, without a network. FILE is what OSV and
 * GitHub's advisory database publish: one entry (.json), many (a JSON array, or one a line), a folder of them, or a .zip.
 * How the utility gets one is said in docs/security.md. What was found is kept for the page 管理 › 系统版本.
 */
import { createReadStream, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import yauzl from 'yauzl';
import { readConfig } from '../config.ts';
import { findingsOf, type Advisory, type Finding, type LockFile } from './advisory-match.ts';
import { closeFolder } from './private-folders.ts';

const LARGEST_ENTRY_BYTES = 20_000_000;
const LARGEST_ZIP_ENTRIES = 1_000_000;

/** What the last look found, kept in VAR_DIR. */
export interface AdvisoryLook {
  lookedAtMs: number;
  advisoryCount: number;
  /** the newest entry: how old the file is */
  newestAtMs: number | null;
  findings: Finding[];
}

export const LOOK_FILE = 'advisories.json';

/** Every advisory of a file or folder, one after the other; what is none is refused with its place. */
export async function* advisoriesIn(path: string): AsyncGenerator<Advisory> {
  if (statSync(path).isDirectory()) {
    for (const name of readdirSync(path, { recursive: true, encoding: 'utf8' }).sort())
      if (name.endsWith('.json')) yield* entriesOf(readFileSync(join(path, name), 'utf8'), name);
  } else if (path.endsWith('.zip')) yield* advisoriesInZip(path);
  else if (path.endsWith('.jsonl') || path.endsWith('.ndjson')) {
    let line = 0;
    for await (const text of createInterface({ input: createReadStream(path) })) {
      line += 1;
      if (text.trim() !== '') yield* entriesOf(text, `${path}:${line}`);
    }
  } else yield* entriesOf(readFileSync(path, 'utf8'), path);
}

function entriesOf(text: string, where: string): Advisory[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(
      `${where} 不是 JSON。请给 OSV 或 GitHub 漏洞库导出的文件（.json、.jsonl、文件夹或 .zip）。`,
    );
  }
  const entries = Array.isArray(value) ? (value as unknown[]) : [value];
  for (const entry of entries)
    if (typeof (entry as Advisory | null)?.id !== 'string')
      throw new Error(`${where} 里有一条没有 id，不是 OSV 格式。请检查文件来源。`);
  return entries as Advisory[];
}

async function* advisoriesInZip(path: string): AsyncGenerator<Advisory> {
  const zip = await yauzl.openPromise(path);
  if (zip.entryCount > LARGEST_ZIP_ENTRIES) throw new Error(`${path} 里的文件太多（${zip.entryCount}）。`);
  for await (const entry of zip.eachEntry()) {
    if (!entry.fileName.endsWith('.json')) continue;
    if (entry.uncompressedSize > LARGEST_ENTRY_BYTES)
      throw new Error(`${entry.fileName} 太大，不像一条漏洞。`);
    yield* entriesOf(await textOf(await zip.openReadStreamPromise(entry)), entry.fileName);
  }
}

async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** Looks through all of them, without holding them. */
export async function look(lock: LockFile, paths: string[], nowMs: number): Promise<AdvisoryLook> {
  const findings: Finding[] = [];
  let advisoryCount = 0;
  let newestAtMs: number | null = null;
  for (const path of paths)
    for await (const advisory of advisoriesIn(path)) {
      advisoryCount += 1;
      const modifiedMs = Date.parse(advisory.modified ?? '');
      if (modifiedMs > (newestAtMs ?? -Infinity)) newestAtMs = modifiedMs;
      findings.push(...findingsOf(lock, [advisory]));
    }
  if (advisoryCount === 0) throw new Error('这些文件里没有一条漏洞，请检查文件。');
  return { lookedAtMs: nowMs, advisoryCount, newestAtMs, findings };
}

async function main(paths: string[]): Promise<number> {
  if (paths.length === 0) {
    process.stderr.write(
      '用法：npm run advisories -- 文件…（OSV 或 GitHub 漏洞库的 .json、.jsonl、.zip 或文件夹）\n',
    );
    return 2;
  }
  const root = resolve(import.meta.dirname, '../..');
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as LockFile;
  const looked = await look(lock, paths, Date.now());
  const varDir = resolve(readConfig(process.env).VAR_DIR);
  closeFolder(varDir);
  writeFileSync(join(varDir, LOOK_FILE), JSON.stringify(looked), { mode: 0o600 });
  const newest = looked.newestAtMs === null ? '不详' : new Date(looked.newestAtMs).toISOString().slice(0, 10);
  process.stdout.write(
    `对照了 ${looked.advisoryCount} 条漏洞（最新一条 ${newest}），命中 ${looked.findings.length} 处。\n`,
  );
  for (const one of looked.findings)
    process.stdout.write(
      `  ${one.severity}  ${one.name}@${one.version}${one.dev ? '（仅开发用）' : ''}  ${[one.id, ...one.aliases].join(' ')}\n` +
        `    ${one.summary}\n    ${one.fixedIn ? `升级到 ${one.fixedIn} 或更新` : '还没有修复的版本'}　${one.path}\n`,
    );
  return looked.findings.some((one) => !one.dev) ? 1 : 0;
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === import.meta.filename)
  process.exitCode = await main(process.argv.slice(2)).catch((cause: unknown) => {
    process.stderr.write(`${(cause as Error).message}\n`);
    return 2;
  });
