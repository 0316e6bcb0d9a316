import { clean } from '../report/clean.ts';
import { fieldsOf } from './fields.ts';

/**
 * What came of one call to Slack. Only `sent` and `unknown` may have changed anything there;
 * `unknown` is never repeated blindly.
 */
export type CallOutcome =
  | { readonly kind: 'sent'; readonly channel: string; readonly ts: string }
  | {
      readonly kind: 'refused';
      readonly refusal: Refusal;
      /** Slack's error code, or our own word for it. */
      readonly code: string;
      readonly detail: string;
      /** For `throttled`. */
      readonly retryAfterMs?: number;
    }
  | { readonly kind: 'unknown'; readonly code: string; readonly detail: string };

/**
 * Why nothing was sent: the channel, the app itself, the payload, too many calls, a message that
 * cannot be edited, no connection, or something that is on no list.
 */
type Refusal = 'route' | 'app' | 'payload' | 'throttled' | 'uneditable' | 'unreachable' | 'other';

const refusals: ReadonlyMap<string, Refusal> = new Map([
  ...codes('route', [
    'channel_not_found',
    'not_in_channel',
    'is_archived',
    'no_permission',
    'ekm_access_denied',
    'restricted_action',
    'restricted_action_read_only_channel',
    'restricted_action_thread_only_channel',
    'restricted_action_non_threadable_channel',
    'restricted_action_thread_locked',
    'messages_tab_disabled',
    'team_not_found',
  ]),
  ...codes('app', [
    'invalid_auth',
    'not_authed',
    'account_inactive',
    'token_revoked',
    'token_expired',
    'missing_scope',
    'org_login_required',
    'team_access_not_granted',
    'not_allowed_token_type',
    'access_denied',
    'enterprise_is_restricted',
    'two_factor_setup_required',
  ]),
  ...codes('payload', [
    'msg_too_long',
    'msg_blocks_too_long',
    'invalid_blocks',
    'invalid_blocks_format',
    'invalid_attachments',
    'too_many_attachments',
    'invalid_metadata_format',
    'invalid_metadata_schema',
    'metadata_too_large',
    'metadata_must_be_sent_from_app',
    'no_text',
    'invalid_arguments',
  ]),
  ...codes('throttled', ['ratelimited', 'rate_limited', 'message_limit_exceeded']),
  ...codes('uneditable', [
    'message_not_found',
    'thread_not_found',
    'cant_update_message',
    'edit_window_closed',
    'cannot_reply_to_message',
  ]),
]);

/** Slack says that a part may have been done. */
const ambiguous = new Set([
  'internal_error',
  'fatal_error',
  'request_timeout',
  'service_unavailable',
]);

/** Failures of the connection before anything was written on it. */
const neverSent = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** How long to wait where Slack does not say. */
export const unsaidRetryMs = 30_000;
const longestDetail = 300;

/** Sorts what the SDK threw. Never keeps the error: it may hold the request with its token. */
export function outcomeOf(error: unknown): Exclude<CallOutcome, { kind: 'sent' }> {
  const fields = fieldsOf(error);
  switch (fields.get('code')) {
    case 'slack_webapi_platform_error':
      return ofPlatform(fieldsOf(fields.get('data')));
    case 'slack_webapi_rate_limited_error':
      return throttled(fields.get('retryAfter'));
    case 'slack_webapi_http_error':
      return ofStatus(Number(fields.get('statusCode')));
    case 'slack_webapi_request_error':
      return ofConnection(fields.get('original'));
    default:
      return { kind: 'unknown', code: 'error', detail: safeDetail(messageOf(error)) };
  }
}

function ofPlatform(data: ReadonlyMap<string, unknown>): Exclude<CallOutcome, { kind: 'sent' }> {
  const given = data.get('error');
  // A body that is not Slack's comes as the error: a proxy answered, and whether Slack did is not known.
  if (typeof given !== 'string' || !/^[a-z0-9_.:-]{1,80}$/iu.test(given))
    return { kind: 'unknown', code: 'unparsable_answer', detail: safeDetail(String(given)) };
  if (ambiguous.has(given)) return { kind: 'unknown', code: given, detail: given };
  const refusal = given.startsWith('restricted_action')
    ? 'route'
    : (refusals.get(given) ?? 'other');
  if (refusal === 'throttled') return throttled(undefined, given);
  return { kind: 'refused', refusal, code: given, detail: platformDetail(given, data) };
}

/** What Slack says about blocks; for a missing scope, the names of scopes only. */
function platformDetail(given: string, data: ReadonlyMap<string, unknown>): string {
  if (given === 'missing_scope')
    return safeDetail(
      `needed ${String(data.get('needed'))}, provided ${String(data.get('provided'))}`,
    );
  const messages = fieldsOf(data.get('response_metadata')).get('messages');
  return Array.isArray(messages) && messages.length > 0
    ? safeDetail(messages.map(String).join('; '))
    : given;
}

function throttled(
  retryAfter: unknown,
  code = 'ratelimited',
): Extract<CallOutcome, { kind: 'refused' }> {
  const seconds = typeof retryAfter === 'number' && retryAfter >= 0 ? retryAfter : undefined;
  const retryAfterMs = seconds === undefined ? unsaidRetryMs : seconds * 1000;
  return {
    kind: 'refused',
    refusal: 'throttled',
    code,
    detail: `again in ${Math.round(retryAfterMs / 1000)} s`,
    retryAfterMs,
  };
}

function ofStatus(status: number): Exclude<CallOutcome, { kind: 'sent' }> {
  const code = `http_${status}`;
  // Slack may have taken the message before something behind it failed.
  if (!(status >= 400 && status < 500) || status === 408)
    return { kind: 'unknown', code, detail: code };
  return { kind: 'refused', refusal: 'other', code, detail: code };
}

function ofConnection(original: unknown): Exclude<CallOutcome, { kind: 'sent' }> {
  const detail = safeDetail(messageOf(original));
  const cause = fieldsOf(original).get('cause');
  const code = fieldsOf(cause).get('code') ?? fieldsOf(original).get('code');
  if (typeof code === 'string' && neverSent.has(code))
    return { kind: 'refused', refusal: 'unreachable', code, detail };
  return { kind: 'unknown', code: typeof code === 'string' ? code : 'connection', detail };
}

/** One line of at most 300 characters without tokens, keys or queries of addresses. */
export function safeDetail(text: string): string {
  const short = clean(text, longestDetail * 2)
    .replaceAll(/\bxox[a-z](?:\.[a-z0-9-]+)?-[\w-]+/giu, '[token]')
    .replaceAll(/\bxapp-[\w-]+/giu, '[token]')
    .replaceAll(/\bbearer\s+\S+/giu, '[token]')
    .replaceAll(/\beyJ[\w-]+\.[\w-]+\.[\w-]*/gu, '[token]')
    .replaceAll(/\?[^\s"'<>]*/gu, '?…');
  return clean(short, longestDetail);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function codes(
  refusal: Refusal,
  names: readonly string[],
): readonly (readonly [string, Refusal])[] {
  return names.map((name) => [name, refusal]);
}
