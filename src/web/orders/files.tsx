import { useState } from 'react';
import { refusalWords } from '../ask.ts';
import { sendFile } from '../field/taps.ts';

export interface OrderFile {
  id: string;
  name: string;
  type: string;
}

/** Photos as pictures, papers as links; each opens whole. `folder`: the address of the order's or case's files. */
export function Files({ folder, files }: { folder: string; files: readonly OrderFile[] }) {
  if (files.length === 0) return null;
  return (
    <p className="order-files">
      {files.map((file) => {
        const address = `${folder}/${file.id}`;
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

/** Brings files to an order or a case; they go with the step that is sent next. */
export function AddFiles({
  folder,
  files,
  change,
  label = '附件：照片或 PDF，每个不超过 10 MB',
  accept = 'image/*,application/pdf',
}: {
  folder: string;
  files: OrderFile[];
  change: (files: OrderFile[]) => void;
  label?: string;
  accept?: string;
}) {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState('');
  const add = async (chosen: File[]) => {
    setBusy(true);
    setFault('');
    try {
      const sent = [...files];
      for (const file of chosen) {
        const kept = await sendFile(folder, file, file.name);
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
        {busy ? '正在传…' : label}
        <input
          type="file"
          multiple
          accept={accept}
          disabled={busy}
          onChange={(event) => {
            void add([...(event.target.files ?? [])]);
            event.target.value = '';
          }}
        />
      </label>
      <Files folder={folder} files={files} />
      {fault && <small className="fault">{fault}</small>}
    </div>
  );
}
