import { measureLimits } from '../../core/limits.ts';
import { useEffect, useState } from 'react';
import { spaced } from '../view.ts';
import type { Desk } from './desk.ts';

/** A ringing phone is also heard, stands in the tab's title and its icon, and in a notification when the tab is hidden. */
export function useRinging(desk: Desk): [boolean, (on: boolean) => void] {
  const [sound, setSound] = useState(() => localStorage.getItem('ring-sound') !== 'off');
  const ringing = desk.cards.find((card) => card.state === 'ringing') ?? null;
  const offerId = ringing?.pop.offer.offerId ?? null;
  const number = ringing ? spaced(ringing.pop.offer.ani) : null;

  useEffect(() => {
    const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]');
    if (icon) icon.href = number ? '/icon-ringing.svg' : '/icon.svg';
    document.title = number ? `☎ ${number}` : '受理台 · 供水热线 96666';
    if (number && document.hidden && 'Notification' in window && Notification.permission === 'granted') {
      const note = new Notification(`来电 ${number}`, { tag: 'ringing', requireInteraction: true });
      note.onclick = () => window.focus();
      return () => note.close();
    }
    return undefined;
  }, [number, offerId]);

  useEffect(() => {
    if (!offerId || !sound) return undefined;
    const bell = new Audio('/ring.wav');
    const play = () => {
      bell.currentTime = 0;
      // a browser may not allow sound before the first key or click: then the screen alone tells
      bell.play().catch(() => undefined);
    };
    play();
    const again = setInterval(play, measureLimits().ringCadenceMs);
    return () => {
      clearInterval(again);
      bell.pause();
    };
  }, [offerId, sound]);

  return [
    sound,
    (on) => {
      localStorage.setItem('ring-sound', on ? 'on' : 'off');
      if (on && 'Notification' in window && Notification.permission === 'default')
        void Notification.requestPermission();
      setSound(on);
    },
  ];
}
