import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { RequestOutcome, SimulatedResponse } from './http.ts';

/** A response as a client has it once its own layer has unpacked it. */
export interface Received {
  readonly status: number;
  readonly headers: SimulatedResponse['headers'];
  readonly body: string | AsyncIterable<Uint8Array>;
}

/** How a client gives up, and the errors that it throws. */
export interface Receiver {
  readonly signal?:
    Pick<AbortSignal, 'aborted' | 'addEventListener' | 'removeEventListener'> | undefined;
  /** Until the head of the answer is there; 0 = for ever. */
  readonly timeoutMs?: number;
  readonly aborted: () => Error;
  readonly broken: (code: string) => Error;
}

/**
 * What a client receives of an answer in memory. A connection that breaks in the middle of a body
 * throws there; one that hangs ends only by the client's signal or time limit.
 */
export async function receive(
  pending: Promise<RequestOutcome>,
  receiver: Receiver,
): Promise<Received> {
  const patience = patienceOf(receiver);
  try {
    const answer = await patience.race(withHead(pending));
    patience.headArrived();
    if (answer.kind === 'response') return withTimeouts(unpacked(answer), patience);
    if (answer.after === undefined)
      throw receiver.broken(answer.kind === 'broken' ? answer.code : '');
    const { status, headers, body } = unpacked(answer.after);
    const stop =
      answer.kind === 'hang' ? never : () => Promise.reject(receiver.broken(answer.code));
    const cut = stopsAfter(body, answer.bytes ?? 0, stop);
    return withTimeouts({ status, headers, body: cut }, patience);
  } catch (error) {
    patience.over();
    throw error;
  }
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}

/** An answer that hangs before its head never comes. */
async function withHead(pending: Promise<RequestOutcome>): Promise<RequestOutcome> {
  const answer = await pending;
  return answer.kind === 'hang' && answer.after === undefined ? await never() : answer;
}

interface Patience {
  readonly race: <T>(promise: Promise<T>) => Promise<T>;
  readonly headArrived: () => void;
  readonly over: () => void;
}

function patienceOf({ signal, timeoutMs = 0, aborted }: Receiver): Patience {
  const { promise: givenUp, reject } = Promise.withResolvers<never>();
  const giveUp = (): void => reject(aborted());
  // Nobody may be waiting any more when the signal comes.
  givenUp.catch(() => undefined);
  if (signal?.aborted === true) giveUp();
  signal?.addEventListener('abort', giveUp);
  const timer = timeoutMs > 0 ? setTimeout(giveUp, timeoutMs) : undefined;
  return {
    race: (promise) => Promise.race([promise, givenUp]),
    headArrived: () => clearTimeout(timer),
    over() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
    },
  };
}

/** A body that comes in pieces may be given up at each of them. */
function withTimeouts({ status, headers, body }: Received, patience: Patience): Received {
  if (typeof body !== 'string') return { status, headers, body: eachInTime(body, patience) };
  patience.over();
  return { status, headers, body };
}

async function* eachInTime(
  body: AsyncIterable<Uint8Array>,
  patience: Patience,
): AsyncGenerator<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const step = await patience.race(chunks.next());
      if (step.done === true) return;
      yield step.value;
    }
  } finally {
    patience.over();
    // Not waited for: a body that hangs does not end for being told to.
    void chunks.return?.();
  }
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

async function* stopsAfter(
  body: string | AsyncIterable<Uint8Array>,
  bytes: number,
  stop: () => Promise<never>,
): AsyncGenerator<Uint8Array> {
  let left = bytes;
  for await (const chunk of typeof body === 'string' ? [Buffer.from(body)] : body) {
    if (left > 0) yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) break;
  }
  await stop();
}
