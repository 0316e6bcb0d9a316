import { createHash } from 'node:crypto';
import { script, style } from './assets.ts';

/**
 * What the page may do: run its one script and use its one style sheet, both by hash; no other
 * script, style, image, frame, form or address. The header adds what only a header can say.
 */
export const pagePolicy = [
  "default-src 'none'",
  `script-src '${hashOf(script)}'`,
  `style-src '${hashOf(style)}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** Of a page that the service sends: its script may fetch the rest of its data from there. */
export const servedPolicy = `${pagePolicy}; connect-src 'self'`;

/** Value of the `Content-Security-Policy` header that goes with an HTML report. */
export const htmlPolicy = `${servedPolicy}; frame-ancestors 'none'`;

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
