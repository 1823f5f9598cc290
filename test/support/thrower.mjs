/** Loaded into a service under test (NODE_OPTIONS): on SIGUSR2 it throws where nobody catches, in each of the ways there are. */
process.on('SIGUSR2', () => {
  setImmediate(() => {
    throw new Error('thrown where nobody catches');
  });
  void Promise.reject(new Error('rejected where nobody catches'));
  const timer = setInterval(() => {
    clearInterval(timer);
    throw new Error('thrown in an interval');
  }, 1);
});
