import express from 'express';
import { z } from 'zod';
import { CASE_COLUMNS, type CaseColumn, type CaseColumns } from '../core/office/case-import.ts';
import type { CaseCheck, CaseList } from '../protocol/case-import.ts';
import { CHANNEL_KEYS, type Channel } from '../core/office/cases.ts';
import { allow, personOf, refuse, said } from './door.ts';
import type { SignedIn } from './sessions.ts';
import { declareRoutes, type Routes } from './routes.ts';

export interface CaseImportPorts {
  /** a text: why the file is no list, in Chinese */
  read: (file: string, bytes: Buffer, channel: Channel) => Promise<CaseList | string>;
  /** null: the upload is not there any more */
  check: (token: string, channel: Channel, columns: CaseColumns) => Promise<CaseCheck | null>;
  take: (
    token: string,
    channel: Channel,
    columns: CaseColumns,
    person: SignedIn,
  ) => Promise<CaseCheck | null>;
}

const channel = z.enum(CHANNEL_KEYS, '请选来件渠道');
const at = z.number().int().min(-1).max(500).optional();
const columns = z.object(
  Object.fromEntries(Object.keys(CASE_COLUMNS).map((name) => [name, at])) as Record<CaseColumn, typeof at>,
) as z.ZodType<CaseColumns>;
const GONE = '上传的文件已过期，请重新上传。';

/** Lists from the portals: uploaded, looked at, then taken whole; a number that is there already is never doubled. */
export function caseImportRoutes(ports: CaseImportPorts): Routes {
  const router = declareRoutes();
  const keep = allow('keep-cases');
  router.post(
    '/case-imports',
    keep,
    express.raw({ type: 'application/octet-stream', limit: '10mb' }),
    async (request, response) => {
      const asked = said(
        response,
        z.object({ channel, name: z.string().max(200).default('') }),
        request.query,
      );
      if (!asked) return;
      const bytes: unknown = request.body;
      if (!Buffer.isBuffer(bytes) || bytes.length === 0)
        return refuse(response, 400, 'empty-file', '文件是空的，请重新选择。');
      const list = await ports.read(asked.name, bytes, asked.channel);
      if (typeof list === 'string') return refuse(response, 400, 'not-a-list', list);
      response.json(list);
    },
  );
  const told = z.object({ token: z.uuid(), channel, columns });
  router.post('/case-imports/check', keep, async (request, response) => {
    const asked = said(response, told, request.body);
    const found = asked && (await ports.check(asked.token, asked.channel, asked.columns));
    if (!asked) return;
    if (!found) return refuse(response, 410, 'gone', GONE);
    response.json(found);
  });
  router.post('/case-imports/take', keep, async (request, response) => {
    const asked = said(response, told, request.body);
    const found = asked && (await ports.take(asked.token, asked.channel, asked.columns, personOf(request)));
    if (!asked) return;
    if (!found) return refuse(response, 410, 'gone', GONE);
    response.json(found);
  });
  return router;
}
