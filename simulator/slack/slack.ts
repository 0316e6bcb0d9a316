import { rateLimiter } from '../throttle.ts';
import type { SimulatedRequest, SimulatedResponse } from '../http.ts';
import { failed } from './answers.ts';
import { readArguments, tokenOf } from './arguments.ts';
import type { PostedMessage } from './message.ts';
import { methods, type Workspace } from './methods.ts';
import type { SlackOptions } from './options.ts';

export const slackHost = 'slack.com';

export interface Slack {
  readonly answer: (request: SimulatedRequest) => SimulatedResponse;
  /** Oldest first. */
  readonly messages: () => readonly PostedMessage[];
}

/** A workspace of one bot: what it posts is kept, and refused where Slack would refuse it. */
export function slackWorkspace(options: SlackOptions): Slack {
  let lastTs = 0;
  const pass = rateLimiter(options.nowMs);
  const workspace: Workspace = {
    options,
    messages: [],
    nextTs() {
      lastTs = Math.max(lastTs + 1, Math.floor(options.nowMs() * 1000));
      return `${Math.floor(lastTs / 1e6)}.${String(lastTs % 1e6).padStart(6, '0')}`;
    },
    waitSeconds: (channel) => options.posts && pass(channel, options.posts),
  };
  return {
    messages: () => workspace.messages,
    answer(request) {
      const given = readArguments(request);
      const method = methods.get(request.url.pathname.replace(/^\/api\//u, ''));
      if (request.method !== 'POST' && request.method !== 'GET') return failed('invalid_post_type');
      if (method === undefined) return failed('unknown_method');
      const token = tokenOf(request, given);
      if (token === undefined) return failed('not_authed');
      return token === options.token ? method(workspace, given) : failed('invalid_auth');
    },
  };
}
