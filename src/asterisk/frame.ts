/** Cuts the switch's bytes into whole frames, however the network cut them. */
export interface Framer {
  push(chunk: Buffer): void;
  /** a new connection begins: what was half told is forgotten */
  reset(): void;
  /** no half frame is held */
  whole(): boolean;
}

const END = Buffer.from('\r\n\r\n');
const BANNER = Buffer.from('Asterisk Call Manager/');
const LIMIT = 1024 * 1024;

/** `onFrame` gets each frame without its blank line; the buffer may be reused after it returns, so copy what you keep. */
export function createFramer(
  onFrame: (frame: Buffer) => void,
  onBanner: (version: string) => void = () => {},
  onDropped: (bytes: number) => void = () => {},
): Framer {
  let held: Buffer | null = null;
  let scanned = 0;

  function push(chunk: Buffer): void {
    const bytes: Buffer = held ? Buffer.concat([held, chunk]) : chunk;
    let from = 0;
    let at = scanned;
    for (;;) {
      if (startsWith(bytes, from, BANNER)) {
        const line = bytes.indexOf('\r\n', from);
        if (line < 0) break;
        onBanner(bytes.toString('latin1', from + BANNER.length, line));
        from = line + 2;
        at = from;
        continue;
      }
      const end = bytes.indexOf(END, at);
      if (end < 0) break;
      if (end > from) onFrame(bytes.subarray(from, end));
      from = end + END.length;
      at = from;
    }
    const left = bytes.length - from;
    if (left === 0) {
      held = null;
      scanned = 0;
    } else if (left > LIMIT) {
      onDropped(left);
      held = null;
      scanned = 0;
    } else {
      held = Buffer.from(bytes.subarray(from));
      scanned = Math.max(0, left - (END.length - 1));
    }
  }

  return {
    push,
    reset() {
      held = null;
      scanned = 0;
    },
    whole: () => held === null,
  };
}

function startsWith(bytes: Buffer, from: number, what: Buffer): boolean {
  return (
    bytes.length - from >= what.length && bytes.compare(what, 0, what.length, from, from + what.length) === 0
  );
}
