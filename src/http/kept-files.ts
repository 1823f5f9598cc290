/** How a file comes in and goes out: whole, with its name in a header, and never as a page of ours. */
import express, { type ErrorRequestHandler, type Request, type RequestHandler, type Response } from 'express';
import { refuse } from './door.ts';

/** Article of the house: photos up to 10 MB */
const MOST_BYTES = 10 * 1024 * 1024;

/** Reads the body of an upload. */
export const fileBody: RequestHandler = express.raw({ type: () => true, limit: MOST_BYTES });
/** Says that it is too big; stands after the route. */
export const tooBig: ErrorRequestHandler = (fault: { type?: string }, _request, response, next) =>
  fault.type === 'entity.too.large'
    ? refuse(response, 413, 'too-large', '文件超过 10 MB，请压缩后再传。')
    : next(fault);

/** What was brought, and its name; else the answer is given and null returned. */
export function broughtFile(request: Request, response: Response): { bytes: Buffer; name: string } | null {
  const bytes = request.body as Buffer | undefined;
  if (Buffer.isBuffer(bytes) && bytes.length > 0)
    return { bytes, name: decodeName(request.headers['x-file-name']) };
  refuse(response, 400, 'no-file', '文件是空的，请重新选择。');
  return null;
}

function decodeName(header: string | string[] | undefined): string {
  try {
    const name = decodeURIComponent(String(header ?? '')).replace(/[\u0000-\u001f/\\]/g, '');
    return name.slice(-100) || '照片';
  } catch {
    return '照片';
  }
}

/** A picture is shown, everything else is taken to the disk. */
export function sendKept(response: Response, file: { path: string; name: string; type: string }): void {
  response.setHeader('Content-Type', file.type);
  response.setHeader('Content-Security-Policy', "default-src 'none'; sandbox");
  // another who signs in at the same browser is asked for anew
  response.setHeader('Cache-Control', 'private, no-cache');
  const how = file.type.startsWith('image/') ? 'inline' : 'attachment';
  response.setHeader('Content-Disposition', `${how}; filename*=UTF-8''${encodeURIComponent(file.name)}`);
  response.sendFile(file.path, { dotfiles: 'allow', cacheControl: false }, (fault) => {
    if (fault && !response.headersSent)
      refuse(response, 404, 'file-gone', '附件在磁盘上找不到了，请告诉管理员。');
  });
}
