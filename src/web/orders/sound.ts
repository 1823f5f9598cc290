let context: AudioContext | null = null;

/** Browsers let a page sound after a click only: call it from one. */
export function allowSound(): void {
  context ??= new AudioContext();
  void context.resume();
}

/** Three rising tones: a new urgent order. */
export function soundUrgent(): void {
  if (!context) return;
  for (const [at, hertz] of [660, 880, 1100].entries()) {
    const tone = context.createOscillator();
    const level = context.createGain();
    tone.frequency.value = hertz;
    level.gain.value = 0.15;
    tone.connect(level).connect(context.destination);
    tone.start(context.currentTime + at * 0.22);
    tone.stop(context.currentTime + at * 0.22 + 0.18);
  }
}
