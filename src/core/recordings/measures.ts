/**
 * What can be measured of Articles 6–12 from the two sides of a recorded call. Only loudness is looked at: who speaks,
 * when, and how loud. It can't tell a word from a cough, nor a television in the room from the caller.
 */
export const FRAME_MS = 20;
/** pairs of peaks a second, for the picture */
export const PEAKS_PER_SECOND = 10;
export const RATE = 8000;

export interface CallMeasures {
  /** voice of each side, ms */
  callerMs: number;
  agentMs: number;
  /** from the begin to the agent's first word; null: the agent said nothing */
  firstWordMs: number | null;
  /** spans of more than 10 s in which nobody spoke */
  silences: { fromMs: number; untilMs: number }[];
  /** both spoke for half a second and more; `by` began while the other one was speaking */
  talkOvers: { atMs: number; ms: number; by: 'caller' | 'agent' }[];
  /** bursts of the agent's voice a minute of their speaking: how hurried it is */
  burstsPerMinute: number;
  /** mean loudness of the voice, dB below full scale; null: no voice */
  callerDb: number | null;
  agentDb: number | null;
  /** part of the agent's frames that are as loud as can be (0 … 1) */
  clipped: number;
}

const SILENCE_MS = 10_000;
const TALK_OVER_MS = 500;
/** a pause inside a sentence is no end of it */
const BRIDGED_MS = 300;
/** a click is no voice */
const SHORTEST_MS = 100;
const LEAST_RMS = 0.006;

interface Side {
  rms: Float32Array;
  clipped: number;
}
export interface Span {
  fromMs: number;
  untilMs: number;
}

/** Both sides of a call, samples of 16 bit side by side (left the caller, right the agent). */
export function sidesOf(samples: Int16Array): { caller: Side; agent: Side; peaks: Uint8Array; ms: number } {
  const length = Math.floor(samples.length / 2);
  const perFrame = (RATE * FRAME_MS) / 1000;
  const frames = Math.floor(length / perFrame);
  const caller = { rms: new Float32Array(frames), clipped: 0 };
  const agent = { rms: new Float32Array(frames), clipped: 0 };
  const perPeak = RATE / PEAKS_PER_SECOND;
  const peaks = new Uint8Array(Math.ceil(length / perPeak) * 2);
  for (const [side, one] of [caller, agent].entries()) {
    for (let frame = 0; frame < frames; frame += 1) {
      let sum = 0;
      let loudest = 0;
      for (let n = frame * perFrame; n < (frame + 1) * perFrame; n += 1) {
        const sample = samples[n * 2 + side]!;
        sum += sample * sample;
        loudest = Math.max(loudest, Math.abs(sample));
      }
      one.rms[frame] = Math.sqrt(sum / perFrame) / 32768;
      if (loudest >= 32_000) one.clipped += 1;
      const peak = Math.floor((frame * perFrame) / perPeak) * 2 + side;
      peaks[peak] = Math.max(peaks[peak]!, Math.round((loudest / 32768) * 255));
    }
  }
  return { caller, agent, peaks, ms: Math.round((length / RATE) * 1000) };
}

/** Where a side speaks: louder than its own quiet, pauses inside a sentence bridged, clicks left out. */
export function voiceOf(rms: Float32Array): Span[] {
  const sorted = [...rms].sort((a, b) => a - b);
  const quiet = sorted[Math.floor(sorted.length * 0.2)] ?? 0;
  const threshold = Math.max(LEAST_RMS, quiet * 3);
  const spans: Span[] = [];
  for (let frame = 0; frame < rms.length; frame += 1) {
    if (rms[frame]! < threshold) continue;
    const fromMs = frame * FRAME_MS;
    const last = spans.at(-1);
    if (last && fromMs - last.untilMs <= BRIDGED_MS) last.untilMs = fromMs + FRAME_MS;
    else spans.push({ fromMs, untilMs: fromMs + FRAME_MS });
  }
  return spans.filter((one) => one.untilMs - one.fromMs >= SHORTEST_MS);
}

/** Everything above of one call. */
export function measure(samples: Int16Array): { measures: CallMeasures; peaks: Uint8Array; ms: number } {
  const { caller, agent, peaks, ms } = sidesOf(samples);
  const callers = voiceOf(caller.rms);
  const agents = voiceOf(agent.rms);
  const total = (spans: readonly Span[]) => spans.reduce((sum, one) => sum + one.untilMs - one.fromMs, 0);
  const agentMs = total(agents);
  return {
    measures: {
      ...{ callerMs: total(callers), agentMs, firstWordMs: agents[0]?.fromMs ?? null },
      silences: silencesOf([...callers, ...agents], ms),
      talkOvers: talkOversOf(callers, agents),
      burstsPerMinute: agentMs === 0 ? 0 : Math.round((agents.length / (agentMs / 60_000)) * 10) / 10,
      callerDb: loudness(caller.rms, callers),
      agentDb: loudness(agent.rms, agents),
      clipped: agent.rms.length === 0 ? 0 : Math.round((agent.clipped / agent.rms.length) * 1000) / 1000,
    },
    peaks,
    ms,
  };
}

export function silencesOf(spans: readonly Span[], ms: number): Span[] {
  const found: Span[] = [];
  let at = 0;
  for (const one of [...spans].sort((a, b) => a.fromMs - b.fromMs)) {
    if (one.fromMs - at > SILENCE_MS) found.push({ fromMs: at, untilMs: one.fromMs });
    at = Math.max(at, one.untilMs);
  }
  if (ms - at > SILENCE_MS) found.push({ fromMs: at, untilMs: ms });
  return found;
}

export function talkOversOf(callers: readonly Span[], agents: readonly Span[]): CallMeasures['talkOvers'] {
  const found: CallMeasures['talkOvers'] = [];
  for (const caller of callers) {
    for (const agent of agents) {
      const atMs = Math.max(caller.fromMs, agent.fromMs);
      const ms = Math.min(caller.untilMs, agent.untilMs) - atMs;
      if (ms >= TALK_OVER_MS) found.push({ atMs, ms, by: agent.fromMs > caller.fromMs ? 'agent' : 'caller' });
    }
  }
  return found.sort((a, b) => a.atMs - b.atMs);
}

function loudness(rms: Float32Array, spans: readonly Span[]): number | null {
  let sum = 0;
  let frames = 0;
  for (const { fromMs, untilMs } of spans) {
    for (let frame = fromMs / FRAME_MS; frame < untilMs / FRAME_MS; frame += 1) {
      sum += rms[frame]! ** 2;
      frames += 1;
    }
  }
  return frames === 0 ? null : Math.round(10 * Math.log10(sum / frames) * 10) / 10;
}
