/** What comes in, whichever way it came: in memory or over a socket. Header names in lower case. */
export interface SimulatedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export type ResponseBody = string | Uint8Array | AsyncIterable<Uint8Array>;

export interface SimulatedResponse {
  readonly kind: 'response';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: ResponseBody;
}

/**
 * What a caller meets: a response, a connection that breaks, a name that does not resolve, or nothing
 * until it gives up. With `after`, the head of that response and `bytes` of its body come first.
 */
export type RequestOutcome =
  | SimulatedResponse
  | ({ readonly kind: 'broken'; readonly code: 'ECONNRESET' | 'ENOTFOUND' } & Beginning)
  | ({ readonly kind: 'hang' } & Beginning);

interface Beginning {
  readonly after?: SimulatedResponse;
  readonly bytes?: number;
}

/** An answer of JSON: an object, or its text. */
export function json(
  status: number,
  body: object | string,
  headers: Readonly<Record<string, string>> = {},
): SimulatedResponse {
  return {
    kind: 'response',
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

/** The token of an Authorization header; `undefined` where there is none. */
export function bearer({ headers }: SimulatedRequest): string | undefined {
  const given = headers.get('authorization');
  return given !== undefined && /^bearer /iu.test(given) ? given.slice(7).trim() : undefined;
}
