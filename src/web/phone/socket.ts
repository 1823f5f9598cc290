import type { Socket } from 'jssip';

/** Why our server ended the line (http/sip.ts). */
export const SIP_CLOSED = { notYours: 4001, refused: 4002, switchAway: 4003 } as const;

const PULSE_MS = 4000;

/**
 * The phone's line to our own server, as JsSIP wants it. Beside JsSIP's own it has a pulse (RFC 5626: two line ends, one
 * comes back): a network that went away without a word is noticed in eight seconds, and JsSIP connects again. A pulse
 * that a hidden tab's slow clock delays is no loss: what counts is an answer between two of them.
 */
export function phoneSocket(url: string): Socket {
  let line: WebSocket | null = null;
  let pulse: ReturnType<typeof setInterval> | null = null;
  let answered = true;

  const socket = {
    via_transport: url.startsWith('wss') ? 'WSS' : 'WS',
    url,
    sip_uri: `sip:${new URL(url).host};transport=ws`,
    onconnect: () => undefined as void,
    ondisconnect: (_error: boolean, _code?: number, _reason?: string) => undefined as void,
    ondata: (_data: unknown) => undefined as void,
    connect() {
      if (line && line.readyState <= WebSocket.OPEN) return;
      const mine = new WebSocket(url, 'sip');
      line = mine;
      mine.onopen = () => {
        answered = true;
        pulse = setInterval(() => beat(mine), PULSE_MS);
        socket.onconnect();
      };
      mine.onmessage = ({ data }) => {
        answered = true;
        if (typeof data === 'string' && data.trim() !== '') socket.ondata(data);
      };
      mine.onclose = ({ wasClean, code, reason }) => lost(mine, !wasClean, code, reason);
    },
    disconnect() {
      const mine = line;
      line = null;
      if (pulse) clearInterval(pulse);
      if (mine) {
        mine.onopen = mine.onclose = mine.onmessage = null;
        mine.close();
      }
    },
    send(message: string) {
      if (line?.readyState !== WebSocket.OPEN) return false;
      line.send(message);
      return true;
    },
    isConnected: () => line?.readyState === WebSocket.OPEN,
    isConnecting: () => line?.readyState === WebSocket.CONNECTING,
  };

  function beat(mine: WebSocket): void {
    if (!answered) return lost(mine, true, 1006, 'no pulse');
    answered = false;
    mine.send('\r\n\r\n');
  }

  function lost(mine: WebSocket, error: boolean, code: number, reason: string): void {
    if (line !== mine) return;
    socket.disconnect();
    socket.ondisconnect(error, code, reason);
  }

  return socket as unknown as Socket;
}
