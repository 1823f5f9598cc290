import { App, Button, Checkbox, Input, Space } from 'antd';
import { ask, refusalWords } from '../ask.ts';
import { useMay } from '../shell/me.tsx';

/** From an order: what the next shift must know of it goes to this shift's handover (Article 25). */
export function PinToHandover({ about }: { about: string }) {
  const may = useMay();
  const { message, modal } = App.useApp();
  if (!may('keep-handovers')) return null;
  const pin = () => {
    let text = '';
    let key = false;
    void modal.confirm({
      title: `把 ${about} 写进交接班`,
      content: (
        <Space orientation="vertical" style={{ width: '100%' }}>
          <Input.TextArea
            autoFocus
            rows={3}
            maxLength={500}
            placeholder="要交待下一班的话"
            onChange={(event) => (text = event.target.value)}
          />
          <Checkbox onChange={(event) => (key = event.target.checked)}>重点，接班人必须看过才能签</Checkbox>
        </Space>
      ),
      okText: '写进交接班',
      cancelText: '取消',
      onOk: async () => {
        try {
          const { id } = await ask<{ id: number }>('GET', '/api/handovers/current');
          await ask('POST', `/api/handovers/${id}/items`, {
            ...{ section: 'pinned', key },
            text: text.trim() === '' ? '' : `${about}：${text.trim()}`,
          });
          void message.success('已写进本班的交接班');
        } catch (cause) {
          void message.error(refusalWords(cause));
          throw cause;
        }
      },
    });
  };
  return (
    <Button size="small" className="no-print" onClick={pin}>
      写进交接班
    </Button>
  );
}
