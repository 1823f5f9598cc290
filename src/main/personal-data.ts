/** The rights of one person over what is kept of them (个人信息保护法 45, 47): to see it, to take it along, to have it erased. */
import { existsSync, rmSync } from 'node:fs';
import { basename, join, resolve, sep } from 'node:path';
import yazl from 'yazl';
import { may, ROLES } from '../core/people/may.ts';
import { maskNumber } from '../core/people/mask.ts';
import { ERASURE_WORDS, keptForWords, PERSONAL_DATA } from '../core/people/personal-data.ts';
import { zonedIso } from '../core/zone.ts';
import { personalDataRoutes } from '../http/personal-data.ts';
import { writeAudit } from '../postgres/audit.ts';
import { erasePersonData, findPersonData, type FoundData } from '../postgres/person-data.ts';
import { inTransaction, LONG_WORK, openPool } from '../postgres/pool.ts';
import { noteDeleted } from '../postgres/recordings.ts';
import { keptSettings } from '../postgres/settings.ts';
import type { PersonDataFound } from '../protocol/personal-data.ts';
import { openKeptFiles } from './kept-files.ts';
import type { OpenWing } from './wings.ts';

const erasureWords = (key: string): string => {
  const { erasure } = PERSONAL_DATA[key]!;
  return erasure.does === 'kept' ? `${ERASURE_WORDS.kept}：${erasure.because}` : ERASURE_WORDS[erasure.does];
};
const countOf = (tables: Record<string, unknown[]>) =>
  Object.values(tables).reduce((sum, rows) => sum + rows.length, 0);

export const openPersonalData: OpenWing = ({ databaseUrl, varDir, switchFolders, now, log }) => {
  const onFault = (cause: unknown) => log.error({ err: cause }, 'personal data');
  const own = openPool(databaseUrl, { ...LONG_WORK, most: 2, onBreak: onFault });
  const keptFiles = openKeptFiles(varDir);
  const recordingsFolder = resolve(varDir, 'recordings');
  const soundOfWord = (callId: string) =>
    switchFolders && join(switchFolders.spool, 'words', `${basename(callId)}.wav`);
  const soundOfSurvey = (name: string) => join(varDir, 'pbx/spool/survey', `${basename(name)}.wav`);

  const shown = (found: FoundData): PersonDataFound[] =>
    Object.entries(found).map(([key, tables]) => ({
      ...{ key, zh: PERSONAL_DATA[key]!.zh, count: countOf(tables), erasure: erasureWords(key) },
    }));

  /** Files of what was found, each with the name it has in the zip. */
  function filesOf(found: FoundData): { path: string; name: string }[] {
    const rows = (kind: string, table: string) => found[kind]?.[table] ?? [];
    const text = (row: Record<string, unknown>, field: string) =>
      typeof row[field] === 'string' ? row[field] : '';
    const files = [
      ...rows('recordings', 'recordings').map((row) => ({
        path: text(row, 'path') === '' ? '' : resolve(recordingsFolder, text(row, 'path')),
        name: `录音/${text(row, 'path')}`,
      })),
      ...rows('spokenWords', 'spoken_words').map((row) => ({
        ...{ path: soundOfWord(text(row, 'call_id')) ?? '', name: `留言/${text(row, 'call_id')}.wav` },
      })),
      ...[...rows('orders', 'order_files'), ...rows('cases', 'case_files')].map((row) => ({
        path: /^[0-9a-f]{64}$/.test(text(row, 'id')) ? keptFiles.pathOf(text(row, 'id')) : '',
        name: `附件/${text(row, 'id').slice(0, 8)}-${text(row, 'name').replace(/[\\/:]/g, '-')}`,
      })),
    ];
    // no path of the database leads out of its folder
    return files.filter(({ path, name }) => path !== '' && !name.includes('..') && existsSync(path));
  }

  function remove(paths: (string | null)[]): number {
    let left = 0;
    for (const path of paths) {
      try {
        if (path !== null) rmSync(path, { force: true });
      } catch (cause) {
        left += 1;
        onFault(cause);
      }
    }
    return left;
  }

  return {
    routers: [
      personalDataRoutes({
        async kinds() {
          const stored: Record<string, Record<string, unknown>> = {};
          for (const group of ['retention', 'recordings']) stored[group] = await keptSettings(own, group);
          return Object.entries(PERSONAL_DATA).map(([key, kind]) => ({
            ...{ key, zh: kind.zh, of: kind.of, why: kind.why, erasure: erasureWords(key) },
            where: [...kind.tables, ...(kind.files === undefined ? [] : [kind.files])].join('、'),
            keptFor: keptForWords(kind.keptFor, (group) => stored[group] ?? {}),
            seenBy: ROLES.filter((role) => kind.seenBy.some((deed) => may(role, deed))),
          }));
        },
        find: async (number) => shown(await findPersonData(own, number)),
        async pack(number, by) {
          const found = await findPersonData(own, number);
          const counts = Object.fromEntries(shown(found).map(({ key, count }) => [key, count]));
          await writeAudit(own, {
            ...{ ...by, what: 'personal-data-exported', about: maskNumber(number), detail: counts },
          });
          const zip = new yazl.ZipFile();
          const whole = { number, madeAt: zonedIso(now()), data: found };
          zip.addBuffer(Buffer.from(JSON.stringify(whole, null, 1)), 'data.json');
          for (const { path, name } of filesOf(found)) zip.addFile(path, name);
          zip.end();
          return zip.outputStream;
        },
        async erase(number, reason, by) {
          const erased = await inTransaction(own, async (client) => {
            const done = await erasePersonData(client, number);
            for (const { callId } of done.recordings) await noteDeleted(client, callId, '应本人要求删除');
            await writeAudit(client, {
              ...{ ...by, what: 'personal-data-erased', about: maskNumber(number) },
              detail: { reason, counts: done.counts },
            });
            return done;
          });
          const filesLeft = remove([
            ...erased.recordings
              .map(({ path }) => resolve(recordingsFolder, path))
              .filter((path) => path.startsWith(recordingsFolder + sep)),
            ...erased.words.map(soundOfWord),
            ...erased.surveys.map(soundOfSurvey),
          ]);
          return {
            erased: Object.entries(erased.counts).map(([key, count]) => ({
              ...{ key, zh: PERSONAL_DATA[key]!.zh, count },
            })),
            left: shown(await findPersonData(own, number)),
            filesLeft,
          };
        },
      }),
    ],
    close: () => own.end(),
  };
};
