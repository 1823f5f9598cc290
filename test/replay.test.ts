import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { replay } from '../src/replay.ts';
import { framesOf } from './support/recordings.ts';
import type { CallRecord } from '../src/core/floor/record.ts';

const recordings = resolve(import.meta.dirname, 'recordings');

interface TruthOffer {
  agent: string;
  t_invite: number;
  outcome: string;
  rang_s: number;
}
interface TruthCall {
  ani: string;
  t_invite: number;
  offers: TruthOffer[];
  answered: boolean;
  answered_by: string | null;
  t_agent_answer: number | null;
  ring_s: number | null;
  ring_number: number | null;
  within_three_rings: boolean;
  waited_before_abandon_s: number | null;
  t_end: number;
  talk_s: number | null;
  transferred_to: { agent: string } | null;
  hung_up_first: string;
}
interface Truth {
  what: string;
  calls: TruthCall[];
  survey?: { result: string; score?: number };
  extra?: { t_kill?: number };
  /** our own recordings: what each call must be, `near` where SIP told an instant or a span */
  records?: Record<string, unknown>[];
}

describe('a capture of a real Asterisk, replayed, agrees with what SIP saw', () => {
  for (const name of readdirSync(recordings).filter((one) =>
    existsSync(join(recordings, one, 'truth.json')),
  )) {
    const truth = JSON.parse(readFileSync(join(recordings, name, 'truth.json'), 'utf8')) as Truth;
    it(`${name}: ${truth.what}`, () => {
      const calls = replay(readFileSync(join(recordings, name, 'raw.jsonl')));
      if (truth.records) return isTold(calls, truth.records);
      if (truth.survey) {
        expect(calls).to.have.length(1);
        expect(calls[0]).to.include({ direction: 'outbound', ani: '96666', dnis: '13911112222' });
        expect(calls[0]!.survey).to.deep.equal({
          id: 'S-0001',
          result: truth.survey.result,
          score: truth.survey.score ?? null,
        });
        return;
      }
      expect(calls).to.have.length(truth.calls.length);
      for (const [at, call] of calls.entries()) agrees(call, truth.calls[at]!, truth.extra?.t_kill);
    });
  }

  function isTold(calls: CallRecord[], truth: Record<string, unknown>[]): void {
    expect(calls).to.have.length(truth.length);
    for (const [at, one] of truth.entries()) {
      const call = calls.find(({ callId }) => callId === one['callId']) ?? calls[at]!;
      for (const [field, value] of Object.entries(one)) {
        const told = call[field as keyof CallRecord];
        if (field === 'offers') {
          expect(
            call.offers.map((offer) => [offer.agent.replace('PJSIP/', ''), offer.outcome]),
          ).to.deep.equal(value);
        } else if (field === 'transfers') {
          expect(call.transfers.map(({ kind, to }) => [kind, to])).to.deep.equal(value);
        } else if (typeof value === 'object' && value !== null && 'near' in value) {
          const { near, tol } = value as { near: number; tol: number };
          expect(told, field).to.be.closeTo(near, tol);
        } else {
          expect(told, field).to.deep.equal(value);
        }
      }
    }
  }

  function agrees(call: CallRecord, truth: TruthCall, killedAtMs: number | undefined): void {
    expect(call.direction).to.equal('inbound');
    expect(call.arrivedAtMs).to.be.closeTo(truth.t_invite, 100);
    if (killedAtMs !== undefined && truth.t_invite < killedAtMs) {
      expect(call).to.include({ outcome: 'unknown', endedAtMs: null, hungUpFirst: null });
      return;
    }
    expect(call.answeredAtMs !== null).to.equal(truth.answered);
    if (truth.ring_s !== null) {
      expect(call.ringMs).to.be.closeTo(truth.ring_s * 1000, 20);
      expect(call.rings).to.equal(truth.ring_number);
      expect(call.withinThreeRings).to.equal(truth.within_three_rings);
      expect(call.answeredAtMs).to.be.closeTo(truth.t_agent_answer!, 100);
      expect(call.answeredBy).to.equal(`PJSIP/${truth.answered_by!.replace('agent', '')}`);
      expect(call.talkMs! + call.holdMs!).to.be.closeTo(truth.talk_s! * 1000, 50);
    }
    expect(call.hungUpFirst).to.equal(truth.hung_up_first.split(' ')[0]);
    expect(call.endedAtMs).to.be.closeTo(truth.t_end, 100);
    const offers = truth.offers.filter((offer) => offer.agent !== truth.transferred_to?.agent);
    expect(call.offers.map((offer) => offer.agent)).to.deep.equal(
      offers.map((offer) => offer.agent.replace('agent', 'PJSIP/')),
    );
    for (const [at, offer] of call.offers.entries()) {
      expect(offer.ringMs).to.be.closeTo(offers[at]!.rang_s * 1000, 20);
      const rejected = offers[at]!.outcome.startsWith('rejected');
      if (rejected) expect(offer.outcome).to.equal('busy');
      if (offers[at]!.outcome === 'answered') expect(offer.outcome).to.equal('answered');
    }
    expect(call.transfers.map((transfer) => transfer.to)).to.deep.equal(
      truth.transferred_to ? [truth.transferred_to.agent.replace('agent', '')] : [],
    );
    if (!truth.answered)
      expect(call.outcome).to.equal(truth.hung_up_first === 'caller' ? 'abandoned' : 'overflowed');
  }

  it('says the stage at which the caller gave up', () => {
    const stage = (name: string) =>
      replay(readFileSync(join(recordings, name, 'raw.jsonl')))[0]!.abandonStage;
    expect(stage('c-abandon-ivr')).to.equal('ivr');
    expect(stage('c-abandon-ringing')).to.equal('ringing');
    expect(stage('g-queue-timeout')).to.equal(null);
  });

  it('counts forged events and lets none of them into the measures', () => {
    const [call] = replay(readFileSync(join(recordings, 'k-crlf-forge', 'raw.jsonl')));
    expect(call!.anomalies).to.include('forged-event');
    expect(call!.callId).to.not.equal('forged-1');
    const [safe] = replay(readFileSync(join(recordings, 'k-crlf-forge-safe', 'raw.jsonl')));
    expect(safe!.anomalies).to.deep.equal([]);
  });

  it('reads the same bytes in a plain file, and prints nothing but one JSON object a line', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hotline-test-replay-'));
    const plain = join(folder, 'plain.ami');
    const lines = readFileSync(join(recordings, 'b-rna-17s', 'raw.jsonl'), 'utf8')
      .trim()
      .split('\n');
    const bytes = lines.map((line) => JSON.parse(line) as { data?: string }).map((line) => line.data ?? '');
    writeFileSync(plain, bytes.join(''));
    const printed = execFileSync(process.execPath, ['--import', 'tsx', 'src/replay.ts', plain], {
      cwd: resolve(import.meta.dirname, '..'),
      encoding: 'utf8',
    });
    rmSync(folder, { recursive: true });
    const [call, ...more] = printed
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as CallRecord);
    expect(more).to.deep.equal([]);
    expect(call).to.deep.equal(replay(readFileSync(join(recordings, 'b-rna-17s', 'raw.jsonl')))[0]);
  });

  it('knows why a call of ours failed, though the switch says that it failed before it says why', () => {
    const frames = framesOf('i-busy-486').map((frame) => frame.toString('utf8'));
    const failed = frames.findIndex((frame) => frame.startsWith('Event: OriginateResponse'));
    const [said] = frames.splice(failed, 1);
    const leg = /^Uniqueid: (\S+)\r$/m.exec(said!)![1]!;
    const why = frames.findIndex(
      (frame) => /^Event: Hangup(Request)?\r/.test(frame) && frame.includes(`Uniqueid: ${leg}\r`),
    );
    expect(why).to.be.greaterThan(0);
    frames.splice(why, 0, said!);
    const [call] = replay(Buffer.from(frames.join('')));
    expect(call!.survey?.result).to.equal('busy');
  });
});
