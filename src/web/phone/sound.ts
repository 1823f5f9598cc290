/** Microphone and speaker of this computer, as the agent chose them in the test before the shift. */
export type MicrophoneTrouble = 'denied' | 'none' | 'busy' | 'insecure' | 'failed';

const MICROPHONE = 'microphone';
const SPEAKER = 'speaker';

/** Opens the microphone that was chosen; one that was unplugged since is passed over. */
export async function microphone(): Promise<MediaStream> {
  if (!('mediaDevices' in navigator)) throw new DOMException('no https', 'SecurityError');
  const chosen = localStorage.getItem(MICROPHONE);
  const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  return navigator.mediaDevices.getUserMedia({
    audio: chosen ? { ...audio, deviceId: { ideal: chosen } } : audio,
  });
}

export function microphoneTrouble(cause: unknown): MicrophoneTrouble {
  switch ((cause as DOMException).name) {
    case 'NotAllowedError':
      return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'none';
    case 'NotReadableError':
      return 'busy';
    case 'SecurityError':
      return 'insecure';
    default:
      return 'failed';
  }
}

export const speakerId = () => localStorage.getItem(SPEAKER);
export const microphoneId = () => localStorage.getItem(MICROPHONE);
export const chooseSpeaker = (id: string) => localStorage.setItem(SPEAKER, id);
export const chooseMicrophone = (id: string) => localStorage.setItem(MICROPHONE, id);

/** How loud, 0 to 1, of the last moment: root mean square with the scale that a meter wants. */
export function loudness(samples: Float32Array): number {
  let sum = 0;
  for (const one of samples) sum += one * one;
  const decibels = 20 * Math.log10(Math.sqrt(sum / Math.max(1, samples.length)) + 1e-7);
  return Math.min(1, Math.max(0, (decibels + 60) / 55));
}
