import type { FetchFunction } from '@slack/web-api';
import { unsaidRetryMs } from './outcome.ts';

/** Most that is read of an answer; a page of history is larger than any other. */
const mostBytes = 4 * 1024 * 1024;

/**
 * A `fetch` for the SDK that reads the whole body inside the call, up to a cap, so that a body that
 * breaks or never ends is an error of the request; and that turns every form of `Retry-After`
 * (seconds, an HTTP date, nothing) into seconds, which is the only form that the SDK understands.
 */
export function guardedFetch(inner: typeof fetch, nowMs: () => number): FetchFunction {
  return async (url, init) => {
    const response = await inner(url, init);
    const body = await capped(response);
    const headers = new Headers(response.headers);
    // The body is plain text now.
    headers.delete('content-encoding');
    headers.delete('content-length');
    if (response.status === 429)
      headers.set('retry-after', String(retrySeconds(headers.get('retry-after'), nowMs())));
    return new Response(body, { status: response.status, headers });
  };
}

/** Whole seconds, never negative, at most a day. */
export function retrySeconds(header: string | null, nowMs: number): number {
  const text = header?.trim() ?? '';
  const seconds = /^\d{1,9}$/u.test(text)
    ? Number(text)
    : Math.ceil((Date.parse(text) - nowMs) / 1000);
  if (Number.isNaN(seconds)) return unsaidRetryMs / 1000;
  return Math.min(86_400, Math.max(0, seconds));
}

async function capped(response: Response): Promise<string> {
  if (response.body === null) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new Error(`the answer is longer than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
