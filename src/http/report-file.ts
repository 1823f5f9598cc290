import type { Request, Response } from 'express';
import { z } from 'zod';
import { documentFor, type ReportDocument } from '../core/office/document.ts';
import { attach } from './door.ts';
import { receiverOfRequest } from './masks.ts';

export type FileKind = 'xlsx' | 'docx' | 'csv';

/** The formats in which a report can be taken along. */
export const fileKind = z.enum(['xlsx', 'docx', 'csv'], {
  error: '没有这种文件格式，请选 xlsx、docx 或 csv。',
});

/** The report as whoever asks may see it: some see no whole numbers. */
export function shownTo(request: Request, document: ReportDocument): ReportDocument {
  return documentFor(document, receiverOfRequest(request));
}

/** Gives a report as a file under its title and period. */
export function sendFile(response: Response, document: ReportDocument, kind: FileKind, bytes: Buffer): void {
  attach(response, `${document.title} ${document.period.words}.${kind}`).send(bytes);
}
