import { phone, type PhoneView } from './phone.ts';

/** What the call bar's keys and buttons ask for. */
export type BarKey =
  'answer' | 'hang-up' | 'hold' | 'mute' | 'transfer' | 'conference' | 'digits' | 'dial' | 'test' | 'close';

const PLAIN: Record<string, BarKey> = {
  F2: 'answer',
  F4: 'hang-up',
  F8: 'hold',
  F9: 'mute',
  F10: 'transfer',
  Escape: 'close',
};
const WITH_ALT: Record<string, BarKey> = { KeyM: 'conference', KeyK: 'digits', KeyB: 'dial', KeyT: 'test' };

export function pressedKey(event: KeyboardEvent): BarKey | null {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.repeat) return null;
  return (event.altKey ? WITH_ALT[event.code] : PLAIN[event.code]) ?? null;
}

export interface Bar {
  toggle(panel: 'dial' | 'transfer' | 'digits' | 'test'): void;
}

/** Does what the key means now; false: it means nothing now. */
export function onBarKey(key: BarKey, view: PhoneView, bar: Bar): boolean {
  const { call } = view;
  const second = call?.second && call.second.state !== 'all-together' ? call.second : null;
  const talking = call?.state === 'talking';
  switch (key) {
    case 'answer':
      if (!view.ringing && !(view.kind === 'browser' && call?.state === 'ringing')) return false;
      void phone.answer();
      return true;
    case 'hang-up':
      // while asking a second party hanging up would pass the caller on: that is the key beside it
      if (!second && (call || view.talking)) void phone.hangUp();
      return true;
    case 'hold':
      if (second) void phone.press('back');
      else if (talking && view.talking) void phone.toggleHold();
      return true;
    case 'mute':
      phone.toggleMute();
      return true;
    case 'transfer':
      if (second?.state === 'talking') void phone.press('join');
      else if (talking && !call.second) bar.toggle('transfer');
      return true;
    case 'conference':
      if (second?.state === 'talking') void phone.press('together');
      return true;
    case 'digits':
      if (call && call.state !== 'ringing') bar.toggle('digits');
      return true;
    case 'dial':
    case 'test':
      if (!call && !view.talking) bar.toggle(key);
      return true;
    case 'close':
      return false;
  }
}
