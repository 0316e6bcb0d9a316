import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestOutcome, ResponseBody, SimulatedResponse } from './http.ts';

/**
 * Writes an answer to a socket, faults and all: `reset` tears the connection down so that the other
 * side is told (RST), and an answer that hangs leaves it open.
 */
export async function writeAnswer(
  answer: RequestOutcome,
  response: ServerResponse,
  reset: () => void,
): Promise<void> {
  if (answer.kind === 'response') return await writeWhole(answer, response);
  if (answer.after !== undefined) await writeBeginning(answer.after, answer.bytes ?? 0, response);
  if (answer.kind === 'broken') reset();
}

async function writeWhole(answer: SimulatedResponse, response: ServerResponse): Promise<void> {
  writeHead(answer, response);
  const { body } = answer;
  if (typeof body === 'string' || body instanceof Uint8Array) {
    response.end(body);
    return;
  }
  try {
    await pipeline(Readable.from(body), response);
  } catch {
    // Whoever asked has gone, which is what such a body is for.
  }
}

function writeHead({ status, headers, body }: SimulatedResponse, response: ServerResponse): void {
  const length = sizeOf(body);
  response.writeHead(status, {
    ...headers,
    ...(length === undefined ? {} : { 'content-length': length }),
  });
}

/** `undefined` = comes in chunks. */
function sizeOf(body: ResponseBody): number | undefined {
  if (typeof body === 'string') return Buffer.byteLength(body);
  return body instanceof Uint8Array ? body.byteLength : undefined;
}

/** The head promises the whole body, of which only so much comes. */
async function writeBeginning(
  answer: SimulatedResponse,
  bytes: number,
  response: ServerResponse,
): Promise<void> {
  writeHead(answer, response);
  response.flushHeaders();
  let left = bytes;
  for await (const chunk of chunksOf(answer.body)) {
    if (left <= 0 || response.destroyed) break;
    if (!response.write(chunk.subarray(0, left))) await once(response, 'drain');
    left -= chunk.byteLength;
  }
  // What was written must have left before the connection is torn down.
  await sleep(flushMs);
}

const flushMs = 20;

function chunksOf(body: ResponseBody): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
  if (typeof body === 'string') return [Buffer.from(body)];
  return body instanceof Uint8Array ? [body] : body;
}
