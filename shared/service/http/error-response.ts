import type { Log } from '../../audit/log.ts';
import type { HttpResponse, HttpRequest } from './response.ts';
import { failureAnswer, logFailure } from './failure.ts';

/**
 * Runs a handler so that the caller always hears something: with streaming on, a handler that throws
 * or answers nothing leaves its caller without a word for minutes.
 */
export async function withErrorResponse(
  request: Pick<HttpRequest, 'method' | 'url'>,
  log: Log,
  handler: () => Promise<HttpResponse>,
): Promise<HttpResponse> {
  let answer: HttpResponse;
  try {
    answer = await handler();
  } catch (error) {
    logFailure(log, 'request failed', error, pathOf(request.url));
    answer = failureAnswer(error);
  }
  if (request.method !== 'HEAD') return answer;
  const { body: _body, ...head } = answer;
  return head;
}

/** Never the query, where the function key may be. */
function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : '';
}
