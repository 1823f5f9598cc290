/** What Debian has installed below a root: the machine's, or the one that holds Asterisk. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface DebianPackage {
  name: string;
  version: string;
  architecture: string;
}

/** Of dpkg's own list; none where there is no dpkg. */
export function debianPackages(root: string): DebianPackage[] {
  const file = join(root, 'var/lib/dpkg/status');
  return existsSync(file) ? readStatus(readFileSync(file, 'utf8')) : [];
}

/** dpkg's status file: paragraphs of fields. */
export function readStatus(text: string): DebianPackage[] {
  return text.split('\n\n').flatMap((paragraph) => {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(paragraph)?.[1]?.trim() ?? '';
    if (!field('Status').endsWith(' installed')) return [];
    return [{ name: field('Package'), version: field('Version'), architecture: field('Architecture') }];
  });
}
