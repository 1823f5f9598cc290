/**
 * What a program that we start is told by its environment: where things are, and no secret. The settings (.env, the unit's
 * EnvironmentFile) hold passwords, and whoever may look at a program's environment would read them.
 * Plain JavaScript: begin.mjs needs it before any package is there.
 */
const PLACES = ['PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'LANGUAGE', 'LC_ALL', 'LC_CTYPE', 'TZ', 'TMPDIR'];
/** what a program that downloads may need: the way out of the house, npm's own settings, where caches lie */
const WAYS_OUT =
  /^(https?_proxy|no_proxy|all_proxy|npm_config_.+|XDG_[A-Z_]+|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|DEBIAN_FRONTEND)$/i;

/** For programs that work on this machine only. */
export function programEnvironment(more = {}) {
  return { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...chosen((name) => PLACES.includes(name)), ...more };
}

/** For programs that download: npm, apt, debootstrap. */
export function downloadEnvironment(more = {}) {
  return programEnvironment({ ...chosen((name) => WAYS_OUT.test(name)), ...more });
}

function chosen(wanted) {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => wanted(name)));
}
