import { createHash } from 'node:crypto';

/** What a handler needs of a request; the Functions library's own request is one. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: { get(name: string): string | null };
  readonly query: URLSearchParams;
  readonly params: Readonly<Record<string, string>>;
  text(): Promise<string>;
}

/** What a handler answers: always something, with its headers. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

const always = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  // Browsers look at it over https only.
  'strict-transport-security': 'max-age=31536000',
};
const nothingRuns = "default-src 'none'; frame-ancestors 'none'";

/** A text with the headers that every answer has; nothing in it may run or be kept. */
export function answerText(
  status: number,
  contentType: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  return {
    status,
    headers: {
      ...always,
      'content-type': contentType,
      // A shared machine keeps nothing of a report; whoever wants to ask by ETag keeps it himself.
      'cache-control': 'private, no-store',
      'content-security-policy': nothingRuns,
      ...headers,
    },
    body,
  };
}

/** Bytes for a page's own script. */
export function answerBytes(contentType: string, body: Uint8Array): HttpResponse {
  return { ...answerText(200, contentType, ''), body };
}

/** One line of JSON. */
export function answerJson(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  return answerText(
    status,
    'application/json; charset=utf-8',
    `${JSON.stringify(body)}\n`,
    headers,
  );
}

/** A refusal with one line for people and a word for programs. */
export function refuse(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  return answerJson(status, { error: { code, message } }, headers);
}

/** The answer, or 304 where the caller has it already. */
export function withEtag(request: HttpRequest, answer: HttpResponse): HttpResponse {
  const etag = `"${createHash('sha256')
    .update(answer.body ?? '')
    .digest('base64url')
    .slice(0, 27)}"`;
  const headers = { ...answer.headers, etag, vary: 'accept' };
  const known = (request.headers.get('if-none-match') ?? '')
    .split(',')
    .map((each) => each.trim().replace(/^W\//u, ''));
  if (known.includes(etag) || known.includes('*')) return { status: 304, headers };
  return { ...answer, headers };
}
