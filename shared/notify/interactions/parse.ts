import { isObject, jsonValue } from '../../model/index.ts';
import { fieldsOf } from '../fields.ts';

/** Who may press what, where. All of it from configuration. */
export interface InteractionConfig {
  readonly appId: string;
  readonly teamId: string;
  readonly channels: ReadonlySet<string>;
  /** Ids of Slack users. */
  readonly approvers: ReadonlySet<string>;
}

/** What a press of a button asks for; also what stands in the queue. */
export interface Interaction {
  readonly action: 'acknowledge' | 'snooze_7d';
  readonly fingerprint: string;
  readonly userId: string;
}

export type ParsedInteraction =
  | { readonly kind: 'interaction'; readonly interaction: Interaction }
  /** A link button: Slack tells of these too, and there is nothing to do. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'refused'; readonly why: string };

const linkActions: ReadonlySet<unknown> = new Set(['open_report', 'open_finding', 'open_rule']);

/**
 * Reads the body of a verified request: one action out of a fixed set, on a finding, by an approver,
 * in our workspace and one of our channels. Nothing else of the payload is used; its `response_url`
 * least of all.
 */
export function parseInteraction(
  rawBody: Uint8Array,
  config: InteractionConfig,
): ParsedInteraction {
  const payload = payloadOf(rawBody);
  if (payload === undefined) return refused('no payload');
  const inside = (name: string, field: string): unknown => fieldsOf(payload.get(name)).get(field);
  if (payload.get('type') !== 'block_actions') return refused('not a press of a button');
  if (payload.get('api_app_id') !== config.appId) return refused('another app');
  if (inside('team', 'id') !== config.teamId) return refused('another workspace');
  const channel = inside('channel', 'id');
  if (typeof channel !== 'string' || !config.channels.has(channel))
    return refused('another channel');
  const actions = payload.get('actions');
  if (!Array.isArray(actions) || actions.length !== 1) return refused('not one action');
  const action = fieldsOf(actions[0]);
  const id = action.get('action_id');
  if (linkActions.has(id)) return { kind: 'nothing' };
  if (id !== 'acknowledge' && id !== 'snooze_7d') return refused('an unknown action');
  const value = action.get('value');
  if (typeof value !== 'string' || !/^[0-9a-f]{16}$/u.test(value)) return refused('not a finding');
  const userId = inside('user', 'id');
  if (typeof userId !== 'string' || !config.approvers.has(userId))
    return refused('not an approver');
  return { kind: 'interaction', interaction: { action: id, fingerprint: value, userId } };
}

/** An interaction as it comes out of the queue; `undefined` for what is none. */
export function readInteraction(message: unknown): Interaction | undefined {
  const fields = fieldsOf(typeof message === 'string' ? jsonValue(message) : message);
  const [action, fingerprint, userId] = ['action', 'fingerprint', 'userId'].map((name) =>
    fields.get(name),
  );
  if (action !== 'acknowledge' && action !== 'snooze_7d') return undefined;
  if (typeof fingerprint !== 'string' || !/^[0-9a-f]{16}$/u.test(fingerprint)) return undefined;
  if (typeof userId !== 'string' || !/^[UW][A-Z0-9]{6,14}$/u.test(userId)) return undefined;
  return { action, fingerprint, userId };
}

function payloadOf(rawBody: Uint8Array): ReadonlyMap<string, unknown> | undefined {
  const form = new URLSearchParams(Buffer.from(rawBody).toString('utf8'));
  const payloads = form.getAll('payload');
  const value = payloads.length === 1 ? jsonValue(payloads[0] ?? '') : undefined;
  return isObject(value) ? fieldsOf(value) : undefined;
}

function refused(why: string): ParsedInteraction {
  return { kind: 'refused', why };
}
