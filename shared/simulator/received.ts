import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Answer, SimulatedResponse } from './http.ts';

/** A response as a client has it once its own layer has unpacked it. */
export interface Received {
  readonly status: number;
  readonly headers: SimulatedResponse['headers'];
  readonly body: string | AsyncIterable<Uint8Array>;
}

type Ended = Exclude<Answer, { kind: 'hang' }>;

/** What a client receives of an answer; a connection that breaks in the middle of a body throws there. */
export function received(answer: Ended, broken: () => Error): Received {
  if (answer.kind === 'response') return unpacked(answer);
  if (answer.after === undefined) throw broken();
  const { status, headers, body } = unpacked(answer.after);
  return { status, headers, body: breaksAfter(body, answer.bytes ?? 0, broken) };
}

export function codeOf(answer: Ended): string {
  return answer.kind === 'broken' ? answer.code : '';
}

function unpacked({ status, headers, body }: SimulatedResponse): Received {
  if (typeof body === 'string') return { status, headers, body };
  if (headers['content-encoding'] === 'gzip')
    return { status, headers, body: Readable.from(asChunks(body)).pipe(createGunzip()) };
  return { status, headers, body: asChunks(body) };
}

async function* asChunks(body: Uint8Array | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (body instanceof Uint8Array) yield body;
  else yield* body;
}

async function* breaksAfter(
  body: string | AsyncIterable<Uint8Array>,
  bytes: number,
  broken: () => Error,
): AsyncGenerator<Uint8Array> {
  let left = bytes;
  for await (const chunk of typeof body === 'string' ? [Buffer.from(body)] : body) {
    if (left > 0) yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) break;
  }
  throw broken();
}

/** A hanging answer ends only by the caller's signal or time limit. */
export async function withSignal(
  pending: Promise<Answer>,
  signal: Pick<AbortSignal, 'aborted' | 'addEventListener' | 'removeEventListener'> | undefined,
  timeoutMs: number,
  aborted: () => Error,
): Promise<Ended> {
  const answer = pending.then((given) =>
    given.kind === 'hang' ? new Promise<never>(() => undefined) : given,
  );
  if (signal === undefined && timeoutMs === 0) return await answer;
  let timer: NodeJS.Timeout | undefined;
  let stop: (() => void) | undefined;
  const givenUp = new Promise<never>((_, reject) => {
    const giveUp = (): void => reject(aborted());
    stop = giveUp;
    if (signal?.aborted === true) giveUp();
    signal?.addEventListener('abort', giveUp, { once: true });
    if (timeoutMs > 0) timer = setTimeout(giveUp, timeoutMs).unref();
  });
  try {
    return await Promise.race([answer, givenUp]);
  } finally {
    clearTimeout(timer);
    if (stop !== undefined) signal?.removeEventListener('abort', stop);
  }
}
