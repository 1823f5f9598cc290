/** A person's voice for the telephone: whatever the browser can play becomes 8 kHz, mono, 16 bit. */
const RATE = 8000;

export async function telephoneWav(sound: Blob): Promise<Blob> {
  const context = new AudioContext();
  try {
    const whole = await context.decodeAudioData(await sound.arrayBuffer());
    const offline = new OfflineAudioContext(1, Math.max(1, Math.ceil(whole.duration * RATE)), RATE);
    const source = offline.createBufferSource();
    source.buffer = whole;
    source.connect(offline.destination);
    source.start();
    const samples = (await offline.startRendering()).getChannelData(0);
    return new Blob([wavOf(samples)], { type: 'audio/wav' });
  } finally {
    await context.close();
  }
}

function wavOf(samples: Float32Array): ArrayBuffer {
  const bytes = new ArrayBuffer(44 + samples.length * 2);
  const view = new DataView(bytes);
  const write = (at: number, text: string) =>
    [...text].forEach((one, n) => view.setUint8(at + n, one.charCodeAt(0)));
  write(0, 'RIFF');
  view.setUint32(4, 36 + samples.length * 2, true);
  write(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, RATE, true);
  view.setUint32(28, RATE * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  write(36, 'data');
  view.setUint32(40, samples.length * 2, true);
  // as loud as can be without clipping: a quiet microphone is heard on the telephone, too
  const peak = samples.reduce((most, one) => Math.max(most, Math.abs(one)), 0.05);
  samples.forEach((one, n) => view.setInt16(44 + n * 2, Math.round((one / peak) * 0.8 * 32767), true));
  return bytes;
}

/** The microphone until `stop`. Throws where the browser does not allow it. */
export async function recordVoice(): Promise<{ stop: () => Promise<Blob> }> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const recorder = new MediaRecorder(stream);
  const parts: Blob[] = [];
  recorder.ondataavailable = (event) => parts.push(event.data);
  recorder.start();
  return {
    stop: () =>
      new Promise((done) => {
        recorder.onstop = () => {
          for (const track of stream.getTracks()) track.stop();
          done(new Blob(parts, { type: recorder.mimeType }));
        };
        recorder.stop();
      }),
  };
}
