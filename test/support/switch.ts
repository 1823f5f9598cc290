import { connect } from 'node:net';
import type { PbxSite } from '../../src/setup/pbx-files.ts';
import { until } from './until.ts';

/** A channel that lives on the switch; `joined`: it is in a bridge with another. */
export interface LiveChannel {
  name: string;
  joined: boolean;
}

/** Every channel that lives on the switch now, asked of itself, beside the service. */
export async function liveChannels(site: PbxSite): Promise<LiveChannel[]> {
  const said = await ask(
    site,
    ['hotline-events', site.eventsSecret],
    ['Action: CoreShowChannels'],
    /CoreShowChannelsComplete/,
  );
  return said
    .split('\r\n\r\n')
    .filter((message) => message.includes('Event: CoreShowChannel\r\n'))
    .map((message) => ({
      name: /^Channel: (\S+)/m.exec(message)![1]!,
      joined: /^BridgeId: \S/m.test(message),
    }));
}

/** The numbers of those who wait in a queue, the first first. */
export async function waitingIn(site: PbxSite, queue: string): Promise<string[]> {
  const answer = await ask(
    site,
    ['hotline-events', site.eventsSecret],
    [`Action: QueueStatus\r\nQueue: ${queue}`],
    /QueueStatusComplete/,
  );
  return answer
    .split('\r\n\r\n')
    .filter((message) => message.includes('Event: QueueEntry\r\n'))
    .map((message) => ({
      position: Number(/^Position: (\d+)/m.exec(message)![1]),
      number: /^CallerIDNum: (\S*)/m.exec(message)![1]!,
    }))
    .sort((a, b) => a.position - b.position)
    .map(({ number }) => number);
}

/** Ends every call on the switch: no caller of one test waits, rings or talks in the next. */
export async function endCalls(site: PbxSite): Promise<void> {
  const channels = await liveChannels(site);
  if (channels.length > 0)
    await ask(
      site,
      ['hotline-actions', site.actionsSecret],
      channels.map(({ name }) => `Action: Hangup\r\nActionID: end\r\nChannel: ${name}\r\nCause: 16`),
      new RegExp(`(ActionID: end[^]*){${channels.length}}`),
    );
  await until('no call is left', async () => (await liveChannels(site)).length === 0, 15_000);
}

function ask(site: PbxSite, account: [string, string], actions: string[], ended: RegExp): Promise<string> {
  return new Promise((done, fail) => {
    const socket = connect(site.amiPort, site.address);
    let said = '';
    socket.setTimeout(3000, () => socket.destroy(new Error('the switch does not answer')));
    socket.on('error', fail);
    socket.write(`Action: Login\r\nUsername: ${account[0]}\r\nSecret: ${account[1]}\r\nEvents: off\r\n\r\n`);
    socket.write(actions.map((action) => `${action}\r\n\r\n`).join(''));
    socket.on('data', (bytes) => {
      said += bytes.toString();
      if (!ended.test(said)) return;
      socket.destroy();
      done(said);
    });
  });
}

/** What the switch tells its event account from now on, message by message, beside the service. */
export interface HeardEvents {
  /** the values of this header in every message of this event so far */
  values(event: string, header: string): string[];
  close(): void;
}

export async function hearEvents(site: PbxSite): Promise<HeardEvents> {
  const socket = connect(site.amiPort, site.address);
  let text = '';
  socket.on('data', (bytes) => (text += bytes.toString()));
  socket.write(
    `Action: Login\r\nUsername: hotline-events\r\nSecret: ${site.eventsSecret}\r\nEvents: on\r\n\r\n`,
  );
  await until('the switch lets us listen', () => text.includes('Authentication accepted'));
  return {
    values: (event, header) =>
      text
        .split('\r\n\r\n')
        .filter((message) => message.includes(`Event: ${event}\r\n`))
        .flatMap((message) => new RegExp(`^${header}: (.*?)\\r?$`, 'm').exec(message)?.[1] ?? []),
    close: () => void socket.destroy(),
  };
}

/** The switch has been given this phone, and lets it register. */
export async function knowsPhone(site: PbxSite, extension: string): Promise<boolean> {
  const answer = await ask(
    site,
    ['hotline-actions', site.actionsSecret],
    [`Action: Getvar\r\nActionID: get\r\nVariable: PJSIP_ENDPOINT(${extension},aors)`],
    /ActionID: get[^]*\r\n\r\n/,
  );
  return answer.includes(`Value: ${extension}\r\n`);
}

/** Sets a global variable of the dialplan, as the site's own configuration would. */
export async function setGlobal(site: PbxSite, name: string, value: string): Promise<void> {
  await ask(
    site,
    ['hotline-actions', site.actionsSecret],
    [`Action: Setvar\r\nActionID: set\r\nVariable: ${name}\r\nValue: ${value}`],
    /Response: Success\r\nActionID: set/,
  );
}
