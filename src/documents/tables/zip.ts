/** A packed file, opened by its list of contents, with no more unpacked than is asked for. */
import type { Readable } from 'node:stream';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { Refused } from '../../threads/parse-apart.ts';
import { tooMuch } from './limits.ts';

const MOST_ENTRIES = 20_000;
const CUT = '文件打不开：没有传完整，或已损坏。请重新导出、用 Excel 或 WPS 打开另存后再上传。';

export interface Packed {
  has: (name: string) => boolean;
  names: () => string[];
  stream: (name: string, mostBytes: number) => AsyncGenerator<Buffer>;
  close: () => void;
}

/** Names are compared as Office does: `\` is `/`, without a leading one, in any case. */
const plainName = (name: string) => name.replaceAll('\\', '/').replace(/^\/+/, '').toLowerCase();

export async function openPacked(path: string): Promise<Packed> {
  const zip = await new Promise<ZipFile>((resolve, reject) =>
    // names as bytes: what is written with `\` or `/` before it is none the worse
    yauzl.open(path, { lazyEntries: true, autoClose: false, decodeStrings: false }, (cause, opened) =>
      cause ? reject(new Refused(CUT, { cause })) : resolve(opened),
    ),
  );
  const entries = new Map<string, Entry>();
  await new Promise<void>((resolve, reject) => {
    zip.on('entry', (entry: Entry) => {
      entries.set(plainName((entry.fileName as unknown as Buffer).toString('utf8')), entry);
      if (entries.size > MOST_ENTRIES) reject(tooMuch(`压缩包里有超过 ${MOST_ENTRIES} 个文件`));
      else zip.readEntry();
    });
    zip.on('error', (cause) => reject(new Refused(CUT, { cause })));
    zip.on('end', resolve);
    zip.readEntry();
  });

  async function* stream(name: string, mostBytes: number): AsyncGenerator<Buffer> {
    const entry = entries.get(plainName(name));
    if (!entry) return;
    const megabytes = Math.round(mostBytes / 1024 / 1024);
    const words = `“${name}”展开后超过 ${megabytes} MB`;
    if (entry.uncompressedSize > mostBytes) throw tooMuch(words);
    const opened = await new Promise<Readable>((resolve, reject) =>
      zip.openReadStream(entry, (cause, readable) =>
        cause ? reject(new Refused(CUT, { cause })) : resolve(readable),
      ),
    );
    let bytes = 0;
    try {
      for await (const chunk of opened as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > mostBytes) throw tooMuch(words);
        yield chunk;
      }
    } catch (cause) {
      if (cause instanceof Refused) throw cause;
      throw new Refused(CUT, { cause });
    } finally {
      opened.destroy();
    }
  }

  return {
    has: (name) => entries.has(plainName(name)),
    names: () => [...entries.keys()],
    stream,
    close: () => zip.close(),
  };
}
