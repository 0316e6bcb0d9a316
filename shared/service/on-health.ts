import type { HttpResponse } from './http/response.ts';
import { logFailure } from './http/failure.ts';
import { healthAnswer } from './http/health.ts';
import type { Log } from '../audit/log.ts';
import type { App } from './app.ts';

const keptMs = 10_000;
const keptOf = new WeakMap<App, { readonly at: number; readonly answer: Promise<HttpResponse> }>();

/** `GET /api/health` of this app; the same answer for ten seconds, since anybody may ask. */
export async function onHealth(app: App, log: Log): Promise<HttpResponse> {
  const { now } = app.context;
  const at = now().getTime();
  let kept = keptOf.get(app);
  if (kept === undefined || Math.abs(at - kept.at) > keptMs) {
    kept = {
      at,
      answer: healthAnswer({
        open: app.service,
        now,
        onFailure: (error) => logFailure(log, 'not healthy', error),
      }),
    };
    keptOf.set(app, kept);
  }
  return await kept.answer;
}
