import type { HttpResponse } from './http/response.ts';
import { logFailure } from './http/failure.ts';
import { healthAnswer } from './http/health.ts';
import type { Log } from '../audit/log.ts';
import { openService } from './service.ts';
import { appContext } from './app-context.ts';

const keptMs = 10_000;
let kept: { readonly at: number; readonly answer: Promise<HttpResponse> } | undefined;

/** `GET /api/health` of this app; the same answer for ten seconds, since anybody may ask. */
export async function onHealth(log: Log): Promise<HttpResponse> {
  const at = appContext().now().getTime();
  if (kept === undefined || Math.abs(at - kept.at) > keptMs)
    kept = {
      at,
      answer: healthAnswer({
        open: openService,
        now: appContext().now,
        onFailure: (error) => logFailure(log, 'not healthy', error),
      }),
    };
  return await kept.answer;
}
