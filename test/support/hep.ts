/** from a caller to the switch */
export const WAY = ['7f00420a', '7f004201'] as const;
export const BACK = ['7f004201', '7f00420a'] as const;

/** A packet of the switch's capture (HEP version 3) as res_hep writes it: some chunks of its own, then the SIP message. */
export function hepOf(message: string, [source, destination]: readonly [string, string] = WAY): Buffer {
  const chunk = (type: number, payload: Buffer) => {
    const head = Buffer.alloc(6);
    head.writeUInt16BE(type, 2);
    head.writeUInt16BE(6 + payload.length, 4);
    return Buffer.concat([head, payload]);
  };
  const chunks = [
    chunk(1, Buffer.from([2])),
    chunk(3, Buffer.from(source, 'hex')),
    chunk(4, Buffer.from(destination, 'hex')),
    chunk(15, Buffer.from(message)),
  ];
  const head = Buffer.from('HEP3\0\0');
  head.writeUInt16BE(6 + chunks.reduce((sum, { length }) => sum + length, 0), 4);
  return Buffer.concat([head, ...chunks]);
}
