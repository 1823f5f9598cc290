/**
 * The page's own scripts may write styles (antd writes its as it needs them), nobody else: a `style` that was smuggled into
 * the page with a text is not heeded by the browser. The server names a number in each page; what we make carries it.
 */
import { STYLE_NONCE } from '../core/page-settings.ts';

const nonce = document.querySelector<HTMLMetaElement>(`meta[name="${STYLE_NONCE}"]`)?.nonce ?? '';
const create = document.createElement.bind(document) as (
  name: string,
  options?: ElementCreationOptions,
) => HTMLElement;
document.createElement = ((name: string, options?: ElementCreationOptions) => {
  const element = create(name, options);
  if (element.localName === 'style') element.nonce = nonce;
  return element;
}) as typeof document.createElement;
