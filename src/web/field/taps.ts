import { del, get, set } from 'idb-keyval';
import type { FieldStep } from '../../core/orders/field.ts';
import { ask, Refusal } from '../ask.ts';

/** One step as it was tapped on the phone; it waits here until the server has it, once. */
export interface Tap {
  /** the server knows a tap that was sent twice by it */
  once: string;
  orderNo: string;
  kind: FieldStep | 'note';
  /** by the phone's clock; told by the server's, as far as the phone is off */
  phoneMs: number;
  note: string;
  place: { latitude: number; longitude: number; accuracyM: number | null } | null;
  /** keys of pictures that lie beside the taps */
  photos: string[];
  /** the server said no, in Chinese: it stays until it was read */
  refused?: string;
}

const KEY = 'taps';
const AGAIN_MS = 8000;
const PLACE_MS = 4000;

let taps: readonly Tap[] = [];
let loaded: Promise<void> | null = null;
let sending = false;
let timer: ReturnType<typeof setTimeout> | null = null;
const watchers = new Set<() => void>();
/** where a tap happened is still being found out */
const placing = new Map<string, Promise<void>>();

export function watchTaps(watch: () => void): () => void {
  watchers.add(watch);
  loaded ??= load();
  return () => void watchers.delete(watch);
}
export function tapsNow(): readonly Tap[] {
  return taps;
}

async function load(): Promise<void> {
  taps = (await get<Tap[]>(KEY)) ?? [];
  watchers.forEach((watch) => watch());
  addEventListener('online', () => void sendTaps());
  void sendTaps();
}

/** Each change lies on the phone's disk before the screen says so. */
async function keep(next: readonly Tap[]): Promise<void> {
  taps = next;
  await set(KEY, next);
  watchers.forEach((watch) => watch());
}

/** Takes a tap: kept at once, with the place as soon as the phone knows it, sent as soon as there is network. */
export async function tap(
  what: Pick<Tap, 'orderNo' | 'kind' | 'note'>,
  pictures: readonly Blob[],
  withPlace: boolean,
): Promise<void> {
  await loaded;
  const phoneMs = Date.now();
  const once = crypto.randomUUID();
  const photos: string[] = [];
  for (const picture of pictures) {
    const key = `photo:${crypto.randomUUID()}`;
    await set(key, picture);
    photos.push(key);
  }
  await keep([...taps, { ...what, once, phoneMs, photos, place: null }]);
  if (withPlace)
    placing.set(
      once,
      whereNow()
        .then(async (place) => {
          if (place) await keep(taps.map((one) => (one.once === once ? { ...one, place } : one)));
        })
        .finally(() => placing.delete(once)),
    );
  void sendTaps();
}

/** Who reads the refusal takes it away. */
export async function forget(once: string): Promise<void> {
  const gone = taps.find((one) => one.once === once);
  await keep(taps.filter((one) => one.once !== once));
  for (const key of gone?.photos ?? []) await del(key);
}

/** Sends what waits, one after the other; without network it waits on. */
export async function sendTaps(): Promise<void> {
  if (sending) return;
  sending = true;
  if (timer) clearTimeout(timer);
  timer = null;
  try {
    for (;;) {
      const next = taps.find((one) => one.refused === undefined);
      if (!next) return;
      await placing.get(next.once);
      const one = taps.find(({ once }) => once === next.once)!;
      try {
        await send(one);
        await forget(one.once);
      } catch (fault) {
        if (
          !(fault instanceof Refusal) ||
          fault.status === 0 ||
          fault.status >= 500 ||
          fault.status === 429
        ) {
          timer = setTimeout(() => void sendTaps(), AGAIN_MS);
          return;
        }
        // signed out: the page leads to the link or the sign-in, and the taps are still here
        if (fault.status === 401) return;
        await keep(taps.map((kept) => (kept.once === one.once ? { ...kept, refused: fault.message } : kept)));
      }
    }
  } finally {
    sending = false;
  }
}

async function send(one: Tap): Promise<void> {
  const files: { id: string; name: string; type: string }[] = [];
  for (const key of one.photos) {
    const picture = await get<Blob>(key);
    if (picture) files.push(await sendFile(`/api/orders/${one.orderNo}/files`, picture, '现场照片.jpg'));
  }
  // by the phone's own clock alone: what it is off by is the same at both ends. One that was set back meanwhile says: now
  const agoMs = Math.max(0, Date.now() - one.phoneMs);
  await ask('POST', `/api/orders/${one.orderNo}/steps`, {
    ...{ kind: one.kind, once: one.once, note: one.note, place: one.place, files, agoMs },
  });
}

/** Brings a file to an order's or a case's files; bringing it twice is bringing it once. */
export async function sendFile(
  folder: string,
  file: Blob,
  name: string,
): Promise<{ id: string; name: string; type: string }> {
  let answer: Response;
  try {
    answer = await fetch(folder, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream', 'x-file-name': encodeURIComponent(name) },
      body: file,
    });
  } catch {
    throw new Refusal(0, 'offline', '没有网络，照片先存在手机里。');
  }
  const said = (await answer.json().catch(() => null)) as {
    id: string;
    name: string;
    type: string;
    code: string;
    message: string;
  } | null;
  if (answer.ok && said) return said;
  throw new Refusal(answer.status, said?.code ?? 'failed', said?.message ?? '附件没有传完，请再试一次。');
}

function whereNow(): Promise<Tap['place']> {
  return new Promise((done) => {
    if (!('geolocation' in navigator)) return done(null);
    const late = setTimeout(() => done(null), PLACE_MS);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        clearTimeout(late);
        const { latitude, longitude, accuracy } = coords;
        done({ latitude, longitude, accuracyM: Math.round(accuracy) });
      },
      () => {
        clearTimeout(late);
        done(null);
      },
      { enableHighAccuracy: true, timeout: PLACE_MS, maximumAge: 30_000 },
    );
  });
}

const LONGEST_SIDE = 1600;

/** A photo small enough for a wet network: its longest side 1600 px; what can't be read as a picture stays as it is. */
export async function smaller(file: Blob): Promise<Blob> {
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = new OffscreenCanvas(Math.round(picture.width * scale), Math.round(picture.height * scale));
    canvas.getContext('2d')!.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.8 });
  } catch {
    return file;
  }
}
