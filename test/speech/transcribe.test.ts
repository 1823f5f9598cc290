import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { transcribe } from '../../src/speech/transcribe.ts';

describe('a recording goes to the utility’s speech-to-text, a real server on loopback', () => {
  let server: Server;
  let url: string;
  let answer: (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

  before(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => answer(request, response, Buffer.concat(chunks)));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/audio/transcriptions`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  const wav = new Uint8Array(Buffer.from('RIFF….the.sound'));
  const ask = () => transcribe({ url, token: 'secret-of-the-house', model: 'paraformer' }, wav, 1000);
  const refusal = async () => {
    try {
      await ask();
    } catch (cause) {
      return (cause as Error).message;
    }
    return 'it was taken';
  };

  it('sends the wav, the model and the token, and takes the text with its times', async () => {
    let sent = '';
    let said: IncomingMessage | null = null;
    answer = (request, response, body) => {
      said = request;
      sent = body.toString('latin1');
      response.end(
        JSON.stringify({ text: '您好', segments: [{ start: 0.5, end: 1.25, text: '您好', id: 0 }], more: 1 }),
      );
    };
    expect(await ask()).to.deep.equal([{ fromMs: 500, untilMs: 1250, text: '您好' }]);
    expect(said!.headers.authorization).to.equal('Bearer secret-of-the-house');
    expect(sent).to.include(Buffer.from(wav).toString('latin1')).and.to.include('verbose_json');
    expect(sent).to.include('paraformer').and.to.include('audio/wav');
  });

  it('says what the endpoint did when it gave no text', async () => {
    answer = (_request, response) => void response.writeHead(503).end('busy');
    expect(await refusal()).to.equal('语音转写拒绝：HTTP 503');
    answer = (_request, response) => void response.end('{"text":"没有时间"}');
    expect(await refusal()).to.include('看不懂');
    answer = (_request, response) => void response.end('<html>');
    expect(await refusal()).to.include('看不懂');
    answer = (_request, response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
    expect(await refusal()).to.include('连接不上');
    answer = (request) => void request.socket.destroy();
    expect(await refusal()).to.include('连接不上');
    answer = (_request, response) => void response.end('x'.repeat(9_000_000));
    expect(await refusal()).to.include('太大');
  });
});
