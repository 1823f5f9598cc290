let context: AudioContext | null = null;

/** Browsers let a page sound after a click only: call it from one. */
export function allowSound(): void {
  context ??= new AudioContext();
  void context.resume();
}

/** Three rising tones: a new urgent order. */
export function soundUrgent(): void {
  tones([660, 880, 1100], 0.15);
}

/** Two soft falling tones, beside a call that goes on: a unit fed back. */
export function soundFeedback(): void {
  tones([740, 554], 0.05);
}

function tones(hertz: readonly number[], loudness: number): void {
  if (!context) return;
  for (const [at, one] of hertz.entries()) {
    const tone = context.createOscillator();
    const level = context.createGain();
    tone.frequency.value = one;
    level.gain.value = loudness;
    tone.connect(level).connect(context.destination);
    tone.start(context.currentTime + at * 0.22);
    tone.stop(context.currentTime + at * 0.22 + 0.18);
  }
}
