import { isObject } from '../input/cursor.ts';
import { BodyError, parseJson } from '../input/index.ts';
import { codeOfStatus, scrubbed, type UnreadCode } from '../model/index.ts';
import type { KubernetesAnswer } from './kubernetes-transport.ts';

/** A list that cannot be read as a whole; the message says what and why. */
export class ListError extends Error {
  override readonly name = 'ListError';
  readonly code: UnreadCode | undefined;
  constructor(message: string, code?: UnreadCode) {
    super(message);
    this.code = code;
  }
}

/** A list that was refused when it was saved: its reason is one of `refusal`, whose status says the code. */
export function savedRefusal(reason: string): ListError {
  const [, status] = /^\/[^:\s]*: (\d{3}) /u.exec(reason) ?? [];
  return new ListError(reason, codeOfStatus(status === undefined ? undefined : Number(status)));
}

/** The reason of a refusal in the API's own words, cut short. */
export function refusal(answer: KubernetesAnswer, text: string): string {
  const message = statusMessage(text);
  // A file has no status worth telling.
  const status = answer.source.startsWith('/') || message === '' ? `${answer.status} ` : '';
  return `${answer.source}: ${status}${message}${missingRight(answer)}`.trimEnd();
}

/** What it would take, whatever the API says or does not say. */
function missingRight({ status, source }: KubernetesAnswer): string {
  if (status !== 403 || !source.startsWith('/')) return '';
  const [, group, resource] = /^\/apis\/([^/]+)\/[^/]+\/([^/]+)$/u.exec(source) ?? [];
  const what = resource === undefined ? source.split('/').at(-1) : `${resource}.${group}`;
  return ` (missing: list ${what})`;
}

function statusMessage(text: string): string {
  try {
    const body = parseJson(text);
    if (isObject(body) && typeof body['message'] === 'string')
      return scrubbed(body['message'], 300);
  } catch {
    // A proxy answers with a page of its own; its status says enough.
  }
  return '';
}

/** Why a list could not be read, in one line for people. */
export function failureReason(error: unknown, path: string): string {
  if (error instanceof ListError) return error.message;
  if (error instanceof BodyError) return `${path}: ${error.message}`;
  return `${path}: ${error instanceof Error ? scrubbed(error.message, 300) : 'no answer'}`;
}

/** The same for programs. */
export function codeOf(error: unknown): UnreadCode | undefined {
  return error instanceof ListError ? error.code : undefined;
}
