import { useState } from 'react';
import { refusalWords } from '../ask.ts';
import { sendFile } from '../field/taps.ts';

export interface OrderFile {
  id: string;
  name: string;
  type: string;
}

/** Photos as pictures, papers as links; each opens whole. */
export function Files({ orderNo, files }: { orderNo: string; files: readonly OrderFile[] }) {
  if (files.length === 0) return null;
  return (
    <p className="order-files">
      {files.map((file) => {
        const address = `/api/orders/${orderNo}/files/${file.id}`;
        return (
          <a key={file.id} href={address} target="_blank" rel="noreferrer" title={file.name}>
            {file.type.startsWith('image/') ? (
              <img src={address} alt={file.name} loading="lazy" />
            ) : (
              file.name
            )}
          </a>
        );
      })}
    </p>
  );
}

/** Brings files to an order; they go with the step that is sent next. */
export function AddFiles({
  orderNo,
  files,
  change,
}: {
  orderNo: string;
  files: OrderFile[];
  change: (files: OrderFile[]) => void;
}) {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState('');
  const add = async (chosen: File[]) => {
    setBusy(true);
    setFault('');
    try {
      const sent = [...files];
      for (const file of chosen) {
        const kept = await sendFile(orderNo, file, file.name);
        if (!sent.some((one) => one.id === kept.id)) sent.push(kept);
      }
      change(sent);
    } catch (cause) {
      setFault(refusalWords(cause));
    }
    setBusy(false);
  };
  return (
    <div className="add-files">
      <label>
        {busy ? '正在传…' : '附件：照片或 PDF，每个不超过 10 MB'}
        <input
          type="file"
          multiple
          accept="image/*,application/pdf"
          disabled={busy}
          onChange={(event) => {
            void add([...(event.target.files ?? [])]);
            event.target.value = '';
          }}
        />
      </label>
      <Files orderNo={orderNo} files={files} />
      {fault && <small className="fault">{fault}</small>}
    </div>
  );
}
