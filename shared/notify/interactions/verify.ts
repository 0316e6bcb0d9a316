import { createHmac, timingSafeEqual } from 'node:crypto';

/** Signatures that were seen. One that is inserted twice is a replay. */
export interface ReplayCache {
  /** `false`: it is there already. Entries may be forgotten after their time. */
  readonly insert: (signature: string, untilMs: number) => Promise<boolean>;
}

export type Verified =
  | { readonly kind: 'verified' }
  | {
      readonly kind: 'refused';
      readonly why:
        | 'too large'
        | 'no signature'
        | 'no timestamp'
        | 'too old'
        | 'from the future'
        | 'wrong signature'
        | 'replayed';
    };

/** Name in lower case → value; `undefined` where it is not there. */
export type HeaderReader = (name: string) => string | undefined;

const mostBytes = 64 * 1024;
/** Slack's own window; ours holds on both sides, as a clock that is ahead would keep a request good for longer. */
const windowMs = 300_000;
/** Longer than a signature is good for. */
const replayMs = 600_000;

/**
 * Whether Slack has sent these very bytes, now, and for the first time. Nothing of the body is parsed
 * before.
 * @see https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export async function verifySlackRequest(
  rawBody: Uint8Array,
  header: HeaderReader,
  secret: string,
  nowMs: number,
  replays: ReplayCache,
): Promise<Verified> {
  if (rawBody.byteLength > mostBytes) return refused('too large');
  const timestamp = header('x-slack-request-timestamp') ?? '';
  if (!/^\d{10}$/u.test(timestamp)) return refused('no timestamp');
  const age = nowMs - Number(timestamp) * 1000;
  if (age > windowMs) return refused('too old');
  if (age < -windowMs) return refused('from the future');
  const given = /^v0=([0-9a-f]{64})$/u.exec(header('x-slack-signature') ?? '')?.[1];
  if (given === undefined) return refused('no signature');
  if (secret === '') return refused('wrong signature');
  const expected = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(rawBody).digest();
  if (!timingSafeEqual(expected, Buffer.from(given, 'hex'))) return refused('wrong signature');
  // Only what is signed is remembered: others cannot fill the cache.
  return (await replays.insert(given, nowMs + replayMs))
    ? { kind: 'verified' }
    : refused('replayed');
}

function refused(why: Extract<Verified, { kind: 'refused' }>['why']): Verified {
  return { kind: 'refused', why };
}
