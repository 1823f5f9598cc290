/**
 * The page goes elsewhere when its session is over or its rights are others now. Who is talking talks to the end first:
 * with the page the browser's phone would go, and the caller with it.
 */
let isBusy = (): boolean => false;
let going: ReturnType<typeof setInterval> | null = null;

const LOOK_EVERY_MS = 500;

/** what keeps the page where it is (phone/phone.ts) */
export function stayWhile(busy: () => boolean): void {
  isBusy = busy;
}

export function leaveFor(address: string): void {
  if (!isBusy()) return location.assign(address);
  going ??= setInterval(() => {
    if (isBusy()) return;
    clearInterval(going!);
    going = null;
    location.assign(address);
  }, LOOK_EVERY_MS);
}
