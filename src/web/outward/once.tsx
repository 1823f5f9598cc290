import { App, Button, Modal, Typography } from 'antd';
import { useOutwardWords } from './words.ts';

/** A secret that is shown once; it goes only when who made it says that it is kept. */
export function ShownOnce({
  title,
  secret,
  onKept,
}: {
  title: string;
  secret: string | null;
  onKept: () => void;
}) {
  const say = useOutwardWords();
  const { message } = App.useApp();
  return (
    <Modal
      open={secret !== null}
      title={title}
      closable={false}
      mask={{ closable: false }}
      keyboard={false}
      footer={[
        <Button
          key="copy"
          type="primary"
          onClick={() =>
            void navigator.clipboard?.writeText(secret ?? '').then(() => message.success(say('copied')))
          }
        >
          {say('copy')}
        </Button>,
        <Button key="kept" onClick={onKept}>
          {say('kept')}
        </Button>,
      ]}
    >
      <p>{say('onceHelp')}</p>
      <Typography.Paragraph code style={{ wordBreak: 'break-all', marginTop: 12 }}>
        {secret}
      </Typography.Paragraph>
    </Modal>
  );
}
