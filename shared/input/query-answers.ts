import type { PipelinePolicy, PipelineResponse } from '@azure/core-rest-pipeline';
import { ArmError, isElsewhere, armRefusal } from './arm-answers.ts';
import { BodyError, parseJson } from './json.ts';

export interface QueryAnswerRules {
  /** Scheme, host and port that the token is for; nothing else is ever asked. */
  readonly endpoint: string;
  /** What stands in messages for the query. */
  readonly what: string;
  /** Whether this GET is where the answer of an operation waits; none is, where absent. */
  readonly isOperation?: (url: URL) => boolean;
  /** Objects, lists and fields of an answer. */
  readonly maxValues?: number;
  /** GETs of one client. */
  readonly polls?: number;
  /** A server that asks for a longer wait between two of them is not waited for. */
  readonly longestWaitMs?: number;
  /**
   * Takes a body once it is parsed and returns what the SDK gets in its place. Of large answers the SDK
   * would parse each value again and make an object of it.
   */
  readonly take?: (body: unknown) => unknown;
}

/** A thousand rows of Resource Graph hold fewer. */
const mostValues = 500_000;

/**
 * Looks at the answers of a query that is a POST: its host before a token is asked for, the way to
 * the result of an operation that takes time, refusals, size and depth.
 */
export function queryAnswers(rules: QueryAnswerRules): PipelinePolicy {
  const { what, polls = 0, longestWaitMs = 30_000 } = rules;
  const allowed = new URL(rules.endpoint).origin;
  let asked = 0;
  return {
    name: 'queryAnswers',
    async sendRequest(request, next) {
      const url = new URL(request.url);
      if (isElsewhere(url, allowed))
        throw new ArmError(0, `${what}: the response redirects to ${url.origin}, not ${allowed}`);
      if (request.method === 'GET') {
        if (rules.isOperation?.(url) !== true)
          throw new ArmError(0, `${what}: the answer leads to ${url.pathname.slice(0, 200)}`);
        asked += 1;
        if (asked > polls)
          throw new ArmError(0, `${what}: the operation did not finish after ${polls} polls`);
      }
      const response = await next(request);
      if (response.status >= 400) throw armRefusal(response, what, true);
      if (longestWaitMs < waitOf(response))
        throw new ArmError(
          response.status,
          `${what}: Azure requests a wait of more than ${longestWaitMs / 1000} s`,
        );
      checkBody(response, rules);
      return response;
    },
  };
}

/** 0 where no wait is asked for; a date counts from now. */
function waitOf(response: PipelineResponse): number {
  const text = response.headers.get('retry-after')?.trim() ?? '';
  if (text === '') return 0;
  if (/^\d+$/u.test(text)) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? 0 : at - Date.now();
}

function checkBody(
  response: PipelineResponse,
  { what, take, maxValues = mostValues }: QueryAnswerRules,
): void {
  const text = response.bodyAsText ?? '';
  if (text === '') return;
  try {
    const body = parseJson(text, maxValues);
    if (take !== undefined) response.bodyAsText = JSON.stringify(take(body));
  } catch (cause) {
    const why = cause instanceof BodyError ? cause.message : 'not valid JSON';
    throw new ArmError(response.status, `${what}: ${why}`, { cause });
  }
}
