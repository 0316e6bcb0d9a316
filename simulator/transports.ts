import {
  createHttpHeaders,
  RestError,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { ReadableStream } from 'node:stream/web';
import type {
  KubernetesAnswer,
  KubernetesTransport,
} from '../shared/collect/kubernetes-transport.ts';
import type { SimulatedRequest } from './http.ts';
import { receive, type Received } from './received.ts';
import type { Simulator } from './simulator.ts';
import { aksServerApp } from './tokens.ts';

/** The `httpClient` of the Azure SDKs, answered in memory. Errors are those of the real one. */
export function armHttpClient(simulator: Simulator): HttpClient {
  return {
    async sendRequest(request) {
      const { hostname } = new URL(request.url);
      const response = await receive(simulator.answer(fromPipeline(request)), {
        signal: request.abortSignal,
        timeoutMs: request.timeout,
        aborted: () =>
          Object.assign(new Error('The operation was aborted.'), { name: 'AbortError' }),
        broken: (code) => new RestError(`${code} ${hostname}`, { code, request }),
      });
      return await toPipeline(request, response);
    },
  };
}

/** The Kubernetes reader's port for one cluster, answered in memory. The token is AKS's unless another is given. */
export function kubernetesTransport(
  simulator: Simulator,
  host: string,
  token = simulator.identity.issue(aksServerApp),
): KubernetesTransport {
  return {
    async get(path, query, signal): Promise<KubernetesAnswer> {
      const url = new URL(`https://${host}${path}`);
      url.search = query.toString();
      const request = {
        method: 'GET',
        url,
        headers: new Map([['authorization', `Bearer ${token}`]]),
        body: '',
      };
      const { status, body } = await receive(simulator.answer(request), {
        signal,
        aborted: () => new Error('the read was given up'),
        broken: (code) => new Error(`${code} ${host}`),
      });
      return { status, source: path, body };
    },
  };
}

/** A `fetch` that only knows the simulator: for the Slack client. */
export function simulatedFetch(simulator: Simulator): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const asked = {
      method: request.method,
      url: new URL(request.url),
      headers: new Map(request.headers),
      body: await request.text(),
    };
    const { status, headers, body } = await receive(simulator.answer(asked), {
      // Not the request's own signal: it no longer follows this one once the request is collected.
      signal: init?.signal ?? request.signal,
      aborted: () => new DOMException('This operation was aborted', 'AbortError'),
      broken: (code) => new TypeError('fetch failed', { cause: new Error(code) }),
    });
    if (status >= 300 && status < 400 && request.redirect === 'error')
      throw new TypeError('fetch failed', { cause: new Error('unexpected redirect') });
    const stream = typeof body === 'string' ? body : ReadableStream.from(body);
    return new Response(status === 204 ? null : stream, { status, headers: { ...headers } });
  };
}

function fromPipeline(request: PipelineRequest): SimulatedRequest {
  return {
    method: request.method,
    url: new URL(request.url),
    headers: new Map([...request.headers].map(([name, value]) => [name.toLowerCase(), value])),
    body: typeof request.body === 'string' ? request.body : '',
  };
}

/** As the real client does: a stream where the caller asks for one, else the whole text. */
async function toPipeline(
  request: PipelineRequest,
  { status, headers, body }: Received,
): Promise<PipelineResponse> {
  const head = { request, status, headers: createHttpHeaders(headers) };
  const wanted = request.streamResponseStatusCodes;
  if (wanted?.has(status) === true || wanted?.has(Number.POSITIVE_INFINITY) === true)
    return {
      ...head,
      readableStreamBody: Readable.from(typeof body === 'string' ? [Buffer.from(body)] : body),
    };
  if (typeof body === 'string') return { ...head, bodyAsText: body };
  return { ...head, bodyAsText: await wholeText(body, request) };
}

async function wholeText(
  body: AsyncIterable<Uint8Array>,
  request: PipelineRequest,
): Promise<string> {
  try {
    return await text(body);
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') throw error;
    const why = error instanceof Error ? error.message : '';
    const code = RestError.PARSE_ERROR;
    throw new RestError(`Error reading response as text: ${why}`, { code, request });
  }
}
