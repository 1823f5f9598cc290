const RATE = 8000;

/** How loud one tone is in these samples of 8 kHz, in their own unit; 0: there are none. */
export function loudnessOf(samples: ArrayLike<number>, hz: number): number {
  let [real, imaginary] = [0, 0];
  for (let n = 0; n < samples.length; n += 1) {
    const turn = (2 * Math.PI * hz * n) / RATE;
    real += samples[n]! * Math.cos(turn);
    imaginary += samples[n]! * Math.sin(turn);
  }
  return Math.hypot(real, imaginary) / Math.max(1, samples.length);
}
