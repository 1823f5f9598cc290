import { useEffect, useRef, useState } from 'react';
import { usePhone } from './call-bar.tsx';
import { phone } from './phone.ts';
import {
  chooseMicrophone,
  chooseSpeaker,
  loudness,
  microphone,
  microphoneId,
  microphoneTrouble,
  speakerId,
  type MicrophoneTrouble,
} from './sound.ts';
import { usePhoneWords } from './words.ts';

const RECORD_MS = 4000;

/** Before the shift: does the microphone hear, is the earpiece heard, does sound go to the switch and come back. */
export function SoundTest({ done }: { done: () => void }) {
  const say = usePhoneWords();
  const view = usePhone();
  const [devices, setDevices] = useState<MediaDeviceInfo[]>([]);
  const [mic, setMic] = useState(microphoneId() ?? '');
  const [spk, setSpk] = useState(speakerId() ?? '');
  const [trouble, setTrouble] = useState<MicrophoneTrouble | null>(null);
  const [stream, setStream] = useState<MediaStream | null>(null);
  const [step, setStep] = useState<'none' | 'recording' | 'playing' | 'played'>('none');
  const [packets, setPackets] = useState(0);

  useEffect(() => {
    let opened: MediaStream | null = null;
    let closed = false;
    microphone()
      .then(async (got) => {
        if (closed) return end(got);
        opened = got;
        setTrouble(null);
        setStream(got);
        setDevices(await navigator.mediaDevices.enumerateDevices());
      })
      .catch((cause: unknown) => setTrouble(microphoneTrouble(cause)));
    return () => {
      closed = true;
      if (opened) end(opened);
    };
  }, [mic]);

  useEffect(() => {
    if (!view.echo) return undefined;
    const looking = setInterval(() => void packetsBack().then(setPackets), 500);
    return () => {
      clearInterval(looking);
      setPackets(0);
    };
  }, [view.echo]);

  async function record(): Promise<void> {
    if (!stream) return;
    setStep('recording');
    const recorder = new MediaRecorder(stream);
    const parts: Blob[] = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    recorder.start();
    await new Promise((passed) => setTimeout(passed, RECORD_MS));
    await new Promise((stopped) => {
      recorder.onstop = stopped;
      recorder.stop();
    });
    const address = URL.createObjectURL(new Blob(parts, { type: recorder.mimeType }));
    const player = new Audio(address);
    if (spk && 'setSinkId' in player) await player.setSinkId(spk).catch(() => undefined);
    setStep('playing');
    await new Promise((ended) => {
      player.onended = ended;
      player.onerror = ended;
      player.play().catch(ended);
    });
    URL.revokeObjectURL(address);
    setStep('played');
  }

  const free = view.line === 'ready' && !view.call;
  return (
    <div className="panel sound-test">
      <h2>{say('testTitle')}</h2>
      <p className="quiet">{say('testWhy')}</p>
      {trouble && (
        <p className="note bad" role="alert">
          {say(trouble)}
        </p>
      )}
      <div className="devices">
        <Device
          words={say('mic')}
          kind="audioinput"
          devices={devices}
          value={mic}
          none={say('defaultDevice')}
          choose={(id) => {
            chooseMicrophone(id);
            setMic(id);
          }}
        />
        <Device
          words={say('spk')}
          kind="audiooutput"
          devices={devices}
          value={spk}
          none={say('defaultDevice')}
          choose={(id) => {
            chooseSpeaker(id);
            setSpk(id);
          }}
        />
        {stream && <Meter key={stream.id} stream={stream} />}
      </div>
      <div className="buttons">
        <button
          type="button"
          data-test="record"
          disabled={!stream || step === 'recording' || step === 'playing'}
          onClick={() => void record()}
        >
          {say(step === 'recording' ? 'recording' : step === 'playing' ? 'playing' : 'record')}
        </button>
        {view.echo ? (
          <button type="button" className="stop" data-test="echo-end" onClick={() => void phone.hangUp()}>
            {say('echoOff')}
          </button>
        ) : (
          <button type="button" data-test="echo" disabled={!free} onClick={() => void phone.callEcho()}>
            {say('echo')}
          </button>
        )}
        <button type="button" onClick={done}>
          {say('close')}
          <kbd>Esc</kbd>
        </button>
        <span className="quiet" role="status" data-step={step} data-packets={packets}>
          {view.echo
            ? packets > 0
              ? say('echoGot', { packets })
              : say('echoOn')
            : step === 'played'
              ? say('played')
              : free
                ? ''
                : say('echoNeeds')}
        </span>
      </div>
    </div>
  );
}

function Device({
  words,
  kind,
  devices,
  value,
  none,
  choose,
}: {
  words: string;
  kind: MediaDeviceKind;
  devices: MediaDeviceInfo[];
  value: string;
  none: string;
  choose: (id: string) => void;
}) {
  const fitting = devices.filter(
    (one) => one.kind === kind && one.deviceId !== 'default' && one.deviceId !== '',
  );
  return (
    <label>
      {words}
      <select value={value} onChange={(event) => choose(event.target.value)}>
        <option value="">{none}</option>
        {fitting.map((one) => (
          <option key={one.deviceId} value={one.deviceId}>
            {one.label}
          </option>
        ))}
      </select>
    </label>
  );
}

/** How loud the microphone hears now; drawn without React, thirty times a second. */
function Meter({ stream }: { stream: MediaStream }) {
  const say = usePhoneWords();
  const bar = useRef<HTMLDivElement>(null);
  const [heard, setHeard] = useState(false);
  useEffect(() => {
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const loud = loudness(samples);
      if (bar.current) {
        bar.current.style.transform = `scaleX(${loud.toFixed(3)})`;
        bar.current.dataset['loud'] = loud.toFixed(2);
      }
      if (loud > 0.35) setHeard(true);
    }, 33);
    return () => {
      clearInterval(timer);
      void context.close();
    };
  }, [stream]);
  return (
    <div className="level">
      <span>{say('level')}</span>
      <div className="meter" role="img" aria-label={say(heard ? 'levelGood' : 'levelLow')}>
        <div ref={bar} />
      </div>
      <span className={heard ? 'heard' : 'quiet'}>{say(heard ? 'levelGood' : 'levelLow')}</span>
    </div>
  );
}

function end(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

async function packetsBack(): Promise<number> {
  let count = 0;
  (await phone.connection()?.getStats())?.forEach((one: { type: string; packetsReceived?: number }) => {
    if (one.type === 'inbound-rtp') count += one.packetsReceived ?? 0;
  });
  return count;
}
