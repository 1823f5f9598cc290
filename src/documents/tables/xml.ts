/** XML as Office programs write it, read piece by piece: names without their prefix, no entities but XML's own five. */
import { SaxesParser } from 'saxes';
import { Refused } from '../../threads/parse-apart.ts';

export type Attributes = Record<string, string>;
export interface XmlHandlers {
  open?: (name: string, attributes: Attributes) => void;
  text?: (text: string) => void;
  close?: (name: string) => void;
}

const BROKEN = '文件里的内容坏了，读不下去。请用 Excel 或 WPS 打开，另存后再上传。';
const localOf = (name: string) => name.slice(name.indexOf(':') + 1);

/**
 * Attributes keep their own names; a relationship's `r:id` stands under `:id` whatever its prefix is.
 * `onPiece` runs after each piece: what was found so far can be handed on.
 */
export async function* readXml(
  bytes: AsyncIterable<Buffer>,
  handlers: XmlHandlers,
): AsyncGenerator<void, void, void> {
  const parser = new SaxesParser({ xmlns: false, position: false });
  let fault: Error | null = null;
  parser.on('error', (cause) => {
    // a character that XML forbids is in some program's texts: the rest can still be read
    if (!/disallowed character/.test(cause.message)) fault ??= cause;
  });
  // a list of definitions has no place in an Office file: it is how a short file becomes a long one
  parser.on('doctype', () => (fault ??= new Error('doctype')));
  parser.on('opentag', ({ name, attributes }) => {
    for (const key of Object.keys(attributes)) {
      const at = key.indexOf(':');
      if (at > 0) attributes[key.slice(at)] = attributes[key]!;
    }
    handlers.open?.(localOf(name), attributes);
  });
  parser.on('text', (text) => handlers.text?.(text));
  parser.on('cdata', (text) => handlers.text?.(text));
  parser.on('closetag', ({ name }) => handlers.close?.(localOf(name)));
  let decoder: TextDecoder | null = null;
  for await (const chunk of bytes) {
    decoder ??= new TextDecoder(encodingOf(chunk));
    parser.write(decoder.decode(chunk, { stream: true }));
    if (fault) throw new Refused(BROKEN, { cause: fault });
    yield;
  }
  // a part that is not there says nothing
  if (!decoder) return;
  parser.write(decoder.decode());
  parser.close();
  if (fault) throw new Refused(BROKEN, { cause: fault });
  yield;
}

/** Reads it to its end. */
export async function readWholeXml(bytes: AsyncIterable<Buffer>, handlers: XmlHandlers): Promise<void> {
  for await (const _piece of readXml(bytes, handlers));
}

function encodingOf(head: Buffer): string {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const declared = /^[^>]{0,100}?encoding=["']([\w-]+)["']/.exec(head.toString('latin1', 0, 200))?.[1];
  try {
    return new TextDecoder(declared ?? 'utf-8').encoding;
  } catch {
    return 'utf-8';
  }
}
