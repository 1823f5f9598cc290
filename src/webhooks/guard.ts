/**
 * Whom we may post to. An address that an administrator (or whoever got hold of the page) types must not become a way
 * into our own network: only http and https, and never a private, loopback or link-local address, unless the
 * operator's allow-list (`OUTWARD_ALLOW`) names it. What a name resolves to is checked at the connection itself, so
 * that a name that changes its mind in between gets nowhere.
 */
import { lookup as resolve, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

const INNER4: [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
// only 2000::/3 is the public internet; of it, these lead elsewhere or carry an IPv4 address inside
const INNER6: [string, number][] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

export interface Guard {
  /** null: may be posted to; else why not, in Chinese */
  refusal(address: string): string | null;
  /** resolves like dns.lookup, and fails for what may not be reached */
  lookup: LookupFunction;
}

export class Forbidden extends Error {}

const HOW = '如确需发往内网，请由运维在 OUTWARD_ALLOW 中列出该地址';

/** `allowed`: host names, addresses and networks (`10.1.0.0/16`), separated by commas. */
export function openGuard(allowed: string): Guard {
  const inner = new BlockList();
  for (const [net, bits] of INNER4) inner.addSubnet(net, bits, 'ipv4');
  const outer6 = new BlockList();
  outer6.addSubnet('2000::', 3, 'ipv6');
  for (const [net, bits] of INNER6) inner.addSubnet(net, bits, 'ipv6');
  const known = new BlockList();
  const names = new Set<string>();
  for (const entry of allowed.split(',').map((one) => one.trim().toLowerCase())) {
    const [net, bits] = entry.split('/') as [string, string | undefined];
    const family = isIP(net);
    if (family === 0) {
      if (net !== '') names.add(net);
    } else known.addSubnet(net, Number(bits ?? (family === 4 ? 32 : 128)), family === 4 ? 'ipv4' : 'ipv6');
  }

  function mayReach(ip: string): boolean {
    const plain = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1] ?? ip;
    if (isIP(plain) === 4) return known.check(plain) || !inner.check(plain);
    if (known.check(plain, 'ipv6')) return true;
    return outer6.check(plain, 'ipv6') && !inner.check(plain, 'ipv6');
  }

  return {
    refusal(address) {
      const url = URL.canParse(address) ? new URL(address) : null;
      if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:'))
        return '地址要以 http:// 或 https:// 开头，请重新填写';
      if (url.username !== '' || url.password !== '') return '地址里不要带用户名和密码，请去掉后再保存';
      const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
      if (names.has(host)) return null;
      if (isIP(host) !== 0) return mayReach(host) ? null : `不允许发往内网地址 ${host}；${HOW}`;
      if (host === 'localhost' || host.endsWith('.localhost') || !host.includes('.'))
        return `不允许发往内网主机 ${host}；${HOW}`;
      return null;
    },
    lookup(host, options, answer) {
      resolve(host, { ...options, all: true }, (fault, found) => {
        if (fault) return answer(fault, '', 0);
        const good = (found as LookupAddress[]).filter(
          (one) => names.has(host.toLowerCase()) || mayReach(one.address),
        );
        if (good.length === 0) return answer(new Forbidden(`${host} 指向内网地址，已拒绝；${HOW}`), '', 0);
        if (options.all) answer(null, good);
        else answer(null, good[0]!.address, good[0]!.family);
      });
    },
  };
}
