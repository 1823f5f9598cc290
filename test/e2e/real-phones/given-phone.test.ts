import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { digestOf, openPhones, type PhoneKind, type Phones } from '../../../src/asterisk/phones.ts';
import { startPbx, type Pbx } from '../../../src/setup/pbx.ts';
import { registerPhones } from '../../../src/setup/sipp.ts';
import { startBaresip, type Baresip } from '../../support/baresip.ts';
import { until } from '../../support/until.ts';

describe('phones that are given while the switch runs, on a real Asterisk', function () {
  this.timeout(240_000);
  const varDir = mkdtempSync(join(tmpdir(), 'hotline-test-given-'));
  const baresips: Baresip[] = [];
  let pbx: Pbx;
  let phones: Phones;

  before(async () => {
    pbx = await startPbx({ varDir, address: `127.0.${200 + (process.pid % 30)}.1` });
    phones = openPhones({ ...at(), qualifySeconds: 0 });
  });
  afterEach(async () => {
    await Promise.all(baresips.splice(0).map((phone) => phone.kill()));
  });
  after(async () => {
    await pbx?.stop();
    rmSync(varDir, { recursive: true, force: true });
  });

  const at = () => ({
    url: `http://${pbx.site.address}:${pbx.site.httpPort}`,
    user: 'hotline-phones',
    secret: pbx.site.ariSecret,
  });
  const give = (extension: string, kind: PhoneKind = 'desk', by = phones) =>
    by.give({ extension, kind, digest: digestOf(extension, pbx.site.phoneSecret + extension) });
  const baresip = (extension: string, port?: number) => {
    const phone = startBaresip(pbx.site, { extension, ...(port === undefined ? {} : { port }) });
    baresips.push(phone);
    return phone;
  };
  /** where the switch would ring it */
  async function placesOf(extension: string): Promise<string[]> {
    const answer = await fetch(`${at().url}/ari/asterisk/config/dynamic/res_pjsip/aor/${extension}`, {
      headers: { authorization: `Basic ${Buffer.from(`${at().user}:${at().secret}`).toString('base64')}` },
    });
    const fields = (await answer.json()) as { attribute: string; value: string }[];
    return fields
      .filter(({ attribute, value }) => attribute === 'contact' && value)
      .map(({ value }) => value);
  }
  /** The switch stands still for most of each second while this is done, as on a machine that is far too busy. */
  async function whileSlow<T>(work: () => Promise<T>): Promise<T> {
    let pausing = true;
    const pausedFor = (signal: NodeJS.Signals, ms: number) => {
      process.kill(pbx.pid(), signal);
      return new Promise((done) => setTimeout(done, ms));
    };
    const duty = (async () => {
      while (pausing) {
        await pausedFor('SIGSTOP', 900);
        await pausedFor('SIGCONT', 200);
      }
    })();
    try {
      return await work();
    } finally {
      pausing = false;
      await duty;
    }
  }

  it('registers at once, a hundred of them too, and on a switch that hardly gets time', async () => {
    const extensions = Array.from({ length: 60 }, (_, n) => String(2001 + n));
    for (const extension of [...extensions, '1001']) await give(extension);
    await whileSlow(async () => {
      await registerPhones(pbx.site, extensions, 7200, 29_000);
      await baresip('1001').registered();
    });
  });

  it('given again while it is registered, it is rung where it is, and after a move at the new place only', async () => {
    await give('1002');
    await registerPhones(pbx.site, ['1002'], 7200, 29_001);
    await give('1002');
    expect(await placesOf('1002')).to.have.length(1);
    await registerPhones(pbx.site, ['1002'], 7200, 29_002);
    const places = await placesOf('1002');
    expect(places).to.have.length(1);
    expect(places[0]).to.include('29002');
  });

  it('a new setting does not unregister it, nor is its place written down', async () => {
    await give('1003');
    await registerPhones(pbx.site, ['1003'], 7200, 29_001);
    await give('1003', 'desk', openPhones({ ...at(), qualifySeconds: 30 }));
    await registerPhones(pbx.site, ['1003'], 7200, 29_002);
    const places = await placesOf('1003');
    expect(places).to.have.length(1);
    expect(places[0]).to.include('29002');
  });

  it('a phone that becomes the other kind is not rung as the one it was', async () => {
    await give('1004');
    await registerPhones(pbx.site, ['1004'], 7200, 29_001);
    await give('1004', 'browser');
    expect(await placesOf('1004')).to.deep.equal([]);
  });

  it('a place that was written down by an older version goes', async () => {
    await give('1005');
    await registerPhones(pbx.site, ['1005'], 7200, 29_001);
    // as it was done: all fields put over a registered phone
    await fetch(`${at().url}/ari/asterisk/config/dynamic/res_pjsip/aor/1005`, {
      method: 'PUT',
      headers: {
        authorization: `Basic ${Buffer.from(`${at().user}:${at().secret}`).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ fields: [{ attribute: 'qualify_frequency', value: '0' }] }),
    });
    expect(await placesOf('1005'), 'the switch writes it down').to.have.length(2);
    await give('1005');
    await registerPhones(pbx.site, ['1005'], 7200, 29_002);
    await until('it is rung at its new place only', async () => {
      const places = await placesOf('1005');
      return places.length === 1 && places[0]!.includes('29002');
    });
  });
});
