import { createHash } from 'node:crypto';

/** What a handler needs of a request; the Functions library's own request is one. */
export interface HttpQuestion {
  readonly method: string;
  readonly url: string;
  readonly headers: { get(name: string): string | null };
  readonly query: URLSearchParams;
  readonly params: Readonly<Record<string, string>>;
  text(): Promise<string>;
}

/** What a handler answers: always something, with its headers. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

const always = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};
const nothingRuns = "default-src 'none'; frame-ancestors 'none'";

export function answerText(
  status: number,
  contentType: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  return {
    status,
    headers: {
      ...always,
      'content-type': contentType,
      'cache-control': 'private, no-cache',
      'content-security-policy': nothingRuns,
      ...headers,
    },
    body,
  };
}

export function answerJson(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer {
  return answerText(
    status,
    'application/json; charset=utf-8',
    `${JSON.stringify(body)}\n`,
    headers,
  );
}

/** A refusal with one line for people and a word for programs. */
export function refuse(status: number, code: string, message: string): HttpAnswer {
  return answerJson(status, { error: { code, message } });
}

/** The answer, or 304 where the caller has it already. */
export function withEtag(question: HttpQuestion, answer: HttpAnswer): HttpAnswer {
  const etag = `"${createHash('sha256')
    .update(answer.body ?? '')
    .digest('base64url')
    .slice(0, 27)}"`;
  const headers = { ...answer.headers, etag, vary: 'accept' };
  const known = (question.headers.get('if-none-match') ?? '')
    .split(',')
    .map((each) => each.trim().replace(/^W\//u, ''));
  if (known.includes(etag) || known.includes('*')) return { status: 304, headers };
  return { ...answer, headers };
}

/**
 * Runs a handler so that the caller always hears something: with streaming on, a handler that throws
 * or answers nothing leaves its caller without a word for minutes.
 */
export async function answering(
  question: HttpQuestion,
  log: { error(message: string, fields: object): void },
  handler: () => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  let answer: HttpAnswer;
  try {
    answer = await handler();
  } catch (error) {
    const { pathname } = new URL(question.url);
    log.error('request failed', {
      path: pathname,
      error: error instanceof Error ? error.name : 'unknown',
    });
    answer = refuse(500, 'internal', 'the request could not be answered; the log says why');
  }
  if (question.method !== 'HEAD') return answer;
  const { body: _body, ...head } = answer;
  return head;
}
