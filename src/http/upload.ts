/** A file that comes in as a form (multipart), written to disk as it comes: whole, or not at all. */
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import busboy from 'busboy';
import type { Request, Response } from 'express';
import { refuse } from './door.ts';

/** Writes the one file of a form to `path`; its name, or null: the answer is given and nothing is left at `path`. */
export async function receiveFile(
  request: Request,
  response: Response,
  path: string,
  mostBytes: number,
): Promise<string | null> {
  const nothing = () => refuse(response, 400, 'no-file', '请选择一个 .xlsx 或 .csv 文件。');
  if (!request.is('multipart/form-data')) {
    nothing();
    return null;
  }
  let form: busboy.Busboy;
  try {
    form = busboy({
      headers: request.headers,
      defParamCharset: 'utf8',
      limits: { files: 1, fileSize: mostBytes, fields: 0, parts: 10 },
    });
  } catch {
    nothing(); // no boundary is said, or it is none
    return null;
  }
  let name: string | null = null;
  let tooLarge = false;
  let written: Promise<void> = Promise.resolve();
  try {
    await new Promise<void>((done, fail) => {
      form.on('file', (_field, stream, info) => {
        name = (info.filename ?? '').slice(-100);
        stream.on('limit', () => (tooLarge = true));
        written = pipeline(stream, createWriteStream(path, { mode: 0o600 }));
        // a disk that takes no more stops the form too, which would wait for it for ever
        written.catch((cause: Error) => fail(new DiskFault(cause)));
      });
      form.once('close', done);
      // for good: it fails once more when it is given up
      form.on('error', fail);
      request.once('close', () => request.complete || fail(new Error('the connection was torn')));
      request.pipe(form);
    });
    await written;
  } catch (cause) {
    request.unpipe(form);
    request.resume();
    form.destroy();
    await written.catch(() => undefined);
    await rm(path, { force: true });
    if (cause instanceof DiskFault) throw cause.cause;
    refuse(response, 400, 'torn-upload', '文件没有传完整，请重新上传；反复如此请检查网络。');
    return null;
  }
  if (!tooLarge && name !== null) return name;
  await rm(path, { force: true });
  if (tooLarge)
    refuse(response, 413, 'too-large', `文件超过 ${Math.round(mostBytes / 1e6)} MB，请分成几个再上传。`);
  else nothing();
  return null;
}

class DiskFault extends Error {
  constructor(cause: Error) {
    super(cause.message, { cause });
  }
}
