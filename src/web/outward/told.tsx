import { App, Button } from 'antd';
import { useRef } from 'react';
import { useNavigate } from 'react-router';
import type { ScreenNotice } from '../../protocol/outward.ts';
import { useTold } from '../shell/line.tsx';
import { useOutwardWords } from './words.ts';

/** What the rules ask to be told on the screen: a card that stays until it is closed, with two tones where it is urgent. */
export function Told() {
  const { notification } = App.useApp();
  const navigate = useNavigate();
  const say = useOutwardWords();
  const seen = useRef(new Set<number>());
  useTold('told', (notice: ScreenNotice) => {
    if (seen.current.has(notice.id)) return;
    seen.current.add(notice.id);
    const key = `told-${notice.id}`;
    const show = () => {
      notification.destroy(key);
      void navigate(notice.link!);
    };
    notification[notice.sound ? 'error' : 'warning']({
      key,
      title: notice.title,
      description: <span style={{ whiteSpace: 'pre-line' }}>{notice.text}</span>,
      duration: notice.sound ? 0 : 15,
      placement: 'bottomRight',
      ...(notice.link
        ? {
            actions: (
              <Button type="primary" size="small" onClick={show}>
                {say('show')}
              </Button>
            ),
          }
        : {}),
    });
    if (notice.sound) twoTones();
  });
  return null;
}

let context: AudioContext | null = null;

/** Two tones, unlike any ring; a page that nobody has touched yet may not sound, and stays still. */
function twoTones(): void {
  context ??= new AudioContext();
  if (context.state === 'suspended') void context.resume();
  for (const [at, hertz] of [
    [0, 880],
    [0.22, 660],
    [0.6, 880],
    [0.82, 660],
  ] as const) {
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.frequency.value = hertz;
    volume.gain.value = 0.15;
    tone.connect(volume).connect(context.destination);
    tone.start(context.currentTime + at);
    tone.stop(context.currentTime + at + 0.18);
  }
}
