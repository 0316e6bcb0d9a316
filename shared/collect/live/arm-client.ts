import type { HttpClient, PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline';
import { Readable } from 'node:stream';
import { readCapped } from '../../input/index.ts';
import { unlessAborted } from './clock.ts';
import { CallError } from './failure.ts';
import type { ArmLimits } from './limits.ts';

type CallLimits = Pick<ArmLimits, 'requestMs' | 'maxPageBytes'>;

/**
 * The SDK's own HTTP client, which reads any body to its end, with a cap of decoded bytes and a time
 * by which the last of them must be there.
 */
export function cappedClient(inner: HttpClient, limits: CallLimits): HttpClient {
  return {
    async sendRequest(request) {
      const { abortSignal } = request;
      const deadline = AbortSignal.timeout(limits.requestMs);
      const signal =
        abortSignal instanceof AbortSignal ? AbortSignal.any([abortSignal, deadline]) : deadline;
      request.abortSignal = signal;
      request.streamResponseStatusCodes = new Set([Number.POSITIVE_INFINITY]);
      try {
        return await whole(inner, request, signal, limits.maxPageBytes);
      } catch (error) {
        if (!deadline.aborted || abortSignal?.aborted === true) throw error;
        throw new CallError('timeout', `no whole answer within ${limits.requestMs / 1000} s`, {
          cause: error,
        });
      } finally {
        if (abortSignal === undefined) delete request.abortSignal;
        else request.abortSignal = abortSignal;
        delete request.streamResponseStatusCodes;
      }
    },
  };
}

async function whole(
  inner: HttpClient,
  request: PipelineRequest,
  signal: AbortSignal,
  maxBytes: number,
): Promise<PipelineResponse> {
  const { readableStreamBody: body, ...head } = await unlessAborted(
    inner.sendRequest(request),
    signal,
  );
  if (body === undefined) return head;
  try {
    // Raced: a stream that unpacks does not hear of the end of its source.
    return {
      ...head,
      bodyAsText: await unlessAborted(readCapped(bytesOf(body), maxBytes), signal),
    };
  } catch (error) {
    if (body instanceof Readable) body.on('error', () => undefined).destroy();
    throw error;
  }
}

async function* bytesOf(body: NodeJS.ReadableStream): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}
