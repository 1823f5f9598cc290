/**
 * Keeps the service running: plain JavaScript that is small enough never to fail. The service runs in a process of its
 * own; when that ends without having been asked to, or no longer moves, it is begun anew at once, and finds its calls in the
 * journal and the switch and the database where they run (they are adopted). Ctrl-C and SIGTERM end everything.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** a life this long was no part of a crash loop */
const SOUND_LIFE_MS = 60_000;
const LONGEST_WAIT_MS = 30_000;
/** it says every second that it moves; counted in ticks of our own, so that a machine that slept is not blamed */
const TICK_MS = 1000;
const MISSED_TICKS = 30;
/** not at once: a start has other work, and one that ends soon is begun later and later anyway */
const STAND_BY_MS = 10_000;
/** npm and the terminal both pass on one Ctrl-C */
const SAME_PRESS_MS = 300;

const begin = join(import.meta.dirname, 'begin.mjs');

export function supervise(args, { missedTicks = MISSED_TICKS, standByMs = STAND_BY_MS } = {}) {
  let child = null;
  let stopping = false;
  let everUp = false;
  let crashes = 0;
  let askedAtMs = -Infinity;
  let waiting = null;
  /** a process that has loaded everything and waits: to load takes longer than callers should be unseen */
  let standby = null;

  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => ask(signal));
  launch('serve');

  /** a session of its own: Ctrl-C in the terminal reaches us, and is passed on once */
  function spawned(what, environment) {
    const made = spawn(process.execPath, [...process.execArgv, begin, what, ...args], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      detached: true,
      env: { ...process.env, ...environment },
    });
    made.on('error', (cause) => say(`启动不了服务进程：${cause.message}`));
    return made;
  }

  function standBy() {
    if (stopping || standby) return;
    const mine = spawned('serve', { HOTLINE_STANDS_BY: '1' });
    standby = mine;
    mine.on('close', () => {
      if (standby === mine) standby = null;
    });
  }

  function launch(what) {
    const beganMs = Date.now();
    let up = false;
    let missed = 0;
    let readying = null;
    if (what === 'serve' && standby) {
      child = standby;
      standby = null;
      child.send('begin', () => undefined);
    } else child = spawned(what, {});
    child.on('message', (told) => {
      missed = 0;
      if (told !== 'up') return;
      up = everUp = true;
      readying = setTimeout(standBy, standByMs);
    });
    const watch = setInterval(() => {
      if (!up) return;
      missed += 1;
      if (missed !== missedTicks) return;
      say(`服务已有 ${missedTicks} 秒没有反应，强制重新启动。`);
      child.kill('SIGKILL');
    }, TICK_MS);
    // 'close' comes also when it could not be spawned at all
    child.on('close', (code, signal) => {
      clearInterval(watch);
      clearTimeout(readying);
      child = null;
      if (stopping || what === 'halt') process.exit(code ?? 1);
      // the first start failed and has said why; or it was asked to end
      if (!everUp || code === 0) process.exit(code ?? 1);
      crashes = up && Date.now() - beganMs > SOUND_LIFE_MS ? 1 : crashes + 1;
      const waitMs = crashes === 1 ? 0 : Math.min(LONGEST_WAIT_MS, 500 * 2 ** (crashes - 1));
      const again = waitMs === 0 ? '正在重新启动' : `连续第 ${crashes} 次，${waitMs / 1000} 秒后重新启动`;
      say(`服务意外停止（${signal ?? code}），${again}；通话由交换机继续，原因见数据目录里的 hotline.log。`);
      waiting = setTimeout(() => {
        waiting = null;
        launch('serve');
      }, waitMs);
    });
  }

  function ask(signal) {
    const nowMs = Date.now();
    if (nowMs - askedAtMs < SAME_PRESS_MS) return;
    askedAtMs = nowMs;
    stopping = true;
    standby?.kill('SIGKILL');
    if (child) child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal);
    else if (waiting) {
      // nobody serves, but switch and database may run
      clearTimeout(waiting);
      launch('halt');
    }
  }

  function say(sentence) {
    process.stderr.write(`${new Date().toLocaleString('sv-SE')} ${sentence}\n`);
  }
}
